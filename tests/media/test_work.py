"""Work is handed out once, oldest first, and again when its lease is over or its holder gone."""

from datetime import timedelta

import pytest
from django.db import transaction

from havre.media.models import Medium, WorkUnit
from havre.media.work import LEASE, claim, give_back, leave_for_later, still_mine, waiting
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def cast(database: object) -> Cast:
    found = introduce()
    for unit, count in ((found.belgium, 2), (found.italy, 1)):
        leave_for_later(unit, [medium(unit.pk, number) for number in range(count)])
    return found


def medium(unit: int, number: int) -> Medium:
    digest = bytes([unit, number]) * 16
    return Medium.objects.create(
        unit_id=unit, sha256=digest, sha1=digest[:20], md5=digest[:16], bytes=1, kind="mp4", held_since=NOON
    )


def alive(_: str) -> bool:
    return False


def test_each_unit_of_work_is_handed_out_once_and_to_its_own_unit(cast: Cast) -> None:
    first, second = (claim(cast.belgium, holder, NOON, alive) for holder in ("a", "b"))
    assert first is not None
    assert second is not None
    assert first.medium_id < second.medium_id
    assert claim(cast.belgium, "c", NOON, alive) is None
    assert waiting(cast.italy).count() == 1


def test_a_lease_ends_with_its_time_and_with_its_holder(cast: Cast) -> None:
    claim(cast.belgium, "a", NOON, alive)
    claim(cast.belgium, "b", NOON, alive)
    again = claim(cast.belgium, "c", NOON, lambda holder: holder == "b")
    assert again is not None
    assert (again.holder, again.tries) == ("c", 2)
    later = claim(cast.belgium, "d", NOON + LEASE + timedelta(seconds=1), alive)
    assert later is not None
    assert later.medium_id < again.medium_id


def test_what_failed_counts_and_what_was_only_given_back_does_not(cast: Cast) -> None:
    work = claim(cast.belgium, "a", NOON, alive)
    assert work is not None
    give_back(work)
    assert list(WorkUnit.objects.filter(pk=work.pk).values_list("tries", "error")) == [(0, "")]
    work = claim(cast.belgium, "a", NOON, alive)
    assert work is not None
    give_back(work, "it is missing")
    assert list(WorkUnit.objects.filter(pk=work.pk).values_list("tries", "error")) == [(1, "it is missing")]
    after = claim(cast.belgium, "a", NOON, alive, after=work.pk)
    assert after is not None
    assert after.pk > work.pk


def test_a_lease_that_another_took_is_no_longer_mine(cast: Cast) -> None:
    work = claim(cast.belgium, "a", NOON, alive)
    assert work is not None
    assert still_mine_now(work)
    claim(cast.belgium, "b", NOON, lambda _: True)
    assert not still_mine_now(work)


def still_mine_now(work: WorkUnit) -> bool:
    with transaction.atomic():
        return still_mine(work)
