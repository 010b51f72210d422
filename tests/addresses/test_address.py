"""The same page is written the same way, whatever somebody typed; what is no address is told so, and nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.addresses.address import LONGEST, Address, address_of
from havre.errors import Invalid
from tests.addresses.forms import ONION, TABLE

CANONICAL = sorted({form for form in TABLE.values() if form is not None})

PIECES = st.sampled_from(
    (
        *("http", "https", "hxxp", ":", "//", "/", "\\", "@", "[", "]", "[.]", "(dot)", ".", "..", "%2e", "%", "%41"),
        *("?", "#", "#!", "&", "utm_a=1", "=", "a", "A", "ü", "例", "💩", "xn--", "xn--bcher-kva", "0x7f", "127", "1"),
        *("::", "ffff", "example", ".example", ".onion", ONION, ":80", ":443", "\u202e", "\u200d", "\u00ad", " ", "\n"),
        *("\x00", "\ud800"),
    )
)
ODD = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join))


def made(text: str) -> str | None:
    """The canonical form; None for what is no address. Anything but Invalid is a fault."""
    try:
        return str(address_of(text))
    except Invalid:
        return None


def test_odd_forms_are_what_they_are() -> None:
    assert len(TABLE) >= 300
    assert {text: made(text) for text in TABLE} == TABLE


def test_an_error_repeats_nothing_that_was_typed() -> None:
    for text in (text for text, form in TABLE.items() if form is None and "secret" not in text):
        with pytest.raises(Invalid) as caught:
            address_of(f"http://secret\x00{text}"[:LONGEST])
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("form", CANONICAL)
def test_a_canonical_form_is_its_own(form: str) -> None:
    assert made(form) == form
    assert form.isascii()
    assert form.isprintable()
    assert " " not in form


@given(ODD)
def test_any_text_is_an_address_or_is_told_that_it_is_none(text: str) -> None:
    once = made(text)
    if once is not None:
        assert made(once) == once
        assert len(once) <= LONGEST
        assert once.isascii()
        assert once.isprintable()


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_stands_in_path_and_query_the_form_is_its_own_and_the_host_stays(path: str, query: str) -> None:
    once = made(f"http://a.example/{path}?{query}")
    if once is not None:
        assert made(once) == once
        assert address_of(once).host == "a.example"


@given(st.integers(0, 2**32 - 1))
def test_a_number_is_the_same_in_decimal_octal_and_hex(number: int) -> None:
    dotted = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    for written in (dotted, str(number), hex(number), f"0{number:o}", f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]"):
        assert made(f"http://{written}/") == f"http://{dotted}/"


@given(st.lists(st.sampled_from(["a", "b", ".", "..", "", "%2e", "c%2Fd"]), max_size=8))
def test_dots_in_a_path_are_undone_as_the_standard_says(parts: list[str]) -> None:
    found = address_of("http://a.example/" + "/".join(parts)).path
    assert not {".", ".."} & set(found.split("/"))
    assert found == _undone("/" + "/".join(part.replace("%2e", ".") for part in parts))


def _undone(path: str) -> str:
    """RFC 3986, 5.2.4, letter by letter: the slow truth."""
    left, out = path, ""
    while left:
        if left.startswith("/./") or left == "/.":
            left = "/" + left[3:]
        elif left.startswith("/../") or left == "/..":
            left, out = "/" + left[4:], out[: out.rfind("/")] if "/" in out else ""
        else:
            end = left.find("/", 1)
            end = len(left) if end < 0 else end
            out, left = out + left[:end], left[end:]
    return out


def test_an_address_has_a_digest_of_its_canonical_form() -> None:
    assert address_of("a.example").digest == sha256(b"https://a.example/").digest()


def test_an_address_knows_its_parts() -> None:
    found = address_of("HTTP://u@A.example:8080/b/../c?d#!e")
    assert found == Address("http", "a.example", 8080, "/c", "d", "!e")


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("https://www.shop.example/x", "shop.example"),
        ("https://a.b.shop.co.uk/x", "shop.co.uk"),
        ("https://anna.blogspot.com/x", "anna.blogspot.com"),
        ("https://www.anna.blogspot.com/x", "anna.blogspot.com"),
        ("https://anna.github.io", "anna.github.io"),
        ("https://blogspot.com", "blogspot.com"),
        ("https://co.uk", "co.uk"),
        ("http://localhost", "localhost"),
        ("http://192.0.2.1", "192.0.2.1"),
        ("http://[2001:db8::1]", "[2001:db8::1]"),
        (f"http://www.{ONION}", ONION),
        ("http://www.bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_site_is_one_registration_or_one_user(text: str, site: str) -> None:
    assert address_of(text).site == site
