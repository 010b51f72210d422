"""Two people, two countries, whole pictures, willing sources: nothing else gets on a list. Poisoning, by name."""

from collections.abc import Callable

import pytest

from havre.assessments.facts import Facts
from havre.errors import Invalid, NotFound, Refused
from havre.feeds.benign import keep_benign
from havre.feeds.models import Entry, State
from havre.feeds.votes import vote
from havre.fingerprints.pdq import BYTES
from havre.flows.check import check_after
from havre.flows.feed_entries import (
    confirm,
    entry_fields,
    judge_again,
    list_entries,
    next_number,
    propose,
    refuse,
    retract,
)
from havre.flows.publish_feed import publish
from havre.flows.restrict import restrict
from havre.matches.formats.record import Entry as Read
from havre.media.models import Fingerprint, Medium
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Restricted
from havre.series.models import Series
from havre.units.models import Person
from tests.cast import NOON
from tests.exchange.shared import same_here
from tests.flows.fed import MADE, TO_PLATFORMS, YES, Fed
from tests.flows.test_baseline import judged

Count = Callable[[int, int], int]


def test_one_proposes_and_another_confirms(having_feed: Fed) -> None:
    node, entry = having_feed.node, having_feed.propose(having_feed.medium())
    with pytest.raises(Refused, match="somebody else confirms"):
        confirm(node.home, node.anke, entry.number)
    done = confirm(node.home, node.bram, entry.number)
    assert (done.state, done.due) == (State.CONFIRMED, True)
    told = entry_fields(done)
    assert (told["proposed_by"], told["confirmed_by"], told["list"]) == ("anke", "bram", "national-be")
    assert (told["categories"], told["labels"]) == ({"BE": "BE 1"}, ["age-6-9", "produced-camera", "visible-act"])
    with pytest.raises(Invalid, match="cannot become"):
        confirm(node.home, node.bram, entry.number)


def test_single_confirmer_is_refused_in_a_unit_of_one_too(having_feed: Fed) -> None:
    entry = having_feed.propose(having_feed.medium())
    Person.objects.filter(name="bram").delete()
    with pytest.raises(Refused, match="somebody else confirms"):
        confirm(having_feed.node.home, having_feed.node.anke, entry.number)


def test_single_country_is_no_baseline(having_feed: Fed) -> None:
    with pytest.raises(Refused, match="2 countries confirmed; of this 1 did"):
        having_feed.propose(having_feed.medium(), "baseline")


def test_two_countries_are_a_baseline_until_one_says_otherwise(having_feed: Fed) -> None:
    node, open_to = (
        having_feed.node,
        Restriction(Level.OPEN, countries=frozenset({"IT"}), groups=frozenset({"platform"}), onward=True),
    )
    medium = having_feed.medium(to=None)
    restrict(node.home, node.anke, "series", Series.objects.get(members__medium=medium).reference, open_to)
    own = same_here(node.chiara, Series.objects.get(members__medium=medium))
    theirs = own.members.get().medium
    judged(node, node.chiara, theirs, "1", YES)
    restrict(node.home, node.chiara, "series", own.reference, Restriction(Level.OPEN, countries=frozenset({"BE"})))
    check_after(node.home, node.anke)
    check_after(node.home, node.chiara)
    entry = having_feed.propose(medium, "baseline")
    assert (entry.baseline, entry.confirmed, dict(entry.categories)["BE"]) == (True, 2, "BE 1")
    judged(node, node.chiara, theirs, "5", Facts())
    with pytest.raises(Refused, match="countries disagree"):
        confirm(node.home, node.bram, entry.number)


def test_low_quality_is_refused(having_feed: Fed) -> None:
    for quality in (0, 49):
        with pytest.raises(Refused, match="quality of its fingerprint is below 50"):
            having_feed.propose(having_feed.medium(quality=quality))


def flipped(value: bytes, bits: int) -> str:
    """A PDQ so many bits away."""
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(BYTES, "big").hex()


@pytest.mark.proof
def test_colliding_with_a_benign_picture_is_refused_however_it_is_turned(having_feed: Fed, count: Count) -> None:
    media = [having_feed.medium() for _way in range(count(3, 8))]
    held = [bytes(Fingerprint.objects.get(medium=each).orientations) for each in media]
    ways = [each[way * BYTES : (way + 1) * BYTES] for way, each in enumerate(held)]
    keep_benign(having_feed.feed, "harmless", [Read("1", pdq=flipped(value, 31)) for value in ways])
    for medium in media:
        with pytest.raises(Refused, match="within 31 bits of a harmless picture"):
            having_feed.propose(medium)


def test_what_is_32_bits_from_a_benign_picture_may_go(having_feed: Fed) -> None:
    medium = having_feed.medium()
    held = bytes(Fingerprint.objects.get(medium=medium).orientations)[:BYTES]
    keep_benign(having_feed.feed, "harmless", [Read("1", pdq=flipped(held, 32))])
    assert having_feed.propose(medium).state == State.PROPOSED


