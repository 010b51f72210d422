"""Where a stack stands after any words of any people, undone or not, is what the rules in words say."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from havre.assessments.facts import Facts
from havre.assessments.models import Tab
from havre.assessments.standing import OPEN, Said, holding_words, may_decide, standing

TWO = {"1", "3"}
PEOPLE = st.integers(1, 4)
LABELS = st.sampled_from(["1", "2", "3", "4", "5"])


def needs_two(label: str) -> bool:
    return label in TWO


def test_nobody_said_anything() -> None:
    assert standing([], needs_two) == OPEN


def test_facts_that_contradict_are_a_dispute_too() -> None:
    words = [Said(1, "1", Facts(age="6-9")), Said(2, "1", Facts(age="3-5"))]
    assert standing(words, needs_two).disputed
    agreed = standing([words[0], Said(2, "1", Facts(produced="camera"))], needs_two)
    assert (agreed.tab, agreed.facts) == (Tab.JUDGED, Facts("6-9", (), "camera"))


@given(st.lists(st.builds(Said, PEOPLE, LABELS)))
def test_who_did_not_speak_may_decide_and_a_supervisor_always(words: list[Said]) -> None:
    spoke = {word.person for word in words}
    assert all(may_decide(person, words, supervisor=False) == (person not in spoke) for person in range(1, 5))
    assert all(may_decide(person, words, supervisor=True) for person in range(1, 5))


@dataclass
class Word:
    """One word in the model: who, what, whether it decided a dispute, and whether it was undone."""

    person: int
    label: str
    unsure: bool = False
    deciding: bool = False
    undone: bool = False


@dataclass
class Model:
    """The rules in words, without the code under test."""

    words: list[Word] = field(default_factory=list)

    @property
    def live(self) -> list[Word]:
        return [word for word in self.words if not word.undone]

    @property
    def holding(self) -> dict[int, Word]:
        last: dict[int, Word] = {}
        for word in self.live:
            last.pop(word.person, None)
            last[word.person] = word
        return {person: word for person, word in last.items() if word.label or word.unsure}

    def stands(self) -> tuple[str, str]:
        hold = list(self.holding.values())
        said = [word.label for word in hold if word.label]
        if not hold:
            return "open", ""
        if not said:
            return "second", ""
        final = [word for word in hold if word.label][-1]
        if final.deciding:
            return "judged", final.label
        if len(set(said)) > 1:
            return "disputed", ""
        if len(said) == 1 and said[0] in TWO:
            return "second", ""
        return "judged", said[0]


class Judging(RuleBasedStateMachine):
    """People press keys and undo, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()

    @property
    def said(self) -> list[Said]:
        return [Said(w.person, w.label, Facts(), w.unsure, w.deciding) for w in self.model.live]

    @rule(person=PEOPLE, label=LABELS, supervisor=st.booleans())
    def judge(self, person: int, label: str, supervisor: bool) -> None:
        disputed = self.model.stands()[0] == "disputed"
        third = person not in self.model.holding
        self.model.words.append(Word(person, label, deciding=disputed and (third or supervisor)))

    @rule(person=PEOPLE)
    def unsure(self, person: int) -> None:
        self.model.words.append(Word(person, "", unsure=True))

    @rule(person=PEOPLE)
    def take_back(self, person: int) -> None:
        self.model.words.append(Word(person, ""))

    @rule(person=PEOPLE)
    def undo(self, person: int) -> None:
        mine = [word for word in self.model.live if word.person == person]
        later = self.model.live[self.model.live.index(mine[-1]) + 1 :] if mine else []
        if mine and not any(word.person != person for word in later):
            mine[-1].undone = True

    @invariant()
    def it_stands_where_the_rules_say(self) -> None:
        found = standing(self.said, needs_two)
        where = "open" if found.tab is None else "disputed" if found.disputed else found.tab
        assert (where, found.label) == self.model.stands()
        assert {word.person for word in holding_words(self.said)} == set(self.model.holding)

    @invariant()
    def what_is_kept_is_never_less(self) -> None:
        assert len(self.model.words) >= len(self.said)


Judging.TestCase.settings = settings(max_examples=200, stateful_step_count=30)
TestJudging = Judging.TestCase
