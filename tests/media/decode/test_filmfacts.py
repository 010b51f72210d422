"""What a film says about itself, in the words that pictures use; and nothing it says is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode.filmfacts import read


def told(tags: dict[str, str], streams: dict[str, dict[str, str]] | None = None) -> dict[str, str]:
    facts, _ = read(tags, streams or {}, "MP4")
    return {fact.name: fact.value for fact in facts}


APPLE = {
    "com.apple.quicktime.make": "Apple",
    "com.apple.quicktime.model": "iPhone 12",
    "com.apple.quicktime.software": "14.2",
    "com.apple.quicktime.creationdate": "2021-03-04T05:06:07+0100",
    "com.apple.quicktime.location.ISO6709": "+50.8466+004.3528+013.000/",
    "creation_time": "2021-03-04T04:06:07.000000Z",
}


def test_a_phones_film_says_who_made_it_when_and_where() -> None:
    assert told(APPLE) == {
        "camera make": "Apple",
        "camera model": "iPhone 12",
        "software": "14.2",
        "taken": "2021-03-04T05:06:07+0100",
        "created": "2021-03-04T04:06:07.000000Z",
        "latitude": "50.8466000",
        "longitude": "4.3528000",
        "altitude": "13.0",
    }


def test_each_fact_names_its_field() -> None:
    facts, _ = read({"make": "Canon"}, {"video 0": {"handler_name": "Canon AVC"}}, "MOV")
    assert [(fact.value, fact.field) for fact in facts] == [
        ("Canon", "MOV:make"),
        ("Canon AVC", "MOV video 0:handler_name"),
    ]


def test_where_a_camera_made_it_creation_is_when_it_was_taken() -> None:
    assert told({"creation_time": "2020-01-01T00:00:00Z", "model": "X"})["taken"] == "2020-01-01T00:00:00Z"
    assert told({"creation_time": "2020-01-01T00:00:00Z", "com.android.version": "11"})["taken"]
    assert set(told({"creation_time": "2020-01-01T00:00:00Z", "encoder": "Lavf"})) == {"created", "encoder"}


@pytest.mark.parametrize(
    ("written", "latitude", "longitude"),
    [
        ("+48.8577+002.2950/", "48.8577000", "2.2950000"),
        ("-33.8568+151.2153+000.000/", "-33.8568000", "151.2153000"),
        ("+4851.5-00217.7/", "48.8583333", "-2.2950000"),
        ("+485129.5+0021742.1+35/", "48.8581944", "2.2950278"),
    ],
)
def test_places_are_read_in_each_way_they_are_written(written: str, latitude: str, longitude: str) -> None:
    facts = told({"location": written})
    assert (facts["latitude"], facts["longitude"]) == (latitude, longitude)


def test_a_place_that_cannot_be_is_refused_and_one_that_is_no_place_kept_as_written() -> None:
    facts, notes = read({"location": "+99.0000+004.0000/"}, {}, "MP4")
    assert [(fact.name, fact.value) for fact in facts] == [("latitude refused", "+99.0000"), ("longitude", "4.0000000")]
    assert notes == ["MP4:location: the latitude cannot be true"]
    assert told({"location": "Brussels"}) == {"place as written": "Brussels"}


@pytest.mark.parametrize("written", ["1904-01-01T00:00:00.000000Z", "1970-01-01T00:00:00Z"])
def test_a_clock_that_was_never_set_is_not_believed(written: str) -> None:
    facts, notes = read({"creation_time": written}, {}, "MP4")
    assert [fact.name for fact in facts] == ["created refused"]
    assert notes == ["MP4:creation_time: the clock was not set"]


def test_what_every_writer_writes_says_nothing_and_repetition_is_left_out() -> None:
    streams = {"video 0": {"handler_name": "VideoHandler", "language": "und", "creation_time": "2020-01-01T00:00:00Z"}}
    assert told({"creation_time": "2020-01-01T00:00:00Z"}, streams) == {"created": "2020-01-01T00:00:00Z"}


def test_xmp_in_a_film_is_read() -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<r:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="Sony"/></r:RDF></x:xmpmeta>'
    )
    assert told({"xmp": packet}) == {"camera make": "Sony"}


def test_text_that_is_no_utf8_is_read_and_made_harmless() -> None:
    odd = b"caf\xe9\x07".decode("utf-8", "surrogateescape")
    assert told({"title": odd}) == {"title": "café\\x07"}


@given(st.dictionaries(st.sampled_from([*APPLE, "location", "xmp", "title", "x"]), st.text(max_size=80), max_size=8))
def test_nothing_that_is_written_is_an_error(tags: dict[str, str]) -> None:
    facts, notes = read(tags, {"audio 1": tags}, "MP4")
    assert len(facts) <= 200
    assert len(notes) <= 20
    assert all(fact.value.isprintable() for fact in facts)
