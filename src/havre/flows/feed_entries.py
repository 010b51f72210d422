"""Entries of lists: proposed by one person, confirmed by another, challenged by subscribers, taken back by anybody.

Nothing leaves before a second person confirmed it, in a unit of one neither; taking back needs one person and no wait.
"""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound, Refused
from havre.feeds.life import become
from havre.feeds.models import Entry, Feed, HashList, State, Vote
from havre.feeds.queries import entries_of, entry_for, feed_for
from havre.feeds.rules import Judged, Named, named
from havre.flows.feed_content import Content, must_go
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.restrict import thing_for
from havre.media.models import Medium
from havre.restrictions.models import Kind
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import colleagues, is_a

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
LONGEST = 1_000


@contextmanager
def holding_feed(feed: Feed) -> Iterator[Feed]:
    """One transaction in which nobody else changes what belongs to a feed; its row as it is then.

    The feed is held before the turn of the log, always: a long version keeps nobody else from the log.
    """
    with durable():
        yield Feed.objects.select_for_update().get(pk=feed.pk)


def list_named(feed: Feed, listed: Named) -> HashList:
    """The list of this name, made where there is none. Inside a transaction that holds the feed."""
    values = {"purpose": listed.purpose, "country": listed.country, "audience": listed.audience}
    return HashList.objects.get_or_create(feed=feed, name=listed.name, defaults=values)[0]


def propose(home: Home, acting: Acting, medium: str, name: str) -> Entry:
    """Propose a medium, by digits of its SHA-256, for a list. Raises Refused, with the reason, where it may not be."""
    acting.must_be(*WORKING, to="propose entries of lists")
    feed, listed = feed_for(acting.person), named(name)
    held = _medium(acting, medium)
    content, judged = must_go(home, acting, feed, listed, held)
    with holding_feed(feed) as locked:
        on = list_named(locked, listed)
        there = owned_by(acting.unit, Entry.objects).filter(listed=on, medium=held).exclude(state=State.RETRACTED)
        if there.exists():
            raise Refused(_("this is on the list, or proposed for it, already"))
        entry = _entry(locked, on, content, judged)
        entry.medium, entry.proposed_by, entry.proposed_at = held, acting.person, acting.now()
        entry.save()
        log(home, acting, "change", _thing(entry), {"act": "proposed", "list": on.name})
        seal_log(home, acting)
    return entry


def confirm(home: Home, acting: Acting, number: int, read: tuple[str, str] | None = None) -> Entry:
    """A second person's word: the next version has it. Raises Refused where it may not be on the list any more.

    Where they read it elsewhere, what they `read` is what goes out. Raises Invalid otherwise.
    """
    acting.must_be(*WORKING, to="confirm entries of lists")
    feed, entry = feed_for(acting.person), entry_for(acting.person, number)
    if entry.proposed_by_id == acting.person.pk:
        raise Refused(_("you proposed this: somebody else confirms it, or it stays where it is"))
    if entry.medium is None:
        raise Refused(_("the medium behind this was erased: take the proposal back"))
    content, judged = must_go(home, acting, feed, named(entry.listed.name), entry.medium)
    with holding_feed(feed):
        entry = _again(acting, number)
        become(entry, State.CONFIRMED)
        entry.confirmed_by, entry.confirmed_at = acting.person, acting.now()
        _says(entry, content, judged)
        if read is not None and read != read_of(entry):
            raise Invalid(_("it is judged otherwise than this row says: read it again"))
        entry.save()
        log(home, acting, "change", _thing(entry), {"act": "confirmed", "list": entry.listed.name})
        seal_log(home, acting)
    return entry


def read_of(entry: Entry) -> tuple[str, str]:
    """Labels and categories of an entry, as a table of proposals has them."""
    categories = "; ".join(f"{country} {name}" for country, name in sorted(entry.categories.items()))
    return " ".join(entry.labels), categories


def retract(home: Home, acting: Acting, number: int, because: str) -> Entry:
    """Take an entry back, whatever it is: subscribers hear it with the next version. Raises Invalid without a why."""
    return _retract(home, acting, number, because, frozenset(State))


def refuse(home: Home, acting: Acting, number: int, because: str) -> Entry:
    """Take a proposal back that nobody confirmed yet. Raises Invalid without a why, or where somebody decided on it."""
    return _retract(home, acting, number, because, frozenset({State.PROPOSED}))


def _retract(home: Home, acting: Acting, number: int, because: str, where: Set[State]) -> Entry:
    acting.must_be(*WORKING, to="take entries of lists back")
    why = _said(because)
    feed = feed_for(acting.person)
    with holding_feed(feed):
        entry = _again(acting, number)
        if entry.state not in where:
            raise Invalid(_("somebody decided on this meanwhile: read it again"))
        take_back(entry, why, acting)
        log(home, acting, "change", _thing(entry), {"act": "retracted", "list": entry.listed.name})
        seal_log(home, acting)
    return entry


