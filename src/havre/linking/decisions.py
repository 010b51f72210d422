"""What analysts decided about which media belong together: kept forever, and stronger than any link."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from havre.errors import Invalid


class Said(StrEnum):
    """What an analyst said of a proposal."""

    CONFIRMED = "confirmed"
    """These media belong together."""
    REJECTED = "rejected"
    """No two of these are to be proposed together again, by no link and through no chain."""
    SPLIT = "split"
    """Media of different parts are never to be proposed together again; within a part nothing is said."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One word of an analyst. Where two disagree about a pair of media, the one with the higher number holds."""

    number: int
    said: Said
    parts: tuple[frozenset[int], ...]

    @property
    def media(self) -> frozenset[int]:
        """Everything it speaks of."""
        return frozenset().union(*self.parts)


def confirmed(number: int, media: Iterable[int]) -> Decision:
    """These stay together."""
    return Decision(number, Said.CONFIRMED, (frozenset(media),))


def rejected(number: int, media: Iterable[int]) -> Decision:
    """No two of these come together again."""
    return Decision(number, Said.REJECTED, tuple(frozenset({medium}) for medium in sorted(set(media))))


def split(number: int, parts: Iterable[Iterable[int]]) -> Decision:
    """These parts stay apart. Raises Invalid where a medium stands in two of them."""
    frozen = tuple(frozenset(part) for part in parts)
    if sum(map(len, frozen)) != len(frozenset().union(*frozen)):
        raise Invalid("a medium can only be in one part of a split")
    return Decision(number, Said.SPLIT, frozen)


Sides = dict[int, frozenset[int]]
"""For each decision that keeps media apart, by its number: the parts of it that a group holds."""


def apart(one: Sides, other: Sides) -> bool:
    """Whether some decision keeps two groups apart."""
    fewer, more = sorted((one, other), key=len)
    return any(number in more and len(sides | more[number]) > 1 for number, sides in fewer.items())


def pooled(one: Sides, other: Sides) -> Sides:
    """The sides of two groups made one."""
    both = dict(one)
    for number, sides in other.items():
        both[number] = both.get(number, frozenset()) | sides
    return both


@dataclass(slots=True)
class Core:
    """Media that stay together whatever the links say, and what keeps them from others."""

    media: set[int]
    sides: Sides = field(default_factory=dict)
    confirmed: bool = False


def cores(decisions: Iterable[Decision], media: Collection[int]) -> list[Core]:
    """Where grouping starts: every medium alone, but for what was confirmed; each with what it must not meet.

    Of `media` and whatever the decisions name. The newest decision is taken first, so that an older one cannot undo it.
    """
    listed = sorted(decisions, key=lambda decision: -decision.number)
    if len({decision.number for decision in listed}) != len(listed):
        raise Invalid("every decision has a number of its own")
    held = {medium: Core({medium}) for medium in sorted(set(media).union(*(decision.media for decision in listed)))}
    for decision in listed:
        _TAKEN[decision.said](decision, held)
    return list({id(core): core for core in held.values()}.values())


def _keep_together(decision: Decision, held: dict[int, Core]) -> None:
    """Those that newer decisions keep apart end up in as few pieces as they allow."""
    pieces: list[Core] = []
    for core in _of(decision.media, held):
        fitting = next((piece for piece in pieces if not apart(piece.sides, core.sides)), None)
        if fitting is None:
            pieces.append(core)
            continue
        fitting.media |= core.media
        fitting.sides = pooled(fitting.sides, core.sides)
        held.update(dict.fromkeys(core.media, fitting))
    for piece in pieces:
        piece.confirmed |= len(piece.media) > 1


def _keep_apart(decision: Decision, held: dict[int, Core]) -> None:
    """A piece that a newer word holds together keeps all its parts' sides: nobody else's part may join it."""
    for side, part in enumerate(decision.parts):
        for core in _of(part, held):
            core.sides[decision.number] = core.sides.get(decision.number, frozenset()) | {side}


def _of(media: Iterable[int], held: dict[int, Core]) -> Sequence[Core]:
    """The cores of these media, each once, by the lowest medium."""
    return list({id(held[medium]): held[medium] for medium in sorted(media)}.values())


_TAKEN = {Said.CONFIRMED: _keep_together, Said.REJECTED: _keep_apart, Said.SPLIT: _keep_apart}
