"""Pages that somebody reported, for tests of what is done with them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from havre.addresses.address import address_of
from havre.assessments.facts import Facts
from havre.flows.judge_page import Word, judge_page
from havre.flows.receive_report import receive
from havre.flows.route_page import find, route_page
from havre.hotline.models import Findings, Page, Report
from havre.hotline.telling import Told
from havre.sealing.receipt import Code
from havre.units.acting import Acting
from havre.units.models import Unit
from tests.cast import NOON, Node
from tests.sealing.wire import chance

PAGE = "https://site.example/a"
OTHER = "https://other.example/b"

FACTS = Facts("6-9", ("nudity",), "camera")
ACTIONABLE = Word("actionable", FACTS)
NOT = Word("not actionable", reason="a holiday picture")

SEEDS: Iterator[int] = count(1)


def reported(
    begun: Node, *urls: str, danger: bool = False, language: str = "en", acting: Acting | None = None, at: float = 0
) -> tuple[Report, Code]:
    """A report of these pages, or of one, `at` so many hours after noon."""
    told = Told(urls or (PAGE,), "a harbour", contact="mira@home.example", danger=danger, language=language)
    return receive(begun.home, after(acting or begun.bram, at), told, random=chance(next(SEEDS)))


def after(acting: Acting, hours: float) -> Acting:
    """The same person so many hours after noon."""
    return Acting(acting.person, lambda: NOON + timedelta(hours=hours), acting.reason)


def page_of(address: str = PAGE) -> Page:
    """The page at this address, as it is now."""
    return Page.objects.select_related("unit").get(address=address)


def judged(begun: Node, address: str = PAGE, word: Word = ACTIONABLE, at: float = 0) -> Page:
    """The same, judged by Anke and Bram."""
    for acting in (begun.anke, begun.bram):
        if page_of(address).state == "received":
            judge_page(begun.home, after(acting, at), page_of(address).pk, word)
    return page_of(address)


def routed(begun: Node, address: str = PAGE, country: str = "NL", at: float = 0) -> Page:
    """Judged and routed: an analyst found out in which country it is."""
    page = judged(begun, address, at=at)
    find(begun.home, after(begun.anke, at), page.pk, Findings.HOSTING, country)
    route_page(begun.home, after(begun.anke, at), page.pk)
    return page_of(address)


def page(unit: Unit, address: str = PAGE, at: datetime = NOON, **values: object) -> Page:
    """A row of a page, that nobody reported."""
    read = address_of(address)
    about = {"address": str(read), "digest": read.digest, "host": read.host, "site": read.site}
    return Page.objects.create(unit=unit, first_at=at, last_at=at, **{**about, **values})
