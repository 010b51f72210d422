"""Where a page is: an analyst's word before the operator's tables, and a CDN is no host."""

import pytest

from havre.hotline.models import Finding, Page
from havre.hotline.place import leads_to_nobody_knows, place_of, target_of
from havre.hotline.policy import Place


def found(**values: str) -> dict[str, Finding]:
    kinds = {"hosting": "hosting country", "target": "leads to", "links": "links only"}
    return {kinds[name]: Finding(kind=kinds[name], value=value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("kind", "country", "cdn", "findings", "place"),
    [
        ("page", "NL", False, {}, Place("NL")),
        ("page", "", False, {}, Place()),
        ("page", "", True, {}, Place(cdn=True)),
        ("page", "US", True, {}, Place("US")),
        ("page", "NL", False, found(hosting="BE"), Place("BE")),
        ("page", "US", True, found(hosting="BE"), Place("BE")),
        ("search", "US", False, {}, Place(nothing=True)),
        ("search", "US", False, found(target="https://x.example/"), Place("US")),
        ("shortener", "US", True, {}, Place(shortener=True)),
        ("shortener", "US", False, found(target="https://bit.ly/b"), Place(shortener=True)),
        ("page", "US", False, found(target="https://bit.ly/b"), Place(shortener=True)),
        ("shortener", "NL", False, found(target="https://x.example/"), Place("NL")),
        ("shortener", "US", False, found(hosting="BE"), Place("BE")),
        ("page", "NL", False, found(links="yes"), Place(nothing=True)),
        ("page", "NL", False, found(links="no"), Place("NL")),
        ("page", "NL", False, found(links="yes", hosting="BE"), Place(nothing=True)),
    ],
)
def test_where_a_page_is(kind: str, country: str, cdn: bool, findings: dict[str, Finding], place: Place) -> None:
    assert place_of(Page(kind=kind), country, cdn, findings) == place


def test_a_short_address_may_say_itself_where_it_leads() -> None:
    page = Page(kind="shortener", inner="https://x.example/a")
    assert str(target_of(page, {})) == "https://x.example/a"
    assert place_of(page, "NL", False, {}) == Place("NL")
    assert str(target_of(page, found(target="https://y.example/"))) == "https://y.example/"
    assert target_of(Page(kind="archive", inner="https://x.example/a"), {}) is None
    assert leads_to_nobody_knows(Page(kind="shortener"), {})
