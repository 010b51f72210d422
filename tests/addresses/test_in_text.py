"""Addresses are found in what people write, and no text takes long."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.addresses.address import address_of
from havre.addresses.in_text import LONGEST_TEXT, MOST, addresses_in

TEXTS: dict[str, list[str]] = {
    "": [],
    "nothing here. Nor here, e.g. or i.e. 3.14 1.2.3": [],
    "see http://a.example/x.": ["http://a.example/x"],
    "see http://a.example/x, and http://b.example/y!": ["http://a.example/x", "http://b.example/y"],
    "(http://a.example/x)": ["http://a.example/x"],
    "http://a.example/x_(y)": ["http://a.example/x_(y)"],
    "(see http://a.example/x_(y))": ["http://a.example/x_(y)"],
    "[words](http://a.example/x)": ["http://a.example/x"],
    '<a href="http://a.example/x">http://b.example</a>': ["http://a.example/x", "http://b.example/"],
    "<http://a.example/x>": ["http://a.example/x"],
    "«http://a.example/x» „http://b.example/“": ["http://a.example/x", "http://b.example/"],
    "http://a.example/x,http://b.example/y;https://c.example": [
        "http://a.example/x",
        "http://b.example/y",
        "https://c.example/",
    ],
    "http://a.example/x,y;z": ["http://a.example/x,y;z"],
    "http://a.example/?b=1&amp": ["http://a.example/?b=1&amp"],
    "hxxp://a[.]example/x": ["http://a.example/x"],
    "hxxps[://]a[.]example/x": ["https://a.example/x"],
    "a [.] example and b (dot) example": ["https://a.example/", "https://b.example/"],
    "page:http://a.example/x": ["http://a.example/x"],
    "a.example/x": ["https://a.example/x"],
    "www.shop.com": ["https://www.shop.com/"],
    "Shop.COM.": ["https://shop.com/"],
    "shop.nosuchending": [],
    "picture.zip film.mov": [],
    "http://picture.zip": ["http://picture.zip/"],
    "mail anna@a.example today": [],
    "http://anna@a.example": ["http://a.example/"],
    "http://a.example http://a.example/ HTTP://A.example:80": ["http://a.example/"],
    "https://web.archive.org/web/2020/http://a.example/x": ["https://web.archive.org/web/2020/http://a.example/x"],
    "http://192.0.2.1/x": ["http://192.0.2.1/x"],
    "version 1.2.3.4": [],
    "http://a.example/x\u202e\u200b": ["http://a.example/x"],
    "ftp://a.example file:///x javascript:alert(1)": [],
    "http:// http://? http://..": [],
    "* http://a.example\n* http://b.example\r\n\thttp://c.example": [
        "http://a.example/",
        "http://b.example/",
        "http://c.example/",
    ],
}


@pytest.mark.parametrize("text", TEXTS)
def test_addresses_of_a_text_are_found_in_its_order(text: str) -> None:
    assert [str(address) for address in addresses_in(text)] == TEXTS[text]


def test_no_more_are_taken_than_there_is_place_for() -> None:
    text = " ".join(f"http://a.example/{number}" for number in range(MOST + 20))
    assert [address.path for address in addresses_in(text)] == [f"/{number}" for number in range(MOST)]


def test_what_stands_behind_the_longest_text_is_not_looked_at() -> None:
    assert addresses_in("x " * (LONGEST_TEXT // 2) + " http://a.example") == []


@given(
    st.lists(st.sampled_from(["http://", "a.example", "[.]", "(", ")", " ", ",", "x", "/", "\n", "é", "hxxp:", "<"]))
)
def test_whatever_is_found_is_an_address(pieces: list[str]) -> None:
    for address in addresses_in("".join(pieces)):
        assert address_of(str(address)) == address


HOSTILE = (
    *("a.b ", "http://", "[.]", "(", ")", "a.", "a (dot) ", "1:", " [ ", ",;", "http://é ", "a.a.a.a.a.a.a.a.a.a!"),
    *("http://a.example/(", "[:", "h", "hxxp[:", "x.example ", "(dot)", "a[.", "\u202e", "http://x\n", "'", "@."),
    *("www.", "é.", "%", "http://%", "_", "https://a.example,", "[.]a", ". ", "a [ dot"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_no_more_than_a_few_times_as_long(piece: str) -> None:
    """Quadratic work would take sixteen times as long for four times the text: a text of 90 s was found so."""

    def cost(letters: int) -> float:
        text = (piece * (letters // len(piece) + 1))[:letters]
        best = float("inf")
        for _round in range(3):
            began = process_time()
            addresses_in(text)
            best = min(best, process_time() - began)
        return best

    assert cost(LONGEST_TEXT) < 10 * cost(LONGEST_TEXT // 4) + 0.01
