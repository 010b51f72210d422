"""A worker that was taken over can say anything; only sense is believed."""

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.fingerprints import scene, video
from havre.fingerprints.vpdq import Frame
from havre.media.decode import answers
from havre.media.decode.outcomes import Broke, Exceeded, Imprint, NotMedia, View
from havre.media.decode.storyboard import MOST
from tests.media.decode.seeds import saved
from tests.media.decode.seeds import scene as scene_picture

GOOD: dict[str, Any] = {
    "kind": "png",
    "width": 3,
    "height": 2,
    "frames": [[0, "ab" * 256, 70]],
    "frame_count": 1,
    "damage": None,
    "facts": [["camera make", "Canon", "EXIF:Make"]],
    "notes": [],
}


def test_a_proper_answer_is_understood() -> None:
    decoded = answers.decoded(GOOD, b"preview")
    assert (decoded.width, decoded.frames[0].pdq, decoded.facts[0].value) == (3, b"\xab" * 32, "Canon")
    assert (decoded.preview, answers.decoded(GOOD, b"").preview) == (b"preview", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": -1},
        {"width": True},
        {"width": 2**63},
        {"kind": 5},
        {"kind": "x" * 99},
        {"frames": [[0, "ab" * 255, 70]]},
        {"frames": [[0, "zz" * 256, 70]]},
        {"frames": [[0]]},
        {"facts": [["a", "b"]]},
        {"facts": [["a", "b" * 5000, "c"]]},
        {"damage": "x" * 999},
        {"notes": None},
    ],
)
def test_nonsense_is_a_broken_decoder(wrong: dict[str, Any]) -> None:
    with pytest.raises(Broke):
        answers.decoded({**GOOD, **wrong}, b"")


def film() -> bytes:
    made = video.Condenser()
    made.take(Frame(0, 100, bytes(32), 0.0))
    return video.pack(made.finish(1.0))


FILM = film()
LOOK = bytes(range(256)) * 16
SCENE = scene.pack(scene.Scene(64, 48, np.zeros(9, scene.FEATURE), np.frombuffer(LOOK, np.uint8).reshape(64, 64)))
BODY = b"preview" + b"view" + FILM + SCENE + LOOK
FILM_TOLD, SCENE_TOLD = ["film", "1", None, len(FILM), 0], ["scene", "1", 0.5, len(SCENE), len(LOOK)]
OF_A_FILM: dict[str, Any] = {
    **GOOD,
    "frames": [],
    "seconds": 1.5,
    "preview": 7,
    "storyboard": [[0.5, 4]],
    "imprints": [FILM_TOLD, SCENE_TOLD],
}


def test_a_film_comes_in_parts() -> None:
    decoded = answers.decoded(OF_A_FILM, BODY)
    assert (decoded.preview, decoded.seconds, decoded.storyboard) == (b"preview", 1.5, (View(0.5, b"view"),))
    assert decoded.imprints == (Imprint("film", "1", None, FILM), Imprint("scene", "1", 0.5, SCENE, LOOK))
    nothing = {**OF_A_FILM, "preview": 0, "storyboard": [], "imprints": [], "seconds": 0}
    assert answers.decoded(nothing, b"").preview is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"preview": 8},
        {"preview": -1},
        {"storyboard": [[0.5, 3]]},
        {"storyboard": [[-1, 4]]},
        {"storyboard": [[float("nan"), 4]]},
        {"storyboard": [4]},
        {"imprints": [["film", "1", None, len(FILM) + len(SCENE) + len(LOOK), 0]]},
        {"imprints": [["film", "1", None, len(FILM), len(SCENE)], ["scene", "1", 0.5, 0, len(LOOK)]]},
        {"imprints": [["scene", "1", None, len(FILM), 0], SCENE_TOLD]},
        {"imprints": [FILM_TOLD, ["scene", "1", 0.5, len(SCENE) + len(LOOK), 0]]},
        {"imprints": [FILM_TOLD, ["scene", "1", 0.5, len(SCENE) + 30, len(LOOK) - 30]]},
        {"imprints": [FILM_TOLD, ["scene", "2", 0.5, len(SCENE), len(LOOK)]]},
        {"imprints": [FILM_TOLD, ["scene", 1, 0.5, len(SCENE), len(LOOK)]]},
        {"imprints": [FILM_TOLD, ["scene", "1", "x", len(SCENE), len(LOOK)]]},
        {"imprints": [FILM_TOLD, ["voice", "1", 0.5, len(SCENE), len(LOOK)]]},
        {"imprints": [FILM_TOLD, ["sound", "1", None, len(SCENE) + len(LOOK), 0]]},
        {"imprints": [FILM_TOLD[:4], SCENE_TOLD]},
        {"imprints": None},
        {"seconds": -1},
        {"seconds": float("inf")},
        {"seconds": "1"},
    ],
)
def test_parts_that_make_no_sense_are_a_broken_decoder(wrong: dict[str, Any]) -> None:
    with pytest.raises(Broke):
        answers.decoded({**OF_A_FILM, **wrong}, BODY)


