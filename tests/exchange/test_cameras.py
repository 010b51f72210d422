"""Media of one camera are paired series by series; what tells no camera from others is none."""

from uuid import UUID

import pytest

from havre.exchange import cameras
from havre.exchange.board import put
from havre.exchange.cameras import cameras_of, held_with, own_cameras, shared_with
from havre.exchange.models import SameMedium, Shared
from havre.restrictions.model import Owner
from havre.units.models import Unit
from tests.cast import NOON, introduce
from tests.exchange.imprints import stating
from tests.exchange.shared import open_to
from tests.imprinted import held

AUSTRALIA, FRANCE = Owner("ab" * 8, "ACCCE", "AU"), Owner("cd" * 8, "OFMIN", "FR")
CAMERA = {"model": "nikon d810", "serial": "be00471193"}


def shared(number: int, series: int = 0, to: str = "IT", of: Owner = AUSTRALIA) -> Shared:
    """A medium of that camera, of a series or of none."""
    body = {"camera": CAMERA} | ({"series": str(UUID(int=series))} if series else {})
    return put(of, "media", UUID(int=number), body, open_to(to), 1, NOON)


@pytest.mark.usefixtures("database")
def test_what_media_state_of_their_camera() -> None:
    unit = introduce().italy
    good, disputed, zeros = held(unit), stating(held(unit), "1234567"), stating(held(unit), "0000000")
    stating(good, "BE00471193")
    stating(disputed, "7654321")
    found = cameras_of([good.pk, disputed.pk, zeros.pk])
    assert {key: (said.camera, said.body) for key, said in found.items()} == {good.pk: ("nikon d810", "be00471193")}


@pytest.mark.usefixtures("database")
def test_each_is_paired_with_one_of_each_source_in_both_directions() -> None:
    unit = introduce().italy
    own = [stating(held(unit), "BE00471193").pk for _ in range(3)]
    rows = [*(shared(number, 100) for number in (1, 2)), shared(3, 200), *(shared(n) for n in (4, 5, 6, 7))]
    rows.append(shared(9, of=FRANCE))
    shared(8, 300, to="FR")
    there = [row.pk for row in rows]
    for pairs in (list(shared_with(unit, own, NOON)), list(held_with(unit, rows, lambda: own_cameras(unit)))):
        assert {(each.kind, each.percent) for each in pairs} == {("camera", 100)}
        assert {each.medium for each in pairs} == set(own)
        assert {each.theirs for each in pairs} == set(there)
        assert len(pairs) == 7 + 3
    assert list(held_with(unit, [], lambda: own_cameras(unit))) == []


@pytest.mark.usefixtures("database")
def test_rows_do_not_grow_with_series_or_units_that_a_peer_names(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = introduce().italy
    own = [stating(held(unit), "BE00471193").pk for _ in range(20)]
    rows = [shared(n, 100 + n, of=Owner("ab" * 8, f"Unit {n}", "AU")) for n in range(1, 31)]
    assert len(list(shared_with(unit, own, NOON))) == 30
    for start in range(0, 30, 10):
        for each in held_with(unit, rows[start : start + 10], lambda: own_cameras(unit)):
            same(unit, each.medium, each.theirs)
    assert SameMedium.objects.count() == 20 + 20
    assert list(shared_with(unit, own, NOON)) == []
    SameMedium.objects.all().delete()
    monkeypatch.setattr(cameras, "MOST_PAIRS", 1)
    monkeypatch.setattr(cameras, "CHUNK", 7)
    assert len(list(shared_with(unit, own, NOON))) == 20


def same(unit: Unit, medium: int, theirs: int) -> None:
    """This pair is known already."""
    SameMedium.objects.create(unit=unit, medium_id=medium, theirs_id=theirs, kind="camera", percent=100, found_at=NOON)


@pytest.mark.usefixtures("database")
def test_what_is_paired_with_a_source_already_waits_for_those_that_are_not() -> None:
    unit = introduce().italy
    own = [stating(held(unit), "BE00471193").pk for _ in range(2)]
    same(unit, own[0], shared(1, 100).pk)
    assert [each.medium for each in held_with(unit, [shared(2, 200)], lambda: own_cameras(unit))] == [own[1]]
