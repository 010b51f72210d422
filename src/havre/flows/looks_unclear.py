"""The pages of which the isolated fetcher could not tell whether they are gone: a person looks at each."""

from dataclasses import dataclass
from typing import Any

from havre.flows.at_page import WORKING
from havre.flows.home import Home, consulted
from havre.notices.life import OPEN
from havre.notices.models import Look
from havre.notices.queries import looks_unclear, notices_of
from havre.units.acting import Acting

MOST = 500


@dataclass(frozen=True, slots=True)
class Unclear:
    """A look that tells nothing, and the lowest open notice on its page."""

    look: Look
    notice: str

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        look = self.look
        told = {"page": look.page_id, "notice": self.notice, "address": look.page.address}
        return {**told, "why": look.why, "status": look.status, "at": look.at.isoformat()}


def list_unclear(home: Home, acting: Acting) -> list[Unclear]:
    """The pages of which the fetcher could not tell whether they are gone: a person looks. The newest first."""
    acting.must_be(*WORKING, to="read notices")
    rows = list(looks_unclear(acting.person)[:MOST])
    notices = notices_of(acting.person).filter(page__in=[each.page_id for each in rows]).order_by("-rung", "-pk")
    lowest = dict(notices.filter(state__in=OPEN).values_list("page", "reference"))
    consulted(home, acting, "notices", {"act": "unclear", "shown": len(rows)})
    return [Unclear(each, lowest[each.page_id]) for each in rows if each.page_id in lowest]
