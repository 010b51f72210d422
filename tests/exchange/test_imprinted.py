"""Imprints stand beside what is told of a medium as long as that does: sealed, numbered once, told on as they came."""

from uuid import UUID

import pytest

from havre.errors import Broken
from havre.exchange.board import let_go, put, told_to, withdraw
from havre.exchange.imprint_shape import told
from havre.exchange.imprinted import MOST_VIEWS, imprints_of
from havre.exchange.models import BodyKey, Counter, Shared, SharedImprint
from havre.exchange.put_all import Coming, put_all
from havre.fingerprints import audio, scene, video
from havre.restrictions.keep import actor, peer
from havre.restrictions.model import Owner
from tests.cast import NOON, introduce
from tests.exchange.shared import open_to
from tests.imprinted import film, held, sound, view
from tests.pictures import photograph

BELGIUM, REF, ALL = Owner("", "Federal Police", "BE"), UUID(int=1), open_to("IT", "AU")
MADE = [film(1, 2, 3), sound(1, 3), view(photograph("coffee"), 1.5)]
GIVEN = [told(each.method, each.version, each.at, each.data) for each in MADE]
LATER = told("gait", "7", None, b"of a later version")


def said(*imprints: dict[str, object], version: int = 1, number: int = 1) -> Shared:
    """A medium of Belgium of which this is told."""
    body = {"contact": "desk", "imprints": list(imprints)}
    return put(BELGIUM, "media", UUID(int=number), body, ALL, version, NOON)


@pytest.mark.usefixtures("database")
def test_other_nodes_are_told_all_of_them_and_units_here_none() -> None:
    cast = introduce()
    row = said(*GIVEN, LATER)
    found = told_to(peer("ab" * 8, "AU", NOON), row, NOON)
    assert found is not None
    assert found["body"] == {"contact": "desk", "imprints": [*GIVEN, LATER]}
    here = told_to(actor(cast.italy, NOON), row, NOON)
    assert here is not None
    assert here["body"] == {"contact": "desk"}
    assert [(each.method, each.known) for each in SharedImprint.objects.order_by("id")] == [
        ("film", True),
        ("sound", True),
        ("scene", True),
        ("gait", False),
    ]


@pytest.mark.usefixtures("database")
def test_what_is_told_again_stays_and_the_rest_goes() -> None:
    introduce()
    said(*GIVEN)
    before = dict(SharedImprint.objects.values_list("method", "id"))
    said(GIVEN[0], LATER, version=2)
    after = dict(SharedImprint.objects.values_list("method", "id"))
    assert set(after) == {"film", "gait"}
    assert after["film"] == before["film"]
    said(version=3)
    assert not SharedImprint.objects.exists()


@pytest.mark.usefixtures("database")
def test_films_are_numbered_by_their_runs_and_no_number_twice() -> None:
    introduce()
    said(GIVEN[0])
    said(told(video.METHOD, "1", None, film(4, 5).data), number=2)
    said(version=2)
    said(GIVEN[0], version=3)
    rows = SharedImprint.objects.order_by("id").values_list("first", "count")
    assert list(rows) == [(4, 2), (6, 3)]
    assert Counter.objects.get().runs == 8


@pytest.mark.usefixtures("database")
def test_they_lie_sealed_and_open_with_the_key_of_their_thing_alone() -> None:
    introduce()
    said(*GIVEN)
    for row in SharedImprint.objects.all():
        plain = next(each.data for each in MADE if each.method == row.method)
        assert row.data == plain
        assert plain[:40] not in bytes(row.sealed)
    BodyKey.objects.update(key=bytes(32))
    with pytest.raises(Broken):
        _ = SharedImprint.objects.earliest("id").data
    BodyKey.objects.all().delete()
    with pytest.raises(Broken):
        _ = SharedImprint.objects.earliest("id").data


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("gone", ["withdrawn", "over", "told anew"])
def test_what_is_gone_has_none(gone: str) -> None:
    introduce()
    node = Owner("ab" * 8, "ACCCE", "AU")
    put_all([Coming(node, "media", REF, {"imprints": GIVEN}, ALL)], 1, NOON)
    row = Shared.objects.get()
    assert SharedImprint.objects.count() == 3
    if gone == "withdrawn":
        withdraw(node, REF, 2, NOON)
    elif gone == "over":
        let_go(row, NOON)
    else:
        put_all([Coming(node, "media", REF, {"md5": "0a" * 16}, ALL)], 2, NOON)
    assert not SharedImprint.objects.exists()


@pytest.mark.usefixtures("database")
def test_a_unit_tells_what_was_made_of_whole_files_without_looks_and_no_more_than_has_room() -> None:
    unit = introduce().belgium
    views = [view(photograph("coffee"), float(at)) for at in range(2 * MOST_VIEWS)]
    whole = held(unit, *views, sound(1, 3), film(1, 2))
    cut = held(unit, film(3, 4), damage="cut off")
    found = imprints_of([whole.pk, cut.pk])
    assert set(found) == {whole.pk}
    told_ = found[whole.pk]
    assert [each["method"] for each in told_] == [video.METHOD, audio.METHOD] + [scene.METHOD] * MOST_VIEWS
    assert [each["at"] for each in told_[2:5]] == [0.0, 2.0, 4.0]
    assert all(set(each) == {"method", "version", "at", "data"} for each in told_)
