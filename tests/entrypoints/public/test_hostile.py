"""Hostile texts through every field and header into every page that shows them again: they are shown, and do nothing.

Escaping is looked at with a parser: of what was typed no tag and no attribute may come out. The pages are also under a
policy that runs nothing inline; a browser is driven through the ones where it matters in `make proof` by way of the
journeys.
"""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from havre.entrypoints.public.answers import HEADERS
from havre.hotline.letters import seal_answer
from havre.hotline.models import Answer, Letter, Receipt
from havre.sealing.receipt import Code
from tests.attacks.payloads import payloads
from tests.cast import NOON
from tests.entrypoints.public.shown import Shown, code_on, posted, said_in, sent

FIELDS = {
    "report": ("address", "seen", "where", "when", "contact", "what", "who", "danger", "code", "puzzle", "work"),
    "challenge": ("about", "seen", "contact", "code", "puzzle"),
    "follow": ("code", "act", "more"),
    "record": ("code", "act", "seen", "contact", "follows"),
}

BROKEN = {"report": {"address": ""}, "challenge": {"about": ""}, "follow": {"code": "x"}, "record": {"code": "x"}}
"""What makes each form come back."""


class Tags(HTMLParser):
    """The tags of a page with the names of their attributes, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _value in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "action", "src")]


def skeleton(page: str) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """What a browser would build of a page, without its words."""
    reading = Tags()
    reading.feed(page)
    return reading.found, reading.links


def many(count: Callable[[int, int], int]) -> Iterator[str]:
    """All payloads, or a sample of them."""
    every = payloads()
    return iter(every[:: max(1, len(every) // count(24, len(every)))])


@pytest.mark.parametrize("page", FIELDS)
def test_what_is_typed_comes_back_as_words_alone(visitor: Client, page: str, count: Callable[[int, int], int]) -> None:
    harmless: dict[tuple[str, ...], object] = {}
    for payload in many(count):
        hostile = dict.fromkeys(FIELDS[page], payload) | BROKEN[page]
        shown = posted(visitor, f"/en/{page}", **hostile)
        if shown.status_code == 422:
            key = tuple(sorted(part for part in PARTS if part in shown.content.decode()))
            harmless.setdefault(key, skeleton(posted(visitor, f"/en/{page}", **plain(page, payload)).content.decode()))
            assert skeleton(shown.content.decode()) == harmless[key], payload
        assert {name: shown.headers[name] for name in HEADERS} == HEADERS


PARTS = ("<details open>", "seen-problem", "address-problem", "contact-problem", "when-problem")
"""Parts of a page that are there or not by what was typed."""


def plain(page: str, payload: str) -> dict[str, str]:
    """Harmless words of the same length in the same fields."""
    return {field: "w" * len(payload) for field in FIELDS[page]} | BROKEN[page]


@pytest.fixture
def code(visitor: Client) -> Code:
    """A report that somebody made, by its code."""
    return code_on(sent(visitor, address="a.example"))


def under(visitor: Client, code: Code, answer: str) -> Shown:
    """The page under a code with this answer of the hotline."""
    Answer.objects.all().delete()
    receipt = Receipt.objects.get(digest=code.digest)
    Answer.objects.create(receipt=receipt, sealed=seal_answer(bytes(receipt.sealing), answer), at=NOON)
    return posted(visitor, "/en/follow", code=str(code))


def test_answers_are_words_alone_too(visitor: Client, code: Code, count: Callable[[int, int], int]) -> None:
    harmless = skeleton(under(visitor, code, "gone").content.decode())
    for payload in many(count):
        assert skeleton(under(visitor, code, payload or "x").content.decode()) == harmless, payload


@pytest.mark.parametrize("header", ["Accept-Language", "Cookie", "Referer", "User-Agent", "X-Forwarded-For", "Origin"])
def test_headers_reach_no_page(visitor: Client, header: str) -> None:
    hostile = '"><script>hit()</script>\t${hit()}'
    for address in ("/", "/en/", "/fr/follow", "/nowhere"):
        shown = visitor.get(address, headers={header: hostile})
        assert not [each for each in shown.headers.values() if "hit()" in each]
        assert b"hit()" not in shown.content


def test_control_characters_and_line_ends_make_no_header_and_reach_no_letter(visitor: Client) -> None:
    hostile = "a\r\nSet-Cookie: x=1\r\n\r\n\x1b]0;hit\x07\u202e\0"
    answer = sent(visitor, seen=hostile, contact=hostile, when=hostile)
    assert "Set-Cookie" not in answer.headers
    told = said_in(Letter.objects.get())
    assert not [sign for each in (told.seen, told.contact, told.when) for sign in each if sign in "\x1b\x07\0\r\u202e"]
