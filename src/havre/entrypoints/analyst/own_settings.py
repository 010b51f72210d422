"""Settings: how the pages look, how one signs in, where one is signed in.

A part of `/settings` is a `Section`: other pages add theirs to `SECTIONS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.i18n import set_language

from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.sessions import THEME
from havre.entrypoints.analyst.shell import WORKING
from havre.errors import Invalid, NotFound
from havre.flows.mail import ask_mail, mailbox_of, stop_mail
from havre.flows.people import end
from havre.flows.sign_in import told
from havre.settings import LANGUAGES, time_zones
from havre.units.models import Person, RoleName
from havre.units.prefer import THEMES, prefer
from havre.units.queries import preference_then


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the settings page."""

    name: str
    words: "str | Promise"
    template: str
    """Of `templates/analyst`; it has its own forms, which lead to their own addresses."""
    roles: frozenset[RoleName] = frozenset(RoleName)
    given: Callable[[Visit], dict[str, object]] = lambda _visit: {}
    """What the template is given, under the section's name."""


def mail_given(visit: Visit) -> dict[str, object]:
    """Where this person is mailed, and whether this node can mail."""
    box = mailbox_of(visit.person)
    return {"address": box.address if box is not None else "", "server": visit.home.settings.mail is not None}


AREA_WORDS: "dict[str, str | Promise]" = {
    "Africa": gettext_lazy("Africa"),
    "America": gettext_lazy("America"),
    "Antarctica": gettext_lazy("Antarctica"),
    "Arctic": gettext_lazy("Arctic"),
    "Asia": gettext_lazy("Asia"),
    "Atlantic": gettext_lazy("Atlantic"),
    "Australia": gettext_lazy("Australia"),
    "Europe": gettext_lazy("Europe"),
    "Indian": gettext_lazy("Indian Ocean"),
    "Pacific": gettext_lazy("Pacific"),
}
"""What names of time zones begin with."""


def looks_given(visit: Visit) -> dict[str, object]:
    """The time zones that may be chosen, by area, and the one that this person chose; empty where the node's holds."""
    named = [name.partition("/") for name in time_zones() if "/" in name]
    areas = [
        (AREA_WORDS[area], [(f"{area}/{place}", place.replace("_", " ").replace("/", " / ")) for _a, _s, place in some])
        for area, some in groupby(named, key=itemgetter(0))
    ]
    return {"zone": preference_then(visit.person).zone, "of_node": visit.home.settings.zone, "areas": areas}


SECTIONS: list[Section] = [
    Section("looks", gettext_lazy("How pages look"), "settings_looks.html", given=looks_given),
    Section("seeing", gettext_lazy("How you see pictures"), "settings_seeing.html", WORKING),
    Section("mail", gettext_lazy("Mail"), "settings_mail.html", WORKING, mail_given),
    Section("entry", gettext_lazy("How you sign in"), "settings_entry.html"),
]
"""In the order in which they are shown."""


@page(*RoleName)
def settings(visit: Visit) -> HttpResponse:
    """Every section of this person."""
    shown = [section for section in SECTIONS if visit.roles & section.roles]
    given = {section.name: section.given(visit) for section in shown}
    return visit.show("settings.html", {"sections": shown, "themes": THEMES, **given})


@page(*WORKING)
def mail(visit: Visit) -> HttpResponse:
    """Where this person is mailed; nowhere where they leave it empty."""
    if visit.request.method == "POST":
        address = visit.request.POST.get("address", "").strip()
        try:
            ask_mail(visit.home, visit.acting(), address) if address else stop_mail(visit.home, visit.acting())
            messages.success(visit.request, _("Kept."))
        except Invalid as error:
            messages.error(visit.request, sentence(error))
    return redirect("settings")


@page(*RoleName)
def theme(visit: Visit) -> HttpResponse:
    """Light, dark, or as the system."""
    if visit.request.method == "POST":
        visit.request.session[THEME] = prefer(visit.person, theme=visit.request.POST.get("theme", "")).theme
    return redirect("settings")


@page(*RoleName)
def zone(visit: Visit) -> HttpResponse:
    """The time zone in which this person is told times; the node's where they choose none."""
    if visit.request.method == "POST":
        prefer(visit.person, zone=visit.request.POST.get("zone", ""))
        messages.success(visit.request, _("Kept."))
    return redirect("settings")


def language(request: HttpRequest) -> HttpResponseBase:
    """The language of the pages, in this browser and for this person."""
    wanted = request.POST.get("language", "")
    if isinstance(request.user, Person) and wanted in dict(LANGUAGES):
        prefer(request.user, language=wanted)
    return set_language(request)


@page(*RoleName)
def sessions(visit: Visit) -> HttpResponse:
    """Where this person is signed in."""
    listed = UserSession.objects.purge_and_list(visit.person)
    listed.sort(key=lambda session: session.created_at, reverse=True)
    return visit.show("sessions.html", {"sessions": [(each, browser_said(each.user_agent)) for each in listed]})


BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Windows": "Windows", "Android": "Android", "CrOS": "ChromeOS", "iPhone": "iPhone", "iPad": "iPad",
    "Mac OS X": "macOS", "Linux": "Linux",
}  # fmt: skip
"""What a browser writes of itself, and what people call it; of several that it writes the first counts."""


def browser_said(agent: str) -> str:
    """A browser as people know it, `Chrome, Linux`; empty where it tells nothing of the kind."""
    named = (next((said for sign, said in names.items() if sign in agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, named))


@page(*RoleName)
def end_sessions(visit: Visit) -> HttpResponse:
    """End one of this person's own sessions, or all others."""
    if visit.request.method == "POST":
        own = UserSession.objects.filter(user=visit.person)
        number = visit.request.POST.get("session", "")
        ending = list(own.filter(pk=int(number)) if number.isdecimal() else own.exclude(session_key=_key(visit)))
        if number and not ending:
            raise NotFound(_("That session has ended already."))
        end(ending)
        told(visit.home, visit.acting(), "sessions ended", count=len(ending))
        messages.success(visit.request, _("Ended."))
    return redirect("sessions")


def _key(visit: Visit) -> str:
    return str(visit.request.session.session_key)


ADDRESSES = [
    path("settings", settings, name="settings"),
    path("settings/mail", mail, name="mail"),
    path("settings/theme", theme, name="theme"),
    path("settings/zone", zone, name="zone"),
    path("settings/sessions", sessions, name="sessions"),
    path("settings/sessions/end", end_sessions, name="end_sessions"),
    path("language", language, name="language"),
]
