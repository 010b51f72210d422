"""What the templates of the hotline are given: rows, facts and choices, in words."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from havre.entrypoints.analyst import hotline_words as words
from havre.entrypoints.analyst.series_words import lasted
from havre.entrypoints.analyst.triage_words import AGES, MADE, SEEN
from havre.flows.answer_reporter import Read
from havre.flows.hotline_queue import Waiting
from havre.flows.name_page import could_be_named
from havre.flows.page_shown import PageShown
from havre.hotline.life import OVER
from havre.hotline.models import Judgement, Routing, State
from havre.hotline.standing import Waits
from havre.hotline.telling import words_of
from havre.hotline.worded import worded
from havre.units.models import Person

MOST_FACTS = 40
"""Facts of hosting that are listed; `havre hosting of` says all."""


def groups_of(lines: Sequence[Waiting], at: datetime) -> list[dict[str, object]]:
    """The rows of the queue under why they stand where they do; what is with others or over is one group."""
    grouped = groupby(lines, lambda each: each.first)
    return [
        {"said": words.GROUPS[name], "tone": words.TONES.get(name, ""), "lines": [line_of(each, at) for each in some]}
        for name, some in grouped
    ]


def line_of(each: Waiting, at: datetime) -> dict[str, object]:
    """One row of the queue."""
    more = [name for name in each.reasons if name not in (each.first, "late")]
    over = each.page.state in OVER
    return {
        "number": each.page.pk,
        "address": each.page.address,
        "state": words.STATES[each.page.state],
        "waits": words.WAITS[each.waits] if not each.mine else _("for somebody else: you said your word"),
        "verb": words.VERBS[each.waits] if not each.mine else words.VERBS["nothing"],
        "reasons": [(words.REASONS[name], words.TONES.get(name, "")) for name in more],
        "due_at": each.due_at if not over else None,
        "due": _due(each.due_at, at) if not over else "",
        "late": each.late,
        "reports": each.page.reports,
    }


def _due(due_at: datetime, at: datetime) -> str:
    """How long it may still wait, or how long it has waited beyond that."""
    if due_at <= at:
        return _("%(time)s late") % {"time": lasted(at - due_at)}
    return _("in %(time)s") % {"time": lasted(due_at - at)}


def page_context(found: PageShown, viewer: Person) -> dict[str, object]:
    """One page."""
    page, way = found.page, found.way
    live = [word for word in found.words if word.undone_at is None]
    return {
        "page": page,
        "kind": words.KINDS.get(page.kind, page.kind),
        "state": words.STATES[page.state],
        "waits": words.WAITS[found.waits],
        "found": found,
        "words": [_word(word) for word in found.words],
        "category": found.category,
        "hosting": way.hosting,
        "facts": way.hosting.facts[:MOST_FACTS],
        "way": _way(way.routing),
        "ways": [_way(each) for each in found.routings],
        "findings": [(words.FINDINGS.get(each.kind, each.kind), each) for each in found.findings],
        "finding_choices": list(words.FINDINGS.items()),
        "reopenings": [(words.REOPENED[each.why], words.STATES[each.was], each) for each in found.reopenings],
        "reports": found.reports,
        "verdicts": list(words.VERDICTS.items()),
        "ages": list(AGES.items()),
        "seen": list(SEEN.items()),
        "made": list(MADE.items()),
        **_may(found, live, viewer),
    }


def _may(found: PageShown, live: Sequence[Judgement], viewer: Person) -> dict[str, bool]:
    """What one may do on a page as it is."""
    state = found.page.state
    mine = any(word.person_id == viewer.pk for word in live)
    early = state in (State.RECEIVED, State.TRIAGED, State.NOT_ACTIONABLE)
    return {
        "may_judge": state == State.RECEIVED,
        "second": found.standing.waits is Waits.SECOND and not mine,
        "spoken": found.standing.waits is Waits.SECOND and mine,
        "may_undo": mine and early,
        "may_overturn": bool(live) and (not mine or found.alone) and state != State.RECEIVED,
        "way_due": state == State.TRIAGED,
        "may_route": state in (State.TRIAGED, State.ROUTED, State.ACTED_ON),
        "may_act": state == State.ROUTED,
        "may_close": state not in OVER,
        "may_reopen": state in OVER,
    }


def _word(word: Judgement) -> dict[str, object]:
    said = [AGES.get(word.age, ""), *(SEEN.get(each, "") for each in word.visible), MADE.get(word.produced, "")]
    return {
        "word": word,
        "verdict": words.VERDICTS[word.verdict],
        "facts": [each for each in said if each],
        "back": words.BACK.get(word.undone_because, word.undone_because),
    }


def _way(routing: Routing) -> dict[str, object]:
    outcome = routing.outcome
    return {
        "routing": routing,
        "acts": [words.ACTS.get(each, each) for each in outcome.get("acts", ())],
        "said": worded(routing),
        "hours": outcome.get("hours", 0),
        "ladder": [(words.RUNGS.get(each["kind"], each["kind"]), each["hours"]) for each in outcome.get("ladder", ())],
        "member": {True: _("yes"), False: _("no"), None: _("not known")}[routing.inhope],
    }


def report_context(found: Read) -> dict[str, object]:
    """One report."""
    report = found.report
    return {
        "report": report,
        "told": found.told,
        "via": words.VIAS[report.via],
        "relation": words.RELATIONS.get(report.relation, ""),
        "pages": [(page, words.STATES[page.state]) for page in found.pages],
        "could_be": could_be_named(found),
        "additions": [
            (each, words_of(said) if said is not None else None, said is not None and said.danger)
            for each, said in found.additions
        ],
        "answers": [(words.TOLD[each.kind], each) for each in found.answers],
        "may_answer": report.withdrawn_at is None and report.erased_at is None,
        "may_settle": not found.pages and report.settled_at is None and report.withdrawn_at is None,
    }
