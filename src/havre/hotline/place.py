"""Where a page is, as far as is known: what an analyst found out wins over what the operator's data say."""

from collections.abc import Mapping

from havre.addresses.address import Address, address_of
from havre.addresses.recognised import SHORTENER, recognised
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
    # A shortener leads to what others host: where it stands says nothing, until somebody said where that is.
    if leads_to_nobody_knows(page, found):
        return Place(shortener=True)
    # A search engine shows what others host, until somebody said where that leads.
    if page.kind in LINKING and Findings.TARGET not in found:
        return Place(nothing=True)
    # Of a host that is known behind its CDN the country is known; else a CDN's own country says nothing.
    return Place(country, cdn and not country)


def leads_to_nobody_knows(page: Page, found: Mapping[str, Finding]) -> bool:
    """Whether it is a short address of which nobody said yet where it leads, or only to another one."""
    target = target_of(page, found)
    return page.kind == SHORTENER if target is None else recognised(target).kind == SHORTENER


def target_of(page: Page, found: Mapping[str, Finding]) -> Address | None:
    """Where a page leads, as an analyst found out, or as a short address says itself; None where nobody knows."""
    said = found[Findings.TARGET].value if Findings.TARGET in found else page.inner * (page.kind == SHORTENER)
    return address_of(said) if said else None
