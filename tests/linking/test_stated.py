"""What a medium states is read once; what cannot be true is passed over."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.linking.stated import FACTS, TIMES, Place, metres, stated, telling
from tests.linking.cameras import CANON, NIKON, of


@pytest.mark.parametrize(
    ("serial", "digits"),
    [
        ("3035706", 7),
        ("0000214e1c", 5),
        ("00000000", 0),
        ("0", 0),
        ("N/A", 0),
        ("", 0),
        ("S/N", 0),
        ("1111", 0),
        ("100", 2),
    ],
)
def test_a_serial_tells_as_much_as_it_has_digits(serial: str, digits: int) -> None:
    assert telling(serial) == digits


def test_make_and_model_are_one_name_however_they_are_written() -> None:
    assert of(1, NIKON).camera == of(1, camera_make="Nikon", camera_model="D810").camera == "nikon d810"
    assert of(1, CANON).camera == "canon eos 5d mark iii"
    assert of(1, camera_model="SX113").camera == "sx113"
    assert of(1, camera_make="BUSHNELL").camera == ""


@pytest.mark.parametrize(
    ("facts", "local", "instant"),
    [
        ({"taken": "1970-01-01T00:01:00"}, 60.0, None),
        ({"taken": "1970-01-01T00:01:00.250"}, 60.25, None),
        ({"taken": "1970-01-01T01:01:00+01:00"}, 3660.0, 60.0),
        ({"taken": "1970-01-01T00:01:00Z"}, 60.0, 60.0),
        ({"taken": "1970-01-01T00:01:00-00:30"}, 60.0, 1860.0),
        ({"taken": ":  :     :  :", "digitised": "1970-01-01T00:01:00"}, 60.0, None),
        ({"modified": "1970-01-01T00:01:00"}, None, None),
        ({"taken": "1970-01-01"}, None, None),
        ({"taken": "1970-02-30T00:00:00"}, None, None),
        ({"taken": "1970-01-01T00:01:00+24:00"}, None, None),
        ({"satellite time": "1970-01-01T00:01:00Z"}, None, 60.0),
        ({"taken": "1970-01-01T05:31:00", "satellite time": "1970-01-01T00:00:10Z"}, 19860.0, 60.0),
    ],
)
def test_times_are_local_unless_they_say_their_zone(
    facts: dict[str, str], local: float | None, instant: float | None
) -> None:
    assert (of(1, facts).local, of(1, facts).instant) == (local, instant)


@pytest.mark.parametrize("satellite", ["1970-01-03T00:00:00Z", "1970-01-01T00:07:30Z"])
def test_a_satellite_time_that_cannot_fit_the_clock_is_disputed(satellite: str) -> None:
    found = of(1, taken="1970-01-01T00:00:00", satellite_time=satellite)
    assert (found.instant, found.disputed) == (None, frozenset({"satellite time"}))


def test_what_is_written_inside_counts_before_the_name() -> None:
    assert of(1, taken="1970-01-01T00:01:00", path="20240105_143015.jpg").local == 60
    assert of(1, path="20240105_143015.jpg").local == 1704465015


def test_of_two_statements_the_first_counts_and_the_name_is_disputed() -> None:
    found = stated(
        1, [("camera serial", "123"), ("camera serial", "0"), ("camera serial", "456"), ("camera model", "A")]
    )
    assert (found.body, found.disputed) == ("123", frozenset({"camera serial"}))


def test_an_original_s_id_counts_before_the_document_s() -> None:
    assert of(1, document_id="xmp.did:12", original_document_id="xmp.did:34").document_id == "xmp.did:34"


def test_metres_along_the_ground() -> None:
    assert metres(Place(50.8503, 4.3517), Place(48.8566, 2.3522)) == pytest.approx(263_900, rel=0.01)
    assert metres(Place(0, 179.9999), Place(0, -179.9999)) == pytest.approx(22.2, abs=0.1)
    assert metres(Place(90, 0), Place(-90, 0)) == pytest.approx(math.pi * 6_371_009)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200)), max_size=10), st.lists(st.text(), max_size=3))
def test_nothing_that_is_written_is_an_error(facts: list[tuple[str, str]], paths: list[str]) -> None:
    assert stated(1, facts, paths).medium == 1


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_the_way_back_is_as_long(a: float, b: float, c: float, d: float) -> None:
    there, back = metres(Place(a, b), Place(c, d)), metres(Place(c, d), Place(a, b))
    assert there == pytest.approx(back, abs=1e-3)
    assert 0 <= there <= math.pi * 6_371_010


def test_every_fact_that_is_read_tells_something() -> None:
    said = {
        **dict.fromkeys(TIMES, "2019-04-14T12:00:00"),
        "latitude": "50.8",
        "longitude": "4.3",
        "satellite time": "2019-04-14T10:00:00Z",
    }
    everything = {name: said.get(name, "12ab34") for name in FACTS}
    assert stated(1, {**everything, "copyright": "somebody"}.items()) == stated(1, everything.items())
    for name in FACTS - {"satellite time"}:
        alone = {name: everything[name]} | ({"latitude": "50.8"} if name == "longitude" else {})
        alone |= {"longitude": "4.3"} if name == "latitude" else {}
        alone |= {"camera model": "x"} if name == "camera make" else {}
        without = {key: value for key, value in alone.items() if key != name}
        assert stated(1, alone.items()) != stated(1, without.items())