def take_back(entry: Entry, because: str, acting: Acting) -> None:
    """The entry is retracted from now on. Inside a transaction that holds the feed."""
    become(entry, State.RETRACTED)
    entry.retracted_at, entry.because = acting.now(), because
    entry.save(update_fields=["state", "due", "retracted_at", "because"])


def judge_again(home: Home, acting: Acting, number: int, holds: bool, because: str) -> Entry:
    """Decide what a subscriber says is wrong: it holds, by somebody who had no part in it; or it is taken back."""
    acting.must_be(*WORKING, to="decide what subscribers say is wrong")
    if not holds:
        return retract(home, acting, number, because)
    why, feed = _said(because), feed_for(acting.person)
    with holding_feed(feed):
        entry = _again(acting, number)
        if entry.state != State.CHALLENGED:
            raise Invalid(_("nobody says that this entry is wrong"))
        part = {entry.proposed_by_id, entry.confirmed_by_id}
        others = [each for each in colleagues(acting.person) if each.pk not in part and is_a(each, *WORKING)]
        if acting.person.pk in part and others:
            raise Refused(_("you proposed or confirmed this: somebody who had no part in it decides whether it holds"))
        become(entry, State.PUBLISHED)
        entry.save(update_fields=["state", "due"])
        alone = acting.person.pk in part
        detail = {"act": "upheld", "list": entry.listed.name, "alone": alone, "reason given": bool(why)}
        log(home, acting, "change", _thing(entry), detail)
        seal_log(home, acting)
    return entry


def list_entries(home: Home, acting: Acting, state: str = "", most: int = 200) -> list[dict[str, Any]]:
    """Entries of the unit, the oldest first, with what subscribers say against those that are challenged."""
    if state and state not in State.values:
        raise Invalid(_("an entry is one of: %(states)s") % {"states": ", ".join(State.values)})
    rows = entries_of(acting.person)
    found = list((rows.filter(state=state) if state else rows)[:most])
    against = dict[int, list[str]]()
    for vote in Vote.objects.filter(entry__in=found, up=False).order_by("at"):
        against.setdefault(vote.entry_id, []).append(vote.reason)
    consulted(home, acting, f"entries of {acting.unit.name}", {"state": state or "all", "count": len(found)})
    return [entry_fields(each) | {"against": against.get(each.pk, [])} for each in found]


def entry_fields(entry: Entry) -> dict[str, Any]:
    """An entry as the command line tells it."""
    return {
        "number": entry.number,
        "list": entry.listed.name,
        "state": str(entry.state),
        "due": entry.due,
        "kind": entry.kind,
        "signals": len(entry.signals),
        "labels": list(entry.labels),
        "categories": dict(entry.categories),
        "confirmed": entry.confirmed,
        "proposed_by": entry.proposed_by.name if entry.proposed_by else None,
        "confirmed_by": entry.confirmed_by.name if entry.confirmed_by else None,
    }


def _medium(acting: Acting, named_: str) -> Medium:
    found = owned_by(acting.unit, Medium.objects).filter(pk=thing_for(acting, Kind.MEDIA, named_).key).first()
    if found is None:
        raise NotFound(_("there is no such medium"))
    return found


def _again(acting: Acting, number: int) -> Entry:
    """The entry as it is now that the feed is held."""
    return entry_for(acting.person, number)


def _entry(feed: Feed, on: HashList, content: Content, judged: Judged) -> Entry:
    entry = Entry(listed=on, number=next_number(feed), unit=feed.unit)
    _says(entry, content, judged)
    return entry


def next_number(feed: Feed) -> int:
    """A number that nothing of this feed had. Inside a transaction that holds it."""
    feed.numbers += 1
    feed.save(update_fields=["numbers"])
    return feed.numbers


def _says(entry: Entry, content: Content, judged: Judged) -> None:
    entry.signals = [[each.method, each.version, each.value] for each in content.signals]
    entry.kind, entry.labels, entry.categories = str(content.kind), list(judged.labels), dict(judged.categories)
    entry.baseline = bool(judged.baseline.countries(baseline=True)) and entry.listed.purpose == "baseline"
    entry.generated, entry.confirmed = judged.generated, judged.units


def _said(because: str) -> str:
    why = because.strip()
    if not why or len(why) > LONGEST or "\0" in why:
        raise Invalid(_("say why, in at most %(most)s characters") % {"most": LONGEST})
    return why


def _thing(entry: Entry) -> str:
    return f"entry {entry.number} of lists"
