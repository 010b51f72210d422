"""A request to a provider, as Anke makes it."""

from havre.flows.ask_platform import About, ask
from havre.hotline.models import Judgement, Verdict
from havre.platforms.models import Request
from tests.cast import NOON, Node
from tests.platforms.written import contact, page

LAW = "18 U.S.C. 2258A(h)"


def asked(begun: Node, kind: str = "preserve", provider: str = "Host A", days: int | None = None) -> Request:
    """A request about a page that stands judged actionable, by two people."""
    contact(begun.anke.person, provider)
    made = page(begun.anke.person)
    Judgement.objects.create(page=made, person=begun.bram.person, verdict=Verdict.ACTIONABLE, at=NOON)
    return ask(begun.home, begun.anke, kind, provider, LAW, About(page=str(made.pk)), days)
