"""Media of one camera are paired series by series; what tells no camera from others is none."""

from uuid import UUID

import pytest

from havre.exchange.board import put
from havre.exchange.cameras import cameras_of, held_with, shared_with
from havre.exchange.models import SameMedium, Shared
from havre.restrictions.model import Owner
from tests.cast import NOON, introduce
from tests.exchange.imprints import stating
from tests.exchange.shared import open_to
from tests.imprinted import held

AUSTRALIA = Owner("ab" * 8, "ACCCE", "AU")
CAMERA = {"model": "nikon d810", "serial": "be00471193"}


def shared(number: int, series: int = 0, to: str = "IT") -> Shared:
    """A medium of that camera, of a series or of none."""
    body = {"camera": CAMERA} | ({"series": str(UUID(int=series))} if series else {})
    return put(AUSTRALIA, "media", UUID(int=number), body, open_to(to), 1, NOON)


@pytest.mark.usefixtures("database")
def test_what_media_state_of_their_camera() -> None:
    unit = introduce().italy
    good, disputed, zeros = held(unit), stating(held(unit), "1234567"), stating(held(unit), "0000000")
    stating(good, "BE00471193")
    stating(disputed, "7654321")
    found = cameras_of([good.pk, disputed.pk, zeros.pk])
    assert {key: (said.camera, said.body) for key, said in found.items()} == {good.pk: ("nikon d810", "be00471193")}


@pytest.mark.usefixtures("database")
def test_each_is_paired_with_one_of_each_series_in_both_directions() -> None:
    unit = introduce().italy
    own = [stating(held(unit), "BE00471193").pk for _ in range(3)]
    rows = [*(shared(number, 100) for number in (1, 2)), shared(3, 200), *(shared(n) for n in (4, 5, 6, 7))]
    shared(8, 300, to="FR")
    there = [row.pk for row in rows]
    for pairs in (list(shared_with(unit, own, NOON)), list(held_with(unit, rows))):
        assert {(each.kind, each.percent) for each in pairs} == {("camera", 100)}
        assert {each.medium for each in pairs} == set(own)
        assert {each.theirs for each in pairs} == set(there)
        assert len(pairs) == 3 + 3 + 4
    assert list(held_with(unit, [])) == []


@pytest.mark.usefixtures("database")
def test_what_is_known_of_a_series_is_not_paired_again() -> None:
    unit = introduce().italy
    own = [stating(held(unit), "BE00471193") for _ in range(2)]
    row = shared(1, 100)
    SameMedium.objects.create(unit=unit, medium=own[0], theirs=row, kind="camera", percent=100, found_at=NOON)
    assert [each.medium for each in held_with(unit, [shared(2, 100)])] == [own[1].pk]
