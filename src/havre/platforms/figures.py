"""How one provider answers, as figures: values in, values out. Written down for people in docs/decisions/0226.

A notice counts from the moment its first letter left. It was *answered* when somebody decided, objected or wrote about
it; a receipt is counted apart, and a machine's word or a mail that came back not at all. It is *gone* when somebody
looked, after it had left, and saw that. It is *silent* when so many hours passed with neither. A retracted notice is
counted apart and is in no other figure. A request counts from when its letter left, and is silent once its own deadline
passed without a word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

MEDIAN, NINETY = 50, 90
"""Percentiles."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One notice, as it is counted."""

    reference: str
    left_at: datetime
    """When its first letter left."""
    letters: int = 1
    receipt_at: datetime | None = None
    answered_at: datetime | None = None
    gone_at: datetime | None = None
    returns: int = 0
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it is counted."""

    reference: str
    asked_at: datetime
    """When its letter left."""
    answered_at: datetime | None = None
    full: bool = False
    deadline: datetime | None = None
    """Until when they had to answer; None where nobody knows whether its letter left."""


@dataclass(frozen=True, slots=True)
class Hours:
    """How long something took: how often, the half that was faster, and nine in ten."""

    count: int
    median: float | None = None
    ninety: float | None = None
    """None where fewer stand behind it than the policy wants."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a register says of one provider; None where too few notices stand behind a figure."""

    notices: int
    """Those not retracted."""
    retracted: int
    receipts: int
    answer: Hours
    removal: Hours
    answered_share: float | None
    silent: int
    silent_share: float | None
    """How often the provider does not play the game."""
    repeats: int
    """Letters after the first."""
    reappeared: int
    requests: int
    requests_answered: int
    requests_full: int
    requests_silent: int
    """Those of which the deadline passed without a word."""
    fewest: int
    """How many must stand behind a figure."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept and published."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rules:
    """Of the policy, what figures need."""

    fewest: int
    silent: int
    at: datetime = field(kw_only=True)
    """Until when everything is counted."""


def figures_of(notices: Iterable[Counted], requests: Iterable[Asked], rules: Rules) -> Figures:
    """The figures of one provider."""
    every = list(notices)
    counting = [each for each in every if not each.retracted]
    answers = [hours(each.left_at, each.answered_at) for each in counting if each.answered_at is not None]
    removals = [hours(each.left_at, each.gone_at) for each in counting if each.gone_at is not None]
    silent = sum(is_silent(each, rules) for each in counting)
    asked = list(requests)
    return Figures(
        notices=len(counting),
        retracted=len(every) - len(counting),
        receipts=sum(each.receipt_at is not None for each in counting),
        answer=_hours(answers, rules.fewest),
        removal=_hours(removals, rules.fewest),
        answered_share=share(len(answers), len(counting), rules.fewest),
        silent=silent,
        silent_share=share(silent, len(counting), rules.fewest),
        repeats=sum(each.letters - 1 for each in counting),
        reappeared=sum(each.returns for each in counting),
        requests=len(asked),
        requests_answered=sum(each.answered_at is not None for each in asked),
        requests_full=sum(each.full for each in asked),
        requests_silent=sum(unheard(each, rules) for each in asked),
        fewest=rules.fewest,
    )


def is_silent(notice: Counted, rules: Rules) -> bool:
    """Whether so many hours passed without an answer, and without its being gone."""
    until = min(rules.at, notice.left_at + timedelta(hours=rules.silent))
    if until < notice.left_at + timedelta(hours=rules.silent):
        return False
    return not any(at is not None and at <= until for at in (notice.answered_at, notice.gone_at))


def unheard(request: Asked, rules: Rules) -> bool:
    """Whether its deadline passed without a word."""
    if request.deadline is None or request.deadline > rules.at:
        return False
    return request.answered_at is None or request.answered_at > request.deadline


def sources_of(notices: Iterable[Counted], requests: Iterable[Asked], rules: Rules) -> list[dict[str, Any]]:
    """What stands behind the figures: every reference, with what was counted of it; nothing else."""
    told = [
        {
            "reference": each.reference,
            "left_at": each.left_at.isoformat(),
            "answered_at": _said(each.answered_at),
            "gone_at": _said(each.gone_at),
            "letters": each.letters,
            "reappeared": each.returns,
            "silent": not each.retracted and is_silent(each, rules),
            "retracted": each.retracted,
        }
        for each in notices
    ]
    return told + [
        {
            "reference": each.reference,
            "asked_at": each.asked_at.isoformat(),
            "answered_at": _said(each.answered_at),
            "full": each.full,
            "silent": unheard(each, rules),
        }
        for each in requests
    ]


def hours(begins: datetime, ends: datetime) -> float:
    """Hours between, never below none."""
    return max((ends - begins).total_seconds(), 0.0) / 3600


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that so many of a hundred do not exceed (nearest rank). `values` is not empty."""
    ranked = sorted(values)
    return ranked[max(-(-percent * len(ranked) // 100), 1) - 1]


def share(part: int, whole: int, fewest: int) -> float | None:
    """Which share, to the thousandth; None where fewer stand behind it."""
    return round(part / whole, 3) if whole >= max(fewest, 1) else None


def _hours(values: Sequence[float], fewest: int) -> Hours:
    if len(values) < max(fewest, 1):
        return Hours(len(values))
    return Hours(len(values), round(percentile(values, MEDIAN), 1), round(percentile(values, NINETY), 1))


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
