"""Hashes of what people took back are forgotten when everybody has heard it, or no later than 90 days afterwards."""

from datetime import timedelta

from havre.feeds.blank import AT_FIRST, AT_LAST, EVERY, blank, to_blank
from havre.feeds.models import Entry, HashList, Published, Purpose, State, Subscriber
from havre.feeds.receipts import acknowledge, standings
from havre.feeds.version import new_version
from havre.hashlists.lines import entry_of
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import list_of, reader
from tests.feeds.test_version import confirmed


def taken_back(*names: str) -> tuple[HashList, list[Subscriber]]:
    """A list of what nobody saw, read by these: the first of two entries was taken back in version 2."""
    anke = introduce().anke
    listed = list_of(anke, "unreviewed", Purpose.UNREVIEWED)
    readers = [reader(anke, name, listed) for name in names]
    confirmed(listed, 1, reviewed=False)
    confirmed(listed, 2, reviewed=False)
    new_version(listed.feed, NOON)
    Entry.objects.filter(number=1).update(state=State.RETRACTED, due=True, retracted_at=NOON)
    new_version(listed.feed, NOON)
    return listed, readers


def test_it_waits_for_everybody_who_reads_the_list_and_for_nobody_else(database: Settings) -> None:
    listed, (one, other, gone) = taken_back("One", "Other", "Gone")
    Subscriber.objects.filter(pk=gone.pk).update(ended_at=NOON)
    acknowledge(one, "unreviewed", 2, NOON)
    acknowledge(other, "unreviewed", 1, NOON)
    week = NOON + AT_FIRST
    assert blank(listed.feed, week) == 0
    acknowledge(other, "unreviewed", 2, NOON)
    assert blank(listed.feed, week - timedelta(seconds=1)) == 0  # who reads by signals may not have asked yet
    assert blank(listed.feed, week) == 1
    first, second = Entry.objects.order_by("number")
    assert (first.signals, first.blanked_at, first.due) == ([], week, True)
    assert (len(second.signals), second.blanked_at, second.due) == (3, None, False)


def test_without_receipts_it_waits_for_ninety_days(database: Settings) -> None:
    listed, _readers = taken_back("One")
    assert not to_blank(listed.feed, NOON + AT_LAST - timedelta(seconds=1)).exists()
    assert blank(listed.feed, NOON + AT_LAST) == 1


def test_what_nobody_reads_or_never_went_out_is_forgotten_at_once(database: Settings) -> None:
    listed, _readers = taken_back()
    confirmed(listed, 3, reviewed=False, state=State.RETRACTED, due=False)
    assert blank(listed.feed, NOON) == 2
    assert list(Entry.objects.filter(signals=[]).values_list("number", "due").order_by("number")) == [
        (1, True),
        (3, False),
    ]
    assert blank(listed.feed, NOON) == 0


def test_a_version_says_so_by_number_alone_and_who_has_not_heard_the_retraction_is_still_known(
    database: Settings,
) -> None:
    listed, (one, late) = taken_back("One", "Late")
    acknowledge(one, "unreviewed", 2, NOON)
    acknowledge(late, "unreviewed", 1, NOON)
    blank(listed.feed, NOON + AT_LAST)
    made = new_version(listed.feed, NOON + AT_LAST)
    assert made is not None
    assert (made.number, made.retracted, made.blanked) == (3, 0, True)
    row = Published.objects.get(number=1)
    assert (row.version, row.retracted, row.retracted_in, entry_of(row.line.encode()).signals) == (3, True, 2, ())
    listed.refresh_from_db()
    assert (listed.whole, listed.blanked_at) == (3, NOON + AT_LAST)
    assert [(each.subscriber, each.missing) for each in standings(listed.feed)] == [("Late", 1), ("One", 0)]


def test_a_list_is_written_anew_for_it_once_a_day(database: Settings) -> None:
    listed, _readers = taken_back()
    blank(listed.feed, NOON)
    new_version(listed.feed, NOON)
    Entry.objects.filter(number=2).update(state=State.RETRACTED, due=True, retracted_at=NOON)
    new_version(listed.feed, NOON)
    assert blank(listed.feed, NOON + EVERY - timedelta(seconds=1)) == 0
    assert blank(listed.feed, NOON + EVERY) == 1
