"""One key judges a stack and all it holds; what is settled is known from then on, and no more once it is undone."""

from collections import Counter
from pathlib import Path

import pytest

from havre.assessments.facts import NOTHING, Facts
from havre.assessments.mapping import parse
from havre.assessments.models import Act, Assessment, Derived, Stack, Tab, Tally
from havre.assessments.say import Saying
from havre.assessments.tallies import ALL
from havre.audit.models import Entry
from havre.cases.models import Item
from havre.errors import Invalid, NotFound, Refused
from havre.flows.assess import UNDO_DEPTH, Judged, judge, rederive, undo
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.withdraw import withdraw
from havre.matches.models import Knowledge, Source
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import Node, acting
from tests.sources import lay, picture, variants

ABUSE, UNCLEAR, NOT_RELEVANT = "1", "2", "5"


def taken(node: Node, folder: Path, files: dict[str, bytes]) -> list[Stack]:
    """These files, taken in; their stacks in the order in which they are judged."""
    totals = take_in(node.home, node.anke, "A", str(lay(folder, files)), workers=1)
    return list(Stack.objects.filter(intake=totals.intake).order_by("rank", "id"))


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


def key(node: Node, by: Acting, stack: Stack, label: str, facts: Facts = NOTHING, **more: bool) -> Judged:
    """This person presses a key on a stack."""
    return judge(node.home, by, [stack.pk], f"{Act.objects.count()}", Saying(label, facts, **more))


def where(stack: Stack) -> tuple[str, str]:
    stack.refresh_from_db()
    return stack.tab, stack.label


def outcomes(node: Node, folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """What these files turn out to be, taken in."""
    totals = take_in(node.home, node.anke, "A", str(lay(folder, files)), workers=1)
    rows = Item.objects.filter(intake=totals.intake).order_by("position")
    return {item.path.rpartition("/")[2]: item.outcome for item in rows}


def test_one_key_judges_a_stack_and_later_intakes_say_what_it_was(case: Node, tmp_path: Path) -> None:
    files = {"a.png": picture(1), "b.png": picture(1), "z.png": picture(2)}
    one, other = taken(case, tmp_path / "one", files)
    assert (one.files, one.heading, other.files, other.heading) == (2, "files", 1, "unseen")
    judged = key(case, case.bram, one, UNCLEAR)
    assert (judged.files, where(one), where(other)) == (2, ("judged", UNCLEAR), ("new", ""))
    key(case, case.bram, other, NOT_RELEVANT)

    (known, harmless) = Knowledge.objects.order_by("id")
    assert (known.label, known.pertinent, harmless.label, harmless.pertinent) == (
        "us-exploitive",
        True,
        "us-non-pertinent",
        False,
    )
    later = {"same.png": picture(1), "zsame.png": picture(2)} | variants(1)
    found = outcomes(case, tmp_path / "two", later)
    assert (found["same.png"], found["zsame.png"]) == ("known", "known")
    assert {found[name] for name in variants(1)} == {"near"}
    assert set(Stack.objects.filter(intake__path__endswith="two").values_list("tab", flat=True)) == {"near"}


def test_what_is_undone_is_known_no_more_and_what_rested_on_it_is_judged_again(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, UNCLEAR)
    assert outcomes(case, tmp_path / "two", {"b.png": picture(1)}) == {"b.png": "known"}
    judged, stay = undo(case.home, case.bram)
    assert (len(judged.settled), stay, where(stack)) == (1, 0, ("new", ""))
    assert Knowledge.objects.count() == 0
    assert Item.objects.get(path__endswith="b.png").outcome == "repeat"
    stack.refresh_from_db()
    assert (stack.files, Stack.objects.count()) == (2, 1)
    assert outcomes(case, tmp_path / "three", {"c.png": picture(1)}) == {"c.png": "repeat"}
    assert Assessment.objects.get().undone_at is not None


def test_where_the_scheme_says_so_a_second_person_must_agree(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, ABUSE)
    assert (where(stack), Knowledge.objects.count()) == (("second", ""), 0)
    key(case, case.anke, stack, "", confirm=True)
    assert (where(stack), Knowledge.objects.get().label) == (("judged", ABUSE), "us-abuse")
    with pytest.raises(NotFound):
        undo(case.home, acting(person_named("chiara")))
    judged, stay = undo(case.home, case.bram)
    assert (judged.settled, stay, where(stack)) == ([], 1, ("judged", ABUSE))


def test_two_who_disagree_wait_for_a_third_and_both_words_are_kept(case: Node, tmp_path: Path) -> None:
    add_colleague(case.home, case.anke, "dirk", "", [RoleName.ANALYST])
    add_colleague(case.home, case.anke, "els", "", [RoleName.ANALYST])
    dirk, els = acting(person_named("dirk")), acting(person_named("els"))
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, ABUSE)
    key(case, dirk, stack, UNCLEAR)
    assert (where(stack), stack.heading) == (("second", ""), "disputed")
    key(case, dirk, stack, NOT_RELEVANT)
    assert (where(stack), stack.heading) == (("second", ""), "disputed")  # one of the two decides nothing
    key(case, els, stack, UNCLEAR)
    assert where(stack) == ("judged", UNCLEAR)
    words = Assessment.objects.order_by("id").values_list("person__name", "label", "deciding")
    assert list(words) == [
        ("bram", ABUSE, False),
        ("dirk", UNCLEAR, False),
        ("dirk", NOT_RELEVANT, False),
        ("els", UNCLEAR, True),
    ]


