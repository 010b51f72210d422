"""Lists as people of the unit read them: how they are, what waits for a second person, what subscribers say of them.

Every read is bounded and goes on behind a cursor; what is read is logged before its answer leaves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from havre.assessments.mapping import mappings
from havre.audit.entry import Entry as Line
from havre.audit.queries import entries_about
from havre.feeds.life import OUT
from havre.feeds.models import Entry, Feed, HashList, Purpose, Root, State, Subscription, Version, Vote
from havre.feeds.queries import entries_of, entry_for, feed_for, lists_of
from havre.feeds.rules import Named, named
from havre.feeds.trouble import Trouble, troubles
from havre.flows.feed_checked import Checked, checks_of
from havre.flows.feed_entries import WORKING
from havre.flows.home import Home, consulted
from havre.media.models import Medium
from havre.media.queries import medium_by_id
from havre.restrictions.visible import owned_by, visible_to
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import colleagues, is_a

PAGE = 30
"""Entries or votes on a page."""
MOST = 50
"""Votes, lines of the log and entries beside one thing."""
LOOKED = 200
"""Lines of the log among which changes are looked for: who only looked is not shown beside them."""
SEEING = (*WORKING, RoleName.ADMINISTRATOR)
"""Who may read how lists are, and who reads them: nothing of that shows a medium."""


@dataclass(frozen=True, slots=True)
class ListShown:
    """One list, by how much is on it."""

    listed: HashList
    at: datetime | None
    """When its version was published."""
    living: int
    retracted: int
    """Of what subscribers had."""
    proposed: int
    disputed: int
    due: int
    subscribers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A unit's feed."""

    feed: Feed
    at: datetime | None
    """When its version was published."""
    root_ends: datetime | None
    troubles: Sequence[tuple[Trouble, datetime]]
    lists: Sequence[ListShown]


def overview(home: Home, acting: Acting) -> Overview | None:
    """How the unit's lists are; None where it has no feed."""
    acting.must_be(*SEEING, to="read how lists are")
    feed = visible_to(acting.person, Feed.objects).first()
    consulted(home, acting, f"lists of {acting.unit.name}")
    if feed is None:
        return None
    lists = list(lists_of(acting.person))
    moments = dict(
        Version.objects.filter(feed=feed, number__in={feed.version, *(each.version for each in lists)}).values_list(
            "number", "at"
        )
    )
    counts, readers = _counts(acting), _readers(feed)
    ends = Root.objects.filter(feed=feed).order_by("-version").values_list("expires_at", flat=True).first()
    found = list(troubles(feed.signed, feed.written, feed.signed_at, ends, acting.now()))
    shown = [
        ListShown(each, moments.get(each.version), **counts.get(each.pk, NONE), subscribers=readers.get(each.pk, 0))
        for each in lists
    ]
    return Overview(feed, moments.get(feed.version), ends, found, shown)


NONE: Mapping[str, int] = {"living": 0, "retracted": 0, "proposed": 0, "disputed": 0, "due": 0}


def _counts(acting: Acting) -> Mapping[int, Mapping[str, int]]:
    kinds = {
        "living": Q(state__in=OUT),
        "retracted": Q(state=State.RETRACTED, added_at__isnull=False),
        "proposed": Q(state=State.PROPOSED),
        "disputed": Q(state=State.CHALLENGED),
        "due": Q(due=True),
    }
    rows: QuerySet[Any] = owned_by(acting.unit, Entry.objects).order_by().values("listed")
    counted = rows.annotate(**{name: Count("pk", filter=which) for name, which in kinds.items()})
    return {row["listed"]: {name: row[name] for name in kinds} for row in counted}


def _readers(feed: Feed) -> Mapping[int, int]:
    rows = Subscription.objects.filter(listed__feed=feed, subscriber__ended_at=None).order_by()
    return dict(rows.values_list("listed").annotate(count=Count("pk")))


# ---- what waits for a person ----


def proposals(home: Home, acting: Acting, after: int = 0) -> Sequence[Entry]:
    """What waits for a second person behind an entry of this number, the oldest first; one more than a page takes."""
    acting.must_be(*WORKING, to="confirm entries of lists")
    found = list(_waiting(acting, State.PROPOSED, after)[: PAGE + 1])
    consulted(home, acting, f"proposals for lists of {acting.unit.name}", {"count": len(found[:PAGE])})
    return found


def _waiting(acting: Acting, state: State, after: int) -> "QuerySet[Entry]":
    return (
        entries_of(acting.person)
        .filter(state=state, number__gt=after)
        .select_related("listed", "medium", "proposed_by", "confirmed_by")
    )


def next_waiting(acting: Acting, state: State, after: int) -> int | None:
    """The number of the next entry that waits for this person behind one of this number, or from the first on."""
    acting.must_be(*WORKING, to="confirm entries of lists")
    rows = entries_of(acting.person).filter(state=state)
    if state == State.PROPOSED:
        rows = rows.exclude(proposed_by=acting.person)
    numbers = rows.values_list("number", flat=True)
    return numbers.filter(number__gt=after).first() or numbers.exclude(number=after).first()


