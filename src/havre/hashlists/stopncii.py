"""StopNCII's interface v1: JSON by pages in the order of time, one record a signal, and what platforms say of signals.

The time that a page gives to go on from is one that the next question can begin with, also where a page is not the
last: everything that changed before it was given.
"""

from dataclasses import dataclass
from typing import Any

from havre.errors import Invalid
from havre.hashlists.asked import Answer, Query, cursor, cursor_of, number, said, size
from havre.hashlists.changes import START, Between, position_of
from havre.hashlists.entry import Entry, Kind
from havre.hashlists.shared import Held, Mark, Shared, fitting, held, marks_of
from havre.hashlists.tags import tags_of
from havre.hashlists.told import PageTold, Told, document, each, listed, signal, whole, word, words

USUAL = 800
MOST = 1_000
"""Records a page: what the interface's clients ask for, and the most that is given."""

TYPES = {(Kind.PICTURE, "pdq"): "ImagePDQ", (Kind.FILM, "md5"): "VideoMD5"}
"""Signals that the format has a place for."""

READ = {name: (kind, method) for (kind, method), name in TYPES.items()}
GONE = frozenset({"Withdrawn", "Deleted"})
NO_YES = frozenset({"NotBlocked", "PendingReview"})


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a platform says of a signal: right, wrong, or neither yet."""

    value: str
    up: bool | None
    reason: str = ""


def hashes(changes: Shared, query: Query, source: str, settled: int) -> Answer:
    """A page of what changed from startTimestamp on; everything that changed before `settled` can be read."""
    since = number(query, "startTimestamp", 0)
    most = size(query, "pageSize", USUAL, MOST)
    token = query.get("nextPageToken", "")
    page = list(changes.page(cursor(token) if token else START, most + 1, Between(since, settled)))
    given = fitting(page[:most], most, lambda entry: sum(map(_has_type, marks_of(entry))))
    more = len(page) > len(given)
    records = [_record(each, source) for each in held(changes, given, _has_type)]
    return said(
        {
            "count": len(records),
            "nextPageToken": cursor_of(position_of(given[-1])) if more else None,
            "nextSetTimestamp": given[-1].changed if more else max(since, settled),
            "hasMoreRecords": more,
            "hashRecords": records,
        }
    )


def _has_type(mark: Mark) -> bool:
    return (mark.kind, mark.method) in TYPES


def _record(of: Held, source: str) -> dict[str, object]:
    cases = {str(entry.number): "Active" for entry in of.living}
    if of.because.retracted:
        cases[str(of.because.number)] = "Withdrawn"
    # The package's own class takes the signal for its status and so deletes nothing: it at least learns that this
    # is not to be acted on.
    gone = [{"source": source, "feedbackValue": "NotBlocked", "tags": ["retracted"]}]
    return {
        "lastModtimestamp": of.because.changed,
        "signalType": TYPES[of.mark.kind, of.mark.method],
        "hashValue": of.mark.value,
        "hashStatus": "Active" if of.living else "Withdrawn",
        "caseNumbers": cases,
        "CSPFeedbacks": [each for entry in of.living for each in _feedback(entry, source)] or gone,
    }


def _feedback(entry: Entry, source: str) -> list[dict[str, object]]:
    """What nobody looked at is to be looked at; what was confirmed is blocked, and somebody may disagree."""
    value = "Blocked" if entry.reviewed and entry.confirmed else "PendingReview"
    values = [value, "NotBlocked"] if entry.disputed else [value]
    return [{"source": source, "feedbackValue": each, "tags": tags_of(entry)} for each in values]


def read(body: bytes) -> PageTold:
    """A page of records, good and bad. Raises Invalid where the whole is no answer of this interface."""
    answer = document(body)
    if "hashRecords" not in answer:
        raise Invalid("this is no answer of FetchHashes: it has no hashRecords")
    token = answer.get("nextPageToken")
    more = answer.get("hasMoreRecords") is True and isinstance(token, str)
    newest = answer.get("nextSetTimestamp")
    return PageTold(
        tuple(each(listed(answer, "hashRecords"), "record", _told)),
        str(token) if more else "",
        whole(newest) if newest is not None else 0,
    )


def submitted(body: bytes) -> PageTold:
    """Signals that a platform hands in with SubmitHashes."""
    return PageTold(tuple(each(listed(document(body), "hashRecords"), "record", _told)))


def _told(record: dict[str, Any]) -> Told:
    # The package's own client writes the name of its class before the type.
    name = word(record["signalType"]).removeprefix("StopNCIISignalType.")
    if name not in READ:
        raise Invalid("a signal of the type %(type)s is not known here", type=name)
    kind, method = READ[name]
    found = signal(method, record["hashValue"])
    feedbacks = listed(record, "CSPFeedbacks")
    values = [word(each["feedbackValue"]) for each in feedbacks]
    return Told(
        key=f"{name}:{found.value}",
        signals=(found,),
        kind=kind,
        tags=words([tag for each in feedbacks for tag in listed(each, "tags")]),
        agree=values.count("Blocked"),
        disagree=values.count("NotBlocked"),
        changed=whole(record.get("lastModtimestamp", 0)),
        # Where platforms said only that it is nothing, or is yet to be looked at, nobody stands for it.
        retracted=record.get("hashStatus") in GONE or (bool(values) and set(values) <= NO_YES),
    )


def feedback(body: bytes) -> list[Opinion]:
    """What a platform says of signals with SubmitFeedback. Raises Invalid where one of them can't be read."""
    opinions = []
    for record in listed(document(body), "hashFeedbacks"):
        if not isinstance(record, dict):
            raise Invalid("a feedback is an object with a hashValue and a feedbackValue")
        value = word(record.get("feedbackValue"))
        tags = words(listed(record, "tags"))
        up = {"Blocked": True, "NotBlocked": False}.get(value)
        reason = ": ".join([value, ", ".join(tags)]) if tags else value
        opinions.append(Opinion(word(record.get("hashValue")).lower(), up, reason))
    return opinions
