"""From ties to groups, surest first: two groups become one only if accidents at their size do not explain it.

Between groups of n and m media there are n × m pairs, each of which could agree falsely. Ties that are expected
`expected_false` times by accident for one pair's medium are expected at most n × m × expected_false times between the
groups; how many there are is compared with that (the upper tail of a Poisson distribution). So a tie that makes a pair
does not glue two hundreds together, and several independent ones may.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from havre.linking.decisions import Core, Sides, apart, pooled
from havre.linking.ties import Tie, strongest_first

WRONG_JOIN = 0.01
"""The chance of an accident at which two groups are still made one: one join in a hundred, if nothing is true."""

TIES_OF_GROUPS = 2
"""Ties, of which no two share a medium, that it takes to make one of two groups of two media and more.

One tie adds one medium. That one medium matches two groups says only that it shows both: a collage, a film cut
together. Such a tie is told beside the proposals instead (measured in docs/decisions/0121).
"""

TIES_OF_ONE = 8
"""Ties of one medium into one group that are weighed at most."""

MOST_SUPPORT = 128
"""Ties between two groups that are weighed at most: bounded work, whatever the groups' sizes."""


@dataclass(slots=True, eq=False)
class Cluster:
    """Media made one so far, and the ties to others that did not suffice yet."""

    media: set[int]
    sides: Sides
    confirmed: bool
    lowest: int
    pending: dict["Cluster", list[Tie]] = field(default_factory=dict)


def clusters(cores: Iterable[Core], surest: Iterable[Tie]) -> list[Cluster]:
    """All media of `cores` in groups. The same ties give the same groups in whatever order they became known."""
    of: dict[int, Cluster] = {}
    for core in cores:
        made = Cluster(set(core.media), dict(core.sides), core.confirmed, min(core.media))
        of.update(dict.fromkeys(core.media, made))
    for tie in surest:
        one, other = of[tie.one], of[tie.other]
        if one is not other and not apart(one.sides, other.sides):
            _support(one, other, [tie])
            _join(one, other, of)
    return list({id(cluster): cluster for cluster in of.values()}.values())


def _support(one: Cluster, other: Cluster, more: Sequence[Tie]) -> None:
    """The ties between the two, strongest first, as many as are weighed."""
    held = one.pending.get(other)
    if held is None:
        held = one.pending[other] = other.pending[one] = []
    candidates = sorted([*held, *more], key=strongest_first)
    held.clear()
    had: Counter[int] = Counter()
    for tie in candidates:
        if max(had[tie.one], had[tie.other]) < TIES_OF_ONE and len(held) < MOST_SUPPORT:
            held.append(tie)
            had.update((tie.one, tie.other))


def _join(one: Cluster, other: Cluster, of: dict[int, Cluster]) -> None:
    """The two made one if they may, and whatever that makes possible.

    A third that neither of two must meet is kept from nothing by their being one: decisions need not be asked again.
    """
    waiting = [other]
    while waiting:
        third = waiting.pop()
        if _may_join(one, third):
            one, gone = sorted((one, third), key=lambda c: (-len(c.media) - len(c.pending), c.lowest))
            both = _absorb(one, gone, of)
            waiting = [group for group in waiting if group is not third and group not in both] + both[::-1]


def _may_join(one: Cluster, other: Cluster) -> bool:
    """A single medium's ties into a group all count; between two groups, those of which no two share a medium."""
    support: Sequence[Tie] = one.pending[other]
    if min(len(one.media), len(other.media)) > 1:
        support = independent(support)
        if len(support) < TIES_OF_GROUPS:
            return False
    return chance(len(one.media) * len(other.media), support) <= WRONG_JOIN


def independent(ties: Iterable[Tie]) -> list[Tie]:
    """Of ties, strongest first, those that share no medium with a stronger one."""
    taken: set[int] = set()
    kept = []
    for tie in ties:
        if tie.one not in taken and tie.other not in taken:
            kept.append(tie)
            taken |= {tie.one, tie.other}
    return kept


def _absorb(into: Cluster, gone: Cluster, of: dict[int, Cluster]) -> list[Cluster]:
    """Make two one; the third ones to which both had ties, for their case is stronger now."""
    of.update(dict.fromkeys(gone.media, into))
    into.media |= gone.media
    into.sides = pooled(into.sides, gone.sides)
    into.confirmed |= gone.confirmed
    into.lowest = min(into.lowest, gone.lowest)
    both = []
    for third, ties in gone.pending.items():
        del third.pending[gone]
        if third is into:
            continue
        if third in into.pending:
            both.append(third)
        _support(into, third, ties)
    return sorted(both, key=lambda third: third.lowest)


def chance(pairs: int, support: Sequence[Tie]) -> float:
    """How likely accidents among so many pairs are to give ties this many and this strong, the best count chosen.

    Times the number of counts that were tried, for choosing is a chance of its own.
    """
    tails = (at_least(count, pairs * 10**-tie.weight) for count, tie in enumerate(support, start=1))
    return min(1.0, max(1, len(support)) * min(tails, default=1.0))


def at_least(count: int, expected: float) -> float:
    """The chance of `count` or more events where `expected` are expected (Poisson)."""
    if count <= expected:
        return 1.0
    if count == 1:
        return -math.expm1(-expected)
    term = math.exp(count * math.log(expected) - expected - math.lgamma(count + 1)) if expected > 0 else 0.0
    total, number = 0.0, count
    while term > total * 1e-9:
        total += term
        number += 1
        term *= expected / number
    return total
