"""Members of a series that are visually the same, as one: what a person looks at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Belonging:
    """How a medium is in a series."""

    confirmed: bool
    film: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """Visually the same media of a series; the lowest is what is shown of it."""

    media: tuple[int, ...]
    confirmed: bool
    """Whether an analyst confirmed all of them."""
    film: bool

    @property
    def first(self) -> int:
        """The medium it is shown by."""
        return self.media[0]


def stacked(members: Mapping[int, Belonging], near: Iterable[tuple[int, int]]) -> list[Stack]:
    """Members in stacks by the pairs that are visually the same, ordered by their lowest medium."""
    root: dict[int, int] = {medium: medium for medium in members}

    def top(medium: int) -> int:
        while root[medium] != medium:
            root[medium] = medium = root[root[medium]]
        return medium

    for one, other in near:
        low, high = sorted((top(one), top(other)))
        root[high] = low
    held: dict[int, list[int]] = {}
    for medium in sorted(members):
        held.setdefault(top(medium), []).append(medium)
    return [_stack(tuple(media), members) for _, media in sorted(held.items())]


def _stack(media: tuple[int, ...], members: Mapping[int, Belonging]) -> Stack:
    return Stack(media, all(members[medium].confirmed for medium in media), members[media[0]].film)
