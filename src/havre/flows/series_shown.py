"""Show series and why each is proposed: one sentence a link, what hangs by one medium, what was not joined."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from havre.flows.home import Home, consulted
from havre.flows.series import thing_of
from havre.linking.decisions import Decision
from havre.linking.explain import connection, explain, rarity, sentence
from havre.linking.group import Proposal, reasons
from havre.linking.links import Link
from havre.series.decide import decisions_of
from havre.series.models import Series
from havre.series.origins import Origins, size_of
from havre.series.queries import Held, held_media, series_for, series_of
from havre.series.weigh import links_of
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST_LINKS = 1000
"""Links of a series that are told: more tell a person nothing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One series and everything that speaks for it."""

    series: Series
    proposal: Proposal
    held: Mapping[int, Held]
    """Its media and those it was not joined with, as far as they are known to whoever asks."""
    confirmed: frozenset[int]
    media: int
    """Media of the unit: among so many the links are as rare as is said."""

    @property
    def names(self) -> dict[int, str]:
        """What media are called in sentences."""
        return {medium: held.name for medium, held in self.held.items()}

    def reasons(self, most: int) -> list[tuple[str, str]]:
        """Each link as a person reads it, and how rare that is; at most so many, those first that join each medium."""
        links = telling_first(self.proposal.links)[:most]
        return [(explain(Proposal((), (link,)), self.names)[0], rarity(link, self.media)) for link in links]

    def chains(self) -> list[str]:
        """What only one medium holds together: A and C do not match each other, B connects them."""
        return [connection(bridge, self.names) for bridge in self.proposal.bridges]

    def apart(self) -> list[str]:
        """What agrees and did not suffice."""
        return list(explain(Proposal((), (), (), self.proposal.held_apart), self.names))

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return series_fields(self.series) | {
            "members": [self._member(medium) for medium in self.proposal.media],
            "links": [self._link(link) for link in telling_first(self.proposal.links)[:MOST_LINKS]],
            "chains": [
                {
                    "connects": self._sha256(bridge.medium),
                    "parts": [{"sha256": self._sha256(part.medium), "media": part.size} for part in bridge.parts],
                    "sentence": connection(bridge, self.names),
                }
                for bridge in self.proposal.bridges
            ],
            "not_joined": [self._link(link) for link in self.proposal.held_apart],
            "media": self.media,
        }

    def _member(self, medium: int) -> dict[str, Any]:
        held = self.held[medium]
        told = {"sha256": held.sha256, "path": held.path, "cases": list(held.cases), "places": held.places}
        return told | {"confirmed": medium in self.confirmed}

    def _link(self, link: Link) -> dict[str, Any]:
        return {
            "one": self._sha256(link.one),
            "other": self._sha256(link.other),
            "kind": str(link.kind),
            "sentence": sentence(link),
            "expected_false": link.expected_false,
            "rarity": rarity(link, self.media),
            "evidence": link.told,
        }

    def _sha256(self, medium: int) -> str | None:
        held = self.held.get(medium)
        return held.sha256 if held else None


def show_series(home: Home, acting: Acting, named: str) -> Shown:
    """One series, with its members and every reason for it."""
    _may_look(acting)
    series = series_for(acting.person, named)
    members = dict(series.members.values_list("medium", "confirmed"))
    origins = Origins(acting.unit, size_of(acting.unit))
    proposal = _reasons(origins, members, decisions_of(acting.unit))
    around = {end for link in proposal.held_apart for end in (link.one, link.other)}
    held = held_media(acting.person, {*members, *around})
    consulted(home, acting, thing_of(series), {"shown": len(members)})
    return Shown(series, proposal, held, frozenset(m for m, sure in members.items() if sure), origins.size)


def list_series(home: Home, acting: Acting, over: bool = False) -> list[dict[str, Any]]:
    """The unit's series, oldest first, each with its rarest reason; those that are over only if asked for."""
    _may_look(acting)
    origins, said = Origins(acting.unit, size_of(acting.unit)), decisions_of(acting.unit)
    found = [_listed(acting, series, origins, said) for series in series_of(acting.person, over)]
    consulted(home, acting, "series", {"shown": len(found)})
    return found


def series_fields(series: Series) -> dict[str, Any]:
    """A series in a list."""
    return {
        "series": series.reference,
        "status": series.status,
        "created_at": series.created_at.isoformat(timespec="seconds"),
        "decided_by": series.decided_by.name if series.decided_by else None,
        "decided_at": series.decided_at.isoformat(timespec="seconds") if series.decided_at else None,
        "merged_into": series.merged_into.reference if series.merged_into else None,
    }


def _may_look(acting: Acting) -> None:
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at series")


def _listed(acting: Acting, series: Series, origins: Origins, said: Collection[Decision]) -> dict[str, Any]:
    members = dict(series.members.values_list("medium", "confirmed"))
    links = _rarest(_reasons(origins, members, said).links)
    cases = {case for held in held_media(acting.person, members).values() for case in held.cases}
    return series_fields(series) | {
        "members": len(members),
        "confirmed": sum(members.values()),
        "cases": sorted(cases),
        "why": sentence(links[0]) if links else None,
    }


def _reasons(origins: Origins, members: Collection[int], said: Iterable[Decision]) -> Proposal:
    if not members:
        return Proposal((), ())
    return reasons(members, links_of(origins), said, origins.size)


def telling_first(links: Iterable[Link]) -> list[Link]:
    """First the links that join each medium to the others by its rarest reason (Kruskal 1956), then the rest of them.

    Ten copies of one picture have the 45 rarest links of a series, and say nothing of why the others are in it.
    """
    ordered, root = _rarest(links), dict[int, int]()

    def top(medium: int) -> int:
        while (above := root.setdefault(medium, medium)) != medium:
            root[medium] = medium = root.setdefault(above, above)
        return medium

    first: list[Link] = []
    for link in ordered:
        if top(link.one) != top(link.other):
            root[top(link.one)] = top(link.other)
            first.append(link)
    taken = set(map(id, first))
    return [*first, *(link for link in ordered if id(link) not in taken)]


def _rarest(links: Iterable[Link]) -> list[Link]:
    return sorted(links, key=lambda link: (link.expected_false, link.one, link.other, link.kind))
