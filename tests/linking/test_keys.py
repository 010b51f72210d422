"""What may be linked is found under a key, and a key that everybody carries is not followed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.linking.keys import CELL, FEW, PLACE_METRES, SESSION_SECONDS, Key, Row, around, lookups, rows, worth
from havre.linking.stated import Place, Stated, metres
from tests.linking.cameras import CANON, NIKON, NOON, of


def test_a_medium_that_states_nothing_has_no_row() -> None:
    assert rows(of(1)) == ()
    assert lookups(of(1)) == ()


def test_rows_are_counted_by_camera_and_serials_of_lenses_by_lens() -> None:
    found = rows(of(1, CANON, camera_serial="052034000539", lens="EF50mm", lens_serial="0000214e1c", taken=NOON))
    assert Row(Key("camera serial", "052034000539"), "canon eos 5d mark iii") in found
    assert Row(Key("lens serial", "0000214e1c"), "ef50mm") in found
    assert {row.key.name for row in found} == {"camera", "camera serial", "lens serial", "local time"}


def test_a_common_model_is_counted_and_never_followed() -> None:
    assert "camera" in {row.key.name for row in rows(of(1, NIKON))}
    assert lookups(of(1, NIKON)) == ()


@pytest.mark.parametrize(
    ("name", "carriers", "followed"),
    [
        ("camera serial", 5_000, FEW),
        ("place", FEW, FEW),
        ("place", FEW + 1, 0),
        ("local time", 9_999, 0),
        ("time", 3, 3),
    ],
)
def test_of_identifiers_any_few_are_followed_and_of_crowded_times_none(name: str, carriers: int, followed: int) -> None:
    assert worth(Key(name, "x"), carriers) == followed


@given(st.floats(0, 2e9), st.floats(0, SESSION_SECONDS))
def test_whatever_is_close_in_time_is_found(seconds: float, later: float) -> None:
    one, other = Stated(1, local=seconds), Stated(2, local=seconds + later)
    assert {row.key for row in rows(other)} & set(around(one, "local time"))
    assert {row.key for row in rows(one)} & set(around(other, "local time"))


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(0, PLACE_METRES * 0.999), st.floats(0, 2 * math.pi))
def test_whatever_is_near_is_found_across_the_date_line_too(
    latitude: float, longitude: float, away: float, direction: float
) -> None:
    degrees = math.degrees(away / 6_371_009.0)
    beside = longitude + degrees * math.sin(direction) / math.cos(math.radians(latitude))
    other = Place(latitude + degrees * math.cos(direction), (beside + 180) % 360 - 180)
    one = Place(latitude, longitude)
    if metres(one, other) <= PLACE_METRES:
        assert {row.key for row in rows(Stated(2, place=other))} & set(around(Stated(1, place=one), CELL))


@pytest.mark.parametrize("latitude", [0.0, 10.0, -67.3])
def test_the_date_line_parts_no_neighbours(latitude: float) -> None:
    east, west = Stated(1, place=Place(latitude, 179.9999)), Stated(2, place=Place(latitude, -179.9999))
    assert rows(west)[0].key in around(east, CELL)
    assert rows(east)[0].key in around(west, CELL)
    assert rows(Stated(3, place=Place(latitude, 180.0)))[0].key in around(west, CELL)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_has_one_cell_and_at_most_nine_to_look_in(latitude: float, longitude: float) -> None:
    placed = Stated(1, place=Place(latitude, longitude))
    assert len(rows(placed)) == 1
    assert rows(placed)[0].key in around(placed, CELL)
    assert len(around(placed, CELL)) <= 9
