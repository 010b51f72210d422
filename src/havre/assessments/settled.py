"""What a unit judged of its media, where that is settled: for the board."""

from collections.abc import Collection

from django.db.models import QuerySet

from havre.assessments.facts import Facts
from havre.assessments.models import Stack, Stacked
from havre.assessments.say import said_of, words_on
from havre.assessments.standing import standing
from havre.compiled import compiled


def settled(media: Collection[int]) -> dict[int, tuple[str, Facts]]:
    """Label and facts that hold, by medium: of those on which everybody whose word is needed agrees."""
    held = dict(_judged(list(media)))
    if not held:
        return {}
    stacks = Stack.objects.filter(pk__in=set(held.values()))
    words = words_on(stacks)
    labels = dict(stacks.values_list("pk", "label"))
    facts = {key: standing(said_of(words.get(key, [])), lambda _label: False).facts for key in labels}
    return {medium: (labels[stack], facts[stack]) for medium, stack in held.items()}


@compiled
def _judged(media: Collection[int]) -> "QuerySet[Stacked, tuple[int, int]]":
    return Stacked.objects.filter(medium__in=media).exclude(stack__label="").values_list("medium", "stack")
