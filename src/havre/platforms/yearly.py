"""The yearly report of a trusted flagger (DSA Art. 22(3)), as figures: values in, values out.

It counts the notices that were submitted in accordance with Art. 16, by the identity of the provider of hosting
services, by the type of allegedly illegal content, and by the action the provider took. Sums add up: every notice that
was not retracted is in one cell of the table, and in no other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from havre.platforms.figures import MEDIAN, Counted, hours, percentile


class Action(StrEnum):
    """What a provider did about a notice."""

    REMOVED = "removed"
    """Somebody looked after it had left: it was gone."""
    REFUSED = "refused"
    ANSWERED = "answered"
    """They wrote about it, and it was there when somebody last looked, or nobody did."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One notice as the report counts it."""

    provider: str
    kind: str
    """The type of content, as the law of the country names it; empty where nobody said."""
    refused: bool
    counted: Counted

    @property
    def action(self) -> Action:
        """What the provider did."""
        if self.counted.gone_at is not None:
            return Action.REMOVED
        if self.refused:
            return Action.REFUSED
        return Action.ANSWERED if self.counted.answered_at is not None else Action.NONE


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One line of the report."""

    provider: str
    kind: str
    action: str
    notices: int


@dataclass(frozen=True, slots=True)
class Provider:
    """All of one provider."""

    provider: str
    notices: int
    removed: int
    median_hours: float | None
    """From the first letter until somebody saw that it was gone; None where fewer stand behind it than the policy
    wants."""


@dataclass(frozen=True, slots=True)
class Yearly:
    """The figures of a year."""

    notices: int
    """Those not retracted."""
    retracted: int
    median_hours: float | None
    fewest: int
    by_provider: tuple[Provider, ...]
    by_kind: tuple[tuple[str, int], ...]
    by_action: tuple[tuple[str, int], ...]
    cells: tuple[Cell, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is published."""
        return asdict(self)


def yearly(noticed: Iterable[Noticed], fewest: int) -> Yearly:
    """The report of these notices."""
    every = list(noticed)
    counting = [each for each in every if not each.counted.retracted]
    cells = Counter((each.provider, each.kind, str(each.action)) for each in counting)
    return Yearly(
        notices=len(counting),
        retracted=len(every) - len(counting),
        median_hours=_median(counting, fewest),
        fewest=fewest,
        by_provider=tuple(_provider(name, counting, fewest) for name in sorted({each.provider for each in counting})),
        by_kind=tuple(sorted(Counter(each.kind for each in counting).items())),
        by_action=tuple((str(action), sum(each.action == action for each in counting)) for action in Action),
        cells=tuple(sorted(Cell(*key, count) for key, count in cells.items())),
    )


def _provider(name: str, counting: list[Noticed], fewest: int) -> Provider:
    mine = [each for each in counting if each.provider == name]
    return Provider(name, len(mine), sum(each.action is Action.REMOVED for each in mine), _median(mine, fewest))


def _median(noticed: list[Noticed], fewest: int) -> float | None:
    took = [hours(each.counted.left_at, each.counted.gone_at) for each in noticed if each.counted.gone_at is not None]
    return round(percentile(took, MEDIAN), 1) if len(took) >= max(fewest, 1) else None
