"""Baseline is what two countries judged alike; where they disagree both are shown."""

import pytest

from havre.assessments.facts import NOTHING, Facts
from havre.assessments.models import Act, Stack, Stacked, Tab
from havre.assessments.say import Saying, say, settle
from havre.cases.models import Item
from havre.exchange.models import Shared
from havre.flows.baseline import baselines, tell_judged
from havre.flows.check import check
from havre.media.models import Exhibit, Medium
from havre.restrictions.model import Level
from havre.series.models import Series
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.exchange.shared import held_too, shared
from tests.series.many import series_of

YES, OTHER = Facts("6-9", ("act",), "camera"), Facts("14-17", ("act",), "camera")


def judged(node: Node, by: Acting, medium: Medium, label: str, facts: Facts) -> None:
    """Somebody judges a medium, as the only one in its stack."""
    stacked = Stacked.objects.filter(medium=medium).first()
    stack = stacked.stack if stacked is not None else _stack(by, medium)
    act = Act.objects.create(unit=by.unit, person=by.person, at=NOON, once=str(Act.objects.count()))
    say(act, [stack], Saying(label, facts), supervisor=True)
    settle(by.unit, [stack], alone=True)
    tell_judged(node.home, by, [stack])


def _stack(by: Acting, medium: Medium) -> Stack:
    exhibit = Exhibit.objects.filter(medium=medium).first()
    item = exhibit.item if exhibit is not None else _item(by)
    stack = Stack.objects.create(
        unit=by.unit, intake=item.intake, item=item, medium=medium, found=Tab.NEW, tab=Tab.NEW, heading="", rank=0
    )
    Stacked.objects.create(medium=medium, stack=stack)
    return stack


def _item(by: Acting) -> Item:
    medium = series_of(by.person, 1).members.get().medium
    return Exhibit.objects.get(medium=medium).item


def both(node: Node, level: Level = Level.OPEN) -> tuple[Series, Medium, Medium]:
    """The same medium in Belgium, shared, and in Italy."""
    series, _ = shared(node, "IT", level=level, count=1)
    own = held_too(node, series)
    return own, series.members.get().medium, own.members.get().medium


@pytest.mark.parametrize(
    ("italy", "state"),
    [(("1", YES), "agreed"), (("1", OTHER), "disputed"), (("5", NOTHING), "disputed"), (None, "one")],
)
def test_two_countries_agree_or_both_are_shown(begun: Node, italy: tuple[str, Facts] | None, state: str) -> None:
    _own, ours, theirs = both(begun)
    judged(begun, begun.anke, ours, "1", YES)
    if italy is not None:
        judged(begun, begun.chiara, theirs, *italy)
    told = baselines(begun.chiara, [theirs.pk])[theirs.pk].to_json()
    assert (told["state"], "BE" in told["countries"]) == (state, True)
    assert told["otherwise"] == (["IT"] if state == "disputed" else [])
    found = check(begun.home, begun.chiara).to_json()["elsewhere"][0]["baseline"]
    assert {name: found[name] for name in ("agreed", "disputed", "one")} == {
        each: int(each == state) for each in ("agreed", "disputed", "one")
    }


def test_what_was_judged_travels_only_where_it_is_open(begun: Node) -> None:
    _own, ours, theirs = both(begun, Level.HIT)
    judged(begun, begun.anke, ours, "1", YES)
    assert Shared.objects.get(kind="media").body["assessment"]["label"] == "1"
    assert baselines(begun.chiara, [theirs.pk])[theirs.pk].to_json()["state"] == "unsaid"
    assert "assessment" not in str(check(begun.home, begun.chiara).to_json())


def test_a_word_taken_back_is_taken_back_on_the_board(begun: Node) -> None:
    _own, ours, theirs = both(begun)
    judged(begun, begun.anke, ours, "1", YES)
    judged(begun, begun.anke, ours, "", NOTHING)
    assert "assessment" not in Shared.objects.get(kind="media").body
    assert baselines(begun.chiara, [theirs.pk])[theirs.pk].to_json()["state"] == "unsaid"
