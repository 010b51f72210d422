"""To whom a page's notices go, by what its route says: first of all, and rung by rung where they stay silent.

Values in, values out; the rows of contacts are only read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from havre.hotline.policy import Act as Asks
from havre.hotline.policy import Rung
from havre.hotline.routing import ladder_in, recipients_in
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
        """Everything that a contact may answer for."""
        return self.names_for(Kind.HOST) | self.names_for(Kind.REGISTRAR)

    def names_for(self, kind: Kind) -> frozenset[str]:
        """What makes somebody of this kind the one who is meant: that they sold its name makes nobody its host."""
        carried = (self.registrar,) if kind == Kind.REGISTRAR else (self.network, self.holder)
        return frozenset(each.lower() for each in (self.host, self.site, *carried) if each)


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


@dataclass(frozen=True, slots=True)
class Ladder:
    """What a route says of notices, as it was written down when it was taken."""

    outcome: Mapping[str, object]
    act_hours: int
    """For how long whoever has it by the route may take, where the ladder says nothing."""

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The steps; none where the hotline does not write to whoever hosts the page."""
        return ladder_in(self.outcome) if self.outcome.get("writes_to_host") is True else ()

    @property
    def first(self) -> list[Wanted]:
        """To whom it goes first: those who are told, and the lowest rung."""
        kinds = {rung.kind for rung in self.rungs}
        named = [to for to in recipients_in(self.outcome) if to.kind not in kinds]
        writes = self.outcome.get("writes_to_host") is True
        told = [to for to in named if writes or Kind(to.kind) in INFORMED]
        return [
            *(Wanted(Kind(to.kind), act_for(Kind(to.kind)), 0, self.act_hours, name=to.name) for to in told),
            *(self.at(rung) for rung in range(min(1, len(self.rungs)))),
        ]

    def at(self, rung: int) -> Wanted:
        """Whom this rung wants."""
        step = self.rungs[rung]
        act, asked = act_for(Kind(step.kind)), self.outcome.get("acts")
        preserve = act == Act.REMOVE and isinstance(asked, list) and Asks.PRESERVE in asked
        return Wanted(Kind(step.kind), act, rung, step.hours, preserve)

    def above(self, rung: int, kind: Kind) -> Sequence[Wanted]:
        """The rungs above the one on which somebody of this kind was written to, the next first."""
        kinds = ("host", kind) if kind in HOSTS else (kind,)
        on_it = rung < len(self.rungs) and self.rungs[rung].kind in kinds
        return [self.at(number) for number in range(rung + 1, len(self.rungs))] if on_it else []

    def wanted(self, contact: Recipient, where: Where) -> Wanted | None:
        """As what this contact is meant, at whatever rung; None where they are not."""
        meant = (*self.first, *(self.at(rung) for rung in range(1, len(self.rungs))))
        return next((each for each in meant if contact_for(each, where, [contact]) is not None), None)


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
    return bool(where.names_for(wanted.kind) & set(contact.answers_for))
