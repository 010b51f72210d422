"""The language is that of the address; before there is one, the one that the browser likes most."""

import pytest
from django.test import Client

from havre.entrypoints.public.languages import asked, of_address
from tests.entrypoints.public.shown import text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl-BE,nl;q=0.9,fr;q=0.8", "nl"),
        ("de, fr;q=0.3, en;q=0.2", "fr"),
        ("de", "en"),
        ("", "en"),
        ("fr;q=0", "en"),
        ("fr;q=x, nl;q=0.1", "nl"),
        ("en;q=0.5,fr;q=0.5", "en"),
        (";;;,,,=", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_browser_asks_for_a_language(header: str, language: str) -> None:
    assert asked(header) == language


def test_an_address_says_its_language() -> None:
    assert [of_address(path) for path in ("/fr/report", "/nl", "/xx/", "/", "/frx/")] == ["fr", "nl", "", "", ""]


def test_the_first_page_leads_to_the_start_in_that_language(visitor: Client) -> None:
    answer = visitor.get("/", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.headers["Location"], answer.headers["Vary"]) == (302, "/fr/", "Accept-Language")


def test_each_language_leads_to_the_others_on_the_same_page(visitor: Client) -> None:
    page = visitor.get("/nl/about", headers={"Accept-Language": "fr"})
    assert '<html lang="nl">' in page.content.decode()
    assert 'href="/fr/about"' in page.content.decode()
    assert "Wie het kan lezen" in text(page)
