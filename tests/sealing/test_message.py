"""A message is taken from its sender, by its recipient, whole, in its order, once; and by nobody else, ever."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import HavreError, Invalid, Refused
from havre.sealing.message import Message, Place, header_of, opened, proven, written
from havre.sealing.secret import secrets_of
from havre.sealing.statement import canonical, covered, encoded
from tests.sealing.wire import BELGIUM, FRANCE, ITALY, NODES, SEEDS, START, chance, expected, header, message


@given(st.dictionaries(st.text(), st.text()))
def test_the_recipient_reads_what_was_written(body: dict[str, str]) -> None:
    made = written(header(), body, ITALY.sealing, BELGIUM, chance(1))
    assert proven(made, expected()).number == 1
    assert opened(made, ITALY.opener) == body


@given(st.sampled_from(["header", "sealed", "signature"]), st.data())
def test_no_character_of_it_can_be_changed(part: str, data: st.DataObject) -> None:
    made = message()
    text = getattr(made, part)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda each: each != text[place]))
    changed = replace(made, **{part: text[:place] + other + text[place + 1 :]})
    with pytest.raises(HavreError):
        proven(changed, expected())


def refused(made: Message, why: str, after: Place = START) -> None:
    with pytest.raises(Refused, match=why):
        proven(made, expected(after))


def test_a_message_for_another_node_is_misaddressed() -> None:
    refused(message(recipient=NODES["FR"]), "misaddressed: it is for another node")


def test_a_message_under_another_name_is_misaddressed() -> None:
    refused(message(sender=NODES["FR"]), "misaddressed: it is of another sender")


def test_a_message_signed_by_another_is_refused() -> None:
    made = written(header(key=FRANCE.signer.verifier.name), {}, ITALY.sealing, FRANCE, chance(1))
    refused(made, "unknown key")
    made = written(header(), {}, ITALY.sealing, FRANCE, chance(1))
    refused(made, "altered")


def test_a_key_of_another_generation_does_not_count() -> None:
    with pytest.raises(Refused, match="no longer counts"):
        proven(message(), expected(secrets=secrets_of(SEEDS["BE"], 1)))


def test_the_same_message_again_is_a_replay() -> None:
    one = message()
    refused(one, "replayed: it was taken already", Place(1, one.digest))


def test_another_message_under_a_number_that_was_taken_is_refused() -> None:
    refused(message(text="other words"), "replayed: another has its number", Place(1, message().digest))
    refused(message(text="other words"), "replayed: another has its number", Place(7, message().digest))


def test_a_message_before_whose_others_are_missing_is_a_gap() -> None:
    one = message()
    refused(message(3, Place(2, one.digest)), "a gap", Place(1, one.digest))


def test_a_message_that_continues_another_history_is_refused() -> None:
    refused(message(2, Place(1, message(text="other").digest)), "does not continue", Place(1, message().digest))


def test_another_version_of_the_protocol_is_said_so() -> None:
    refused(message(protocol=9), "does not speak that version")


def test_fields_that_nobody_knows_yet_are_kept_and_covered() -> None:
    made = message()
    line = canonical({**json.loads(made.header), "new": [1, 2]})
    signature = encoded(BELGIUM.signer.sign(covered("message", f"{line}\n{made.seal}")))
    assert proven(Message(line, made.sealed, signature), expected()).kind == "word"
    refused(Message(line.replace("[1,2]", "[1,3]"), made.sealed, signature), "altered")


def test_a_hub_reads_the_header_alone() -> None:
    made = message(text="the harbour of Lyon")
    assert header_of(made.header).recipient == NODES["IT"]
    assert "Lyon" not in made.text()
    with pytest.raises(Refused):
        opened(made, FRANCE.opener)
    assert opened(made, ITALY.opener) == {"text": "the harbour of Lyon"}  # there was something to read


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0},
        {"number": -1},
        {"number": 1 << 62},
        {"number": True},
        {"number": "1"},
        {"previous": "x"},
        {"kind": "k" * 41},
        {"kind": 7},
        {"sender": None},
    ],
)
def test_what_is_no_header_is_invalid(change: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        header_of(canonical({**{name: getattr(header(), name) for name in type(header()).__slots__}, **change}))


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", "[" * 100_000])
def test_a_line_that_is_no_header_is_invalid(line: str) -> None:
    with pytest.raises(Invalid):
        header_of(line)


@given(st.lists(st.integers(1, 5), max_size=25))
def test_whatever_order_they_come_in_each_is_taken_once_and_in_order(order: list[int]) -> None:
    made, place = {}, Place()
    for number in range(1, 6):
        made[number] = message(number, place)
        place = Place(number, made[number].digest)
    taken, after = [], Place()
    for number in order:
        try:
            after = Place(proven(made[number], expected(after)).number, made[number].digest)
        except Refused:
            continue
        taken.append(after.number)
    assert taken == list(range(1, len(taken) + 1))


@pytest.mark.parametrize("kind", ["", "two\nlines", "\x00", "\ud800", "x" * 41])
def test_a_kind_is_a_printable_word(kind: str) -> None:
    fields = json.loads(message(1).header) | {"kind": kind}
    with pytest.raises(Invalid):
        header_of(json.dumps(fields))
