"""Counters on an intake, moved in the transaction that writes or judges its items: nobody counts them again."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from havre.cases.models import Intake, Item

Verdict = tuple[int, str]
"""Intake and outcome."""


def verdict_of(item: Item) -> Verdict:
    """What an item adds to the counters of its intake."""
    return item.intake_id, item.outcome


def move_counters(added: Iterable[Verdict], taken: Iterable[Verdict] = ()) -> None:
    """Add verdicts and take others away; called inside the transaction that writes them."""
    moves: dict[int, Counter[str]] = {}
    for sign, verdicts in ((1, added), (-1, taken)):
        for intake, outcome in verdicts:
            moves.setdefault(intake, Counter())[outcome] += sign
    # In the order of their numbers, so that two that move the same counters never wait for each other.
    for intake, move in sorted(moves.items()):
        changed = {name: F(name) + by for name, by in move.items() if by}
        if changed:
            Intake.objects.filter(pk=intake).update(**changed)
