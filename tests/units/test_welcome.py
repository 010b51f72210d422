"""One-time links."""

import os
from datetime import timedelta

import pytest

from havre.errors import NotFound
from havre.settings import Settings
from havre.units.found import leave
from havre.units.models import Welcome
from havre.units.welcome import VALID_FOR, guest, invite, use_link
from tests.cast import NOON, introduce


def test_a_link_is_its_persons_until_it_is_used(database: Settings) -> None:
    cast = introduce()
    secret = invite(cast.bram, NOON, os.urandom)
    assert len(secret) == 43
    assert guest(secret, NOON) == cast.bram
    assert use_link(secret, NOON + VALID_FOR - timedelta(seconds=1)) == cast.bram
    with pytest.raises(NotFound, match="does not work any more"):
        use_link(secret, NOON)


def test_a_link_is_kept_as_a_digest_alone(database: Settings) -> None:
    cast = introduce()
    secret = invite(cast.bram, NOON, os.urandom)
    kept = Welcome.objects.get()
    assert secret not in (kept.digest, str(kept.pk))
    with pytest.raises(NotFound):
        guest(kept.digest, NOON)


def test_old_replaced_and_made_up_links_do_not_work(database: Settings) -> None:
    cast = introduce()
    first = invite(cast.bram, NOON, os.urandom)
    second = invite(cast.bram, NOON, os.urandom)
    other = invite(cast.chiara, NOON, os.urandom)
    for secret, at in ((first, NOON), (second, NOON + VALID_FOR), ("", NOON), (second[:-1], NOON)):
        with pytest.raises(NotFound):
            guest(secret, at)
    assert guest(second, NOON) == cast.bram
    assert guest(other, NOON) == cast.chiara


def test_whoever_has_left_does_not_come_back_by_a_link(database: Settings) -> None:
    cast = introduce()
    secret = invite(cast.bram, NOON, os.urandom)
    leave(cast.bram, NOON)
    with pytest.raises(NotFound):
        guest(secret, NOON)
