"""What a unit judged of its media, where that is settled: for the board."""

from collections.abc import Collection

from havre.assessments.facts import Facts
from havre.assessments.models import Stack, Stacked
from havre.assessments.say import said_of, words_on
from havre.assessments.standing import standing


def settled(media: Collection[int]) -> dict[int, tuple[str, Facts]]:
    """Label and facts that hold, by medium: of those on which everybody whose word is needed agrees."""
    rows = Stacked.objects.filter(medium__in=list(media)).exclude(stack__label="").values_list("medium", "stack")
    held = dict(rows)
    stacks = Stack.objects.filter(pk__in=set(held.values()))
    words = words_on(stacks) if held else {}
    labels = dict(stacks.values_list("pk", "label"))
    facts = {key: standing(said_of(words.get(key, [])), lambda _label: False).facts for key in labels}
    return {medium: (labels[stack], facts[stack]) for medium, stack in held.items()}
