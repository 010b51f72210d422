"""Requests and answers are read as they were made; an answer answers its request alone."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import HavreError, Invalid, Refused
from havre.sealing.bundle import (
    ANSWER,
    REQUEST,
    Answer,
    Request,
    answered,
    asked,
    digest_of,
    must_answer,
    read_answer,
    read_request,
)
from havre.sealing.message import Place
from havre.sealing.statement import stated
from tests.sealing.wire import BELGIUM, FRANCE, ITALY, NODES, message

ASKS = Request(1, (1,), NODES["BE"], NODES["IT"], "n", "2026-03-02T12:00:00+00:00", 1, 1, Place(), "", "")
ANSWERS = Answer(1, NODES["IT"], NODES["BE"], "0" * 64, "2026-03-02T12:00:00+00:00", 1, 1, Place(1, "a" * 64))


def test_a_request_is_read_as_it_was_made() -> None:
    text, digest = asked(ASKS, [message(), message(2)], BELGIUM.signer)
    posted = read_request(text)
    assert (posted.claims, posted.messages) == (ASKS, (message(), message(2)))
    assert digest_of(posted.statement) == digest
    posted.statement.proven(REQUEST, BELGIUM.signer.verifier.accepts)


def test_an_answer_is_read_as_it_was_made() -> None:
    full = replace(ANSWERS, refused="no", troubles=((3, "why"),), proof={"header": "x"}, anew="w", witnessed="note")
    statement, found = read_answer(answered(full, ITALY.signer))
    assert found == full
    must_answer(statement, found, "0" * 64, NODES["BE"], NODES["IT"], ITALY.signer.verifier.accepts)


@pytest.mark.parametrize(
    ("digest", "me", "peer", "key"),
    [
        ("1" * 64, "BE", "IT", ITALY),
        ("0" * 64, "FR", "IT", ITALY),
        ("0" * 64, "BE", "FR", ITALY),
        ("0" * 64, "BE", "IT", FRANCE),
    ],
)
def test_an_answer_to_another_request_or_of_another_node_is_refused(digest: str, me: str, peer: str, key) -> None:  # type: ignore[no-untyped-def]
    statement, found = read_answer(answered(ANSWERS, ITALY.signer))
    with pytest.raises(Refused):
        must_answer(statement, found, digest, NODES[me], NODES[peer], key.signer.verifier.accepts)


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda each: each.decode("latin-1")))
def test_whatever_comes_is_a_request_or_one_sentence(text: str) -> None:
    for read in (read_request, read_answer):
        with pytest.raises(HavreError):
            read(text)


@pytest.mark.parametrize(
    "change",
    [
        {"sender": "me"},
        {"protocol": -1},
        {"protocol": True},
        {"acknowledged": None},
        {"acknowledged": {"number": 1}},
        {"protocols": 1},
        {"nonce": 7},
        {"introduction": []},
    ],
)
def test_a_request_with_a_wrong_field_is_invalid(change: dict[str, object]) -> None:
    text, _digest = asked(ASKS, [], BELGIUM.signer)
    fields = json.loads(text.split("\n")[0]) | change
    with pytest.raises(Invalid):
        read_request(stated(REQUEST, fields, BELGIUM.signer.sign).text())


def test_fields_that_nobody_knows_yet_change_nothing() -> None:
    text = answered(ANSWERS, ITALY.signer)
    fields = json.loads(text.split("\n")[0]) | {"new": 1}
    assert read_answer(stated(ANSWER, fields, ITALY.signer.sign).text())[1] == ANSWERS


def test_too_many_messages_are_no_request() -> None:
    text, _digest = asked(ASKS, [message()] * 257, BELGIUM.signer)
    with pytest.raises(Invalid):
        read_request(text)


@pytest.mark.parametrize("bad", ["\x00", "a\ud800b"])
def test_texts_are_such_as_can_be_kept(bad: str) -> None:
    with pytest.raises(Invalid, match="not what nodes ask"):
        read_request(asked(replace(ASKS, nonce=bad), [], BELGIUM.signer)[0])
    with pytest.raises(Invalid, match="not what nodes ask"):
        read_answer(answered(replace(ANSWERS, anew=bad), ITALY.signer))
