"""A request to a provider, as Anke makes it."""

from havre.flows.ask_platform import About, ask
from havre.platforms.models import Request
from tests.cast import Node
from tests.platforms.written import contact, page

LAW = "18 U.S.C. 2258A(h)"


def asked(begun: Node, kind: str = "preserve", provider: str = "Host A", days: int | None = None) -> Request:
    """A request about a page that stands judged actionable."""
    contact(begun.anke.person, provider)
    made = page(begun.anke.person)
    return ask(begun.home, begun.anke, kind, provider, LAW, About(page=str(made.pk)), days)