def test_the_very_bytes_of_something_benign_are_refused_at_confirmation_too(having_feed: Fed) -> None:
    medium = having_feed.medium()
    entry = having_feed.propose(medium)
    keep_benign(having_feed.feed, "harmless", [Read("1", md5=bytes(medium.md5).hex())])
    with pytest.raises(Refused, match="very bytes"):
        confirm(having_feed.node.home, having_feed.node.bram, entry.number)


RESTRICTED = [
    None,
    Restriction(Level.OPEN, countries=frozenset({"IT"}), onward=True),
    Restriction(Level.OPEN, groups=frozenset({"hotline"}), onward=True),
    Restriction(Level.HIT, groups=frozenset({"platform"}), onward=True),
    Restriction(Level.OPEN, groups=frozenset({"platform"})),
    Restriction(Level.OPEN, groups=frozenset({"platform"}), onward=True, no_countries=frozenset({"US"})),
]


def test_a_restricted_source_is_refused(having_feed: Fed) -> None:
    for restriction in RESTRICTED:
        with pytest.raises(Refused, match="its source does not let it go there"):
            having_feed.propose(having_feed.medium(to=restriction))


def test_a_case_that_keeps_it_closed_wins_over_its_series(having_feed: Fed) -> None:
    medium = having_feed.medium()
    case = medium.exhibits.get().item.intake.case
    restrict(having_feed.node.home, having_feed.node.anke, "case", case.reference, Restriction())
    with pytest.raises(Refused, match="does not let it go"):
        having_feed.propose(medium)
    assert Restricted.objects.count() == 2


BELONGS_NOT = [
    (MADE, "1", "national-be", "a machine made this"),
    (YES, "1", "generated", "not judged to be made by a machine"),
    (Facts(), "5", "national-be", "not judged to be illegal"),
    (Facts("adult"), "1", "national-be", "nobody in BE"),
    (YES, "1", "national-fr", "nobody in FR"),
    (YES, "1", "unreviewed", "nobody saw"),
]


@pytest.mark.proof
def test_each_list_takes_what_belongs_on_it(having_feed: Fed, count: Count) -> None:
    for facts, label, name, why in BELONGS_NOT[: count(3, 6)]:
        with pytest.raises(Refused, match=why):
            having_feed.propose(having_feed.medium(facts, label), name)


def test_what_a_machine_made_stands_apart(having_feed: Fed) -> None:
    entry = having_feed.entry("generated", facts=MADE)
    assert (entry.generated, entry.listed.name, entry.confirmed) == (True, "generated", 1)


def test_one_medium_is_on_a_list_once_and_comes_back_with_another_number(having_feed: Fed) -> None:
    node, medium = having_feed.node, having_feed.medium()
    first = having_feed.propose(medium)
    with pytest.raises(Refused, match="already"):
        having_feed.propose(medium)
    retract(node.home, node.bram, first.number, "a mistake")
    assert having_feed.propose(medium).number > first.number
    assert Entry.objects.get(number=first.number).due is False  # nobody ever had it


def test_what_subscribers_dispute_is_judged_by_somebody_else_or_taken_back(having_feed: Fed) -> None:
    node, entry = having_feed.node, having_feed.entry()
    reader, _token = having_feed.reader()
    publish(node.home, node.anke)
    vote(reader, "national-be", entry.number, False, "a beach", NOON)
    (told,) = list_entries(node.home, node.anke, "challenged")
    assert told["against"] == ["a beach"]
    held = judge_again(node.home, node.bram, entry.number, True, "it is what it is")
    assert (held.state, held.due) == (State.PUBLISHED, True)
    with pytest.raises(Invalid, match="nobody says"):
        judge_again(node.home, node.bram, entry.number, True, "again")
    vote(reader, "national-be", entry.number, False, "still a beach", NOON)
    gone = judge_again(node.home, node.anke, entry.number, False, "a beach indeed")
    assert (gone.state, gone.due) == (State.RETRACTED, True)
    for because in ("", "a\0b"):
        with pytest.raises(Invalid, match="say why"):
            retract(node.home, node.anke, entry.number, because)


def test_what_is_another_units_is_as_what_is_not_there(having_feed: Fed) -> None:
    node, entry = having_feed.node, having_feed.entry()
    with pytest.raises(NotFound):
        propose(node.home, node.chiara, bytes(Medium.objects.first().sha256).hex(), "baseline")  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        retract(node.home, node.chiara, entry.number, "mine")
    with pytest.raises(Invalid, match="a list is called"):
        having_feed.propose(having_feed.medium(), "Everything")
    with pytest.raises(Invalid, match="one of"):
        list_entries(node.home, node.anke, "lost")


def test_no_number_is_given_twice(having_feed: Fed) -> None:
    feed = having_feed.feed
    assert [next_number(feed), next_number(feed), having_feed.feed.numbers] == [1, 2, 2]
    assert TO_PLATFORMS.onward


def test_what_somebody_confirmed_meanwhile_is_not_taken_back_by_refusing_it(having_feed: Fed) -> None:
    here, entry = having_feed.node, having_feed.entry()
    with pytest.raises(Invalid, match="decided on this meanwhile"):
        refuse(here.home, here.anke, entry.number, "not this one")
    entry.refresh_from_db()
    assert entry.state == State.CONFIRMED