def test_more_imprints_than_a_file_can_have_are_a_broken_decoder() -> None:
    def told(count: int) -> dict[str, Any]:
        return {**OF_A_FILM, "preview": 0, "storyboard": [], "imprints": [SCENE_TOLD] * count}

    assert len(answers.decoded(told(MOST), (SCENE + LOOK) * MOST).imprints) == MOST
    with pytest.raises(Broke, match="33 imprints of the kind scene"):
        answers.decoded(told(MOST + 1), (SCENE + LOOK) * (MOST + 1))


def test_frames_that_were_sent_along_are_checked() -> None:
    frame = Frame(3, 90, bytes(32), 0.1)
    assert list(answers.frames(frame.pack())) == [frame]
    for nonsense in (b"x", Frame(3, 101, bytes(32), 0.1).pack()):
        with pytest.raises(Broke):
            list(answers.frames(nonsense))


def test_failures_are_raised_again() -> None:
    with pytest.raises(NotMedia, match="why"):
        answers.raise_failure({"failed": "not media", "reason": "why"})
    with pytest.raises(Exceeded) as exceeded:
        answers.raise_failure({"failed": "exceeded", "limit": "pixels", "reason": "why"})
    assert exceeded.value.limit == "pixels"
    with pytest.raises(Broke):
        answers.raise_failure({"failed": "unheard of"})
    answers.raise_failure({})


@given(st.binary(max_size=200))
def test_records_are_objects_or_broken(body: bytes) -> None:
    with contextlib.suppress(Broke):
        assert all(isinstance(record, dict) for record in answers.records(body))


def test_records_come_line_by_line() -> None:
    assert list(answers.records(b'{"a": 1}\n{"a": 2}')) == [{"a": 1}, {"a": 2}]


CROP = saved(scene_picture(1, 40, 30), "JPEG", quality=90)
CROPPED: dict[str, Any] = {"width": 40, "height": 30, "veil": "", "small": len(CROP)}


def test_a_crop_is_pixels_and_nothing_else() -> None:
    made = answers.cropped(CROPPED, CROP + CROP)
    assert (made.jpeg, made.small) == (CROP, CROP)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        CROP[:-2],
        CROP + b"the rest of the picture",
        CROP + b"the rest\xff\xd9",
        CROP + CROP,
        CROP[:2] + b"\xff\xe1\x00\x08Exif\x00\x00" + CROP[2:],
        CROP[:2] + b"\xff\xfe\x00\x07hello" + CROP[2:],
        CROP[:2] + b"\xff\xe0\x10\x02" + bytes(4096) + CROP[2:],
        CROP[:-2] + b"\xff\xe1\x00\x04ab\xff\xd9",
        b"\x89PNG" + CROP,
    ],
)
def test_a_crop_with_anything_else_in_it_is_not_believed(body: bytes) -> None:
    with pytest.raises(Broke):
        answers.cropped(CROPPED | {"small": len(body)}, CROP + body)
    with pytest.raises(Broke):
        answers.cropped(CROPPED, body + CROP)


@pytest.mark.parametrize(
    "wrong", [{"width": -1}, {"height": "30"}, {"veil": "zz"}, {"veil": "ab"}, {"veil": None}, {"small": 9999}]
)
def test_nonsense_about_a_crop_is_a_broken_decoder(wrong: dict[str, Any]) -> None:
    with pytest.raises(Broke):
        answers.cropped(CROPPED | wrong, CROP + CROP)