@dataclass(frozen=True, slots=True)
class Disputed:
    """An entry with what subscribers say against it."""

    entry: Entry
    against: Sequence[Vote]
    """The newest words, at most MOST over all entries of a page."""


def disputed(home: Home, acting: Acting, after: int = 0) -> Sequence[Disputed]:
    """What subscribers say is wrong, behind an entry of this number; one more than a page takes."""
    acting.must_be(*WORKING, to="decide what subscribers say is wrong")
    found = list(_waiting(acting, State.CHALLENGED, after)[: PAGE + 1])
    against: dict[int, list[Vote]] = {}
    votes = Vote.objects.filter(entry__in=found, up=False).select_related("subscriber").order_by("-pk")
    for vote in votes[: PAGE * MOST]:
        against.setdefault(vote.entry_id, []).append(vote)
    consulted(home, acting, f"disputed entries of {acting.unit.name}", {"count": len(found[:PAGE])})
    return [Disputed(each, against.get(each.pk, [])) for each in found]


def votes_said(home: Home, acting: Acting, before: int = 0) -> Sequence[Vote]:
    """Everything that subscribers said, the newest first, before a vote of this key; one more than a page takes."""
    acting.must_be(*WORKING, to="decide what subscribers say is wrong")
    rows = visible_to(acting.person, Vote.objects.all(), "entry__unit").select_related("subscriber", "entry__listed")
    found = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: PAGE + 1])
    consulted(home, acting, f"votes on lists of {acting.unit.name}", {"count": len(found[:PAGE])})
    return found


# ---- one entry ----


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry with everything that speaks for and against it."""

    entry: Entry
    checked: Checked | None
    """None where there is nothing to check: it was taken back, its medium erased, or nobody here ever saw it."""
    votes: Sequence[Vote]
    history: Sequence[Line]
    mine: bool
    """Whether who asks proposed it."""
    another: bool
    """Whether somebody else, who had no part in it, must say that it holds."""


def read_entry(home: Home, acting: Acting, number: int) -> EntryShown:
    """An entry of this number; that it was read is logged."""
    acting.must_be(*WORKING, to="read entries of lists")
    entry = entry_for(acting.person, number)
    thing = f"entry {entry.number} of lists"
    consulted(home, acting, thing)
    feed = feed_for(acting.person)
    checked = None
    if entry.medium is not None and entry.reviewed and entry.state != State.RETRACTED:
        checked = checks_of(home, acting, feed, [named(entry.listed.name)], entry.medium)
    votes = Vote.objects.filter(entry=entry).select_related("subscriber").order_by("-at", "-pk")
    return EntryShown(
        entry,
        checked,
        list(votes[:MOST]),
        [each for each in entries_about(acting.person, [thing], LOOKED) if each.verb != "consultation"][:MOST],
        entry.proposed_by_id == acting.person.pk,
        entry.state == State.CHALLENGED and _another(acting, entry),
    )


def _another(acting: Acting, entry: Entry) -> bool:
    """As `judge_again` asks it."""
    part = {entry.proposed_by_id, entry.confirmed_by_id}
    if acting.person.pk not in part:
        return False
    return any(each.pk not in part and is_a(each, *WORKING) for each in colleagues(acting.person))


# ---- one medium ----


@dataclass(frozen=True, slots=True)
class MediumShown:
    """A medium and the lists it is on, or could be on."""

    medium: Medium
    entries: Sequence[Entry]
    checked: Checked | None
    """None where the unit has no feed."""


def read_lists(home: Home, acting: Acting, number: int) -> MediumShown:
    """Which lists the medium of this number is on, and what speaks for and against each of the others."""
    acting.must_be(*WORKING, to="propose entries of lists")
    medium = medium_by_id(acting.person, number)
    consulted(home, acting, f"medium {medium.pk}", {"act": "lists looked at"})
    entries = list(entries_of(acting.person).filter(medium=medium).order_by("-pk")[:MOST])
    feed = visible_to(acting.person, Feed.objects).select_related("unit").first()
    if feed is None:
        return MediumShown(medium, entries, None)
    return MediumShown(medium, entries, checks_of(home, acting, feed, _offered(acting), medium))


def _offered(acting: Acting) -> Sequence[Named]:
    """Lists that there are, and those that any unit may begin."""
    country = acting.unit.country
    begun = lists_of(acting.person).exclude(purpose=Purpose.UNREVIEWED).values_list("name", flat=True)
    names = ["baseline", *([f"national-{country.lower()}"] if country in mappings() else []), "generated", *begun]
    return [named(name) for name in dict.fromkeys(names)]


def propose_named(acting: Acting, number: int) -> str:
    """What `propose` calls the medium of this number. Raises NotFound."""
    return bytes(medium_by_id(acting.person, number).sha256).hex()
