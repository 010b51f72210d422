"""Say what a stack is, take it back, and move it to where all words together put it.

Every verb here is called inside a transaction in which nobody else writes what the unit holds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.assessments.facts import Facts, both
from havre.assessments.mapping import BASELINE, MappingOf, mapping_of, mappings
from havre.assessments.models import Act, Assessment, Derived, Stack, Tab
from havre.assessments.rank import heading_of, rank_of
from havre.assessments.standing import Said, Standing, may_decide, standing
from havre.assessments.tallies import Counting
from havre.compiled import compiled
from havre.errors import Invalid
from havre.units.models import Unit

Words = Mapping[int, Sequence[Assessment]]
"""What holds of what was said, by stack, in the order in which it was said."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one stack."""

    stack: Stack
    before: str
    """The label that held before; empty where none was settled."""
    standing: Standing


def words_on(stacks: Iterable[Stack]) -> dict[int, list[Assessment]]:
    """Every word on these stacks that was not undone."""
    found: dict[int, list[Assessment]] = defaultdict(list)
    keys = [stack.pk for stack in stacks]
    for word in _words_on(keys) if keys else ():
        found[word.stack_id or 0].append(word)
    return found


@compiled
def _words_on(stacks: Collection[int]) -> "QuerySet[Assessment]":
    return Assessment.objects.filter(stack__in=stacks, undone_at=None).select_related("person").order_by("id")


def said_of(words: Iterable[Assessment]) -> list[Said]:
    """The same as values."""
    return [Said(w.person_id, w.label, facts_in(w), w.unsure, w.deciding) for w in words]


def facts_in(word: Assessment) -> Facts:
    """The facts of one word."""
    return Facts(word.age, tuple(word.visible), word.produced)


def standing_of(words: Sequence[Assessment], unit: Unit, alone: bool) -> Standing:
    """Where these words put a stack; in a unit of one nobody waits for a second person."""
    two = mapping_of(unit.country).two_people
    return standing(said_of(words), lambda label: label in two and not alone)


@dataclass(frozen=True, slots=True)
class Saying:
    """What one key says."""

    label: str
    facts: Facts
    unsure: bool = False
    confirm: bool = False
    """Say what the other said."""


def say(act: Act, stacks: Sequence[Stack], saying: Saying, supervisor: bool) -> list[Assessment]:
    """Write the words of an act down, categories derived. Raises Invalid where there is nothing to confirm."""
    words = words_on(stacks)
    fresh = [_word(act, stack, saying, words[stack.pk], supervisor) for stack in stacks]
    Assessment.objects.bulk_create(fresh)
    maps = (mappings()[BASELINE], mapping_of(act.unit.country))
    derive(fresh, maps, act.at)
    return fresh


def _word(act: Act, stack: Stack, saying: Saying, words: Sequence[Assessment], supervisor: bool) -> Assessment:
    label, facts = saying.label, saying.facts
    if saying.confirm:
        label, facts = _other(act, words)
    mine = [word for word in words if word.person_id == act.person_id]
    if mine and label:
        facts = both(facts_in(mine[-1]), facts)
    said = said_of(words)
    disputed = standing(said, lambda _: True).disputed
    return Assessment(
        act=act,
        stack=stack,
        medium_id=stack.medium_id,
        person=act.person,
        at=act.at,
        label=label,
        unsure=saying.unsure,
        deciding=disputed and bool(label) and may_decide(act.person_id, said, supervisor),
        age=facts.age,
        visible=list(facts.visible),
        produced=facts.produced,
    )


def _other(act: Act, words: Sequence[Assessment]) -> tuple[str, Facts]:
    """What the last other person said."""
    others = [word for word in words if word.person_id != act.person_id]
    hold = [word for word in others[-1:] if word.label]
    if not hold:
        raise Invalid(_("nobody else judged this: there is nothing to confirm"))
    return hold[0].label, facts_in(hold[0])


def derive(words: Sequence[Assessment], maps: Iterable[MappingOf], at: datetime) -> int:
    """Add what these versions of mappings make of words; how many categories that gave."""
    rows = [
        Derived(assessment=word, mapping=each.name, version=each.version, rule=made.rule, category=made.category, at=at)
        for each in maps
        for word in words
        if word.label
        for made in [each.category(word.label, facts_in(word))]
    ]
    Derived.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def settle(unit: Unit, stacks: Sequence[Stack], alone: bool) -> list[Settled]:
    """Move each stack to where all words that hold put it."""
    words, counting = words_on(stacks), Counting(unit)
    settled = [
        _settled(stack, words[stack.pk], standing_of(words[stack.pk], unit, alone), counting) for stack in stacks
    ]
    Stack.objects.bulk_update(stacks, ["tab", "heading", "rank", "label"], batch_size=500)
    counting.write()
    return settled


def _settled(stack: Stack, words: Sequence[Assessment], now: Standing, counting: Counting) -> Settled:
    before = stack.label
    counting.went(stack)
    stack.tab = now.tab or Tab(stack.found)
    stack.label = now.label
    stack.heading = heading_of(stack, now.disputed)
    stack.rank = rank_of(stack, words[-1].pk if words else 0)
    counting.came(stack)
    return Settled(stack, before, now)


def undoable(act: Act) -> list[Assessment]:
    """The words of an act that may be taken back: those of which nobody else has said anything since."""
    words = list(act.words.filter(undone_at=None).select_related("stack"))
    stacks = [word.stack for word in words if word.stack is not None]
    later = words_on(stacks)
    return [w for w in words if not any(o.pk > w.pk and o.person_id != w.person_id for o in later[w.stack_id or 0])]
