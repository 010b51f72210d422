"""Baseline: what two countries judged alike. Disagreement is shown as it is, and never averaged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from havre.assessments.facts import Facts, facts_of
from havre.assessments.mapping import BASELINE, labels, mappings
from havre.errors import HavreError

ENOUGH = 2
"""Countries that must say so."""


class Agreement(StrEnum):
    """Where a medium stands between countries."""

    AGREED = "agreed"
    """Two countries or more say baseline, and none says otherwise."""
    DISPUTED = "disputed"
    ONE = "one"
    """One country alone says baseline."""
    NOT = "not"
    """Whoever judged it says that it is not."""
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one unit judged of a medium, whole."""

    unit: str
    country: str
    label: str
    facts: Facts

    @property
    def baseline(self) -> bool:
        """What the mapping of this node makes of it: nobody else's word for it is taken."""
        return mappings()[BASELINE].category(self.label, self.facts).category == BASELINE

    def to_json(self) -> dict[str, Any]:
        """As pages and the command line tell it."""
        return {"unit": self.unit, "country": self.country, "baseline": self.baseline, **told(self.label, self.facts)}


@dataclass(frozen=True, slots=True)
class Baseline:
    """All that countries said of a medium."""

    state: Agreement
    judgements: tuple[Judgement, ...]

    def countries(self, *, baseline: bool) -> list[str]:
        """Those that say it is, or that it is not."""
        return sorted({each.country for each in self.judgements if each.baseline is baseline})

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "state": str(self.state),
            "countries": self.countries(baseline=True),
            "otherwise": self.countries(baseline=False),
            "judged": [each.to_json() for each in self.judgements],
        }


def baseline_of(judgements: Iterable[Judgement]) -> Baseline:
    """Agreed by two countries, disputed, said by one alone, or not; units of one country are one country."""
    words = tuple(sorted(set(judgements), key=lambda each: (each.country, each.unit, each.label, str(each.facts))))
    for_it = {each.country for each in words if each.baseline}
    against = {each.country for each in words if not each.baseline}
    if not words:
        return Baseline(Agreement.UNSAID, words)
    if not for_it:
        return Baseline(Agreement.NOT, words)
    if against:
        return Baseline(Agreement.DISPUTED, words)
    return Baseline(Agreement.AGREED if len(for_it) >= ENOUGH else Agreement.ONE, words)


def counted(found: Sequence[Baseline]) -> dict[str, Any]:
    """So many media in each state, and the countries that say so or otherwise: for what is rolled up to a series."""
    states = [each.state for each in found]
    return {
        **{str(state): states.count(state) for state in (Agreement.AGREED, Agreement.DISPUTED, Agreement.ONE)},
        "countries": sorted({code for each in found for code in each.countries(baseline=True)}),
        "otherwise": sorted({code for each in found for code in each.countries(baseline=False)}),
    }


# ---- on the way between countries ----


def told(label: str, facts: Facts) -> dict[str, Any]:
    """As it stands on the board."""
    return {"label": label, "age": facts.age, "visible": list(facts.visible), "produced": facts.produced}


def judgement_of(unit: str, country: str, given: object) -> Judgement | None:
    """What the board says that a unit judged; None for what cannot be read, for it may come from anywhere."""
    if not isinstance(given, Mapping) or str(given.get("label")) not in labels():
        return None
    seen = given.get("visible")
    try:
        facts = facts_of(
            str(given.get("age", "")),
            [str(each) for each in seen] if isinstance(seen, list) else [],
            str(given.get("produced", "")),
        )
    except HavreError:
        return None
    return Judgement(unit, country, str(given["label"]), facts)
