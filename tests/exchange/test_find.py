"""Digests that contradict one another are no match, and what is not for the unit is never compared."""

from uuid import UUID

import pytest

from havre.exchange.board import put, withdraw
from havre.exchange.find import by_index, held_like, identical, index_of, media_after, near, others
from havre.exchange.models import SharedPrint
from havre.restrictions.model import Owner
from tests.cast import NOON, acting, introduce
from tests.exchange.shared import confirmed, open_to, printed

PEER = Owner("ab" * 8, "ACCCE", "AU")


@pytest.mark.usefixtures("database")
def test_an_equal_md5_with_another_sha256_is_not_the_same() -> None:
    unit = acting(introduce().anke)
    media = [member.medium for member in confirmed(unit, 2).members.order_by("medium")]
    md5, sha256 = bytes(media[0].md5).hex(), bytes(media[0].sha256).hex()
    whole = put(PEER, "media", UUID(int=1), {"md5": md5, "sha256": sha256}, open_to("BE"), 1, NOON)
    put(PEER, "media", UUID(int=2), {"md5": md5, "sha256": "ff" * 32}, open_to("BE"), 1, NOON)
    put(PEER, "media", UUID(int=3), {"md5": md5, "sha256": sha256}, open_to("IT"), 1, NOON)
    assert [(each.medium, each.theirs) for each in identical(unit.unit, media, NOON)] == [(media[0].pk, whole.pk)]
    prints = list(SharedPrint.objects.filter(shared__in=others(unit.unit, NOON)))
    assert [(each.medium, each.theirs) for each in held_like(unit.unit, prints)] == [(media[0].pk, whole.pk)]


@pytest.mark.usefixtures("database")
def test_what_looks_alike_is_found_once_with_the_nearest_distance() -> None:
    unit = acting(introduce().anke)
    medium = confirmed(unit, 1).members.get().medium
    pdq = printed(medium, 5)
    other = (int.from_bytes(pdq, "little") ^ 0b111).to_bytes(32, "little").hex()
    body = {"pdq": [other, pdq.hex()], "quality": 90}
    row = put(PEER, "media", UUID(int=1), body, open_to("BE"), 1, NOON)
    prints = [(each.pk, bytes(each.pdq or b"")) for each in SharedPrint.objects.all()]
    with index_of(prints) as index:
        found = list(near(unit.unit, [medium.pk], by_index(index), NOON))
    assert [(each.theirs, each.percent) for each in found] == [(row.pk, 100)]
    assert [len(some) for some in media_after(unit.unit, 0)] == [1]
    assert list(media_after(unit.unit, medium.pk)) == []


@pytest.mark.usefixtures("database")
def test_ones_own_and_what_is_withdrawn_is_nothing_of_others() -> None:
    cast = introduce()
    theirs = put(PEER, "media", UUID(int=1), {}, open_to("BE"), 1, NOON)
    put(PEER, "media", UUID(int=2), {}, open_to("BE"), 1, NOON)
    withdraw(PEER, UUID(int=2), 2, NOON)
    put(Owner("", "Federal Police", "BE"), "media", UUID(int=3), {}, open_to("BE"), 1, NOON)
    assert list(others(cast.belgium, NOON)) == [theirs]
