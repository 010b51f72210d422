"""A person has a reported page asked for: through the egress proxy, at a pinned number; media go into a case.

What it shows is judged as any seizure is: what is known already need not be looked at again.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from io import BytesIO
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
from havre.media.outside.visit import Asked, Visited, visit
from havre.media.sources import Found
from havre.settings import Egress
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST_FILES = 200
MOST_BYTES = 256 << 20
"""Of all that one page shows."""

Visit = Callable[[Egress, Asked], Visited]


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

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        told = {"status": self.status, "leads_to": self.leads_to or None, "files": len(self.files)}
        return {**told, "left_out": self.left_out, **self.outcomes}


@dataclass(frozen=True, slots=True)
class Bag:
    """The files of one page, in memory: nothing of it lies on a disk before it is sealed."""

    name: str
    files: dict[str, bytes]

    def survey(self, home: Home) -> Survey:
        """Their addresses and contents."""
        digests = "".join(sha256(data).hexdigest() for data in self.files.values())
        look = look_over(piece.found for piece in self.pieces(home, ExitStack()))
        return Survey(look.files, sha256(look.listing + digests.encode()).digest())

    def pieces(self, home: Home, stack: ExitStack) -> Iterator[Piece]:  # noqa: ARG002 - nothing is to be closed
        """Each by its address."""
        for address in sorted(self.files):
            data = self.files[address]
            yield Piece(Found(address, b"", len(data)), partial(_opened, data))


def _opened(data: bytes) -> BinaryIO:
    return cast(BinaryIO, BytesIO(data))


def fetch_page(
    home: Home, acting: Acting, page: Page, case: str, *, number: str = "", workers: int = 1, ask: Visit = visit
) -> Fetched:
    """Ask for a page and what it shows, and take that into a case; who decided it and why is logged before.

    Raises Refused where no proxy is set, Invalid where no number is known for its host.
    """
    acting.must_be(RoleName.ANALYST, to="have pages asked for")
    egress = home.settings.egress
    if egress is None:
        raise Refused(_("this node asks for no pages: HAVRE_EGRESS names the proxy through which it may"))
    must_be_open(case_for(acting.person, case))
    address = address_of(page.address)
    pinned = number or _number(address.host, acting)
    consulted(home, acting, f"page {page.pk}", {"act": "asked for", "number": pinned})
    found = ask(egress, _asked(address, pinned))
    fetched = Fetched(found.status, found.location)
    if found.status == 200:
        _collect(fetched, found, address, acting, lambda each, at: ask(egress, _asked(each, at)), pinned)
    if fetched.files:
        totals = take_in(home, acting, case, Bag(f"page {page.pk}", fetched.files), workers=workers)
        fetched.outcomes = dict(totals.outcomes)
    _keep(home, acting, page, case, fetched)
    return fetched


def _number(host: str, acting: Acting) -> str:
    numbers = where_is(host, acting.now()).numbers
    if not numbers:
        raise Invalid(
            _("no network address is known for %(host)s: load an answer of DNS with `havre hosting load`, or give one")
            % {"host": host}
        )
    return numbers[0]


def _asked(address: Address, number: str) -> Asked:
    query = f"?{address.query}" if address.query else ""
    return Asked(address.scheme, address.host, number, f"{address.path}{query}", address.port)


Ask = Callable[[Address, str], Visited]


def _collect(fetched: Fetched, page: Visited, at: Address, acting: Acting, ask: Ask, pinned: str) -> None:
    """The page itself where it is a medium, and everything that it shows."""
    if not page.type.startswith("text/"):
        fetched.files[str(at)] = page.body
    room = MOST_BYTES
    for link in page.links[:MOST_FILES]:
        try:
            address = address_of(link)
            number = pinned if address.host == at.host else _number(address.host, acting)
            body = _came(ask(address, number))
            room -= len(body)
            if room < 0:
                raise Refused(_("one page is asked for %(most)s MiB at most") % {"most": MOST_BYTES >> 20})
            fetched.files[str(address)] = body
        except HavreError as error:
            fetched.left_out[link] = str(error)


def _came(visited: Visited) -> bytes:
    if visited.status != 200 or visited.cut:
        raise Invalid(_("it did not come whole (%(status)s)") % {"status": visited.status})
    return visited.body


def _keep(home: Home, acting: Acting, page: Page, case: str, fetched: Fetched) -> None:
    with durable():
        take_turn()
        if fetched.files:
            Page.objects.filter(pk=page.pk).update(case=case_for(acting.person, case))
        detail = {"act": "came", "status": fetched.status, "files": len(fetched.files), "case": case}
        log(home, acting, "change", f"page {page.pk}", detail)
    seal_log(home, acting)
