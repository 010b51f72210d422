"""What a page of the public says, for tests: its text, its fields, the code on a receipt; what letters say."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from havre.hotline.letters import bound
from havre.hotline.models import Letter
from havre.hotline.telling import Told, told_in
from havre.sealing.receipt import Code, read_code
from havre.sealing.secret import unseal_from
from tests.entrypoints.public.conftest import OPENER

Shown = Any
"""What Django's client was answered."""

FORM = "application/x-www-form-urlencoded"


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden: dict[str, str] = {}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "input" and values.get("type") == "hidden":
            self.hidden[values["name"]] = values["value"]


def read(response: Shown) -> _Reading:
    """A page, read."""
    reading = _Reading()
    reading.feed(response.content.decode())
    return reading


def text(response: Shown) -> str:
    """What a person reads on a page, on one line."""
    return " ".join("".join(read(response).texts).split())


def hidden(response: Shown) -> dict[str, str]:
    """What a form carries with it."""
    return read(response).hidden


def code_on(response: Shown) -> Code:
    """The code on a receipt."""
    found = re.search(r"<output>(.*?)</output>", response.content.decode(), re.DOTALL)
    assert found, text(response)
    return read_code(re.sub(r"<[^>]*>", "", found[1]))


def sent(visitor: Client, language: str = "en", at: str = "report", /, **typed: str) -> Shown:
    """What is answered to a form that was opened and filled in."""
    form = hidden(visitor.get(f"/{language}/{at}"))
    return posted(visitor, f"/{language}/{at}", **form | typed)


def posted(visitor: Client, address: str, /, **typed: str) -> Shown:
    """What is answered to these fields."""
    return visitor.post(address, urlencode(typed), content_type=FORM)


def said_in(letter: Letter) -> Told:
    """A letter, opened as its unit opens it."""
    sealed = bytes(letter.sealed)
    return told_in(unseal_from(OPENER, sealed, bound(bytes(letter.receipt.digest), letter.kind)))
