"""A source says who may know: at once on the board, logged, and nothing is widened by somebody who is not sure."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import About, Notice, Shared
from havre.flows.clue import draw_clue
from havre.flows.comment import say as comment_on
from havre.flows.restrict import hold, restrict, restriction_for
from havre.restrictions.keep import say
from havre.restrictions.model import Level, Name, Restriction
from havre.restrictions.models import Kind, Restricted
from havre.restrictions.rules import complete
from havre.series.clues import Drawn
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, held_too, open_to, shared


def standing() -> list[str]:
    """Kinds of what stands on the board."""
    return sorted(Shared.objects.filter(withdrawn_at=None).values_list("kind", flat=True))


def test_a_series_and_its_media_stand_on_the_board_and_go(begun: Node) -> None:
    series, done = shared(begun, "IT")
    assert (standing(), len(done.changed.put)) == (["media"] * 3 + ["series"], 4)
    held_too(begun, series)
    detail = Entry.objects.filter(detail__contains='"restricted"').latest("index").detail
    assert '"countries":["IT"]' in detail
    closed = restrict(begun.home, begun.anke, "series", "S1", Restriction())
    assert (standing(), len(closed.changed.withdrawn)) == ([], 4)
    assert Notice.objects.filter(about=About.WITHDRAWN, unit=begun.chiara.unit).count() == 1
    assert all(row.body == {} for row in Shared.objects.all())


def test_a_case_and_a_medium_narrow_what_is_in_them(begun: Node) -> None:
    series, _ = shared(begun, "IT", "FR")
    digest = bytes(series.members.order_by("medium")[0].medium.sha256).hex()
    restrict(begun.home, begun.anke, "media", digest, Restriction())
    assert standing() == ["media", "media", "series"]
    case = series.members.all()[0].medium.exhibits.get().item.intake.case
    restrict(begun.home, begun.anke, "case", case.reference, Restriction())
    assert standing() == ["series"]


def test_a_clue_goes_with_the_file_it_is_drawn_on_and_comes_with_it_again(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    medium = series.members.order_by("medium")[0].medium
    draw_clue(begun.home, begun.anke, "S1", medium.pk, Drawn("Red sign", "sign"), nobody=True)
    assert standing() == ["clue", "media", "media", "media", "series"]
    digest = bytes(medium.sha256).hex()
    case = medium.exhibits.get().item.intake.case.reference
    closed = restrict(begun.home, begun.anke, "media", digest, Restriction())
    assert (standing(), len(closed.changed.withdrawn)) == (["media", "media", "series"], 2)
    opened = restrict(begun.home, begun.anke, "media", digest, open_to("IT"))
    assert (standing(), len(opened.changed.put)) == (["clue", "media", "media", "media", "series"], 2)
    restrict(begun.home, begun.anke, "case", case, Restriction())
    assert standing() == ["series"]


def test_nothing_is_widened_by_somebody_who_is_not_sure(begun: Node) -> None:
    confirmed(begun.anke)
    with pytest.raises(Refused, match="prove again"):
        restrict(begun.home, begun.anke, "series", "S1", open_to("IT"), sure=False)
    assert standing() == []


def test_only_a_supervisor_lifts_a_legal_hold(begun: Node) -> None:
    shared(begun, "IT")
    hold(begun.home, begun.bram, "series", "S1", True)
    assert restriction_for(begun.anke, "series", "S1")[1].legal_hold
    with pytest.raises(Refused):
        hold(begun.home, begun.bram, "series", "S1", False)
    hold(begun.home, begun.anke, "series", "S1", False)
    assert not restriction_for(begun.anke, "series", "S1")[1].legal_hold


def test_a_legal_hold_closes_nothing_of_which_nothing_was_said(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    medium = series.members.order_by("medium")[0].medium
    clue = draw_clue(begun.home, begun.anke, "S1", medium.pk, Drawn("Red sign", "sign"), nobody=True)
    comment = comment_on(begun.home, begun.anke, "S1", "of Porto")
    case = medium.exhibits.get().item.intake.case
    confirmed(begun.anke)
    before = standing()
    things = [("clue", f"S1/{clue.number}"), ("media", bytes(medium.sha256).hex()), ("case", case.reference)]
    for kind, named in (*things, ("comment", f"S1/{comment.pk}"), ("series", "S2")):
        for held in (True, False):
            with pytest.raises(Invalid, match=f"nobody said yet who may know of {named} itself"):
                hold(begun.home, begun.anke, kind, named, held)
    assert (standing(), Restricted.objects.count()) == (before, 1)
    restrict(begun.home, begun.anke, "clue", f"S1/{clue.number}", open_to("IT"))
    assert hold(begun.home, begun.anke, "clue", f"S1/{clue.number}", True).now.level is Level.OPEN
    assert standing() == before


def test_names_that_are_nobodys_are_refused(begun: Node) -> None:
    confirmed(begun.anke)
    for wrong in (
        replace(open_to("IT"), units=frozenset({Name("", "Nobody")})),
        replace(open_to("IT"), groups=frozenset({"none"})),
        open_to("Italy"),
        Restriction(Level.OPEN),
    ):
        with pytest.raises(Invalid):
            restrict(begun.home, begun.anke, "series", "S1", wrong)


def test_nobody_learns_that_a_clue_or_a_comment_is_held_so_nobody_says_it(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    clue = draw_clue(
        begun.home, begun.anke, "S1", series.members.all()[0].medium.pk, Drawn("Red sign", "sign"), nobody=True
    )
    comment = comment_on(begun.home, begun.anke, "S1", "of Porto")
    for kind, named in (("clue", f"S1/{clue.number}"), ("comment", f"S1/{comment.pk}")):
        with pytest.raises(Invalid, match="closed or open"):
            restrict(begun.home, begun.anke, kind, named, open_to("IT", level=Level.HIT))
    assert Restricted.objects.values_list("kind", flat=True).get() == Kind.SERIES


def test_a_country_that_is_none_and_a_year_too_far_are_told_in_a_sentence(begun: Node) -> None:
    confirmed(begun.anke)
    for wrong in (open_to("UK"), replace(open_to("IT"), no_countries=frozenset({"UK"}))):  # GB is meant
        with pytest.raises(Invalid, match="no country is called UK"):
            restrict(begun.home, begun.anke, "series", "S1", wrong)
    for said in (open_to("IT"), Restriction()):
        far = replace(said, retain_until=datetime(9999, 1, 1, tzinfo=UTC))
        with pytest.raises(Invalid, match="9000 at most"):
            restrict(begun.home, begun.anke, "series", "S1", far)


def test_what_was_accepted_once_can_be_held_and_only_new_names_are_looked_at(begun: Node) -> None:
    series = confirmed(begun.anke)
    old = replace(open_to("UK"), no_countries=frozenset({"EN"}), groups=frozenset({"gone"}))
    say(begun.anke.unit, Kind.SERIES, series.pk, complete(old, NOON), begun.anke.person, NOON)
    hold(begun.home, begun.bram, "series", "S1", True)
    now = restriction_for(begun.anke, "series", "S1")[1]
    assert now.legal_hold
    assert now.countries == {"UK"}
    for wrong, said in ((now.countries | {"EN"}, "called EN"), (now.countries | {"XX"}, "called XX")):
        with pytest.raises(Invalid, match=said):
            restrict(begun.home, begun.anke, "series", "S1", replace(now, countries=wrong))


@pytest.mark.parametrize(
    ("kind", "named"),
    [("series", "S1"), ("media", "00" * 16), ("clue", "S1/1"), ("comment", "S1/1"), ("case", "none")],
)
def test_another_unit_restricts_nothing_of_it(begun: Node, kind: str, named: str) -> None:
    confirmed(begun.anke)
    with pytest.raises(NotFound):
        restrict(begun.home, begun.chiara, kind, named, open_to("BE"))
    with pytest.raises(Invalid):
        restrict(begun.home, begun.anke, "secret", named, open_to("BE"))
