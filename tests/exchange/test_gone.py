"""What a deleted row was found by is remembered until it lies in no index."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.exchange import gone
from havre.exchange import imprint_shape as shape
from havre.exchange.board import put, withdraw
from havre.exchange.gone import gone_from, spans
from havre.exchange.models import Counter as Runs
from havre.exchange.models import Gone, SharedImprint, SharedPrint
from havre.exchange.restored import open_again
from havre.restrictions.model import CLOSED, Owner
from tests.cast import NOON, introduce
from tests.exchange.test_board_stock import shared
from tests.imprinted import film, sound

PEER = Owner("ab" * 8, "ACCCE", "AU")


def pictures(number: int, version: int, *pdqs: str, quality: int = 90) -> None:
    """A peer tells of a medium that is found by these."""
    body = {"pdq": [pdq * 32 for pdq in pdqs], "quality": quality, "md5": "ab" * 16}
    put(PEER, "media", UUID(int=number), body, CLOSED, version, NOON)


@pytest.mark.usefixtures("database")
def test_what_is_withdrawn_or_told_otherwise_is_remembered_and_what_is_told_again_is_not() -> None:
    pictures(1, 1, "0a", "0b")
    pictures(2, 1, "0c")
    pictures(3, 1, "0d", quality=10)  # which no index has
    first, second, third = SharedPrint.objects.filter(quality=90).order_by("id").values_list("id", flat=True)
    pictures(1, 2, "0a", "0b")
    assert not Gone.objects.exists()
    withdraw(PEER, UUID(int=1), 3, NOON)
    withdraw(PEER, UUID(int=3), 3, NOON)
    assert list(Gone.objects.values_list("shelf", "first", "count")) == [("board", first, 2)]
    pictures(2, 2, "0e")
    assert gone_from("board").tolist() == [first, second, third]
    assert gone_from("board", Gone.objects.earliest("pk").pk).tolist() == [first, second]


@pytest.mark.usefixtures("database")
def test_of_a_film_all_its_runs_are_remembered_and_after_a_restore_nothing() -> None:
    introduce()
    shared(1, film(1, 2, 3), sound(1, 20))
    runs, key = (SharedImprint.objects.get(method=method) for method in ("film", "sound"))
    withdraw(PEER, UUID(int=1), 9, NOON)
    assert {(each.shelf, each.first, each.count) for each in Gone.objects.all()} == {
        ("board films", runs.first, runs.count), ("board sounds", key.pk, 1),
    }  # fmt: skip
    open_again(NOON)
    assert not Gone.objects.exists()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4))))
def test_pieces_hold_the_same_records_and_no_two_of_them_touch(given_: list[tuple[int, int]]) -> None:
    pieces, at = [], 1
    for gap, count in given_:
        pieces.append((at + gap, count))
        at += gap + count
    found = list(spans(pieces))
    assert [each for first, count in found for each in range(first, first + count)] == [
        each for first, count in pieces for each in range(first, first + count)
    ]
    assert all(first + count < following for (first, count), (following, _) in pairwise(found))


@pytest.mark.usefixtures("database")
def test_a_node_that_tells_films_otherwise_without_end_uses_up_its_own_numbers_of_the_year_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    introduce()
    monkeypatch.setattr(gone, "MOST_LOST", 10)

    def told(version: int, at: datetime = NOON, origin: Owner = PEER, number: int = 1) -> int | None:
        made = film(*range(9 * version, 9 * version + 9))
        body = {"imprints": [shape.told(made.method, made.version, made.at, made.data)]}
        put(origin, "media", UUID(int=number), body, CLOSED, version, at)
        return SharedImprint.objects.get(shared__ref=UUID(int=number), shared__node=origin.node).first

    numbers = [told(version) for version in range(1, 30)]
    given = [each for each in numbers if each is not None]
    assert (numbers[:2], numbers[-1]) == (given[:2], None)
    assert len(given) < 5
    last = Runs.objects.get().runs
    assert told(30, origin=Owner("cd" * 8, "NCA", "GB")) == last + 1  # others go on
    assert told(31, NOON + timedelta(days=366)) is not None  # and so does it, in another year
    own = Owner("", "Federal Police", "BE")
    assert all(told(version, origin=own, number=2) for version in range(1, 9))
