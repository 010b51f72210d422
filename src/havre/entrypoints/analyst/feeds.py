"""Hash lists: how they are, what waits for a second person, what subscribers say, who has not heard."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.asked import number as asked_number
from havre.entrypoints.analyst.asked import text
from havre.entrypoints.analyst.feeds_shown import (
    entry_context,
    line_of,
    overview_context,
    reader_context,
    reading_of,
    vote_of,
)
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.veils import veiled
from havre.errors import HavreError, Invalid, NotFound, Refused
from havre.feeds.models import Entry, State
from havre.feeds.queries import entry_for
from havre.flows import feed_readers, feed_shown
from havre.flows.feed_entries import confirm, judge_again, refuse, retract
from havre.flows.feed_subscribers import trace
from havre.media.models import Medium
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
SEEING = (*WORKING, RoleName.ADMINISTRATOR)
KEEPING = (RoleName.SUPERVISOR, RoleName.ADMINISTRATOR)


def _works(visit: Visit) -> bool:
    return bool(visit.roles & frozenset(WORKING))


@page(*SEEING)
def feeds(visit: Visit) -> HttpResponse:
    """Every list, what waits, and what is in the way."""
    found = feed_shown.overview(visit.home, visit.acting())
    context = overview_context(found) if found is not None else {"found": None}
    return visit.show("feeds.html", context | {"here": "feeds", "works": _works(visit)})


# ---- what waits for a person ----


def _veils(visit: Visit, entries: "list[Entry]") -> Mapping[int, Any]:
    media: list[Medium] = [each.medium for each in entries if each.medium is not None]
    return veiled(visit.home, visit.person.unit, media)


@page(*WORKING)
def feeds_proposals(visit: Visit) -> HttpResponse:
    """What waits for a second person, the oldest first."""
    after = asked_number(visit, "after")
    found = list(feed_shown.proposals(visit.home, visit.acting(), after))
    some = found[: feed_shown.PAGE]
    veils = _veils(visit, some)
    context = {
        "lines": [line_of(each, visit.person.pk) | {"veil": veils.get(each.medium_id or 0)} for each in some],
        "after": after,
        "next": some[-1].number if len(found) > len(some) else 0,
        "here": "feeds_proposals",
        "works": True,
    }
    return visit.show("feeds_proposals.html", context)


@page(*WORKING)
def feeds_disputed(visit: Visit) -> HttpResponse:
    """What subscribers say is wrong, the oldest first; with `all`, everything they ever said, the newest first."""
    after = asked_number(visit, "after")
    everything = visit.request.GET.get("all") == "yes"
    context = _votes(visit, after) if everything else _disputed(visit, after)
    return visit.show(
        "feeds_disputed.html",
        context | {"everything": everything, "after": after, "here": "feeds_disputed", "works": True},
    )


def _disputed(visit: Visit, after: int) -> dict[str, Any]:
    found = feed_shown.disputed(visit.home, visit.acting(), after)
    some = found[: feed_shown.PAGE]
    veils = _veils(visit, [each.entry for each in some])
    lines = [
        line_of(each.entry, visit.person.pk) | {"against": each.against, "veil": veils.get(each.entry.medium_id or 0)}
        for each in some
    ]
    return {"lines": lines, "next": some[-1].entry.number if len(found) > len(some) else 0}


def _votes(visit: Visit, before: int) -> dict[str, Any]:
    found = feed_shown.votes_said(visit.home, visit.acting(), before)
    some = found[: feed_shown.PAGE]
    return {"votes": [_vote(each) for each in some], "next": some[-1].pk if len(found) > len(some) else 0}


def _vote(vote: Any) -> dict[str, Any]:
    return vote_of(vote) | {"line": line_of(vote.entry, 0)}


@page(*WORKING)
def feeds_next(visit: Visit) -> HttpResponse:
    """On to the next that waits for this person; where nothing does, back to the lists."""
    which = State.CHALLENGED if visit.request.GET.get("which") == "disputed" else State.PROPOSED
    found = feed_shown.next_waiting(visit.acting(), which, asked_number(visit, "after"))
    if found is None:
        messages.success(visit.request, _("Nothing more waits for you here."))
        return redirect("feeds_disputed" if which == State.CHALLENGED else "feeds_proposals")
    return redirect("feeds_entry", found)


# ---- one entry ----


@page(*WORKING)
def feeds_entry(visit: Visit, number: int) -> HttpResponse:
    """One entry, veiled: what speaks for and against it, and what one may do."""
    return _entry(visit, number)


def _entry(visit: Visit, number: int, problem: HavreError | None = None, act: str = "") -> HttpResponse:
    found = feed_shown.read_entry(visit.home, visit.acting(), number)
    entry = found.entry
    veils = _veils(visit, [entry])
    context = entry_context(found, visit.person.pk) | {
        "veil": veils.get(entry.medium_id or 0),
        "act": act,
        "typed": visit.request.POST if problem else {},
        "problem": sentence(problem) if problem else "",
        "here": "",
        "works": True,
    }
    return visit.show("feeds_entry.html", context, status=status_of(problem) if problem else 200)


def _confirm(visit: Visit, number: int) -> str:
    confirm(visit.home, visit.acting(), number)
    return _("Confirmed: it goes out with the next version.")


def _refuse(visit: Visit, number: int) -> str:
    refuse(visit.home, visit.acting(), number, text(visit, "because"))
    return _("Refused: it goes nowhere.")


def _retract(visit: Visit, number: int) -> str:
    retract(visit.home, visit.acting(), number, text(visit, "because"))
    return _("Retracted: subscribers hear it with the next version.")


def _keep(visit: Visit, number: int) -> str:
    judge_again(visit.home, visit.acting(), number, True, text(visit, "because"))
    return _("It holds: the next version says so.")


ACTS: Mapping[str, Callable[[Visit, int], str]] = {
    "confirm": _confirm,
    "refuse": _refuse,
    "retract": _retract,
    "keep": _keep,
}


@page(*WORKING)
def feeds_entry_act(visit: Visit, number: int, act: str) -> HttpResponseBase:
    """Confirm it, refuse it, take it back, say that it holds; then on to the next of what waits."""
    before = entry_for(visit.person, number).state
    if visit.request.method != "POST":
        return redirect("feeds_entry", number)
    if act not in ACTS:
        raise NotFound(_("there is no entry of that number"))
    try:
        messages.success(visit.request, ACTS[act](visit, number))
    except (Invalid, Refused) as error:
        return _entry(visit, number, error, act)
    if before not in (State.PROPOSED, State.CHALLENGED):
        return redirect("feeds_entry", number)
    which = "&which=disputed" if before == State.CHALLENGED else ""
    return redirect(f"/feeds/next?after={number}{which}")


# ---- who reads the lists ----


@page(*SEEING)
def feeds_subscribers(visit: Visit) -> HttpResponse:
    """Who reads what, how far they are, and who has not heard a retraction."""
    return _subscribers(visit)


def _subscribers(
    visit: Visit, problem: HavreError | None = None, traced: Mapping[str, Any] | None = None
) -> HttpResponse:
    after, behind = asked_number(visit, "after"), visit.request.GET.get("which") == "behind"
    found = feed_readers.list_readings(visit.home, visit.acting(), after, behind)
    some = found[: feed_readers.PAGE]
    context: dict[str, Any] = {
        "readings": [reading_of(each) for each in some],
        "behind": behind,
        "after": after,
        "next": some[-1].pk if len(found) > len(some) else 0,
        "ended": feed_readers.ended(visit.acting()),
        "keeps": bool(visit.roles & frozenset(KEEPING)),
        "traced": traced,
        "typed": visit.request.POST if problem else {},
        "problem": sentence(problem) if problem else "",
        "here": "feeds_subscribers",
        "works": _works(visit),
    }
    return visit.show("feeds_subscribers.html", context, status=status_of(problem) if problem else 200)


@page(*SEEING)
def feeds_subscriber(visit: Visit, number: int) -> HttpResponse:
    """One subscriber: what they read, what they have not heard, what they said; canaries for who may know."""
    given = visit.request.GET.get("after", "").partition("-")
    at = (_digits(given[0]), _digits(given[2]))
    found = feed_readers.read_reader(visit.home, visit.acting(), number, at)
    some = found.missing[: feed_readers.PAGE]
    context = reader_context(found) | {
        "missing": some,
        "after": any(at),
        "next": f"{some[-1].version}-{some[-1].number}" if len(found.missing) > len(some) else "",
        "here": "",
        "works": _works(visit),
    }
    return visit.show("feeds_subscriber.html", context)


def _digits(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


@page(*KEEPING)
def feeds_canary(visit: Visit) -> HttpResponseBase:
    """Whose canary a hash is, that was found where it should not be."""
    if visit.request.method != "POST":
        return redirect("feeds_subscribers")
    try:
        told = trace(visit.home, visit.acting(), text(visit, "hash"))
    except (Invalid, NotFound) as error:
        return _subscribers(visit, error)
    return _subscribers(visit, traced=told)


ADDRESSES = [
    path("feeds", feeds, name="feeds"),
    path("feeds/proposals", feeds_proposals, name="feeds_proposals"),
    path("feeds/disputed", feeds_disputed, name="feeds_disputed"),
    path("feeds/next", feeds_next, name="feeds_next"),
    path("feeds/subscribers", feeds_subscribers, name="feeds_subscribers"),
    path("feeds/subscribers/<int:number>", feeds_subscriber, name="feeds_subscriber"),
    path("feeds/canary", feeds_canary, name="feeds_canary"),
    path("feeds/entries/<int:number>", feeds_entry, name="feeds_entry"),
    path("feeds/entries/<int:number>/<slug:act>", feeds_entry_act, name="feeds_entry_act"),
]
