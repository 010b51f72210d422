"""What another unit was sent, asked or counted is in no read of mine."""

from datetime import timedelta

import pytest

from havre.errors import NotFound
from havre.platforms.models import Edition
from havre.platforms.queries import (
    asked,
    counted,
    edition_for,
    edition_keyed,
    left_in,
    record_for,
    records_of,
    request_for,
    requests_waiting,
)
from tests.cast import NOON, Node
from tests.corrections.standing import challenged
from tests.platforms.asked import asked as asking
from tests.platforms.written import contact, notice


def test_reads_are_of_the_viewers_unit(begun: Node) -> None:
    made = notice(begun.anke.person, contact(begun.anke.person))
    challenged(begun.home, begun.anke, made)
    request = asking(begun)
    begins, ends = NOON - timedelta(days=1), NOON + timedelta(days=1)
    anke, chiara = begun.anke.person, begun.chiara.person
    edition = Edition.objects.get()
    assert counted(anke, begins, ends) == {}  # it was left out
    ((one,),) = counted(anke, begins, ends, every=True).values()
    assert (one.reference, one.left_at) == (made.reference, NOON)
    assert list(left_in(anke, begins, ends)) == [made]
    assert [len(each) for each in asked(anke, begins, ends).values()] == [2]
    assert edition_for(anke, edition.number) == edition_keyed(anke, edition.pk) == edition
    assert record_for(anke, edition, "Host A").edition == edition
    assert requests_waiting(anke, NOON + timedelta(days=7)).count() == 2
    assert counted(chiara, begins, ends, every=True) == {}
    assert asked(chiara, begins, ends) == {}
    assert list(left_in(chiara, begins, ends)) == []
    assert list(records_of(chiara, edition)) == []
    for read in (
        lambda: edition_for(chiara, edition.number),
        lambda: edition_keyed(chiara, edition.pk),
        lambda: request_for(chiara, request.reference),
        lambda: record_for(chiara, edition, "Host A"),
        lambda: record_for(anke, edition, "Host\x00A"),
    ):
        with pytest.raises(NotFound):
            read()
