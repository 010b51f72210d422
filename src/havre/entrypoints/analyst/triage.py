"""Triage: stacks in the order in which they are likely to matter, judged by keys."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from itertools import groupby

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from havre.assessments.facts import NOTHING, facts_of
from havre.assessments.mapping import MappingOf, labels, mapping_of
from havre.assessments.models import Tab
from havre.assessments.queries import came_since, counts_of, last_acts, moved_on, newest_stack
from havre.assessments.say import Saying
from havre.entrypoints.analyst import triage_words as words
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.triage_tiles import Group, Tile
from havre.entrypoints.analyst.veils import veiled
from havre.errors import HavreError, Invalid, NotFound
from havre.flows.assess import UNDO_DEPTH, WORKING, Judged, judge, undo
from havre.flows.series_added import add_stacks
from havre.flows.triage import FRESH, Asked, Listed, choices, triage

MOST_ASKED = 120
"""Stacks on a page that are asked about at once."""

SALT = "triage"
"""What a cursor is signed with beside the node's secret."""


@require_GET
@page(*WORKING)
def shown(visit: Visit) -> HttpResponse:
    """A page of stacks; asked for by htmx, only the next ones."""
    asked = _asked(visit)
    listed = triage(visit.home, visit.acting(), asked)
    context = _context(visit, listed)
    return visit.show("triage_more.html" if visit.partial else "triage.html", context)


def _asked(visit: Visit) -> Asked:
    given = visit.request.GET
    stacks, medium = _stacks(given.getlist("stack")[:MOST_ASKED]), given.get("medium", "")
    return Asked(
        given.get("tab", Tab.NEW),
        _intake(given.get("intake", "")),
        _place(given.get("after", "")),
        stacks,
        _stacks([medium])[0] if medium else None,
    )


