"""The global indicator as tables that may be shown: identified or not, by age band, sex, country and year.

All tables of victims have the same totals of columns; what is hidden in one cannot be worked out from another.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from havre.victims.models import ChildAge, Sex
from havre.victims.queries import Counted
from havre.victims.suppress import LEAST, Place, Table, hidden_in

YEARS = 5
"""Years that have a row of their own: always the same ones, for which there are would tell of single children."""

EARLIER = "earlier"
OTHER = "other"
"""The row of all countries that have fewer than five."""
UNKNOWN = "unknown"

COLUMNS = ("identified", "not identified")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One table: what is counted, by what, the rows' values, the counts, and what of them stays hidden."""

    what: str
    by: str
    rows: Sequence[str]
    table: Table
    hidden: frozenset[Place]

    def lines(self) -> Iterable[tuple[str, Sequence[int | None]]]:
        """Each row's value with its counts and their total, then all of them together; None where hidden."""
        counts = self.table.counts()
        for row, value in enumerate((*self.rows, "")):
            places = [(row, column) for column in range(len(COLUMNS) + 1)]
            yield value, [None if place in self.hidden else counts[place] for place in places]


def indicators(lines: Sequence[Counted], this_year: int) -> list[Indicator]:
    """Every table of the page, from counted lines."""
    victims = [line for line in lines if line.what == "victims"]
    series = [line for line in lines if line.what == "series"]
    years = [str(year) for year in range(this_year, this_year - YEARS, -1)] + [EARLIER]
    return [
        _indicator("victims", victims, "age", list(ChildAge.values), lambda line: line.age),
        _indicator("victims", victims, "sex", list(Sex.values), lambda line: line.sex),
        _by_country(victims),
        _indicator("victims", victims, "year", years, _year_in(years)),
        _indicator("series", series, "year", years, _year_in(years)),
    ]


def _indicator(
    what: str,
    lines: Sequence[Counted],
    by: str,
    rows: Sequence[str],
    value: Callable[[Counted], str],
    kept: bool = False,
) -> Indicator:
    counts: Counter[tuple[str, bool]] = Counter()
    for line in lines:
        counts[value(line), line.identified] += line.number
    table = Table([(counts[row, True], counts[row, False]) for row in rows], kept)
    return Indicator(what, by, rows, table, hidden_in(table))


def _by_country(lines: Sequence[Counted]) -> Indicator:
    """Countries with five and more; the others in one row, which takes the smallest of them in until it has five."""
    totals: Counter[str] = Counter()
    for line in lines:
        totals[line.country or UNKNOWN] += line.number
    ordered = sorted(totals, key=lambda country: (-totals[country], country))
    listed = [country for country in ordered if totals[country] >= LEAST]
    rest = sum(totals.values()) - sum(totals[country] for country in listed)
    while listed and 0 < rest < LEAST:
        rest += totals[listed.pop()]
    rows = [*listed, OTHER] if rest or not listed else listed
    kept = set(listed)
    return _indicator("victims", lines, "country", rows, lambda line: _named(line.country, kept), kept=True)


def _named(country: str, listed: Collection[str]) -> str:
    return (country or UNKNOWN) if (country or UNKNOWN) in listed else OTHER


def _year_in(years: Sequence[str]) -> Callable[[Counted], str]:
    return lambda line: str(line.year) if str(line.year) in years else EARLIER
