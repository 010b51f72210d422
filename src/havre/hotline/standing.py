"""What all words on a page come to: settled, or whom it waits for. A second person where the policy wants one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from havre.assessments.facts import NOTHING, Facts, agree, both
from havre.hotline.models import Judgement
from havre.hotline.policy import Policy


class Waits(StrEnum):
    """For whom a page waits to be judged."""

    NOBODY = "nobody"
    FIRST = "first"
    SECOND = "second"
    AGREEMENT = "agreement"
    """Two said different things: one of them changes their mind, or somebody overturns both."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a page stands."""

    waits: Waits
    verdict: str = ""
    """What was said of it, once everybody says the same; also while a second person is missing."""
    facts: Facts = NOTHING
    at: datetime | None = None
    """When the last of the words was said."""

    @property
    def settled(self) -> bool:
        """Whether the verdict holds."""
        return self.waits is Waits.NOBODY


def standing_of(words: Sequence[Judgement], policy: Policy, alone: bool) -> Standing:
    """Of the words that were not taken back, in the order they were said; `alone` where nobody could be a second."""
    if not words:
        return Standing(Waits.FIRST)
    verdict, facts, at = words[-1].verdict, NOTHING, words[-1].at
    for word in words:
        if word.verdict != verdict or not agree(facts, facts_of(word)):
            return Standing(Waits.AGREEMENT, at=at)
        facts = both(facts, facts_of(word))
    people = {word.person_id for word in words}
    wanted = verdict in policy.two_people and not alone
    return Standing(Waits.SECOND if wanted and len(people) < 2 else Waits.NOBODY, verdict, facts, at)


def facts_of(word: Judgement) -> Facts:
    """What one person saw."""
    return Facts(word.age, tuple(word.visible), word.produced)
