"""Which countries come within a radius of a point."""

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.linking import borders
from havre.linking.borders import SLACK_KM, distances, within

BRUSSELS = (4.3517, 50.8466)
POOLE = (-1.98, 50.72)

longitudes = st.floats(-180, 180)
latitudes = st.floats(-89, 89)


def test_around_brussels() -> None:
    assert within(*BRUSSELS, 40) == {"BE"}
    assert within(*BRUSSELS, 50) == {"BE", "NL"}
    assert within(*BRUSSELS, 70) == {"BE", "NL", "FR"}
    found = distances(*BRUSSELS)
    assert [found["BE"], found["NL"], found["FR"]] == pytest.approx([0, 51, 62], abs=2)


def test_around_poole() -> None:
    assert within(*POOLE, 60) == {"GB"}
    assert within(*POOLE, 130) == {"GB", "FR"}


def test_whoever_is_on_the_water_is_nowhere_near() -> None:
    assert within(-150.0, -40.0, 500) == frozenset()


def test_the_date_line_is_no_wall() -> None:
    assert distances(179.999, -17)["FJ"] == pytest.approx(distances(-179.999, -17)["FJ"], abs=1)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((2.35, 48.86), "FR"),
        ((28.23, -25.75), "ZA"),
        ((27.5, -29.5), "LS"),
        ((12.45, 43.94), "SM"),
        ((139.7, 35.7), "JP"),
    ],
)
def test_a_capital_lies_in_its_country_also_where_another_surrounds_it(place: tuple[float, float], code: str) -> None:
    assert [each for each, away in distances(*place).items() if away == 0] == [code]


@settings(max_examples=30)
@given(longitudes, latitudes)
def test_the_distance_is_that_to_the_nearest_point_of_a_border_or_less(longitude: float, latitude: float) -> None:
    found = distances(longitude, latitude)
    for code in ("BE", "FJ", "RU", "ZA"):
        corners = min(
            _haversine(longitude, latitude, float(x), float(y)) for ring in borders._rings()[code] for x, y in ring
        )
        assert found[code] <= corners + 0.001
        assert found[code] == 0 or found[code] >= corners - _longest_piece(code)


@settings(max_examples=30)
@given(longitudes, latitudes, st.floats(0, 2500), st.floats(0, 2500))
def test_a_larger_circle_meets_no_fewer_countries(longitude: float, latitude: float, km: float, more: float) -> None:
    assert within(longitude, latitude, km) <= within(longitude, latitude, km + more)


@settings(max_examples=40)
@given(longitudes, latitudes, st.floats(0, 5000))
def test_no_country_is_missed_by_looking_only_at_those_nearby(longitude: float, latitude: float, km: float) -> None:
    reference = {code for code, away in distances(longitude, latitude).items() if away <= km + SLACK_KM}
    assert within(longitude, latitude, km) == reference


def test_the_slack_is_as_far_as_a_border_may_be_wrong() -> None:
    away = distances(*BRUSSELS)["NL"]
    assert "NL" in within(*BRUSSELS, away - SLACK_KM + 0.01)
    assert "NL" not in within(*BRUSSELS, away - SLACK_KM - 0.01)


def test_a_small_country_is_marked_where_it_lies() -> None:
    assert borders.centres()["MT"] == pytest.approx((14.4, 35.9), abs=0.1)
    assert borders.centres().keys() == borders.known()


def test_countries_without_an_area_are_named() -> None:
    assert "BE" in borders.known()
    assert "TV" not in borders.known()


def _haversine(one_x: float, one_y: float, other_x: float, other_y: float) -> float:
    x1, y1, x2, y2 = map(radians, (one_x, one_y, other_x, other_y))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * borders.EARTH_KM * asin(min(1.0, sqrt(half)))


def _longest_piece(code: str) -> float:
    return max(
        _haversine(*map(float, ring[at]), *map(float, ring[at + 1]))
        for ring in borders._rings()[code]
        for at in range(len(ring) - 1)
    )
