"""To whom a page's notices go, by what its route says: first of all, and rung by rung where they stay silent. Values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from havre.hotline.policy import Act as Asks
from havre.hotline.policy import Policy, Rule, Rung
from havre.notices.models import Act, Kind, Recipient

INFORMED = frozenset({Kind.POLICE, Kind.HOTLINE, Kind.COORDINATOR, Kind.PUBLICATION})
"""Who is told of it; all others are asked to remove it."""

HOSTS = (Kind.HOST, Kind.PLATFORM)
"""A platform hosts what its users put there."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a page is, as far as contacts are found by it; in small letters."""

    host: str
    site: str
    network: str = ""
    holder: str = ""
    registrar: str = ""
    country: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What a contact may answer for."""
        found = (self.host, self.site, self.network, self.holder, self.registrar)
        return frozenset(each.lower() for each in found if each)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One recipient as a route wants them."""

    kind: Kind
    act: Act
    rung: int
    hours: int
    preserve: bool = False
    name: str = ""
    """As the policy calls them; empty where it follows from where the page is."""


def first_wanted(rule: Rule, policy: Policy, named: str) -> list[Wanted]:
    """To whom the route says the page goes first: those who are told, and the lowest rung where the hotline writes."""
    kinds = {rung.kind for rung in rule.ladder}
    told = [
        Wanted(Kind(to.kind), act_for(Kind(to.kind)), 0, policy.times.act, name=to.name or named)
        for to in rule.recipients
        if to.kind not in kinds
    ]
    return [*told, *(wanted_at(rule, rung) for rung in range(min(1, len(rule.ladder))) if rule.writes_to_host)]


def wanted_at(rule: Rule, rung: int) -> Wanted:
    """Whom a rung of the ladder wants."""
    step: Rung = rule.ladder[rung]
    kind = Kind(step.kind)
    act = act_for(kind)
    return Wanted(kind, act, rung, step.hours, act == Act.REMOVE and Asks.PRESERVE in rule.acts)


def act_for(kind: Kind) -> Act:
    """What is asked of somebody of this kind."""
    return Act.INFORM if kind in INFORMED else Act.REMOVE


def contact_for(wanted: Wanted, where: Where, contacts: Iterable[Recipient]) -> Recipient | None:
    """Whom this rung means, verified or not; those verified first, then by name. None where nobody is known."""
    kinds = HOSTS if wanted.kind == Kind.HOST else (wanted.kind,)
    fit = [each for each in contacts if each.kind in kinds and _meant(wanted, where, each)]
    return min(fit, key=lambda each: (each.verified_at is None, each.name), default=None)


def _meant(wanted: Wanted, where: Where, contact: Recipient) -> bool:
    if wanted.name:
        return contact.name.casefold() == wanted.name.casefold()
    if wanted.kind in (Kind.COORDINATOR, Kind.POLICE, Kind.HOTLINE):
        return bool(where.country) and contact.country == where.country
    if wanted.kind == Kind.PUBLICATION:
        return True
    return bool(where.names & set(contact.answers_for))


def rungs_above(rule: Rule, rung: int) -> Sequence[Wanted]:
    """The rungs of the ladder above this one, the next first."""
    return [wanted_at(rule, number) for number in range(rung + 1, len(rule.ladder))]
