"""Words are kept as they were said; all that hold decide where a stack stands."""

import pytest

from havre.assessments.facts import NOTHING, Facts
from havre.assessments.mapping import mappings
from havre.assessments.models import Act, Assessment, Derived, Stack
from havre.assessments.say import Saying, derive, say, settle, standing_of, undoable, words_on
from havre.errors import Invalid
from havre.settings import Settings
from havre.units.models import Person
from tests.assessments.stacked import many
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def stack(database: Settings) -> tuple[Cast, Stack]:
    cast = introduce()
    many(cast.belgium, cast.bram, 1)
    return cast, Stack.objects.get()


def act_of(person: Person) -> Act:
    return Act.objects.create(unit=person.unit, person=person, at=NOON, once=str(Act.objects.count()))


def said(person: Person, stack: Stack, label: str, facts: Facts = NOTHING, **more: bool) -> Act:
    act = act_of(person)
    say(act, [stack], Saying(label, facts, **more), supervisor=False)
    settle(person.unit, [stack], alone=False)
    return act


def test_what_was_left_out_the_second_time_holds_from_the_first(stack: tuple[Cast, Stack]) -> None:
    cast, one = stack
    said(cast.bram, one, "5", Facts("6-9", (), "camera"))
    said(cast.bram, one, "4", Facts("", ("none",), ""))
    last = Assessment.objects.order_by("id").last()
    assert last is not None
    assert (last.label, last.age, last.visible, last.produced) == ("4", "6-9", ["none"], "camera")
    assert (one.tab, one.label) == ("judged", "4")


def test_who_confirms_says_what_the_other_said(stack: tuple[Cast, Stack]) -> None:
    cast, one = stack
    with pytest.raises(Invalid, match="nothing to confirm"):
        said(cast.anke, one, "", confirm=True)
    said(cast.bram, one, "1", Facts("6-9"))
    with pytest.raises(Invalid, match="nothing to confirm"):
        said(cast.bram, one, "", confirm=True)
    said(cast.anke, one, "", confirm=True)
    assert list(Assessment.objects.values_list("label", "age")) == [("1", "6-9")] * 2
    assert (one.tab, one.label) == ("judged", "1")


def test_only_words_that_nobody_followed_can_be_taken_back(stack: tuple[Cast, Stack]) -> None:
    cast, one = stack
    first = said(cast.bram, one, "1")
    assert len(undoable(first)) == 1
    second = said(cast.anke, one, "1")
    assert (undoable(first), len(undoable(second))) == ([], 1)


def test_a_unit_of_one_waits_for_nobody(stack: tuple[Cast, Stack]) -> None:
    cast, one = stack
    said(cast.bram, one, "1")
    words = words_on([one])[one.pk]
    assert standing_of(words, cast.belgium, alone=False).tab == "second"
    assert standing_of(words, cast.belgium, alone=True).label == "1"


def test_what_says_nothing_has_no_category(stack: tuple[Cast, Stack]) -> None:
    cast, one = stack
    said(cast.bram, one, "", unsure=True)
    assert Derived.objects.count() == 0
    assert derive(list(Assessment.objects.all()), mappings().values(), NOON) == 0
