"""Where a page is, as far as is known: what an analyst found out wins over what the operator's data say."""

from collections.abc import Mapping

from havre.hotline.models import Finding, Findings, Page
from havre.hotline.policy import Place

LINKING = frozenset({"search"})
"""Kinds of addresses that host nothing themselves."""


def place_of(page: Page, country: str, cdn: bool, found: Mapping[str, Finding]) -> Place:
    """The place of a page whose host is in this country, by the newest findings of each kind."""
    if Findings.LINKS_ONLY in found and found[Findings.LINKS_ONLY].value != "no":
        return Place(nothing=True)
    if Findings.HOSTING in found:
        return Place(found[Findings.HOSTING].value)
    # A shortener or a search engine shows what others host, until somebody said where that leads.
    if page.kind in LINKING and Findings.TARGET not in found:
        return Place(nothing=True)
    # Of a host that is known behind its CDN the country is known; else a CDN's own country says nothing.
    return Place(country, cdn and not country)
