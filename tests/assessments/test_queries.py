"""Who asks sees their unit's stacks, in order, page after page; another unit sees none."""

import pytest

from havre.assessments.facts import NOTHING
from havre.assessments.models import Act, Assessment, Stack, Stacked
from havre.assessments.queries import (
    came_since,
    categories_of,
    counts_of,
    history_of,
    labels_of,
    last_acts,
    moved_on,
    newest_stack,
    stacks_after,
    stacks_for,
    stacks_named,
    under_headings,
    words_for,
)
from havre.assessments.say import Saying, say, settle
from havre.cases.models import Intake
from havre.errors import NotFound
from havre.media.models import Exhibit, Medium
from havre.settings import Settings
from tests.assessments.stacked import many
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def cast(database: Settings) -> Cast:
    found = introduce()
    many(found.belgium, found.bram, 5)
    act = Act.objects.create(unit=found.belgium, person=found.bram, at=NOON, once="one")
    judged = [Stack.objects.order_by("id")[4]]
    say(act, judged, Saying("5", NOTHING), supervisor=False)
    settle(found.belgium, judged, alone=False)
    return found


def test_pages_follow_one_another(cast: Cast) -> None:
    first = stacks_after(cast.anke, "new", None, None, 3)
    rest = stacks_after(cast.anke, "new", None, (first[-1].rank, first[-1].pk), 3)
    assert [stack.pk for stack in first + rest] == list(
        stacks_for(cast.anke).order_by("id").values_list("id", flat=True)
    )[:4]
    intake = Intake.objects.get().pk
    assert len(stacks_after(cast.anke, "new", intake, None, 9)) == 4
    assert stacks_after(cast.anke, "new", intake + 1, None, 9) == []


def test_counters_are_those_of_the_viewer(cast: Cast) -> None:
    counts = counts_of(cast.anke, None)
    assert counts.tabs == {"new": 4, "near": 0, "second": 0, "judged": 1}
    assert set(counts_of(cast.chiara, None).tabs.values()) == {0}
    assert under_headings(cast.anke, None, "new", ["unseen", "series 7"]) == {"unseen": 4}
    assert under_headings(cast.anke, None, "near", ["unseen"]) == {}
    assert under_headings(cast.anke, Intake.objects.get().pk + 1, "new", ["unseen"]) == {}
    assert under_headings(cast.chiara, None, "new", ["unseen"]) == {}


def test_what_came_since_is_told_up_to_a_number(cast: Cast) -> None:
    newest = newest_stack(cast.anke)
    assert came_since(cast.anke, "new", None, newest, 9) == 0
    many(cast.belgium, cast.bram, 5)
    assert came_since(cast.anke, "new", None, newest, 9) == 5
    assert came_since(cast.anke, "new", None, newest, 3) == 3
    assert (came_since(cast.chiara, "new", None, 0, 9), newest_stack(cast.chiara)) == (0, 0)


def test_what_left_a_tab_is_told_with_its_label(cast: Cast) -> None:
    keys = list(Stack.objects.values_list("id", flat=True))
    judged = Stack.objects.get(tab="judged")
    assert moved_on(cast.anke, "new", keys) == {judged.pk: "5"}
    assert moved_on(cast.chiara, "new", keys) == {}


def test_words_and_categories_are_told_to_the_unit_alone(cast: Cast) -> None:
    (word,) = Assessment.objects.all()
    stack = Stack.objects.get(tab="judged")
    assert words_for(cast.anke, [stack]) == {stack.pk: [word]}
    assert categories_of(cast.anke, [word]) == {word.pk: {"baseline": "", "BE": ""}}
    assert history_of(cast.anke, stack.medium_id) == [word]
    exhibits = Exhibit.objects.all()
    assert labels_of(cast.anke, exhibits) == {stack.item_id: "5"}
    assert [act.once for act in last_acts(cast.bram, 9)] == ["one"]
    assert words_for(cast.chiara, [stack]) == {}
    assert categories_of(cast.chiara, [word]) == {}
    assert (history_of(cast.chiara, stack.medium_id), labels_of(cast.chiara, exhibits)) == ([], {})
    assert last_acts(cast.anke, 9) == []


def test_what_was_said_of_one_medium_is_told_of_its_whole_stack(cast: Cast) -> None:
    (word,) = Assessment.objects.all()
    stack = Stack.objects.get(tab="judged")
    copy = Medium.objects.exclude(pk=stack.medium_id).filter(unit=cast.belgium)[0]
    assert history_of(cast.anke, copy.pk) == []
    Stacked.objects.update_or_create(medium=copy, defaults={"stack": stack})
    assert history_of(cast.anke, copy.pk) == [word]  # said of another of the same stack
    Stacked.objects.all().delete()
    assert (history_of(cast.anke, copy.pk), history_of(cast.anke, stack.medium_id)) == ([], [word])


def test_a_stack_of_another_unit_is_as_absent_as_one_that_is_none(cast: Cast) -> None:
    keys = list(Stack.objects.order_by("-id").values_list("id", flat=True))
    assert [stack.pk for stack in stacks_named(cast.anke, keys)] == keys
    for viewer, named in ((cast.chiara, keys[:1]), (cast.anke, [keys[0], 999_999])):
        with pytest.raises(NotFound, match="there is no such stack"):
            stacks_named(viewer, named)
