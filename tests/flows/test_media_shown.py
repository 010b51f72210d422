"""Everything about one medium, seen from either side of a match."""

from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import NotFound, Refused
from havre.flows.begin import add_colleague
from havre.flows.media_shown import reasons_of, seen_from, show_medium
from havre.matches.models import Match
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import acting, node
from tests.entrypoints.analyst.paired import both_films, held, pictures


def test_a_match_is_told_on_both_sides_with_its_sides_exchanged(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "in", both_films())
        (one,), (other,) = (reasons_of(here.home, here.anke, media[name]) for name in ("a.mkv", "b.mkv"))
        assert (one.medium, other.medium) == (media["b.mkv"], media["a.mkv"])
        assert one.link.told["one_span"] == other.link.told["other_span"]
        assert one.link.told["one_share"] == other.link.told["other_share"]
        assert one.kind == other.kind == "segment"


def test_once_a_kind_and_the_rarest_first(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        files = pictures()
        media = held(here, tmp_path / "in", files | {f"copy{at}.jpg": files["0.jpg"] for at in range(3)})
        reasons = reasons_of(here.home, here.anke, media["0.jpg"])
        shown = show_medium(here.home, here.anke, media["0.jpg"].pk).reasons
        assert [replace(each, path="") for each in shown] == reasons
        paths = {each.path for each in shown if each.medium is not None}
        assert paths == {each.medium.exhibits.earliest("id").item.path for each in shown if each.medium is not None}
        assert Match.objects.count() > len(reasons)
        told = [(reason.kind, reason.medium) for reason in reasons]
        assert len(set(told)) == len(told)
        expected = [reason.expected_false for reason in reasons]
        assert expected == sorted(expected)


def test_sides_are_exchanged_by_name_and_twice_is_as_before() -> None:
    told: dict[str, object] = {"one_span": [1], "other_span": [2], "points": 3, "further": [[[1, 2], [3, 4]]]}
    turned = seen_from(told, turned=True)
    assert turned == {"other_span": [1], "one_span": [2], "points": 3, "further": [[[3, 4], [1, 2]]]}
    assert seen_from(turned, turned=True) == told
    assert seen_from(told, turned=False) == told


def test_unseen_and_absent_are_the_same_and_an_administrator_sees_none(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        theirs = held(here, tmp_path / "in", pictures(), here.chiara)["0.jpg"]
        for number in (theirs.pk, 999_999):
            with pytest.raises(NotFound, match=r"^there is no such medium$"):
                show_medium(here.home, here.anke, number)
        add_colleague(here.home, here.anke, "dora", "", [RoleName.ADMINISTRATOR])
        with pytest.raises(Refused):
            show_medium(here.home, acting(person_named("dora")), theirs.pk)
