"""Sentences with places, found again in what was kept of them."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"-?[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class Form:
    """A sentence with places, by what stands around them.

    What stands in a place is found out in one pass: names of files are written by whoever may want a page to wait, and
    a regular expression with five places would try every way to share a long name among them.
    """

    names: Sequence[str]
    around: Sequence[str]
    """Before, between and after the places."""
    numbers: Container[str] = ()
    """Places at which nothing but a number stands."""

    def values(self, kept: str) -> dict[str, str] | None:
        """What stands at each place; None where this is another sentence."""
        first, *between, last = self.around
        if len(kept) < len(first) + len(last) or not (kept.startswith(first) and kept.endswith(last)):
            return None
        inner = kept[len(first) : len(kept) - len(last)]
        for apart in (_from_the_left, _from_the_right):
            found = dict(zip(self.names, apart(inner, between), strict=False))
            if len(found) == len(self.names) and all(map(self._may_stand, found, found.values())):
                return found
        return None

    def _may_stand(self, name: str, value: str) -> bool:
        return bool(NUMBER.fullmatch(value) if name in self.numbers else value)


def _from_the_left(inner: str, between: Sequence[str]) -> list[str]:
    parts = []
    for literal in between:
        part, _found, inner = inner.partition(literal)
        parts.append(part)
    return [*parts, inner]


def _from_the_right(inner: str, between: Sequence[str]) -> list[str]:
    parts = []
    for literal in reversed(between):
        inner, _found, part = inner.rpartition(literal)
        parts.append(part)
    return [*parts, inner][::-1]
