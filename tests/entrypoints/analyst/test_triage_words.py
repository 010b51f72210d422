"""Triage speaks the language of whoever reads, and its table of keys is one."""

from django.utils.translation import override

from havre.assessments.mapping import labels
from havre.assessments.models import Age, Assessment, Produced, Stack, Tab, Visible
from havre.assessments.rank import GROUPS
from havre.entrypoints.analyst import triage_words as words
from havre.entrypoints.analyst.keys import EVERYWHERE
from havre.flows.triage import Reason, Told
from havre.linking.links import Kind, between


def told(*reasons: Reason, **values: object) -> Told:
    return Told(Stack(**{"files": 1, **values}), reasons, "", (), {})


def test_everything_there_is_has_words() -> None:
    assert set(words.TABS) == set(words.EMPTY) == set(Tab)
    assert set(words.HEADINGS) == {*GROUPS, "disputed", "waiting", "judged"}
    assert set(words.LABELS) == set(labels())
    assert [str(said) for said in words.LABELS.values()] == [each.title for each in labels().values()]
    assert (set(words.AGES), set(words.SEEN), set(words.MADE)) == (set(Age), set(Visible), set(Produced))


def test_no_key_means_two_things() -> None:
    pressed = [key.press for key in (*words.KEYS, *EVERYWHERE)]
    assert len(pressed) == len(set(pressed))
    acts = {key.act for key in words.KEYS}
    assert {act for row, _said in words.SHORT for act in row if act != "…"} <= acts


def test_the_strip_is_made_of_the_table() -> None:
    assert [list(caps) for caps, _said in words.legend()][:3] == [["←", "→", "↑", "↓"], ["Space"], ["1", "…", "5"]]


def test_a_reason_is_told_in_sentences() -> None:
    near = Reason(between(1, 2, Kind.NEAR, 0.0, {"distance": 14, "orientation": "mirrored"}), "us-abuse", 3)
    camera = Reason(between(1, 2, Kind.CAMERA, 0.0))
    assert words.sentences(told(near)) == [
        ("image", "The same picture, 14 of 256 bits apart, mirrored. The other file is known as us-abuse.")
    ]
    assert words.sentences(told(camera, series=12)) == [("camera", "The same camera as in S12.")]
    assert words.sentences(told(files=12)) == [
        ("image", "No place like it so far."),
        ("layers", "12 files look the same."),
    ]
    assert words.sentences(told(apart=True))[0][1] == "Nothing in it can be compared with anything else."
    assert words.sentences(told(series=3))[0][1] == "In series S3 already."


def test_what_stands_under_a_tile_fits_it_and_tells_tiles_apart() -> None:
    mirrored = Reason(between(1, 2, Kind.NEAR, 0.0, {"distance": 14, "orientation": "mirrored"}), "us-abuse", 3)
    place = Reason(between(1, 2, Kind.PLACE, 0.0, {"points": 11}))
    assert words.caption(told(mirrored)) == "mirrored, PDQ 14"
    assert words.caption(told(Reason(between(1, 2, Kind.NEAR, 0.0, {"points": 1})))) == "same picture, 1 point"
    assert words.caption(told(place, files=3)) == "same place, 11 points"
    assert words.caption(told(place, files=3, heading="files")) == "3 files look the same"
    assert words.caption(told(Reason(between(1, 2, Kind.CAMERA, 0.0)))) == "same camera"
    assert words.caption(told()) == "No place like it so far"
    with override("fr"):
        assert words.caption(told(place)) == "même lieu, 11 points"


def test_headings_and_acts_are_said() -> None:
    assert words.heading("series:12", "proposed") == ("Near an open series", "S12 proposed", "")
    assert words.heading("series:12", "confirmed", "Blue tiles")[1] == "S12 Blue tiles"
    assert words.heading("series:12", "proposed", "Blue tiles")[1] == "S12 Blue tiles, proposed"
    assert words.heading("files") == ("Several files of the same", "", "")
    said, chip, note = words.heading("safe:3", "confirmed")
    assert (said, chip) == ("Near a series whose children are safe", "S3 confirmed")
    assert "may mean new abuse" in note
    assert words.heading("withdrawn:4", "confirmed")[:2] == ("Near a withdrawn series", "S4 confirmed")
    assert words.files_judged(1, "5") == "1 file judged 5."
    assert words.files_judged(4, "unsure") == "4 files: a second person is asked."
    assert words.files_judged(1, "confirm") == "1 file confirmed."
    assert words.files_judged(9, "undo") == "Undone: 9 files."
    assert words.files_judged(2, "0") == "2 files are not judged."
    assert words.name_of(Stack(files=12), "cropped") == "Stack of 12 files: cropped"
    assert words.facts_said(Assessment(age="6-9", visible=["none"], produced="camera")) == (
        "6 to 9 years, None of these, Camera"
    )
    assert words.in_row(words.SEEN)[0] == (1, Visible.ACT, "Sexual act")


def test_it_is_said_in_french_and_dutch() -> None:
    with override("fr"):
        assert words.files_judged(2, "5") == "2 fichiers évalués 5."
        assert words.heading("files")[0] == "Plusieurs fichiers identiques"
        assert "peut signifier de nouveaux abus" in words.heading("safe:3")[2]
        assert words.heading("series:12", "proposed")[1] == "S12 proposée"
    with override("nl"):
        assert words.files_judged(2, "5") == "2 bestanden beoordeeld als 5."
        assert str(words.TABS[Tab.NEAR]) == "Gelijkend"
        assert words.heading("safe:3")[0] == "Bij een reeks waarvan de kinderen in veiligheid zijn"
