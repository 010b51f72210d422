"""The numbers come first, and every page is there in every language."""

import pytest
from django.test import Client

from tests.entrypoints.public.shown import text


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
@pytest.mark.parametrize("page", ["", "danger", "report", "report/now"])
def test_whom_to_call_stands_before_everything_else(visitor: Client, language: str, page: str) -> None:
    shown = visitor.get(f"/{language}/{page}").content.decode()
    main = shown[shown.index("<main") :]
    assert main.index('href="tel:112"') < main.index("<h1")
    assert main.index('href="tel:101"') < main.index("<h1")


def test_danger_needs_no_form(visitor: Client) -> None:
    page = visitor.get("/en/danger")
    assert "<form" not in page.content.decode()
    assert "You do not need proof." in text(page)


def test_the_unit_says_who_it_is(visitor: Client) -> None:
    assert "These pages belong to Child Line." in text(visitor.get("/en/about"))
