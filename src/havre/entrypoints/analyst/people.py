"""The people of a unit: who works here, as what, and how they come in; for administrators, who see no media."""

from collections.abc import Callable
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import Invalid
from havre.flows.begin import Roleless, add_colleague, change_role
from havre.flows.people import let_leave, make_link
from havre.units.models import Person, RoleName, Welcome
from havre.units.queries import PAGE, numbered, people_of
from havre.units.welcome import VALID_FOR

ADMINISTRATOR = RoleName.ADMINISTRATOR

ROLE_WORDS = {
    RoleName.ANALYST: gettext_lazy("analyst"),
    RoleName.SUPERVISOR: gettext_lazy("supervisor"),
    RoleName.AUDITOR: gettext_lazy("auditor"),
    RoleName.ADMINISTRATOR: gettext_lazy("administrator"),
}


@page(ADMINISTRATOR)
def people(visit: Visit) -> HttpResponse:
    """Everybody of the unit, by name."""
    return _list(visit)


@page(ADMINISTRATOR, fresh=True)
def add(visit: Visit) -> HttpResponse:
    """Somebody new, and the link with which they come in: shown here, once."""
    if visit.request.method != "POST":
        return redirect("people")
    given = visit.request.POST
    name = given.get("name", "").strip()
    kept: dict[str, object] = {"typed": name, "chosen": given.getlist("role")}
    try:
        person = add_colleague(visit.home, visit.acting(), name, "", _chosen(visit), sure=given.get("none") == "yes")
    except Roleless:
        return _list(visit, kept | {"roleless": name})
    except Invalid:
        return _list(visit, kept | {"problem": _refusal(name)})
    return _link(visit, person.name)


@page(ADMINISTRATOR, fresh=True)
def link(visit: Visit, number: int) -> HttpResponse:
    """A new link for somebody who lost everything."""
    name = numbered(visit.person.unit, number).name
    return _link(visit, name) if visit.request.method == "POST" else redirect("people")


@page(ADMINISTRATOR, fresh=True)
def role(visit: Visit, number: int) -> HttpResponse:
    """Give a role to somebody, or take it away; `last` is the only one that they have, and they know it."""
    given, name = visit.request.POST, numbered(visit.person.unit, number).name
    if visit.request.method == "POST":
        wanted = _role(given.get("give") or given.get("last") or given.get("take", ""))
        how = {"holds": "give" in given, "sure": "last" in given}
        _done(visit, lambda: change_role(visit.home, visit.acting(), name, wanted, **how))
    return redirect("people")


@page(ADMINISTRATOR, fresh=True)
def leave(visit: Visit, number: int) -> HttpResponse:
    """Somebody works here no longer."""
    name = numbered(visit.person.unit, number).name
    if visit.request.method == "POST":
        _done(visit, lambda: let_leave(visit.home, visit.acting(), name))
    return redirect("people")


def _done(visit: Visit, act: Callable[[], Person]) -> None:
    try:
        person = act()
    except Roleless as error:
        messages.error(visit.request, sentence(error))
    except Invalid:
        messages.error(visit.request, _("The unit would have no administrator: give that role to another first."))
    else:
        messages.success(visit.request, _("Done: %(name)s.") % {"name": person.name})


def _list(visit: Visit, more: dict[str, object] | None = None) -> HttpResponse:
    found = people_of(visit.person.unit, visit.request.GET.get("after", ""))
    shown = found[:PAGE]
    given = {
        "people": _shown(shown),
        "after": shown[-1].name if len(found) > PAGE else "",
        "all_roles": [(str(each), words) for each, words in ROLE_WORDS.items()],
        "chosen": [str(RoleName.ANALYST)],
    }
    return visit.show("people.html", given | (more or {}), status=400 if more else 200)


def _refusal(name: str) -> str:
    if not name or not name.isprintable():
        return _("Type a name that can be printed.")
    return _("Somebody is called %(name)s already. Choose another name.") % {"name": name}


def _shown(people: list[Person]) -> list[dict[str, object]]:
    """Each with the roles they hold, those they might, and whether they can sign in."""
    factors = Authenticator.objects.filter(user__in=people).exclude(type=Authenticator.Type.RECOVERY_CODES)
    ready = set(factors.values_list("user", flat=True))
    waiting = set(
        Welcome.objects.filter(person__in=people, used_at=None, until__gt=now()).values_list("person", flat=True)
    )
    return [
        {
            "person": person,
            "roles": [(str(each), words, each in _held(person)) for each, words in ROLE_WORDS.items()],
            "only": len(_held(person)) == 1,
            "ready": person.pk in ready,
            "waiting": person.pk in waiting,
        }
        for person in people
    ]


def _held(person: Person) -> set[str]:
    return {role.name for role in person.roles.all()}


def _link(visit: Visit, name: str) -> HttpResponse:
    secret = make_link(visit.home, visit.acting(), name)
    address = visit.request.build_absolute_uri(reverse("welcome", args=[secret]))
    return visit.show("people_link.html", {"name": name, "address": address, "hours": VALID_FOR // timedelta(hours=1)})


def _chosen(visit: Visit) -> list[RoleName]:
    return [_role(name) for name in visit.request.POST.getlist("role")]


def _role(name: str) -> RoleName:
    if name not in RoleName.values:
        raise Invalid(_("There is no such role."))
    return RoleName(name)


ADDRESSES = [
    path("people", people, name="people"),
    path("people/add", add, name="add_person"),
    path("people/<int:number>/link", link, name="person_link"),
    path("people/<int:number>/role", role, name="person_role"),
    path("people/<int:number>/leave", leave, name="person_leave"),
]