def test_unsure_asks_a_second_person_whose_word_then_counts(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, "", unsure=True)
    assert where(stack) == ("second", "")
    with pytest.raises(Invalid, match="nothing to confirm"):
        key(case, case.anke, stack, "", confirm=True)
    key(case, case.anke, stack, NOT_RELEVANT)
    assert where(stack) == ("judged", NOT_RELEVANT)


def test_zero_takes_back_and_is_undone_like_any_other_key(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, NOT_RELEVANT)
    key(case, case.bram, stack, "")
    assert (where(stack), Knowledge.objects.count()) == (("new", ""), 0)
    undo(case.home, case.bram)
    assert (where(stack), Knowledge.objects.count()) == (("judged", NOT_RELEVANT), 1)


def test_an_act_that_is_sent_twice_is_one(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    first = judge(case.home, case.bram, [stack.pk], "x", Saying(UNCLEAR, NOTHING))
    again = judge(case.home, case.bram, [stack.pk], "x", Saying(UNCLEAR, NOTHING))
    assert (first.again, again.again, Assessment.objects.count()) == (False, True, 1)


def test_fifty_acts_are_undone_and_not_one_more(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    for at in range(UNDO_DEPTH + 1):
        key(case, case.bram, stack, "45"[at % 2])
    for _ in range(UNDO_DEPTH):
        undo(case.home, case.bram)
    assert where(stack) == ("judged", "4")
    with pytest.raises(NotFound, match="only your last 50"):
        undo(case.home, case.bram)


def test_nobody_else_judges_and_nobody_else_sees(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    with pytest.raises(NotFound, match="no such stack"):
        key(case, case.chiara, stack, ABUSE)
    for name, role in (("otto", RoleName.AUDITOR), ("ada", RoleName.ADMINISTRATOR)):
        add_colleague(case.home, case.anke, name, "", [role])
        with pytest.raises(Refused, match="may not judge media"):
            key(case, acting(person_named(name)), stack, ABUSE)
        with pytest.raises(Refused, match="may not judge media"):
            undo(case.home, acting(person_named(name)))
    with pytest.raises(Invalid, match="there is no label"):
        key(case, case.bram, stack, "9")
    assert (Assessment.objects.count(), Act.objects.count(), where(stack)) == (0, 0, ("new", ""))


def test_every_act_is_in_the_log(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, ABUSE, Facts("6-9", ("nudity",), "camera"))
    undo(case.home, case.bram)
    said = Entry.objects.filter(thing=f"stack {stack.pk}").order_by("pk")
    assert [entry.person for entry in said] == ["bram", "bram"]
    assert '"age":"6-9"' in said[0].detail
    assert ['"act":"judged"' in said[0].detail, '"act":"undone"' in said[1].detail] == [True, True]


def test_a_new_version_of_a_mapping_adds_categories_and_changes_none(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, ABUSE, Facts("6-9", ("act",), "camera"))
    before = list(Derived.objects.order_by("id").values_list("mapping", "version", "category"))
    assert before == [("baseline", 1, "baseline"), ("BE", 1, "BE 1")]
    newer = parse('{"name": "BE", "version": 2, "two_people": [], "source": "", "rules": [{"category": "BE A"}]}')
    assert [rederive(case.home, case.anke, newer), rederive(case.home, case.anke, newer)] == [1, 0]
    after = list(Derived.objects.order_by("id").values_list("mapping", "version", "category"))
    assert after == [*before, ("BE", 2, "BE A")]


def test_counters_are_what_counting_would_give(case: Node, tmp_path: Path) -> None:
    stacks = taken(case, tmp_path / "one", {f"{at}.png": picture(at) for at in range(5)} | {"0b.png": picture(0)})
    key(case, case.bram, stacks[0], ABUSE)
    key(case, case.bram, stacks[1], NOT_RELEVANT)
    key(case, case.bram, stacks[2], NOT_RELEVANT)
    undo(case.home, case.bram)
    counted = Counter(Stack.objects.values_list("intake", "tab", "heading"))
    kept = {(t.intake_id, t.tab, t.heading): t.count for t in Tally.objects.filter(count__gt=0)}
    assert kept == counted + Counter((intake, tab, ALL) for intake, tab, _ in counted.elements())
    assert Counter(tab for _, tab, _ in counted.elements()) == {Tab.NEW: 3, Tab.SECOND: 1, Tab.JUDGED: 1}


def test_withdrawing_what_was_judged_here_leaves_the_words(case: Node, tmp_path: Path) -> None:
    (stack,) = taken(case, tmp_path / "one", {"a.png": picture(1)})
    key(case, case.bram, stack, NOT_RELEVANT)
    assert outcomes(case, tmp_path / "two", {"b.png": picture(1)}) == {"b.png": "known"}
    withdraw(case.home, case.anke, str(Source.objects.get().pk))
    assert Item.objects.get(path__endswith="b.png").outcome == "repeat"
    assert where(stack) == ("judged", NOT_RELEVANT)
