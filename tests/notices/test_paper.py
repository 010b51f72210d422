"""The PDF carries a signature over all of it that openssl verifies; the JSON carries the node's."""

import base64
import json
import re
from pathlib import Path

import pytest

from havre.errors import Broken
from havre.notices.letters import as_json, written
from havre.notices.paper import canonical, drawn, pdf, signed_json, signed_pdf
from havre.sealing.letter_key import LetterKey
from havre.sealing.sign import Signer, verifier_of
from tests.cast import NOON
from tests.notices.letter import TOLD, told
from tests.sealing.test_letter_key import SEED, verified

KEY = LetterKey(SEED)


def taken_apart(file: bytes) -> tuple[bytes, bytes]:
    """What is signed of a PDF, and the signature, as a reader finds them."""
    (first, second, third) = map(int, re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", file).groups())  # type: ignore[union-attr]
    assert second + third == len(file)
    held = bytes.fromhex(file[first + 1 : second - 1].decode())
    length = 4 + int.from_bytes(held[2:4], "big")  # DER: a sequence whose length takes two bytes
    assert held[:2] == b"\x30\x82"
    assert not any(held[length:])
    return file[:first] + file[second:], held[:length]


def test_openssl_verifies_the_signature_in_the_pdf(tmp_path: Path) -> None:
    data, signature = taken_apart(pdf(written(TOLD), NOON, KEY.sign))
    assert verified(tmp_path, data, signature, KEY.issuer)
    assert not verified(tmp_path, data.replace(b"/Title", b"/Tilte", 1), signature, KEY.issuer)


def test_nothing_outside_the_signature_is_left_out_of_it() -> None:
    made = pdf(written(TOLD), NOON, KEY.sign)
    data, _signature = taken_apart(made)
    gap = len(made) - len(data)
    assert made[len(data.partition(b"/Contents ")[0]) :].startswith(b"/Contents ") or gap == 8_192 + 2


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_same_letter_is_drawn_alike_and_long_ones_go_over_pages(language: str) -> None:
    letter = written(
        told(language=language, addresses=tuple(f"https://photos.example/{'a' * 900}/{n}" for n in range(40)))
    )
    assert drawn(letter, NOON) == drawn(letter, NOON)
    assert len(re.findall(rb"/Type /Page\b", drawn(letter, NOON))) > 3
    taken_apart(pdf(letter, NOON, KEY.sign))


def test_every_place_that_the_file_names_is_where_it_says(tmp_path: Path) -> None:
    made = pdf(written(TOLD), NOON, KEY.sign)
    start = int(re.findall(rb"startxref\s+(\d+)", made)[-1])
    assert made[start:].startswith(b"xref\n")
    for number, place in re.findall(rb"(\d+) 1\n(\d{10}) 00000 n", made[start:]):
        assert made[int(place) :].startswith(b"%d 0 obj" % int(number))
    previous = int(re.findall(rb"/Prev (\d+)", made)[-1])
    assert made[previous:].startswith(b"xref")


def test_what_stands_in_a_letter_is_no_markup_and_other_scripts_are_drawn() -> None:
    drawn(written(told(recipient="<b>Host</b> & <font size=99>", addresses=("https://photos.example/<para>",))), NOON)
    drawn(written(told(recipient="Хостинг")), NOON)


def test_what_was_not_drawn_here_is_not_signed() -> None:
    with pytest.raises(Broken):
        signed_pdf(b"%PDF-1.4 nothing", NOON, KEY.sign)
    with pytest.raises(Broken, match="longer than its place"):
        signed_pdf(drawn(written(TOLD), NOON), NOON, lambda data: bytes(5_000))


def test_json_is_signed_by_the_node_over_its_one_form() -> None:
    signer = Signer(SEED)
    found = json.loads(signed_json(as_json(TOLD), signer))
    verifier = verifier_of(found["signed_by"])
    signature = base64.b64decode(found["signature"])
    assert verifier.public == signer.verifier.public
    assert verifier.accepts(canonical(found["notice"]), signature)
    found["notice"]["addresses"] = ["https://other.example/"]
    assert not verifier.accepts(canonical(found["notice"]), signature)
