import random

from havre.matches.formats import tally
from havre.matches.formats.record import Entry
from havre.matches.formats.tally import Seen, Tally
from tests.matches.formats.samples import digest


def test_totals_add_up_and_a_medium_named_twice_is_counted() -> None:
    counted = Tally()
    for number in (1, 2, 1):
        counted.accept(Entry("", digest(number)))
    assert counted.refuse("line 4", "why", "text").reason == "why"
    summary = counted.summary()
    assert (summary.read, summary.good, summary.bad) == (4, 3, {"why": 1})
    assert summary.defects == {"several entries of one medium": 1}


def test_beyond_so_many_keys_a_bitmap_remembers_all_and_rarely_errs() -> None:
    chance, seen = random.Random(7), Seen()
    keys = [chance.getrandbits(128) for _ in range(tally.EXACT_UNTIL + 50_000)]
    assert sum(map(seen.again, keys)) <= 5
    assert all(map(seen.again, keys))
