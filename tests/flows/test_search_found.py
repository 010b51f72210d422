"""What answers a question: by digests, by looks in any orientation, the surest and the nearest first."""

from pathlib import Path

from havre.flows.know import know
from havre.flows.search import search
from havre.flows.withdraw import withdraw
from havre.settings import Settings
from tests.cast import node
from tests.flows.test_search import stocked
from tests.folders import digests, folder, scene, turned


def test_a_mirrored_picture_is_found_by_its_looks_and_equal_bytes_come_first(
    database: Settings, tmp_path: Path
) -> None:
    asked = folder(tmp_path / "asked", a=turned(scene(1)), b=scene(1))
    with node(database) as here:
        stocked(here, tmp_path)
        mirrored = search(here.home, here.anke, str(asked / "a.png")).matches
        equal = search(here.home, here.anke, str(asked / "b.png")).matches

    rows = [(one["in"], one["kind"], one["label"], one["orientation"]) for one in mirrored]
    assert rows == [("known", "near", "us-abuse", "mirrored"), ("held", "near", "us-abuse", "mirrored")]
    assert [(one["in"], one["kind"], one["path"]) for one in equal] == [
        ("known", "identical", f"{tmp_path}/judged/a.png"),
        ("held", "identical", f"{tmp_path}/in/a.png"),
    ]
    assert equal[0]["sha256"] == digests(asked / "b.png")["sha256"]


def test_digests_and_fingerprints_are_asked_as_they_are(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        held = digests(tmp_path / "in" / "b.png")
        for kind in ("md5", "sha1", "sha256"):
            (one,) = search(here.home, here.anke, held[kind].upper()).matches
            assert (one["kind"], one["sha256"], one["case"], one["label"]) == ("identical", held["sha256"], "C", None)
        (_, value), *_ = here.home.shelf(here.anke.unit, "held").index.contents()
        near = bytes([value[0] ^ 0b111]) + value[1:]
        found = search(here.home, here.anke, near.hex()).matches
        none = search(here.home, here.anke, near.hex(), radius=2).matches

    assert [(one["kind"], one["distance"]) for one in found] == [("near", 3), ("near", 3)]
    assert none == []


def test_what_was_withdrawn_is_found_no_more(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        withdraw(here.home, here.anke, str(tmp_path / "judged"))
        found = search(here.home, here.anke, str(tmp_path / "judged" / "a.png")).matches

    assert [(one["in"], one["label"]) for one in found] == [("held", None)]


def test_the_nearest_come_first_and_a_wide_radius_finds_everything(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        know(
            here.home,
            here.anke,
            str(folder(tmp_path / "judged", a=scene(1), b=scene(2), c=scene(3))),
            "pertinent",
            workers=1,
        )
        found = search(here.home, here.anke, str(tmp_path / "judged" / "b.png"), radius=256).matches

    distances = [one["distance"] for one in found]
    assert (len(found), found[0]["kind"], distances) == (3, "identical", sorted(distances))
