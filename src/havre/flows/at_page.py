"""Work on one page of the hotline: held while somebody does, by the policy of the unit's country, logged at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.hotline.models import Page
from havre.hotline.policy import Members, Policy
from havre.hotline.policy_file import members_of, policy_of
from havre.hotline.queries import page_for
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting
from havre.units.models import Role, RoleName, Unit

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Desk:
    """A page on the desk of somebody."""

    home: Home
    acting: Acting
    page: Page
    policy: Policy

    @property
    def at(self) -> datetime:
        """The time."""
        return self.acting.now()

    def log(self, act: str, **detail: object) -> None:
        """One line of the log on this page."""
        log(self.home, self.acting, "change", thing_of(self.page), {"act": act, **detail})


@contextmanager
def at_page(home: Home, acting: Acting, number: int) -> Iterator[Desk]:
    """The page, nobody else's meanwhile; what is done is kept and signed at the end."""
    page = page_for(acting.person, number)
    with durable():
        take_turn()
        yield Desk(home, acting, held(page), policy_for(home, acting.unit))
    seal_log(home, acting)


def held(page: Page) -> Page:
    """The page as it is now, locked until the transaction ends."""
    return Page.objects.select_for_update(of=("self",)).select_related("unit").get(pk=page.pk)


def policy_for(home: Home, unit: Unit) -> Policy:
    """The policy that this unit works by."""
    return policy_of(unit.country, home.settings.home)


def members_for(home: Home) -> Members:
    """Which countries have a member of INHOPE, as this node knows it."""
    return members_of(home.settings.home)


def thing_of(page: Page) -> str:
    """How the log calls a page."""
    return f"page {page.pk}"


def said(text: str, *, must: bool) -> str:
    """A reason as somebody typed it, on one line. Raises Invalid where it must be there, or can't be kept."""
    kept = " ".join(text.split())
    if must and not kept:
        raise Invalid(_("say why: it is kept with the page"))
    if len(kept) > LONGEST_REASON or not kept.isprintable():
        raise Invalid(_("a reason is text of %(most)s characters at most") % {"most": LONGEST_REASON})
    return kept


def alone(unit: Unit, person: int) -> bool:
    """Whether nobody else of the unit could be a second person."""
    others = owned_by(unit, Role.objects, "person__unit").filter(person__left_at=None, name__in=WORKING)
    return not others.exclude(person=person).exists()
