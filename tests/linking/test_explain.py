"""One sentence for each reason: exact, calm, and about regions, times and numbers, never about what is seen."""

import string
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.fingerprints.pdq import ORIENTATIONS
from havre.linking import phrases
from havre.linking.bridges import Bridge, Part
from havre.linking.camera import links
from havre.linking.explain import chance, clock, connection, explain, rarity, region, sentence
from havre.linking.group import propose
from havre.linking.links import Kind, between
from havre.linking.phrases_fr import FRENCH
from havre.linking.phrases_nl import DUTCH
from tests.linking.cameras import NIKON, Table, of
from tests.linking.seeded import MEDIA, SURE, WEAK, chain, clique, tied

SIZES = {"one_size": (640, 480), "other_size": (1000, 1000)}
LOWER_LEFT = {"one_region": (20, 330, 200, 120), "other_region": (0, 700, 300, 300)}


def said(kind: Kind, **evidence: object) -> str:
    return sentence(between(1, 2, kind, 1e-4, evidence))


def test_a_region_is_named_by_where_it_lies() -> None:
    assert said(Kind.PLACE, points=41, **LOWER_LEFT, **SIZES) == "a region in the lower left of both agrees, 41 points"
    elsewhere = LOWER_LEFT | {"other_region": (400, 400, 200, 200)}
    assert said(Kind.PLACE, points=9, **elsewhere, **SIZES) == (
        "a region in the lower left of one agrees with a region in the centre of the other, 9 points"
    )
    whole = {"one_region": (0, 0, 640, 480), "other_region": (10, 10, 980, 985)}
    assert said(Kind.PLACE, points=120, **whole, **SIZES) == "the whole picture agrees, 120 points"


def test_the_same_picture_is_told_by_bits_or_by_what_is_left_of_it() -> None:
    assert said(Kind.NEAR, distance=6, orientation="mirrored") == "the same picture, 6 of 256 bits apart, mirrored"
    crop = {"one_region": (0, 0, 640, 480), "other_region": (0, 0, 1000, 400), "points": 88, **SIZES}
    assert said(Kind.NEAR, **crop) == (
        "the same picture, cropped or laid over: the whole of one agrees with the upper part of the other, 88 points"
    )


def test_a_part_of_a_film_is_told_with_its_times_on_both_sides() -> None:
    assert said(Kind.SEGMENT, one_span=[30.9, 43.3], other_span=[62, 74.4], orientation="mirrored") == (
        "12.4 s of the film, 0:31 to 0:43, are 1:02 to 1:14 of the other, mirrored"
    )
    assert said(Kind.SEGMENT, one_span=None, other_span=(63.2, 63.2)) == "the picture is a frame of the film, at 1:03"


def test_sound_under_a_different_picture_is_told_as_such() -> None:
    both = {"one_span": (5, 20), "other_span": (5, 20)}
    assert said(Kind.SOUND, **both) == "the sound from 0:05 to 0:20 is the same in both"
    assert said(Kind.SOUND, **both, pictures_differ=True) == (
        "the sound from 0:05 to 0:20 is the same under a different picture"
    )
    assert said(Kind.SOUND, one_span=(5, 20), other_span=(65, 80)) == (
        "the sound from 0:05 to 0:20 is that from 1:05 to 1:20 of the other"
    )


def test_a_serial_is_told_with_how_common_it_is() -> None:
    evidence = {"agrees": ["camera serial"], "serial": "1234567", "carriers": 3, "media": 48_211}
    assert said(Kind.CAMERA, **evidence) == "camera serial 1234567 in both; 3 of 48,211 media carry it"
    assert said(Kind.CAMERA, **evidence, contradicts=["camera model", "satellite time"]).endswith(
        "; contradicted by different makes or models and a satellite time that does not fit the clock"
    )


def test_a_session_is_told_from_what_the_camera_wrote() -> None:
    one = of(1, NIKON, taken="2019-04-14T12:00:00", path="DSC_0412.JPG")
    other = of(2, NIKON, taken="2019-04-14T12:00:41", path="DSC_0413.JPG")
    (link,) = links(one, [other], Table([one, other], 5_000).counts(one))
    assert sentence(link) == "taken 41 s apart with the same make and model, file numbers 0412 and 0413"


def test_a_session_is_told_by_time_and_place_together() -> None:
    evidence = {"agrees": ["time", "place"], "seconds": 12.0, "metres": 6.8}
    assert said(Kind.SESSION, **evidence) == "taken 12 s and 7 m apart"
    assert said(Kind.SESSION, **evidence | {"metres": 0.3}) == "taken 12 s apart at the same spot"
    assert said(Kind.SESSION, **evidence | {"seconds": 0.0}) == "taken in the same second, 7 m apart"
    assert said(Kind.SESSION, **evidence | {"seconds": 0, "metres": 0.0}) == "taken in the same second at the same spot"
    assert said(Kind.SESSION, agrees=["place"], metres=0.2) == "taken at the same spot"
    assert said(Kind.SESSION, agrees=["time", "camera"], seconds=0) == (
        "taken in the same second with the same make and model"
    )
    assert said(Kind.SESSION, agrees=["place"]) == "the same occasion"
    assert said(Kind.SESSION, agrees=["image id", "camera"]) == "the same image id with the same make and model"


