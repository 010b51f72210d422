"""How far what is told answers a trigger."""

from typing import Any

import pytest

from havre.triggers.rules import near_percent, of_place, says

GHENT = {"kind": "circle", "latitude": 51.05, "longitude": 3.72, "km": 2}


@pytest.mark.parametrize(
    ("kind", "value", "body", "called", "percent"),
    [
        ("word", "wallpaper", {"name": "Blue Wallpaper"}, "", 100),
        ("word", "wallpaper", {"text": "no paper"}, "", 0),
        ("word", "wallpaper", {"name": 7}, "", 0),
        ("series", "be-1a2b3c4d", {"name": "x"}, "BE-1a2b3c4d", 100),
        ("series", "green chair", {"name": "Green Chair"}, "BE-1", 100),
        ("series", "green chair", {"name": "Green Chair"}, "", 0),
        ("country", "BE", {"countries": {"BE": [], "NL": []}}, "", 50),
        ("country", "FR", {"countries": {"BE": []}}, "", 0),
        ("country", "FR", {"countries": "FR"}, "", 0),
        ("place", "51.05,3.73,1", {"suggests": [GHENT]}, "", 100),
        ("place", "51.09,3.72,3", {"suggests": [GHENT]}, "", 50),
        ("place", "50.85,4.35,5", {"suggests": [GHENT]}, "", 0),
        ("place", "51.05,3.72,1", {"suggests": [GHENT | {"latitude": "nan"}, 7, {"kind": "circle"}]}, "", 0),
        ("md5", "00", {"name": "00"}, "", 0),
    ],
)
def test_what_answers_and_how_far(kind: str, value: str, body: dict[str, Any], called: str, percent: int) -> None:
    assert says(kind, value, body, called) == percent


def test_bits_are_percent_and_places_are_read_back() -> None:
    assert [near_percent(bits) for bits in (0, 31, 256)] == [100, 88, 0]
    place, km = of_place("51.05,3.72,2")
    assert (place.latitude, place.longitude, km) == (51.05, 3.72, 2.0)
