"""While much comes, letters without proof of work wait; danger never does; nothing is refused."""

from datetime import timedelta

from django.test import Client

from havre.entrypoints.public import letters
from havre.hotline.models import Door, Letter, Receipt
from havre.sealing.puzzle import BITS, puzzle, solution
from havre.sealing.receipt import read_code
from tests.cast import NOON
from tests.entrypoints.public.shown import hidden, posted, sent


def crowd(door: Door, count: int = letters.BUSY) -> None:
    """Many letters wait."""
    one = Receipt.objects.create(unit=door.unit, digest=bytes(32), sealing=bytes(32), made_at=NOON)
    Letter.objects.bulk_create(Letter(receipt=one, kind="report", sealed=b"x", at=NOON) for _each in range(count))


def newest() -> Letter:
    return Letter.objects.latest("id")


def test_one_letter_less_than_many_is_not_many(door: Door) -> None:
    crowd(door, letters.BUSY - 1)
    assert not letters.busy(door)
    crowd_more = Letter.objects.first()
    assert crowd_more is not None
    Letter.objects.create(receipt=crowd_more.receipt, kind="report", sealed=b"x", at=NOON)
    assert letters.busy(door)
    Letter.objects.update(taken_at=NOON)
    assert not letters.busy(door)


def test_under_load_a_letter_without_work_waits_and_one_with_it_does_not(visitor: Client, door: Door) -> None:
    sent(visitor, address="page.example/1")
    assert newest().slow is False
    crowd(door)
    sent(visitor, address="page.example/2")
    assert newest().slow is True
    form = hidden(visitor.get("/en/report"))
    work = solution(form["puzzle"], BITS)
    posted(visitor, "/en/report", **form | {"address": "page.example/3", "work": work})
    assert newest().slow is False
    other = hidden(visitor.get("/en/report"))
    posted(visitor, "/en/report", **other | {"address": "page.example/4", "work": work, "puzzle": form["puzzle"]})
    assert newest().slow is True  # the work of one letter is of no use for another


def test_danger_never_waits(visitor: Client, door: Door) -> None:
    crowd(door)
    sent(visitor, address="page.example/1", danger="1")
    assert (newest().danger, newest().slow) == (True, False)


def test_old_work_counts_no_more_and_is_not_refused(visitor: Client, door: Door) -> None:
    crowd(door)
    form = hidden(visitor.get("/en/report"))
    old = puzzle(bytes(32), read_code(form["code"]).digest, int((NOON - timedelta(days=1)).timestamp()))
    answer = posted(
        visitor, "/en/report", **form | {"address": "p.example", "puzzle": old, "work": solution(old, BITS)}
    )
    assert (answer.status_code, newest().slow) == (200, True)
