"""A series is shown with a sentence for each link, how common what agrees is, and what hangs by one medium."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows.series import propose
from havre.flows.series_decided import confirm, reject
from havre.flows.series_shown import list_series, show_series, telling_first
from havre.linking.links import Kind, between
from havre.media.models import Medium
from havre.series.findings import Finding
from havre.series.keep import keep
from havre.series.regroup import regroup
from havre.units.models import Role
from tests.cast import NOON, Node
from tests.exposures import NIKON, exposure, intake

SERIAL = {"BodySerialNumber": "6030741"}


def medium(name: str) -> Medium:
    return Medium.objects.get(exhibits__item__path__endswith=name)


def two_of_a_camera(node: Node, folder: Path) -> None:
    files = {f"{at}.jpg": exposure(at, NIKON, SERIAL) for at in (1, 2)}
    intake(node.home, node.anke, folder, files | {"other.jpg": exposure(3, NIKON)})
    propose(node.home, node.anke)


def test_a_link_says_what_agrees_and_how_common_that_is(begun: Node, tmp_path: Path) -> None:
    two_of_a_camera(begun, tmp_path / "seized")
    told = show_series(begun.home, begun.anke, "s1").to_json()

    assert [(member["path"].rpartition("/")[2], member["cases"]) for member in told["members"]] == [
        ("1.jpg", ["C"]),
        ("2.jpg", ["C"]),
    ]
    (link,) = told["links"]
    assert link["sentence"] == "camera serial 6030741 in both; 2 of 3 media carry it"
    assert (link["kind"], link["one"]) == ("camera", bytes(medium("1.jpg").sha256).hex())
    assert link["rarity"].endswith("are expected by accident for a medium among 3")
    assert (told["status"], told["chains"], told["not_joined"], told["media"]) == ("proposed", [], [], 3)


def test_how_common_a_value_is_follows_the_database(begun: Node, tmp_path: Path) -> None:
    two_of_a_camera(begun, tmp_path / "seized")
    more = {f"more {at}.jpg": exposure(50 + at, NIKON, SERIAL) for at in range(3)}
    intake(begun.home, begun.anke, tmp_path / "more", more)
    propose(begun.home, begun.anke)
    links = show_series(begun.home, begun.anke, "S1").to_json()["links"]
    assert {link["sentence"] for link in links} == {"camera serial 6030741 in both; 5 of 6 media carry it"}


def linked(node: Node, *links: tuple[str, str, float]) -> None:
    """Links of the same place between files of these names, and what they propose."""
    found = [Finding(between(medium(a).pk, medium(b).pk, Kind.PLACE, expected, PLACE)) for a, b, expected in links]
    keep(node.anke.unit, found, 4)
    regroup(node.anke.unit, NOON)


PLACE = {
    "points": 41,
    "one_region": [0, 90, 40, 30],
    "other_region": [0, 90, 40, 30],
    "one_size": [128, 128],
    "other_size": [128, 128],
}


def test_a_chain_is_shown_as_one(begun: Node, tmp_path: Path) -> None:
    intake(begun.home, begun.anke, tmp_path / "seized", {f"{name}.jpg": exposure(at) for at, name in enumerate("abc")})
    propose(begun.home, begun.anke)
    linked(begun, ("a.jpg", "b.jpg", 2e-10), ("b.jpg", "c.jpg", 1e-9))
    shown = show_series(begun.home, begun.anke, "S1")

    names = {name: f"{name}.jpg ({bytes(medium(f'{name}.jpg').sha256).hex()[:8]})" for name in "abc"}
    assert shown.chains() == [f"{names['a']} and {names['c']} do not match each other; {names['b']} connects them"]
    assert shown.to_json()["chains"][0]["connects"] == bytes(medium("b.jpg").sha256).hex()
    said, rare = shown.reasons(1)[0]
    assert said == f"{names['a']} and {names['b']}: a region in the lower left of both agrees, 41 points"
    assert rare == "3 × 10⁻¹⁰ such matches are expected by accident for a medium among 3"


def test_what_does_not_suffice_is_told_beside(begun: Node, tmp_path: Path) -> None:
    intake(begun.home, begun.anke, tmp_path / "seized", {f"{name}.jpg": exposure(at) for at, name in enumerate("abc")})
    propose(begun.home, begun.anke)
    linked(begun, ("a.jpg", "b.jpg", 1e-9), ("b.jpg", "c.jpg", 0.02))
    shown = show_series(begun.home, begun.anke, "S1")
    assert [member["path"][-5:] for member in shown.to_json()["members"]] == ["a.jpg", "b.jpg"]
    (line,) = shown.apart()
    assert line.startswith("not joined, for that may be an accident at this size: b.jpg")
    assert shown.to_json()["not_joined"][0]["other"] == bytes(medium("c.jpg").sha256).hex()


def test_series_are_listed_with_their_rarest_reason_and_those_over_only_if_asked_for(
    begun: Node, tmp_path: Path
) -> None:
    two_of_a_camera(begun, tmp_path / "seized")
    (row,) = list_series(begun.home, begun.anke)
    assert (row["series"], row["members"], row["confirmed"], row["cases"]) == ("S1", 2, 0, ["C"])
    assert row["why"] == "camera serial 6030741 in both; 2 of 3 media carry it"
    confirm(begun.home, begun.anke, "S1")
    assert list_series(begun.home, begun.anke)[0]["confirmed"] == 2
    reject(begun.home, begun.anke, "S1")
    assert list_series(begun.home, begun.anke) == []
    (row,) = list_series(begun.home, begun.anke, over=True)
    assert (row["status"], row["decided_by"], row["members"], row["why"]) == ("rejected", "anke", 0, None)
    assert show_series(begun.home, begun.anke, "S1").to_json()["members"] == []


def test_every_look_is_logged(begun: Node, tmp_path: Path) -> None:
    two_of_a_camera(begun, tmp_path / "seized")
    show_series(begun.home, begun.anke, "S1")
    list_series(begun.home, begun.bram)
    last = Entry.objects.filter(verb="consultation").order_by("-index")
    assert [(entry.person, entry.thing) for entry in last[:2]] == [("bram", "series"), ("anke", "series S1")]


def test_another_unit_sees_none_and_is_told_what_it_would_be_of_nothing(begun: Node, tmp_path: Path) -> None:
    two_of_a_camera(begun, tmp_path / "seized")
    assert list_series(begun.home, begun.chiara, over=True) == []
    with pytest.raises(NotFound) as theirs:
        show_series(begun.home, begun.chiara, "S1")
    with pytest.raises(NotFound) as none:
        show_series(begun.home, begun.chiara, "S7")
    assert str(theirs.value) == str(none.value).replace("S7", "S1")
    assert len(list_series(begun.home, begun.anke)) == 1  # there was something to leak


@pytest.mark.parametrize("named", ["", "S", "0", "-1", "S1x", "1" * 30, "²", "S1; DROP"])
def test_a_wrong_reference_is_one_sentence(begun: Node, named: str) -> None:
    with pytest.raises(NotFound, match="there is no series"):
        show_series(begun.home, begun.anke, named)


def test_whoever_has_no_role_sees_nothing(begun: Node) -> None:
    Role.objects.filter(person=begun.bram.person).delete()
    with pytest.raises(Refused, match="look at series"):
        list_series(begun.home, begun.bram)


def test_why_each_medium_is_in_it_comes_before_further_reasons() -> None:
    copies = [between(a, b, Kind.NEAR, 1e-12) for a, b in combinations(range(1, 5), 2)]
    weaker = [between(4, 9, Kind.PLACE, 1e-4), between(3, 9, Kind.PLACE, 1e-3)]
    told = telling_first([*weaker, *copies])
    assert sorted(told) == sorted([*weaker, *copies])
    assert [(link.one, link.other) for link in told[:4]] == [(1, 2), (1, 3), (1, 4), (4, 9)]
    assert told[-1] == weaker[1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1])))
def test_as_many_come_first_as_are_needed_to_join_everything(pairs: list[tuple[int, int]]) -> None:
    links = [between(a, b, Kind.PLACE, 1e-4) for a, b in pairs]
    told, parts = telling_first(links), {medium: {medium} for pair in pairs for medium in pair}
    joins = []
    for link in told:
        joins.append(parts[link.one] is not parts[link.other])
        both = parts[link.one] | parts[link.other]
        parts |= dict.fromkeys(both, both)
    assert joins == sorted(joins, reverse=True)
