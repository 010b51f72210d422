"""A request to a provider, as Anke makes it."""

from havre.flows.ask_platform import Wanted, ask
from havre.flows.notice_hands import Hands
from havre.flows.send_notices import send_due
from havre.hotline.models import Judgement, Verdict
from havre.platforms.models import Request
from tests.cast import NOON, Node
from tests.platforms.written import contact, page

LAW = "18 U.S.C. 2258A(h)"
TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)
"""Whatever is handed over is taken."""


def asked(begun: Node, kind: str = "preserve", provider: str = "Host A", days: int | None = None) -> Request:
    """A request about a page that stands judged actionable, by two people; its letter left at noon."""
    request = queued(begun, kind, provider, days)
    send_due(begun.home, lambda: NOON, TAKES)
    request.refresh_from_db()
    return request


def queued(begun: Node, kind: str = "preserve", provider: str = "Host A", days: int | None = None) -> Request:
    """The same, before its letter has left."""
    contact(begun.anke.person, provider)
    made = page(begun.anke.person)
    Judgement.objects.create(page=made, person=begun.bram.person, verdict=Verdict.ACTIONABLE, at=NOON)
    return ask(begun.home, begun.anke, Wanted(kind, provider, LAW, page=str(made.pk), days=days))
