"""A person has a reported page asked for: through the egress proxy, at a pinned number; media go into a case.

What it shows is judged as any seizure is: what is known already need not be looked at again. Whatever does not come, or
is not asked for, is told with why: a page can hide nothing by being written badly.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from io import BytesIO
from time import monotonic
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from havre.addresses.address import Address, address_of
from havre.cases.open import must_be_open
from havre.cases.queries import case_for
from havre.errors import HavreError, Invalid, Refused
from havre.flows.archives import Piece
from havre.flows.brought import Survey, look_over
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.intake import take_in
from havre.hosting.queries import where_is
from havre.hotline.models import Page
from havre.hotline.queries import page_for, pages_of
from havre.media.outside.numbers import outside
from havre.media.outside.shown import is_page
from havre.media.outside.visit import MOST_BYTES as MOST_OF_ONE
from havre.media.outside.visit import SECONDS, Asked, Visited, visit
from havre.media.sources import Found
from havre.settings import Egress
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST_BYTES = 256 << 20
"""Of all that comes of one page, kept or not."""

MOST_SECONDS = 900.0
"""For a page with all that it shows."""

PORTS = (None, 80, 443)
"""Where the web is: a page can't have other services of a host spoken to."""

Visit = Callable[[Egress, Asked, int, float], Visited]
"""Asks once, for so many bytes and seconds at most."""

NO_ADDRESS = "it is no address"
NOT_ASKED = {"inline": "it stands in the page itself: a person looks", "long": "an address has at most 2,000 letters"}
NOT_READ = {
    "encoded": "the page came in a form that was not asked for: what it shows was not read",
    "large": "only the beginning of the page was read for what it shows",
    "letters": "the page is written in letters that are not read here: what it shows may be missing",
}
UNREAD = "the page could not be read to its end: what it shows may be missing"


@dataclass
class Fetched:
    """What came of asking for a page."""

    status: int
    leads_to: str = ""
    """Where the page would lead on; it was not followed."""
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """What was not asked for or did not come, each with why."""
    outcomes: dict[str, int] = field(default_factory=dict)
    """Of the intake, where there was anything to take in."""
    unread: bool = False
    """Whether the page may show more than was seen of it."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        told = {"status": self.status, "leads_to": self.leads_to or None, "files": len(self.files)}
        return {**told, "left_out": self.left_out, "unread": self.unread, **self.outcomes}


@dataclass(frozen=True)
class Bag:
    """The files of one page, in memory: nothing of it lies on a disk before it is sealed."""

    page: int
    files: dict[str, bytes]

    @cached_property
    def name(self) -> str:
        """With what it holds: an intake that was killed goes on with the same files alone."""
        digests = "".join(f"{address}\0{sha256(self.files[address]).hexdigest()}\n" for address in sorted(self.files))
        return f"page {self.page} as {sha256(digests.encode()).hexdigest()[:16]}"

    def survey(self, home: Home) -> Survey:
        """Their addresses and contents."""
        look = look_over(piece.found for piece in self.pieces(home, ExitStack()))
        return Survey(look.files, sha256(look.listing + self.name.encode()).digest())

    def pieces(self, home: Home, stack: ExitStack) -> Iterator[Piece]:  # noqa: ARG002 - nothing is to be closed
        """Each by its address."""
        for address in sorted(self.files):
            data = self.files[address]
            yield Piece(Found(address, b"", len(data)), partial(_opened, data))


def _opened(data: bytes) -> BinaryIO:
    return cast(BinaryIO, BytesIO(data))


@dataclass
class Errand:
    """Everything that is asked for one page: within so many bytes, until so late."""

    egress: Egress
    ask: Visit
    seconds: Callable[[], float]
    until: float
    room: int

    def over(self) -> str:
        """Why nothing more is asked for; empty while there is room and time."""
        if self.room <= 0:
            return _("one page is asked for %(most)s MiB at most") % {"most": MOST_BYTES >> 20}
        if self.seconds() >= self.until:
            return _("one page is asked for %(most)s minutes at most") % {"most": round(MOST_SECONDS / 60)}
        return ""

    def go(self, address: Address, number: str) -> Visited:
        """Ask once; what comes counts, kept or not."""
        query = f"?{address.query}" if address.query else ""
        asked = Asked(address.scheme, address.host, number, f"{address.path}{query}", address.port)
        most, left = min(MOST_OF_ONE, self.room), min(SECONDS, self.until - self.seconds())
        found = self.ask(self.egress, asked, most, left)
        self.room -= len(found.body)
        return found


def fetch_page(
    home: Home,
    acting: Acting,
    page: int,
    case: str,
    *,
    number: str = "",
    workers: int = 1,
    ask: Visit = visit,
    seconds: Callable[[], float] = monotonic,
) -> Fetched:
    """Ask for a page and what it shows, and take that into a case; who decided it and why is logged before.

    Raises NotFound for a page of another unit, Refused where no proxy is set or a number is not on the open internet,
    Invalid where no number is known for its host.
    """
    acting.must_be(RoleName.ANALYST, to="have pages asked for")
    egress = home.settings.egress
    if egress is None:
        raise Refused(_("this node asks for no pages: HAVRE_EGRESS names the proxy through which it may"))
    reported = page_for(acting.person, page)
    must_be_open(case_for(acting.person, case))
    address = address_of(reported.address)
    pinned = outside(number) if number else _number(address.host, acting)
    consulted(home, acting, f"page {page}", {"act": "asked for", "number": pinned})
    errand = Errand(egress, ask, seconds, seconds() + MOST_SECONDS, MOST_BYTES)
    found = errand.go(address, pinned)
    fetched = Fetched(found.status, found.location)
    if found.status == 200:
        _itself(fetched, found, address)
        there = _planned(fetched, found, address, acting, pinned)
        if there:
            hosts = {each.host: at for each, at in there.values()}
            consulted(home, acting, f"page {page}", {"act": "asked for what it shows", "numbers": hosts})
        _collect(fetched, there, errand)
    if fetched.files:
        totals = take_in(home, acting, case, Bag(page, fetched.files), workers=workers)
        fetched.outcomes = dict(totals.outcomes)
    _keep(home, acting, reported, case, fetched)
    return fetched


def _number(host: str, acting: Acting) -> str:
    numbers = where_is(host, acting.now()).numbers
    if not numbers:
        raise Invalid(
            _("no network address is known for %(host)s: load an answer of DNS with `havre hosting load`, or give one")
            % {"host": host}
        )
    return outside(numbers[0])


def _itself(fetched: Fetched, page: Visited, at: Address) -> None:
    """The page where it is a file, whatever is said of it; where it is a page, what of it can't be seen."""
    if not is_page(page.type, page.body):
        try:
            fetched.files[str(at)] = _came(page)
        except Invalid as error:
            fetched.left_out[str(at)] = str(error)
        return
    fetched.unread = page.cut or bool(page.unread)
    if fetched.unread:
        fetched.left_out[str(at)] = NOT_READ.get(page.unread, UNREAD)
    fetched.left_out |= {link: NOT_ASKED.get(why, NO_ADDRESS) for link, why in page.missed.items()}
    if page.more:
        most = _("one page is asked for %(most)s files at most") % {"most": len(page.links)}
        fetched.left_out[_("%(count)s more") % {"count": page.more}] = most


