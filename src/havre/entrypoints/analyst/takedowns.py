"""Notices until it is gone: what waits, one notice with its letter, who is written to."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.hotline_words import RUNGS
from havre.entrypoints.analyst.looks_words import look_shown
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_words import lasted
from havre.errors import HavreError, Invalid, NotFound, Refused
from havre.flows.credentials import keep_credential
from havre.flows.draft_notice import Wording, confirm, draft, draft_all, may_be_confirmed, retract_notice
from havre.flows.looks_unclear import list_unclear
from havre.flows.notice_answered import read_answers, record_answer
from havre.flows.notice_checked import gone, still_there
from havre.flows.notice_contacts import Contact, add_contact, list_contacts, verify_contact
from havre.flows.notice_shown import PAGE, Place, Shown, Waits, not_gone, removal_times, show_notice, waits_from
from havre.hotline.models import Page
from havre.notices.due import Step
from havre.notices.letters import LANGUAGES
from havre.notices.models import Act, Answers, Notice, Outcome, Recipient, State
from havre.notices.queries import contact_numbered, notice_for, unread
from havre.platforms.queries import strays_of
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
MOST_HOSTS = 50
"""Hosts of which figures are shown: those with the most pages."""

ASKS: "dict[str, str | Promise]" = {
    Act.REMOVE: lazy("remove it"),
    Act.PRESERVE: lazy("keep it for the police"),
    Act.INFORM: lazy("be informed"),
}

STATES: "dict[str, tuple[str | Promise, str]]" = {
    State.DRAFTED: (lazy("drafted"), "new"),
    State.SENT: (lazy("sent"), "near"),
    State.ACKNOWLEDGED: (lazy("confirmed by them"), "near"),
    State.REMOVED: (lazy("gone"), "good"),
    State.REFUSED: (lazy("they refuse"), "hold"),
    State.UNANSWERED: (lazy("they stay silent"), "hold"),
    State.REAPPEARED: (lazy("there again"), "new"),
    State.RETRACTED: (lazy("taken back"), ""),
}
"""The word and the colour of each."""

OUTCOMES: "dict[str, str | Promise]" = {
    Outcome.BEGUN: lazy("is tried"),
    Outcome.LEAVING: lazy("is leaving"),
    Outcome.TAKEN: lazy("taken"),
    Outcome.PERHAPS: lazy("perhaps taken"),
    Outcome.REFUSED: lazy("came back"),
    Outcome.DROPPED: lazy("not sent any more"),
}

SAID: "dict[str, str | Promise]" = {
    Answers.RECEIPT: lazy("they have it"),
    Answers.DECISION: lazy("what they decided"),
    Answers.REDRESS: lazy("how one can object"),
    Answers.BOUNCE: lazy("it came back"),
    Answers.AUTOMATIC: lazy("an automatic answer"),
    Answers.OTHER: lazy("something else"),
}

STEPS: "dict[str, str | Promise]" = {
    Step.CONFIRM: lazy("to be confirmed"),
    Step.SEND: lazy("letter due"),
    Step.RAISE: lazy("next rung due"),
}


@page(*WORKING)
def takedowns(visit: Visit) -> HttpResponse:
    """What is due, and how long it takes until pages are gone."""
    return _list(visit)


def _place(text: str) -> Place | None:
    """Where the page before ended; None for anything else, which begins anew."""
    at, _sign, rest = text.partition("~")
    step, _sign, key = rest.partition("~")
    try:
        found = datetime.fromisoformat(at)
        return (found, step, int(key[:18])) if found.tzinfo else None
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _list(visit: Visit, problem: HavreError | None = None, more: Mapping[str, object] | None = None) -> HttpResponse:
    asked = visit.request.GET
    part = waits_from(visit.home, visit.acting(), now(), _place(asked.get("after", "")))
    behind = _number(asked.get("behind", ""))
    still = not_gone(visit.home, visit.acting(), behind)
    times = removal_times(visit.home, visit.acting())
    context: dict[str, object] = {
        "waits": [_line(each) for each in part.waits],
        "count": part.count,
        "next": "~".join([part.onward[0].isoformat(), *map(str, part.onward[1:])]) if part.onward else "",
        "times": [_times(each) for each in times[:MOST_HOSTS]],
        "more_hosts": max(len(times) - MOST_HOSTS, 0),
        "open": [_open(each) for each in still[:PAGE]],
        "behind": behind,
        "further": behind + PAGE if len(still) > PAGE else 0,
        "unread": unread(visit.person),
        "stray": strays_of(visit.person).count(),
        "unclear": [
            look_shown(each.look) | {"notice": each.notice} for each in list_unclear(visit.home, visit.acting())
        ],
        "problem": sentence(problem) if problem else "",
        **(more or {}),
    }
    return visit.show("takedowns.html", context, status=status_of(problem) if problem else 200)


def _open(notice: Notice) -> dict[str, Any]:
    return _beside(notice) | {"since": lasted(now() - notice.page.first_at)}


def _times(row: dict[str, Any]) -> dict[str, Any]:
    """The figures of one host, hours as people read them."""
    read = {name: row[f"{name}_hours"] for name in ("median", "longest")}
    return row | {name: "" if hours is None else lasted(timedelta(hours=hours)) for name, hours in read.items()}


def _line(each: Waits) -> dict[str, Any]:
    return {
        "notice": each.notice,
        "step": STEPS[each.due.step],
        "confirm": each.due.step == Step.CONFIRM,
        "at": each.due.at,
        "kind": RUNGS[each.notice.recipient.kind],
        "asks": ASKS[each.notice.act],
    }


@page(*WORKING)
def takedown_draft(visit: Visit) -> HttpResponse:
    """The notices of a page begin."""
    if visit.request.method != "POST":
        return redirect("takedowns")
    given = visit.request.POST
    wording = Wording(given.get("basis", ""), given.get("unnamed") != "yes")
    pages = [line.strip() for line in given.get("page", "").splitlines() if line.strip()]
    try:
        if len(pages) > 1:
            done = draft_all(visit.home, visit.acting(), pages, to=given.get("to", ""), wording=wording)
            return _list(visit, more={"done": done})
        made = draft(visit.home, visit.acting(), "".join(pages), to=given.get("to", ""), wording=wording)
    except (Invalid, Refused, NotFound) as error:
        return _list(visit, error)
    return redirect("takedown", made[0].reference)


@page(*WORKING)
def takedown(visit: Visit, reference: str) -> HttpResponse:
    """One notice: its clock, its letter, what left and what came back."""
    return _one(visit, reference)


def _one(visit: Visit, reference: str, problem: HavreError | None = None) -> HttpResponse:
    shown = show_notice(visit.home, visit.acting(), reference)
    said = read_answers(visit.home, visit.acting(), shown.notice)
    answers = [{"row": row, "kind": SAID[row.kind], "text": text} for row, text in said]
    context = _shown(shown) | {"problem": sentence(problem) if problem else "", "answers": answers}
    return visit.show("takedown.html", context, status=status_of(problem) if problem else 200)


def _shown(shown: Shown) -> dict[str, Any]:
    notice = shown.notice
    word, tone = STATES[notice.state]
    waits = notice.due_at is None and notice.state in (State.DRAFTED, State.REAPPEARED)
    return {
        "shown": shown,
        "notice": notice,
        "word": word,
        "tone": tone,
        "kind": RUNGS[notice.recipient.kind],
        "asks": ASKS[notice.act],
        "confirms": waits and may_be_confirmed(notice),
        "looks_again": waits and not may_be_confirmed(notice),
        "over": notice.state in (State.RETRACTED, State.REMOVED),
        "since": lasted(_there(notice.page)),
        "coming": [{"at": each.at, "step": STEPS[each.step]} for each in shown.coming],
        "letters": [{"row": row, "outcome": OUTCOMES[row.outcome]} for row in shown.transmissions],
        "looks": [look_shown(each) for each in shown.looks],
        "beside": [_beside(each) for each in shown.beside],
        "kinds": [(str(kind), words) for kind, words in SAID.items()],
    }


def _there(page: Page) -> timedelta:
    """How long it was there, or has been until now; once its times are days, by the hours that were counted before."""
    if page.gone_at is not None and page.gone_hours is not None:
        return timedelta(hours=page.gone_hours)
    return (page.gone_at or now()) - page.first_at


def _beside(notice: Notice) -> dict[str, Any]:
    word, tone = STATES[notice.state]
    return {"notice": notice, "word": word, "tone": tone, "kind": RUNGS[notice.recipient.kind]}


@page(*WORKING)
def takedown_act(visit: Visit, reference: str, act: str) -> HttpResponse:
    """Confirm it, say whether it is gone, record an answer, take it back."""
    notice_for(visit.person, reference)
    if visit.request.method != "POST":
        return redirect("takedown", reference)
    done = ACTS.get(act)
    if done is None:
        raise NotFound(_("there is no such notice"))
    try:
        messages.success(visit.request, done(visit, reference))
    except (Invalid, Refused) as error:
        return _one(visit, reference, error)
    return redirect("takedown", reference)


def _confirm(visit: Visit, reference: str) -> str:
    confirm(visit.home, visit.acting(), reference)
    return _("Confirmed: its letter leaves with the next ones.")


def _gone(visit: Visit, reference: str) -> str:
    gone(visit.home, visit.acting(), reference)
    return _("It is gone: nothing more is sent.")


def _still_there(visit: Visit, reference: str) -> str:
    still_there(visit.home, visit.acting(), reference)
    return _("It is there: letters go on.")


def _answer(visit: Visit, reference: str) -> str:
    given = visit.request.POST
    refused = given.get("refused") == "yes"
    record_answer(visit.home, visit.acting(), reference, given.get("kind", ""), given.get("text", ""), refused=refused)
    return _("The answer is kept with the notice.")


def _retract(visit: Visit, reference: str) -> str:
    retract_notice(visit.home, visit.acting(), reference, visit.request.POST.get("because", ""))
    return _("It is taken back; whoever was written to is told.")


ACTS: dict[str, Callable[[Visit, str], str]] = {
    "confirm": _confirm,
    "gone": _gone,
    "still-there": _still_there,
    "answer": _answer,
    "retract": _retract,
}


# ---- contacts ----


@page(*WORKING)
def takedown_contacts(visit: Visit) -> HttpResponse:
    """Who is written to, and who verified that."""
    return _contacts(visit)


def _contacts(visit: Visit, problem: HavreError | None = None) -> HttpResponse:
    found = list_contacts(visit.home, visit.acting(), visit.request.GET.get("after", ""), PAGE + 1)
    context: dict[str, object] = {
        "contacts": [_contact(row) | {"given": hasattr(row, "credential")} for row in found[:PAGE]],
        "next": found[PAGE - 1].name if len(found) > PAGE else "",
        "kinds": [(str(kind), words) for kind, words in RUNGS.items()],
        "languages": LANGUAGES,
        "typed": visit.request.POST if problem else {},
        "problem": sentence(problem) if problem else "",
    }
    return visit.show("takedown_contacts.html", context, status=status_of(problem) if problem else 200)


def _contact(row: Recipient) -> dict[str, Any]:
    # Why it is doubted was often written down by nobody, in English.
    return {"row": row, "kind": RUNGS[row.kind], "doubt": _(row.doubt) if row.doubt else ""}


@page(*WORKING)
def takedown_contact_add(visit: Visit) -> HttpResponse:
    """Somebody new, or known and reached otherwise now."""
    if visit.request.method != "POST":
        return redirect("takedown_contacts")
    given = visit.request.POST
    said = Contact(
        given.get("name", ""),
        given.get("kind", ""),
        given.get("country", ""),
        given.get("email", ""),
        given.get("api", ""),
        given.get("language", "en"),
        given.get("takes_hashes") == "yes",
        tuple(given.get("answers_for", "").split(",")),
    )
    try:
        add_contact(visit.home, visit.acting(), said)
    except Invalid as error:
        return _contacts(visit, error)
    messages.success(visit.request, _("Kept. Call them at a number you knew before, then verify it."))
    return redirect("takedown_contacts")


@page(*WORKING)
def takedown_contact_verify(visit: Visit, number: int) -> HttpResponse:
    """This person reached them by a way they knew before."""
    name = contact_numbered(visit.person, number).name
    if visit.request.method == "POST":
        verify_contact(visit.home, visit.acting(), name)
        messages.success(visit.request, _("Verified: letters may go there."))
    return redirect("takedown_contacts")


@page(*WORKING)
def takedown_contact_credential(visit: Visit, number: int) -> HttpResponse:
    """With what we are let in at their own address from now on; it is never shown again."""
    name = contact_numbered(visit.person, number).name
    if visit.request.method == "POST":
        try:
            keep_credential(visit.home, visit.acting(), name, visit.request.POST.get("secret", ""))
        except Invalid as error:
            return _contacts(visit, error)
        messages.success(visit.request, _("Kept. What waited for it leaves with the next letters."))
    return redirect("takedown_contacts")


ADDRESSES = [
    path("takedowns", takedowns, name="takedowns"),
    path("takedowns/draft", takedown_draft, name="takedown_draft"),
    path("takedowns/contacts", takedown_contacts, name="takedown_contacts"),
    path("takedowns/contacts/add", takedown_contact_add, name="takedown_contact_add"),
    path("takedowns/contacts/<int:number>/verify", takedown_contact_verify, name="takedown_contact_verify"),
    path("takedowns/contacts/<int:number>/credential", takedown_contact_credential, name="takedown_contact_credential"),
    path("takedowns/<str:reference>", takedown, name="takedown"),
    path("takedowns/<str:reference>/<slug:act>", takedown_act, name="takedown_act"),
]
