"""What is found beyond equal bytes and PDQ: parts of films, sounds, crops and places, through the flows."""

from pathlib import Path
from typing import Any

import pytest

from havre.cases.models import Item
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.search import search
from havre.matches.models import Imprint
from havre.matches.queries import matched
from havre.units.acting import Acting
from tests import films
from tests.cast import Node
from tests.pictures import photograph
from tests.sources import lay


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


def items(node: Node, folder: Path, **files: bytes) -> dict[str, Item]:
    """What these files turned out to be, taken in together in the order of their names."""
    totals = take_in(node.home, node.anke, "A", str(lay(folder, files)), workers=1)
    return {item.path.rsplit("/", 1)[1]: item for item in Item.objects.filter(intake=totals.intake)}


def first(node: Node, item: Item, kind: str) -> dict[str, Any]:
    """The first match of a kind."""
    return next(match for match in matched(node.anke.person, item) if match["kind"] == kind)


def kinds(node: Node, acting: Acting, file: Path, **options: Any) -> list[tuple[str, str]]:
    found = search(node.home, acting, str(file), **options).matches
    return [(match["kind"], match["path"].rsplit("/", 1)[1]) for match in found]


def test_a_part_of_a_held_film_is_a_repeat_and_says_which_part(case: Node, tmp_path: Path) -> None:
    found = items(case, tmp_path / "seized", a=films.film(1), b=films.part(1, 2, 6), c=films.film(2))
    assert [found[name].outcome for name in "abc"] == ["new", "repeat", "new"]
    assert found["b"].reason == "part of it is part of something held"
    match = first(case, found["b"], "segment")
    assert match["path"].endswith("/a")
    assert match["query_span"] == pytest.approx([0, 4], abs=0.5)
    assert match["match_span"] == pytest.approx([2, 6], abs=0.5)
    assert match["query_share"] > 0.85
    assert match["match_share"] == pytest.approx(0.5, abs=0.1)
    assert match["frames"] > 50
    assert match["expected_false"] < 1e-6
    assert matched(case.anke.person, found["c"]) == []


def test_a_part_of_a_film_judged_pertinent_is_near_it(case: Node, tmp_path: Path) -> None:
    know(case.home, case.anke, str(lay(tmp_path / "judged", {"a": films.film(1)})), "pertinent", workers=1)
    know(case.home, case.anke, str(lay(tmp_path / "harmless", {"b": films.film(2)})), "not-pertinent", workers=1)
    found = items(case, tmp_path / "seized", a=films.part(1, 2, 6), b=films.part(2, 2, 6))
    assert [found[name].outcome for name in "ab"] == ["near", "new"]
    assert first(case, found["a"], "segment")["label"] == "pertinent"
    assert found["b"].reason == "near only to something judged not pertinent"


def test_a_still_and_its_film_find_each_other(case: Node, tmp_path: Path) -> None:
    found = items(case, tmp_path / "one", a=films.film(1), b=films.still(1, 4.0))
    match = first(case, found["b"], "segment")
    assert found["b"].outcome == "repeat"
    assert match["match_span"][0] - 0.5 <= 4.0 <= match["match_span"][1] + 0.5
    found = items(case, tmp_path / "other", c=films.still(2, 4.0), d=films.film(2))
    assert (found["c"].outcome, found["d"].outcome) == ("new", "repeat")
    match = first(case, found["d"], "segment")
    assert match["query_span"][0] - 0.5 <= 4.0 <= match["query_span"][1] + 0.5


def test_the_same_sound_under_another_picture_is_named_as_such(case: Node, tmp_path: Path) -> None:
    files = {"a": films.film(1, 20, sound=1), "b": films.film(2, 20, sound=1), "c": films.sound(1, 12)}
    found = items(case, tmp_path / "seized", **files)
    assert [found[name].outcome for name in "abc"] == ["new", "repeat", "repeat"]
    assert found["b"].reason == "part of its sound is in something held"
    match = first(case, found["b"], "sound")
    assert match["replaced_picture"] is True
    assert match["match_span"] == pytest.approx([0, 20], abs=1.5)
    assert first(case, found["c"], "sound")["replaced_picture"] is False