@pytest.mark.parametrize("kind", list(Kind))
def test_without_evidence_a_sentence_says_less(kind: Kind) -> None:
    assert said(kind)
    assert said(kind, agrees=["time", "day", "file number"], points=3)


def test_how_often_it_happens_by_accident_is_told() -> None:
    assert rarity(tied(1, 2, 2e-4), 48_211) == (
        "2 × 10⁻⁴ such matches are expected by accident for a medium among 48,211"
    )
    assert [chance(each) for each in (0.2, 0.001, 3e-10, 1e-12, 0.0)] == ["0.2", "0.001", "3 × 10⁻¹⁰", *["< 10⁻¹²"] * 2]


@pytest.mark.parametrize(
    ("box", "named"),
    [
        ((0, 0, 90, 90), "whole"),
        ((-20, -20, 200, 200), "whole"),
        ((0, 0, 90, 30), "top"),
        ((5, 40, 90, 20), "row"),
        ((0, 70, 100, 30), "bottom"),
        ((0, 0, 20, 100), "left"),
        ((40, 0, 20, 100), "column"),
        ((80, 0, 20, 100), "right"),
        ((10, 10, 10, 10), "upper left"),
        ((45, 45, 10, 10), "centre"),
        ((90, 90, 30, 30), "lower right"),
    ],
)
def test_where_a_region_lies(box: tuple[int, ...], named: str) -> None:
    assert region(box, (100, 100)) == named


@given(st.lists(st.floats(-1e6, 1e6), max_size=5), st.lists(st.floats(-10, 1e5), max_size=3))
def test_every_region_has_a_word_or_none(box: list[float], size: list[float]) -> None:
    named = region(box, size)
    assert named is None or named in phrases.REGIONS


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (31.4, "0:31"), (725, "12:05"), (3723, "1:02:03")])
def test_a_time_is_shown_as_a_player_shows_it(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


# ---- proposals ----


def test_a_chain_says_that_its_ends_do_not_match() -> None:
    (proposal,) = propose(chain([1, 2, 3]), [], MEDIA)
    assert explain(proposal, {1: "A", 2: "B", 3: "C"}) == (
        "A and B: the same place or object in both",
        "B and C: the same place or object in both",
        "A and C do not match each other; B connects them",
    )


def test_a_bridge_between_groups_says_how_large_they_are() -> None:
    bridge = Bridge(5, (Part(1, 4), Part(7, 1), Part(9, 12)))
    assert (
        connection(bridge, {5: "B"}) == "1 with 3 more, 7 and 9 with 11 more do not match each other; B connects them"
    )


def test_the_rarest_reason_comes_first_and_the_rest_is_counted() -> None:
    (proposal,) = propose([*clique([1, 2, 3], SURE), tied(1, 2, 1e-10, Kind.SOUND)], [], MEDIA)
    assert explain(proposal, {}, most=1) == ("1 and 2: the same sound in both", "and 3 more links")


def test_what_was_not_joined_is_told() -> None:
    (proposal,) = propose([*clique([1, 2, 3], SURE), tied(1, 9, WEAK)], [], MEDIA)
    assert explain(proposal, {}, most=0)[-1] == (
        "not joined, for that may be an accident at this size: 1 and 9: the same place or object in both"
    )


# ---- the tables ----


def test_every_kind_and_every_turn_has_its_words() -> None:
    assert set(phrases.SENTENCES) >= set(Kind)
    assert set(phrases.ORIENTATIONS) == set(ORIENTATIONS) - {"upright"}


def test_a_translation_says_the_same_things_in_its_own_words() -> None:
    def turned(table: Mapping[str, str]) -> dict[str, str]:
        return {name: f"«{text}»" for name, text in table.items()}

    tables = phrases.ENGLISH
    other = phrases.Language(*(turned(getattr(tables, name)) for name in phrases.Language.__slots__))
    assert sentence(tied(1, 2), other) == "«the same place or object in both»"


def test_no_phrase_names_what_is_seen() -> None:
    texts = [text for table in phrases.Language.__slots__ for text in getattr(phrases.ENGLISH, table).values()]
    assert not {"bedspread", "wallpaper", "bed", "child", "room"} & set(" ".join(texts).split())
    assert all(
        name is None or name.isidentifier() for text in texts for _, name, _, _ in string.Formatter().parse(text)
    )


def fields(text: str) -> set[str]:
    """The places for values, however they are written there."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", [FRENCH, DUTCH], ids=["fr", "nl"])
def test_every_language_has_every_phrase_and_the_same_places_for_values(language: phrases.Language) -> None:
    for table in phrases.Language.__slots__:
        ours, theirs = getattr(phrases.ENGLISH, table), getattr(language, table)
        assert theirs.keys() == ours.keys(), table
        for name, text in ours.items():
            assert fields(text) == fields(theirs[name]), text
    told = between(1, 2, Kind.SOUND, 1e-9, {"one_span": [0.0, 15.97], "other_span": [12.0, 27.98]})
    assert "0:12" in sentence(told, language)
    film = between(1, 2, Kind.SEGMENT, 1e-9, {"one_span": [0.0, 3.04], "other_span": [3.0, 6.04]})
    assert sentence(film, language).startswith("3,0 s")
