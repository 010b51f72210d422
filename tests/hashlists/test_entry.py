"""An entry says only what can be read by every consumer; what can't be is refused when it is made."""

from dataclasses import fields, replace

import pytest

from havre.errors import Invalid
from havre.fingerprints import looks
from havre.hashlists import table
from havre.hashlists.entry import HEX, LARGEST, VERSIONS, Entry, Signal
from havre.hashlists.lines import entry_of, line_of
from tests.hashlists.filmed import filmed
from tests.hashlists.made import made

GOOD = made(7)


def test_an_entry_has_no_place_for_who_said_it_or_what_it_belongs_to() -> None:
    assert {each.name for each in fields(Entry)} == {
        *("number", "version", "signals", "kind", "labels", "categories", "baseline", "generated", "reviewed"),
        *("confirmed", "disputed", "added", "changed", "retracted"),
    }


@pytest.mark.parametrize("method", sorted(HEX))
def test_a_value_has_the_digits_of_its_method(method: str) -> None:
    Signal(method, "0" * HEX[method])
    for wrong in ("", "0" * (HEX[method] - 1), "0" * (HEX[method] + 1), "A" * HEX[method], "g" * HEX[method]):
        with pytest.raises(Invalid, match="hexadecimal"):
            Signal(method, wrong)


def test_a_method_that_feeds_do_not_carry_is_refused() -> None:
    with pytest.raises(Invalid, match="pdq, md5, sha1, sha256"):
        Signal("crc32", "00000000")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"number": 0}, "number"),
        ({"number": LARGEST + 1}, "number"),
        ({"version": 0}, "version"),
        ({"signals": ()}, "signals"),
        ({"signals": GOOD.signals[:1] * 2}, "signals"),
        ({"labels": ("b", "a")}, "in order"),
        ({"labels": ("a", "a")}, "each once"),
        ({"labels": ("A word",)}, "small letters"),
        ({"categories": {"be": "1"}}, "capital"),
        ({"categories": {"BE": ""}}, "one line"),
        ({"categories": {"BE": "1\n2"}}, "one line"),
        ({"confirmed": -1}, "confirmed"),
        ({"added": 2, "changed": 1}, "before it is added"),
    ],
)
def test_what_no_consumer_could_read_is_refused(wrong: dict[str, object], why: str) -> None:
    given = {"number": 1, "version": 1, "signals": GOOD.signals} | wrong
    with pytest.raises(Invalid, match=why):
        Entry(**given)  # type: ignore[arg-type]


def test_looks_of_a_film_are_of_any_length_up_to_a_bound() -> None:
    assert Signal("film", "ab" * looks.LONGEST).value
    for value in ("", "abc", "AB", "ab" * (looks.LONGEST + 1)):
        with pytest.raises(Invalid):
            Signal("film", value)


def test_the_longest_film_fits_into_a_line_and_a_row() -> None:
    entry = replace(filmed(1), signals=(Signal("film", "ab" * looks.LONGEST, VERSIONS["film"]),))
    assert entry_of(line_of(entry).rstrip()) == entry
    assert list(table.read(table.write([entry, filmed(2)]))) == [entry, filmed(2)]
