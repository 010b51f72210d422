"""A statement is one line that only one value has, and nobody else's signature passes below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid, Refused
from havre.sealing.sign import Signer
from havre.sealing.statement import Statement, canonical, decoded, encoded, stated, statement_of

SIGNER = Signer(bytes(range(32)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(st.dictionaries(st.text(), JSON))
def test_what_was_stated_is_read_as_it_was(fields: dict[str, object]) -> None:
    lines = stated("word", fields, SIGNER.sign).text().split("\n")
    assert statement_of(lines[0], lines[1]).proven("word", SIGNER.verifier.accepts) == fields


@given(st.dictionaries(st.text(), JSON), st.data())
def test_no_byte_can_be_changed(fields: dict[str, object], data: st.DataObject) -> None:
    made = stated("word", fields, SIGNER.sign)
    place = data.draw(st.integers(0, len(made.line) - 1))
    other = made.line[:place] + chr((ord(made.line[place]) + 1) % 128) + made.line[place + 1 :]
    with pytest.raises(Refused):
        Statement(other, made.signature).proven("word", SIGNER.verifier.accepts)


def test_a_statement_of_one_kind_is_none_of_another() -> None:
    with pytest.raises(Refused):
        stated("request", {}, SIGNER.sign).proven("answer", SIGNER.verifier.accepts)


@pytest.mark.parametrize("line", ["", "[]", "1", "{", '"x"', "[" * 100_000])
def test_what_is_no_object_is_no_statement(line: str) -> None:
    with pytest.raises(Invalid):
        Statement(line, bytes(64)).fields()


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"x"])
def test_nodes_tell_each_other_json_alone(value: object) -> None:
    with pytest.raises(Invalid):
        canonical(value)


@pytest.mark.parametrize("text", ["", "A", "QQ", "QQ==\n", "QR==", None, 7])
def test_bytes_have_one_text(text: object) -> None:
    with pytest.raises(Invalid):
        decoded(text)


@given(st.binary(min_size=1))
def test_bytes_come_back(value: bytes) -> None:
    assert decoded(encoded(value), len(value)) == value