def test_a_copy_of_a_film_has_no_replaced_picture(case: Node, tmp_path: Path) -> None:
    found = items(case, tmp_path / "seized", a=films.film(1, 8, sound=1), b=films.film(1, 8.5, sound=1))
    assert first(case, found["b"], "segment")["match_share"] > 0.9
    assert first(case, found["b"], "sound")["replaced_picture"] is False


def test_a_crop_is_near_by_its_features_and_says_where(case: Node, tmp_path: Path) -> None:
    know(case.home, case.anke, str(lay(tmp_path / "judged", {"a": films.whole("astronaut")})), "pertinent", workers=1)
    found = items(case, tmp_path / "seized", a=films.cropped(photograph("astronaut"), 0.5))
    match = first(case, found["a"], "near")
    assert found["a"].outcome == "near"
    assert (match["verdict"], match["distance"]) == ("crop or overlay", None)
    assert match["points"] >= 20
    height, width = photograph("astronaut").shape[:2]
    assert match["match_size"] == [width, height]
    x, y, wide, high = match["match_region"]
    assert (x + wide / 2, y + high / 2) == pytest.approx((width / 2, height / 2), abs=50)
    assert match["expected_false"] < 0.01


def test_the_same_object_elsewhere_is_listed_and_changes_no_outcome(case: Node, tmp_path: Path) -> None:
    judged = {"a": films.room("astronaut", films.LEFT)}
    know(case.home, case.anke, str(lay(tmp_path / "judged", judged)), "pertinent", workers=1)
    found = items(case, tmp_path / "seized", b=films.room("chelsea", films.RIGHT))["b"]
    assert (found.outcome, found.reason) == ("new", "")
    (match,) = matched(case.anke.person, found)
    assert (match["kind"], match["verdict"], match["label"]) == ("place", "same place/object", "pertinent")
    assert match["points"] >= 10
    for region, corners in ((match["query_region"], films.RIGHT), (match["match_region"], films.LEFT)):
        x, y, width, height = region
        across, down = zip(*corners, strict=True)
        assert min(across) - 5 <= x < x + width <= max(across) + 5
        assert min(down) - 5 <= y < y + height <= max(down) + 5


def test_another_unit_sees_nothing_of_it(case: Node, tmp_path: Path) -> None:
    items(case, tmp_path / "seized", a=films.film(1, 8, sound=1), b=films.whole("astronaut"))
    asked = lay(tmp_path / "asked", {"a": films.part(1, 2, 6), "b": films.cropped(photograph("astronaut"), 0.5)})
    for name in "ab":
        assert kinds(case, case.anke, asked / name) != []
        assert kinds(case, case.chiara, asked / name) == []
    open_dossier(case.home, case.chiara, "I", "a warrant", "a test")
    totals = take_in(case.home, case.chiara, "I", str(asked), workers=1)
    assert totals.outcomes["new"] == 2
    assert Imprint.objects.filter(unit=case.chiara.unit).exists()


def test_a_search_tells_parts_and_regions(case: Node, tmp_path: Path) -> None:
    items(case, tmp_path / "seized", a=films.film(1), b=films.whole("astronaut"))
    asked = lay(tmp_path / "asked", {"a": films.part(1, 2, 6), "b": films.whole("astronaut")})
    (match,) = search(case.home, case.anke, str(asked / "a")).matches
    assert match["kind"] == "segment"
    assert match["match_span"] == pytest.approx([2, 6], abs=0.5)
    assert kinds(case, case.anke, asked / "b") == [("identical", "b")]
    (match,) = search(case.home, case.anke, str(asked / "b"), region=(130, 30, 200, 200)).matches
    assert (match["kind"], match["path"].rsplit("/", 1)[1]) == ("place", "b")
    x, y, width, height = match["query_region"]
    assert x >= 120
    assert x + width <= 340
    assert y >= 20
    assert y + height <= 240
