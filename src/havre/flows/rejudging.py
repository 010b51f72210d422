"""Judge items again, each as if only what had been found before it were held; what they rest on is written anew."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from havre.assessments.gather import gather_again
from havre.assessments.tallies import count_known
from havre.cases.counters import move_counters, verdict_of
from havre.cases.models import Item, Outcome
from havre.flows.candidates import judged_again
from havre.flows.home import Home
from havre.matches.judge import Bench, Judged
from havre.matches.models import Match
from havre.matches.shelves import Shelf
from havre.matches.stock import Stock
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Indexes:
    """All that a unit's items are compared with."""

    known: Shelf
    held: Shelf
    stock: Stock

    def catch_up(self) -> None:
        """Take in whatever the database learnt since."""
        for each in (self.known, self.held, self.stock):
            each.catch_up()


def open_indexes(home: Home, unit: Unit) -> Indexes:
    """All of this unit, caught up with the database."""
    return Indexes(home.shelf(unit, "known"), home.shelf(unit, "held"), home.stock(unit))


def judge_again(unit: Unit, items: Sequence[Item], indexes: Indexes) -> Counter[str]:
    """Judge these items again, in a transaction that holds the unit; how many moved from which outcome to which."""
    indexes.catch_up()
    candidates = judged_again(indexes.stock.looks, items)
    bench = Bench(unit, indexes.known, indexes.held, candidates, indexes.stock)
    moved: Counter[str] = Counter()
    before = [verdict_of(item) for item in items]
    known: Counter[int] = Counter()
    Match.objects.filter(item__in=items).delete()
    matches: list[Match] = []
    for item, candidate in zip(items, candidates, strict=True):
        judged = bench.judge(candidate)
        known[item.intake_id] -= item.outcome == Outcome.KNOWN
        moved[_rewritten(item, judged)] += 1
        known[item.intake_id] += item.outcome == Outcome.KNOWN
        matches += _of(item, judged)
    Item.objects.bulk_update(items, ["outcome", "apart", "stack", "reason"])
    move_counters(map(verdict_of, items), taken=before)
    Match.objects.bulk_create(matches)
    gather_again(unit, items)
    count_known(unit, known)
    return moved


def _rewritten(item: Item, judged: Judged) -> str:
    """Write the verdict into the item; how it moved."""
    before, verdict = item.outcome, judged.verdict
    item.outcome, item.apart = verdict.outcome, verdict.apart
    item.stack, item.reason = verdict.stack, verdict.reason
    return f"{before} → {verdict.outcome}"


def _of(item: Item, judged: Judged) -> Iterator[Match]:
    for match in judged.matches:
        match.item = item
        yield match
