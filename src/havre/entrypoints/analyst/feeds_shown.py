"""What the templates of hash lists are given: lists, entries, words of subscribers and receipts, in words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from havre.assessments.agreement import Agreement
from havre.audit.entry import Entry as Line
from havre.entrypoints.analyst import feeds_words as words
from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.media import STANDS
from havre.errors import HavreError
from havre.feeds.models import Entry, State, Vote
from havre.fingerprints.pdq import MIN_QUALITY
from havre.flows.feed_checked import Checked, OnList
from havre.flows.feed_readers import ReaderShown
from havre.flows.feed_shown import EntryShown, Overview

LEAST = MIN_QUALITY


def overview_context(found: Overview) -> dict[str, Any]:
    """A unit's feed."""
    return {
        "found": found,
        "troubles": [(words.TROUBLES[each], words.REMEDIES[each], at) for each, at in found.troubles],
        "lists": [{"row": each, "called": words.called(each.listed)} for each in found.lists],
        "due": sum(each.due for each in found.lists),
        "proposed": sum(each.proposed for each in found.lists),
        "disputed": sum(each.disputed for each in found.lists),
    }


def line_of(entry: Entry, viewer: int) -> dict[str, Any]:
    """One entry in a list."""
    word, tone = words.STATES[entry.state]
    return {
        "entry": entry,
        "called": words.called(entry.listed),
        "kind": words.KINDS.get(entry.kind, entry.kind),
        "word": word,
        "tone": tone,
        "mine": entry.proposed_by_id == viewer,
        "categories": categories(entry.categories),
    }


def categories(said: Mapping[str, str]) -> str:
    """What each country's law makes of it."""
    return ", ".join(category for _country, category in sorted(said.items()))


def vote_of(vote: Vote) -> dict[str, Any]:
    """One word of a subscriber; `aside` where it was kept and had nothing judged anew."""
    aside = not vote.up and vote.challenged_at is None
    return {"vote": vote, "aside": aside, "called": words.called(vote.entry.listed)}


def entry_context(found: EntryShown, viewer: int) -> dict[str, Any]:
    """One entry, and what this person may do with it."""
    entry = found.entry
    out = entry.state not in (State.RETRACTED, State.CHALLENGED, State.PROPOSED)
    return line_of(entry, viewer) | {
        "found": found,
        "checks": checks_context(found.checked, found.checked.lists[0]) if found.checked else None,
        "votes": [vote_of(each) for each in found.votes],
        "history": [said_in(each) for each in found.history],
        "may_confirm": entry.state == State.PROPOSED and not found.mine and entry.medium is not None,
        "may_refuse": entry.state == State.PROPOSED,
        "may_judge": entry.state == State.CHALLENGED,
        "may_retract": out,
        "keys": _keys(found),
    }


def _keys(found: EntryShown) -> Sequence[Key]:
    if found.mine and found.entry.state == State.PROPOSED:
        return (words.NEXT,)
    keys = words.KEYS.get(found.entry.state, ())
    return tuple(each for each in keys if not (found.another and each.act == "keep"))


def checks_context(checked: Checked, on: OnList) -> dict[str, Any]:
    """What speaks for and against a medium on one list."""
    return {
        "belongs": _said(on.belongs),
        "lets_go": on.lets_go,
        "audience": words.AUDIENCES[on.listed.audience],
        "quality": checked.quality,
        "least": LEAST,
        "unfit": _said(checked.unfit),
        "collides": _said(checked.collides),
        "compared": checked.compared,
        "may_go": checked.may_go(on),
        "stands": STANDS[checked.judged.baseline.state],
        "agreed": checked.judged.baseline.state == Agreement.AGREED,
        "categories": categories(checked.judged.categories),
        "units": checked.judged.units,
    }


def _said(error: HavreError | None) -> str:
    return sentence(error) if error is not None else ""


def said_in(line: Line) -> dict[str, str]:
    """A line of the log: when, who, what."""
    detail = json.loads(line.detail)
    act = detail.get("act", "") if isinstance(detail, dict) else ""
    return {"at": line.at[:16].replace("T", " "), "person": line.person, "act": act or line.verb}


def reading_of(row: Any) -> dict[str, Any]:
    """How far one subscriber is with one list."""
    return {
        "row": row,
        "called": words.called(row.listed),
        "audience": words.AUDIENCES[row.subscriber.audience],
        "unheard": row.unheard,
    }


def reader_context(found: ReaderShown) -> dict[str, Any]:
    """One subscriber."""
    return {
        "found": found,
        "audience": words.AUDIENCES[found.subscriber.audience],
        "readings": [reading_of(each) for each in found.readings],
        "receipts": [(words.called(each.listed), each) for each in found.receipts],
    }
