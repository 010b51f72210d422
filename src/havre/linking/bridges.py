"""What hangs by a single medium: A and C do not match each other, B connects them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from havre.linking.ties import Tie, strongest_first


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Media that would come loose: how many, and the one of them that the bridge is tied to."""

    medium: int
    size: int


@dataclass(frozen=True, slots=True, order=True)
class Bridge:
    """A medium without which the group falls into parts that do not match each other at all."""

    medium: int
    parts: tuple[Part, ...]


@dataclass(slots=True)
class _Visit:
    """One medium while the group is walked: when it was reached, how far back it reaches, how much hangs below."""

    came_from: int | None
    seen_at: int
    reaches: int
    to_see: Iterator[int]
    size: int = 1
    loose: list[Part] = field(default_factory=list)


def bridges(ties: Sequence[Tie]) -> tuple[Bridge, ...]:
    """The bridges among these ties, by medium (articulation points: Hopcroft and Tarjan 1973), in linear time."""
    near: dict[int, list[int]] = {}
    for tie in sorted(ties, key=strongest_first):
        near.setdefault(tie.one, []).append(tie.other)
        near.setdefault(tie.other, []).append(tie.one)
    visits: dict[int, _Visit] = {}
    found = []
    for start in sorted(near):
        if start not in visits:
            walked = _walk(start, near, visits)
            found += [_bridge(medium, visits[medium], len(walked)) for medium in walked if visits[medium].loose]
    return tuple(sorted(bridge for bridge in found if len(bridge.parts) > 1))


def _walk(start: int, near: Mapping[int, Sequence[int]], visits: dict[int, _Visit]) -> list[int]:
    """Everything that hangs together with `start`, depth first without recursion: a chain may have any length."""
    walked, path = [start], [start]
    visits[start] = _Visit(None, len(visits), len(visits), iter(near[start]))
    while path:
        medium = path[-1]
        visit = visits[medium]
        following = next(visit.to_see, None)
        if following is None:
            path.pop()
            _leave(medium, visit, visits)
        elif following in visits:
            if following != visit.came_from:
                visit.reaches = min(visit.reaches, visits[following].seen_at)
        else:
            visits[following] = _Visit(medium, len(visits), len(visits), iter(near[following]))
            walked.append(following)
            path.append(following)
    return walked


def _leave(medium: int, visit: _Visit, visits: Mapping[int, _Visit]) -> None:
    """Tell where it was reached from what hangs below it, and whether only by that."""
    if visit.came_from is None:
        return
    above = visits[visit.came_from]
    above.size += visit.size
    above.reaches = min(above.reaches, visit.reaches)
    if visit.reaches >= above.seen_at:
        above.loose.append(Part(medium, visit.size))


def _bridge(medium: int, visit: _Visit, everything: int) -> Bridge:
    rest = everything - 1 - sum(part.size for part in visit.loose)
    above = [Part(visit.came_from, rest)] if visit.came_from is not None else []
    return Bridge(medium, tuple(sorted([*visit.loose, *above])))
