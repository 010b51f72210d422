"""A signed checkpoint is read only if this log's key signed every character of it."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Broken, Invalid
from havre.sealing.sign import (
    NO_PREVIOUS,
    Checkpoint,
    Signer,
    Verifier,
    note_digest,
    parsed_body,
    read_note,
    signed_note,
    verifier_of,
)

NODE = Signer(bytes(range(32)))
OTHER = Signer(bytes(32))
CHECKPOINT = Checkpoint(
    NODE.verifier.name, 12, bytes(range(32)), 3, datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC), NO_PREVIOUS
)
NOTE = signed_note(CHECKPOINT, NODE)


def test_a_checkpoint_is_read_back_as_it_was_signed() -> None:
    assert read_note(NOTE, NODE.verifier) == CHECKPOINT


def test_a_note_is_written_as_the_specification_of_checkpoints_says() -> None:
    lines = NOTE.split("\n")
    assert lines[:3] == [NODE.verifier.name, "12", base64.b64encode(bytes(range(32))).decode()]
    assert lines[3:6] == ["number 3", "time 2026-03-01T12:00:00.000007+00:00", "previous " + "A" * 43 + "="]
    assert lines[6] == ""
    assert lines[7].startswith(f"\N{EM DASH} {NODE.verifier.name} ")
    assert lines[8:] == [""]


def test_a_time_is_signed_in_utc() -> None:
    abroad = replace(CHECKPOINT, at=CHECKPOINT.at.astimezone(timezone(timedelta(hours=5))))
    assert signed_note(abroad, NODE) == NOTE


@given(place=st.integers(0, len(NOTE) - 1), letter=st.characters(codec="utf-8"))
def test_no_character_of_a_note_can_be_another(place: int, letter: str) -> None:
    altered = NOTE[:place] + letter + NOTE[place + 1 :]
    if altered == NOTE:
        return
    with pytest.raises(Broken):
        read_note(altered, NODE.verifier)


@given(place=st.integers(0, len(NOTE) - 2))
def test_a_note_that_was_cut_off_is_refused(place: int) -> None:
    with pytest.raises(Broken):
        read_note(NOTE[:place], NODE.verifier)


@given(text=st.text())
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Broken):
        read_note(text, NODE.verifier)
    with pytest.raises(Broken):
        parsed_body(text)


def test_a_note_of_another_key_is_refused() -> None:
    with pytest.raises(Broken, match="no signature by"):
        read_note(NOTE, OTHER.verifier)


def test_a_note_that_speaks_of_another_log_is_refused_though_this_key_signed_it() -> None:
    foreign = replace(CHECKPOINT, origin="havre/elsewhere")
    with pytest.raises(Broken, match="one of havre/elsewhere"):
        read_note(signed_note(foreign, NODE), NODE.verifier)


@pytest.mark.parametrize("value", ["AAAAA", "A", NOTE.rpartition(" ")[2].strip()[:-2] + "Z=", "AAAA"])
def test_a_signature_that_is_no_base64_or_of_another_key_is_none(value: str) -> None:
    with pytest.raises(Broken, match="no signature by"):
        read_note(f"{NOTE.rpartition(' ')[0]} {value}\n", NODE.verifier)


def test_a_witness_may_sign_below_the_log() -> None:
    line = signed_note(replace(CHECKPOINT, origin=OTHER.verifier.name), OTHER).rpartition("\n\n")[2]
    assert read_note(NOTE + line, NODE.verifier) == CHECKPOINT


@pytest.mark.parametrize("time", ["2026-13-01T12:00:00.000000+00:00", "2026-03-01T12:00:00.000000+01:00"])
def test_a_time_that_is_none_or_not_in_utc_is_refused(time: str) -> None:
    with pytest.raises(Broken):
        parsed_body(CHECKPOINT.body().replace("2026-03-01T12:00:00.000007+00:00", time))


def test_a_public_key_is_read_back_from_its_line() -> None:
    assert verifier_of(NODE.verifier.text()) == NODE.verifier


@pytest.mark.parametrize(
    "text", ["", "a+b", "a+b+c", "name+00000000+AQ==", NODE.verifier.text().replace("+", "+00", 1)]
)
def test_a_line_that_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        verifier_of(text)


def test_a_key_under_another_name_has_another_id() -> None:
    assert Verifier("a", NODE.verifier.public).key_id != Verifier("b", NODE.verifier.public).key_id


def test_a_signature_over_something_else_is_not_accepted() -> None:
    assert NODE.verifier.accepts(b"this", NODE.sign(b"this"))
    assert not NODE.verifier.accepts(b"that", NODE.sign(b"this"))
    assert not NODE.verifier.accepts(b"this", b"")


def test_a_signer_never_shows_its_key() -> None:
    assert repr(NODE) == f"Signer({NODE.verifier.name})"


def test_notes_are_told_apart_by_their_digest() -> None:
    assert note_digest(NOTE) != note_digest(NOTE + "\n")
