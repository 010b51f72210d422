"""A search tells what the own unit knows and holds, nearest first; nothing of anybody else's."""

import json
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, Refused
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.search import search
from havre.flows.withdraw import withdraw
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import Node, acting, node
from tests.folders import digests, folder, scene, turned
from tests.pictures import gradient


def stocked(here: Node, path: Path) -> None:
    """Anke's unit knows one scene and holds another."""
    know(here.home, here.anke, str(folder(path / "judged", a=scene(1))), "us-abuse", workers=1)
    open_dossier(here.home, here.anke, "C", "a warrant", "a test")
    take_in(here.home, here.anke, "C", str(folder(path / "in", a=scene(1), b=scene(2))), workers=1)


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


def test_another_unit_finds_nothing_and_its_log_says_so(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        for asked in (tmp_path / "in" / "a.png", digests(tmp_path / "in" / "b.png")["md5"]):
            assert search(here.home, here.anke, str(asked)).matches != []
            assert search(here.home, here.chiara, str(asked), radius=256).matches == []

    detail = json.loads(Entry.objects.filter(person="chiara").order_by("-index")[0].detail)
    assert (detail["act"], detail["matches"]) == ("search", 0)


def test_the_log_names_no_digest(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        held = digests(tmp_path / "in" / "b.png")
        search(here.home, here.anke, held["sha256"])

    newest = Entry.objects.order_by("-index")[0]
    assert newest.verb == "consultation"
    assert held["sha256"] not in newest.detail + newest.thing


def test_what_was_withdrawn_is_found_no_more(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stocked(here, tmp_path)
        withdraw(here.home, here.anke, str(tmp_path / "judged"))
        found = search(here.home, here.anke, str(tmp_path / "judged" / "a.png")).matches

    assert [(one["in"], one["label"]) for one in found] == [("held", None)]


def test_a_flat_picture_is_found_by_equal_bytes_alone_and_the_answer_says_why(
    database: Settings, tmp_path: Path
) -> None:
    flat = folder(tmp_path / "flat", a=gradient(1, 160, 160))
    with node(database) as here:
        know(here.home, here.anke, str(flat), "pertinent", workers=1)
        found = search(here.home, here.anke, str(flat / "a.png"))

    assert [one["kind"] for one in found.matches] == ["identical"]
    assert "too flat" in found.notes[0]


@pytest.mark.parametrize(
    ("asked", "radius", "words"),
    [
        ("no such thing", 31, "is neither a file nor a fingerprint"),
        ("ab" * 17, 31, "is neither a file nor a fingerprint"),
        ("ab" * 32, -1, "a radius lies between 0 and 256"),
        ("ab" * 32, 257, "a radius lies between 0 and 256"),
        (".", 31, "is no file"),
    ],
)
def test_what_cannot_be_searched_for_is_said(asked: str, radius: int, words: str, database: Settings) -> None:
    with node(database) as here, pytest.raises(Invalid, match=words):
        search(here.home, here.anke, asked, radius)


def test_an_auditor_alone_does_not_search(database: Settings) -> None:
    with node(database) as here:
        add_colleague(here.home, here.anke, "dora", "", [RoleName.AUDITOR])
        with pytest.raises(Refused):
            search(here.home, acting(person_named("dora")), "ab" * 32)


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
