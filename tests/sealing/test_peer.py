"""An introduction says who a node is; only its own key signs it, and a voice says whose key that is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import HavreError, Invalid, Refused
from havre.sealing.peer import address_of, fingerprint, introduced, is_fingerprint, log_of, node_of, read_introduction
from havre.sealing.sign import Signer
from havre.sealing.statement import stated
from tests.sealing.wire import NODES, SEEDS, introduction

SIGNER = Signer(SEEDS["BE"])
FILE = introduced(introduction(), SIGNER)


def test_an_introduction_is_read_as_it_was_made() -> None:
    assert read_introduction(FILE) == introduction()
    assert read_introduction(FILE).node == NODES["BE"] == node_of(SIGNER.verifier.public)
    assert log_of(SIGNER.verifier.public) == SIGNER.verifier


@given(st.integers(0, len(FILE) - 1), st.characters(codec="ascii"))
def test_no_character_of_it_can_be_changed(place: int, other: str) -> None:
    if FILE[place] != other:
        with pytest.raises(HavreError):
            read_introduction(FILE[:place] + other + FILE[place + 1 :])


def test_an_introduction_signed_by_another_is_refused() -> None:
    with pytest.raises(Refused, match="altered"):
        read_introduction(introduced(introduction(), Signer(SEEDS["IT"])))


def test_fields_that_nobody_knows_yet_change_nothing() -> None:
    fields = json.loads(FILE.split("\n")[0]) | {"new": {"a": 1}}
    assert read_introduction(stated("introduction", fields, SIGNER.sign).text()) == introduction()


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "two\nlines"},
        {"country": "be"},
        {"key": "x"},
        {"serial": -1},
        {"serial": True},
        {"addresses": ["http://be.example"]},
        {"addresses": ["https://be.example"] * 9},
        {"protocols": ["1"]},
        {"made_at": "yesterday"},
        {"hub": "nobody"},
        {"certificate": "A" * 8000},
    ],
)
def test_what_is_no_introduction_is_invalid(change: dict[str, object]) -> None:
    fields = json.loads(FILE.split("\n")[0]) | change
    with pytest.raises(Invalid):
        read_introduction(stated("introduction", fields, SIGNER.sign).text())


@pytest.mark.parametrize("missing", ["name", "country", "key", "sign", "seal", "certificate", "addresses"])
def test_what_is_missing_is_named(missing: str) -> None:
    fields = {name: value for name, value in json.loads(FILE.split("\n")[0]).items() if name != missing}
    with pytest.raises(Invalid):
        read_introduction(stated("introduction", fields, SIGNER.sign).text())


def test_a_fingerprint_is_ten_groups_however_it_is_typed() -> None:
    read = fingerprint(NODES["BE"])
    assert [len(group) for group in read.split()] == [4] * 10
    assert is_fingerprint(read, NODES["BE"])
    assert is_fingerprint(read.upper().replace(" ", ""), NODES["BE"])
    assert not is_fingerprint(read[:-1], NODES["BE"])
    assert not is_fingerprint("", NODES["BE"])
    assert not is_fingerprint(read, NODES["IT"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https://x.example/path",
        "https://a@x.example",
        "https://x.example:0",
        "ftp://x.example",
        "https://a b:1",
        "https://x.example:8443 ",
        "https://x.example:",
        "https://[x",
        7,
    ],
)
def test_an_address_is_https_and_a_host(text: object) -> None:
    with pytest.raises(Invalid):
        address_of(text)


def test_a_slash_behind_an_address_is_left_out() -> None:
    assert address_of("https://be.example:8443/") == "https://be.example:8443"
    assert address_of("https://[2001:db8::1]:8443") == "https://[2001:db8::1]:8443"