def _intake(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise NotFound(_("There is no such intake."))
    return int(text) if text else None


def _place(signed: str) -> tuple[int, int] | None:
    if not signed:
        return None
    try:
        rank, key = signing.loads(signed, salt=SALT)
    except signing.BadSignature as error:
        raise Invalid(_("This address was altered: open triage again.")) from error
    return int(rank), int(key)


def _context(visit: Visit, listed: Listed) -> dict[str, object]:
    groups, last = list(_groups(visit, listed)), listed.stacks[-1].stack if listed.stacks else None
    more = _address(replace(listed.asked, after=(last.rank, last.pk))) if listed.more and last else ""
    piece: dict[str, object] = {"groups": groups, "more": more, "on_tiles": words.on_tiles(), "asked": listed.asked}
    return piece if visit.partial else piece | _around(visit, listed, groups)


def _around(visit: Visit, listed: Listed, groups: Sequence[Group]) -> dict[str, object]:
    """What stands around the stacks."""
    asked, here, newest = listed.asked, mapping_of(visit.person.unit.country), newest_stack(visit.person)
    return {
        "all": _address(asked) if asked.by_name else "",
        "intake": listed.intake,
        "tabs": [(name, said, listed.counts.tabs[name], _address(replace(asked, tab=name))) for name, said in _tabs()],
        "known": listed.counts.known,
        "first": groups[0].tiles[0] if groups else None,
        "newest": newest,
        "total": len(listed.stacks) if asked.by_name else listed.counts.tabs[asked.tab],
        "empty": words.EMPTY[asked.tab],
        "country": here,
        "rules": json.dumps(here.rules),
        "two": sorted(here.two_people),
        "acts": " ".join(each.once for each in last_acts(visit.person, UNDO_DEPTH) if each.undone_at is None),
        "pad": lambda: [(each.key, words.LABELS[each.key], _as(here, each.key)) for each in labels().values()],
        "facts": _facts_choices,
        "series": choices(visit.person),
        "keys": words.KEYS,
        "legend": words.legend,
        "once": f"{visit.person.pk}-{newest}-{visit.acting().now().timestamp():.0f}",
    }


def _tabs() -> Iterator[tuple[str, object]]:
    return ((str(name), said) for name, said in words.TABS.items())


def _as(here: MappingOf, key: str) -> str:
    return here.category(key, NOTHING).category


def _facts_choices() -> list[dict[str, object]]:
    return [
        {"name": "age", "words": _("Age of the youngest person"), "choices": words.in_row(words.AGES)},
        {"name": "visible", "words": _("What is visible"), "choices": words.in_row(words.SEEN), "several": True},
        {"name": "produced", "words": _("How it was made"), "choices": words.in_row(words.MADE)},
    ]


def _address(asked: Asked) -> str:
    given: dict[str, str | int] = {"tab": asked.tab}
    if asked.intake is not None:
        given["intake"] = asked.intake
    if asked.after is not None:
        given["after"] = signing.dumps(asked.after, salt=SALT)
    return f"{reverse('triage')}?{urlencode(given)}"


def _groups(visit: Visit, listed: Listed) -> Iterator[Group]:
    veils = veiled(visit.home, visit.person.unit, [told.stack.medium for told in listed.stacks])
    for name, of_group in groupby(listed.stacks, key=lambda told: told.stack.heading):
        tiles = [
            Tile(told, veils[told.stack.medium_id], listed.names.get(told.stack.series or 0, "")) for told in of_group
        ]
        number = tiles[0].told.stack.series
        status, called = listed.statuses.get(number or 0, ""), listed.names.get(number or 0, "")
        said, chip, note = words.heading(name, status, called)
        yield Group(name, said, chip, note, listed.under.get(name, 0), tiles)


# ---- what keys do ----

Doing = Callable[[Visit], HttpResponseBase]


def _told_in_json(doing: Doing) -> Doing:
    """An error as a sentence that the page's script can show; without a script, a page."""

    @wraps(doing)
    def told(visit: Visit) -> HttpResponseBase:
        try:
            return doing(visit)
        except HavreError as error:
            if not _by_script(visit):
                raise
            return JsonResponse({"sentence": sentence(error)}, status=status_of(error))

    return told


def _by_script(visit: Visit) -> bool:
    return "application/json" in visit.request.headers.get("Accept", "")


@require_POST
@page(*WORKING)
@_told_in_json
def judged(visit: Visit) -> HttpResponseBase:
    """One key on one stack, or on all that are selected."""
    given = visit.request.POST
    said = given.get("label", "")
    facts = facts_of(given.get("age", ""), given.getlist("visible"), given.get("produced", ""))
    label = "" if said in ("0", "unsure", "confirm") else said
    saying = Saying(label, facts, unsure=said == "unsure", confirm=said == "confirm")
    done = judge(visit.home, visit.acting(), _posted(visit), given.get("once", "")[:40], saying)
    return _answer(visit, done, said)


@require_POST
@page(*WORKING)
@_told_in_json
def undone(visit: Visit) -> HttpResponseBase:
    """The last act of this person, taken back."""
    done, stay = undo(visit.home, visit.acting(), visit.request.POST.get("once", "") if _by_script(visit) else "")
    kept = ngettext(
        "%(count)s stack stays: somebody else acted since.", "%(count)s stacks stay: somebody else acted since.", stay
    )
    return _answer(visit, done, "undo", kept % {"count": stay} if stay else "")


@require_POST
@page(*WORKING)
@_told_in_json
def put_in_series(visit: Visit) -> HttpResponseBase:
    """Stacks into a series."""
    found, media = add_stacks(visit.home, visit.acting(), visit.request.POST.get("series", ""), _posted(visit))
    said = ngettext("In %(series)s now: %(media)s file.", "In %(series)s now: %(media)s files.", media)
    said %= {"series": found.reference, "media": media}
    return JsonResponse({"said": said, "stacks": []}) if _by_script(visit) else HttpResponseRedirect(reverse("triage"))


@require_GET
@page(*WORKING)
@_told_in_json
def fresh(visit: Visit) -> HttpResponseBase:
    """How many stacks came since the page was made, and which of those on it somebody else judged."""
    asked = _asked(visit)
    newest = _intake(visit.request.GET.get("newest", "")) or 0
    count = came_since(visit.person, asked.tab, asked.intake, newest, FRESH)
    moved = moved_on(visit.person, asked.tab, _stacks(visit.request.GET.getlist("stack")[:MOST_ASKED]))
    return JsonResponse({"count": count, "more": count == FRESH, "moved": moved})


def _stacks(named: Sequence[str]) -> list[int]:
    if not all(each.isascii() and each.isdecimal() and len(each) < 18 for each in named):
        raise NotFound(_("There is no such stack."))
    return [int(each) for each in named]


def _posted(visit: Visit) -> list[int]:
    return _stacks(visit.request.POST.getlist("stack"))


def _answer(visit: Visit, done: Judged, label: str, kept: str = "") -> HttpResponseBase:
    disputed = sum(each.standing.disputed for each in done.settled) if label != "undo" else 0
    did = words.files_judged(done.files, label) if done.files or not kept else ""
    said = " ".join(filter(None, (did, words.disagree(disputed), kept)))
    if not _by_script(visit):
        messages.success(visit.request, said)
        again = [("stack", each.stack.pk) for each in done.settled[:MOST_ASKED]] if label == "undo" else []
        return HttpResponseRedirect(f"{reverse('triage')}?{urlencode(again)}" if again else reverse("triage"))
    asked = _intake(visit.request.POST.get("intake", ""))
    counts = counts_of(visit.person, asked).tabs
    stacks = [{"id": s.pk, "tab": s.tab, "label": s.label, "files": s.files} for s in (e.stack for e in done.settled)]
    return JsonResponse({"said": said, "stacks": stacks, "counts": counts})


ADDRESSES = [
    path("triage", shown, name="triage"),
    path("triage/judge", judged, name="triage_judge"),
    path("triage/undo", undone, name="triage_undo"),
    path("triage/series", put_in_series, name="triage_series"),
    path("triage/fresh", fresh, name="triage_fresh"),
]