def _planned(
    fetched: Fetched, page: Visited, at: Address, acting: Acting, pinned: str
) -> dict[str, tuple[Address, str]]:
    """What is asked for of what a page shows, each at which number: fixed before the first of it is asked for."""
    there: dict[str, tuple[Address, str]] = {}
    for link in page.links:
        try:
            address = address_of(link)
            if address.port not in PORTS and (address.host, address.port) != (at.host, at.port):
                raise Refused(_("only ports 80 and 443, and that of the page itself, are asked"))
            there[str(address)] = address, pinned if address.host == at.host else _number(address.host, acting)
        except HavreError as error:
            fetched.left_out[link] = str(error)
    return there


def _collect(fetched: Fetched, there: dict[str, tuple[Address, str]], errand: Errand) -> None:
    for name, (address, number) in there.items():
        why = errand.over()
        try:
            if why:
                raise Refused(why)
            fetched.files[name] = _came(errand.go(address, number))
        except HavreError as error:
            fetched.left_out[name] = str(error)


def _came(visited: Visited) -> bytes:
    """The whole file. Raises Invalid where anything else came."""
    if visited.status != 200 or visited.cut:
        raise Invalid(_("it did not come whole (%(status)s)") % {"status": visited.status})
    if visited.encoding:
        raise Invalid(_("it came as %(form)s, which was not asked for") % {"form": visited.encoding})
    return visited.body


def _keep(home: Home, acting: Acting, page: Page, case: str, fetched: Fetched) -> None:
    with durable():
        take_turn()
        page_for(acting.person, page.pk)
        if fetched.files:
            pages_of(acting.person).filter(pk=page.pk).update(case=case_for(acting.person, case))
        detail = {"act": "came", "status": fetched.status, "files": len(fetched.files), "case": case}
        log(home, acting, "change", f"page {page.pk}", detail)
    seal_log(home, acting)
