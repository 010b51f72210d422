"""Where a stack stands, from all that people said of it: pure, so that it can be held against chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from havre.assessments.facts import NOTHING, Facts, agree, both
from havre.assessments.models import Tab


@dataclass(frozen=True, slots=True)
class Said:
    """One word of one person, not undone."""

    person: int
    label: str
    facts: Facts = NOTHING
    unsure: bool = False
    deciding: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What all words together mean."""

    tab: Tab | None
    """None: nobody said anything that holds."""
    label: str = ""
    """What it is judged, once that is settled."""
    facts: Facts = NOTHING
    disputed: bool = False


OPEN = Standing(None)


def holding_words(words: Sequence[Said]) -> list[Said]:
    """The last word of each person, in the order in which they were said; one that takes back counts as none."""
    last = {word.person: at for at, word in enumerate(words)}
    return [words[at] for at in sorted(last.values()) if words[at].label or words[at].unsure]


def standing(words: Sequence[Said], needs_two: Callable[[str], bool]) -> Standing:
    """Open, waiting for a second person, disputed, or judged."""
    hold = holding_words(words)
    sure = [word for word in hold if word.label]
    if not sure:
        return Standing(Tab.SECOND) if hold else OPEN
    last = sure[-1]
    if last.deciding:
        return Standing(Tab.JUDGED, last.label, last.facts)
    if not all(word.label == last.label and agree(word.facts, last.facts) for word in sure):
        return Standing(Tab.SECOND, disputed=True)
    if len(sure) == 1 and needs_two(last.label):
        return Standing(Tab.SECOND)
    facts = NOTHING
    for word in sure:
        facts = both(facts, word.facts)
    return Standing(Tab.JUDGED, last.label, facts)


def may_decide(person: int, words: Sequence[Said], supervisor: bool) -> bool:
    """Whether this person's word ends a dispute: a third person's does, and a supervisor's."""
    return supervisor or person not in {word.person for word in holding_words(words)}
