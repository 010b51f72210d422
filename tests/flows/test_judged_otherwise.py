"""Units that judge the same medium otherwise both hear of it: once, as it is, and only what they may see."""

from datetime import timedelta

import pytest

from havre.assessments.facts import NOTHING
from havre.exchange.models import About, Notice, SameMedium, Sighting
from havre.flows.check import check_after
from havre.flows.group import add_member, found_group, remove_member
from havre.flows.judged_otherwise import tell_otherwise
from havre.flows.restrict import restrict
from havre.restrictions.model import Level, Restriction
from havre.series.models import Series
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, held_too, open_to, same_here, shared
from tests.flows.test_baseline import YES, both, judged


def differing(by: Acting) -> list[Notice]:
    """What a unit was told of words that differ, what is over left out."""
    rows = Notice.objects.filter(unit=by.unit, about=About.DISAGREES, closed_at=None).order_by("pk")
    return list(rows.select_related("shared", "series"))


def test_both_units_are_told_once_for_a_pair_of_series(begun: Node) -> None:
    series = confirmed(begun.anke)
    own = same_here(begun.chiara, series)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    restrict(begun.home, begun.chiara, "series", own.reference, open_to("BE"))
    for one in (begun.chiara, begun.anke):
        check_after(begun.home, one)
    for mine, theirs in zip(series.members.order_by("pk"), own.members.order_by("pk"), strict=True):
        judged(begun, begun.anke, mine.medium, "1", YES)
        judged(begun, begun.chiara, theirs.medium, "5", NOTHING)
    (here,), (there,) = differing(begun.anke), differing(begun.chiara)
    assert (here.series, there.series) == (series, own)
    assert here.told["ours"] == there.told["theirs"] == {"label": "1", "baseline": True}
    assert here.told["theirs"] == there.told["ours"] == {"label": "5", "baseline": False}
    assert (here.told["country"], there.told["country"]) == ("IT", "BE")
    assert there.told["reference"].startswith("BE-")
    Notice.objects.filter(pk=there.pk).update(read_at=NOON, read_by=begun.chiara.person)
    judged(begun, begun.anke, series.members.all()[0].medium, "1", YES)
    assert Notice.objects.get(pk=there.pk).read_at == NOON


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_it_is_told_in_whichever_order_both_judged(begun: Node, first: str) -> None:
    _own, ours, theirs = both(begun)
    words = {"ours": (begun.anke, ours, "1", YES), "theirs": (begun.chiara, theirs, "5", NOTHING)}
    judged(begun, *words.pop(first))
    assert differing(begun.chiara) == []
    judged(begun, *words.popitem()[1])
    assert len(differing(begun.chiara)) == 1
    assert differing(begun.anke) == []  # Italy let nobody know


def test_a_check_tells_what_was_judged_before_it(begun: Node) -> None:
    series, _ = shared(begun, "IT", count=1)
    own = same_here(begun.chiara, series)
    judged(begun, begun.anke, series.members.get().medium, "1", YES)
    judged(begun, begun.chiara, own.members.get().medium, "5", NOTHING)
    assert differing(begun.chiara) == []
    check_after(begun.home, begun.chiara)
    assert [each.series for each in differing(begun.chiara)] == [own]
    assert Sighting.objects.filter(unit="Polizia Postale", shared__kind="media", entry=None).count() == 0


def test_what_agrees_or_is_only_near_is_not_told(begun: Node) -> None:
    _own, ours, theirs = both(begun)
    judged(begun, begun.anke, ours, "1", YES)
    judged(begun, begun.chiara, theirs, "1", YES)
    assert differing(begun.chiara) == []
    SameMedium.objects.update(kind="near")
    judged(begun, begun.chiara, theirs, "5", NOTHING)
    assert differing(begun.chiara) == []


def test_what_a_unit_may_not_see_it_is_not_told(begun: Node) -> None:
    _own, ours, theirs = both(begun, Level.HIT)
    judged(begun, begun.anke, ours, "1", YES)
    judged(begun, begun.chiara, theirs, "5", NOTHING)
    assert (differing(begun.chiara), differing(begun.anke)) == ([], [])


@pytest.mark.parametrize("how", ["agrees", "taken back", "theirs", "narrowed", "closed"])
def test_it_is_over_once_nothing_differs_or_is_seen(begun: Node, how: str) -> None:
    _own, ours, theirs = both(begun)
    judged(begun, begun.anke, ours, "1", YES)
    judged(begun, begun.chiara, theirs, "5", NOTHING)
    (notice,) = differing(begun.chiara)
    if how in ("narrowed", "closed"):
        to = open_to("IT", level=Level.HIT) if how == "narrowed" else open_to("FR")
        restrict(begun.home, begun.anke, "series", "S1", to)
    else:
        who, medium = (begun.anke, ours) if how == "theirs" else (begun.chiara, theirs)
        judged(begun, who, medium, *{"agrees": ("1", YES), "taken back": ("", NOTHING), "theirs": ("5", NOTHING)}[how])
    notice.refresh_from_db()
    assert (notice.closed_at, notice.told) == (NOON, {})
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    check_after(begun.home, begun.chiara)
    judged(begun, begun.anke, ours, "1", YES)
    judged(begun, begun.chiara, theirs, "5", NOTHING)
    assert [each.pk for each in differing(begun.chiara)] == [notice.pk]  # differing again, it waits again


def test_it_is_over_for_who_leaves_the_group(begun: Node) -> None:
    _own, ours, theirs = both(begun)
    found_group(begun.home, begun.anke, "tf-1", "Ours", NOON + timedelta(days=9))
    add_member(begun.home, begun.anke, "tf-1", "Polizia Postale")
    restrict(begun.home, begun.anke, "series", "S1", Restriction(Level.OPEN, groups=frozenset({"tf-1"})))
    check_after(begun.home, begun.chiara)
    judged(begun, begun.anke, ours, "1", YES)
    judged(begun, begun.chiara, theirs, "5", NOTHING)
    (notice,) = differing(begun.chiara)
    remove_member(begun.home, begun.anke, "tf-1", "Polizia Postale")
    notice.refresh_from_db()
    assert (notice.closed_at, notice.told) == (NOON, {})


def test_one_of_several_that_agrees_leaves_it_waiting(begun: Node) -> None:
    series, _ = shared(begun, "IT", count=2)
    own: Series = held_too(begun, series)
    for mine, theirs in zip(series.members.order_by("pk"), own.members.order_by("pk"), strict=True):
        judged(begun, begun.anke, mine.medium, "1", YES)
        judged(begun, begun.chiara, theirs.medium, "5", NOTHING)
    judged(begun, begun.chiara, own.members.order_by("pk")[0].medium, "1", YES)
    assert len(differing(begun.chiara)) == 1
    judged(begun, begun.chiara, own.members.order_by("pk")[1].medium, "1", YES)
    assert differing(begun.chiara) == []


def test_nothing_is_asked_of_the_board_where_nothing_is_the_same(begun: Node) -> None:
    series = confirmed(begun.anke, 1)
    tell_otherwise(begun.anke.unit, set(series.members.values_list("medium", flat=True)), NOON)
    assert Notice.objects.count() == 0
