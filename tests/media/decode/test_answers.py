"""A worker that was taken over can say anything; only sense is believed."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode import answers
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia

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
