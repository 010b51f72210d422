"""Lists taken in: their files beside them, what they only name, and what they try to name elsewhere."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from havre.cases.models import Item
from havre.flows import taking
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.listed import file_beside, list_format
from havre.flows.read_list import read_list
from havre.matches.models import Knowledge
from havre.matches.queries import Totals
from havre.media.models import Exhibit, Medium
from havre.settings import Settings
from tests.cast import SANDBOX, Node, node
from tests.folders import digests, folder, medium, number, scene, vics


def take(here: Node, path: Path, *, again: bool = False) -> Totals:
    return take_in(here.home, here.anke, "C", str(path), workers=1, again=again)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A VICS export with three files beside it, in folders."""
    folder(tmp_path / "files", a=scene(1), b=scene(2))
    folder(tmp_path / "files" / "deep", c=scene(1))
    return tmp_path / "export.json"


def names(file: str, seed: int = 1, **fields: Any) -> dict[str, Any]:
    return medium(seed, None, RelativeFilePath=file, **fields)


def told() -> list[tuple[str, str, str]]:
    return [(item.path, item.outcome, item.reason) for item in Item.objects.order_by("position")]


def test_every_file_of_an_export_is_one_item_in_the_order_of_the_document_however_often_it_is_named(
    database: Settings, export: Path, tmp_path: Path
) -> None:
    vics(export, names("files\\b.png"), names("files\\a.png"), names("files/deep/c.png"), names("files\\a.png"))
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        totals = take(here, export)
        assert take(here, export).intake == totals.intake

    assert (totals.found, totals.stacks) == (3, 2)
    assert [(path, outcome) for path, outcome, _ in told()] == [
        (f"{tmp_path}/files/b.png", "new"),
        (f"{tmp_path}/files/a.png", "new"),
        (f"{tmp_path}/files/deep/c.png", "repeat"),
    ]
    assert (Medium.objects.count(), Exhibit.objects.count()) == (2, 3)


def test_a_file_whose_digest_the_list_states_wrongly_is_noted(database: Settings, export: Path, tmp_path: Path) -> None:
    right: dict[str, Any] = {
        kind.upper(): value for kind, value in digests(tmp_path / "files" / "a.png").items() if kind != "sha256"
    }
    vics(export, names("files/a.png", **right), names("files/b.png"))
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        take(here, export)

    assert list(Item.objects.order_by("position").values_list("note", flat=True)) == [
        "",
        "entry 2 states another MD5 and SHA-1",
    ]


def test_nothing_outside_the_folder_of_the_list_is_ever_read(database: Settings, export: Path, tmp_path: Path) -> None:
    secret = folder(tmp_path / "secret", s=scene(3))
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "link").symlink_to(secret)
    (tmp_path / "in" / "linked.png").symlink_to(secret / "s.png")
    outside = ("..\\secret\\s.png", f"{secret}/s.png", "link/s.png", "linked.png", "C:\\s.png")
    ways = (*outside, "absent.png", "link", "sub")
    held = vics(tmp_path / "in" / "export.json", *(names(way) for way in ways))
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        totals = take(here, held)

    assert (totals.found, totals.outcomes["refused"]) == (8, 8)
    reasons = [reason for _, _, reason in told()]
    assert [reason.split(":")[0] for reason in reasons] == [
        "entry 1 names a file outside the folder of the list",
        "entry 2 names a file outside the folder of the list",
        "entry 3 leads to a link",
        "entry 4 leads to a link",
        "entry 5 names a file outside the folder of the list",
        "named by entry 6 but missing",
        "entry 7 leads to a link",
        "not a regular file",
    ]
    assert not Medium.objects.exists()


@pytest.mark.parametrize("way", ["../x", "/etc/passwd", "a/../../x", "a//x", "./x", "", "a\0b"])
def test_a_way_that_a_broken_reader_gives_is_checked_again(way: str, tmp_path: Path) -> None:
    assert "outside the folder" in file_beside(f"{tmp_path}/list.json", way, "entry 1").refusal


def test_a_list_without_bytes_is_judged_by_what_it_states(database: Settings, export: Path, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        know(here.home, here.anke, str(folder(tmp_path / "judged", k=scene(5))), "us-abuse", workers=1)
        held = take(here, tmp_path / "files" / "a.png")
        pdq = bytes(Knowledge.objects.get().pdq or b"").hex()
        known, same = digests(tmp_path / "judged" / "k.png"), digests(tmp_path / "files" / "a.png")
        lines = [
            known["md5"],
            same["sha1"],
            number(1)["sha256"],
            number(1)["sha256"],
            f"pdq:{pdq}",
            f"pdq:{'01f2' * 16}",
        ]
        listed = tmp_path / "list.txt"
        listed.write_text("\n".join([*lines, "not a hash"]) + "\n")
        totals = take(here, listed)

    assert held.outcomes["new"] == 1
    items = Item.objects.filter(intake=totals.intake).order_by("position")
    assert list(items.values_list("outcome", "apart", "stack")) == [
        ("known", "", False),
        ("repeat", "", False),
        ("new", "unfingerprinted", False),
        ("repeat", "", False),
        ("near", "", False),
        ("new", "", True),
        ("refused", "", False),
    ]
    assert items[0].path == f"{listed}!/line 1"
    assert items[6].reason.startswith("line 7: not an MD5")
    assert (totals.found, totals.labels) == (7, {"known": {"us-abuse": 1}, "near": {"us-abuse": 1}})
    assert Medium.objects.count() == 1


def test_what_a_list_judges_is_not_known_by_taking_it_in(database: Settings, tmp_path: Path) -> None:
    listed = vics(tmp_path / "set.json", medium(1, 1), medium(2, 5))
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        first = take(here, listed)
        assert not Knowledge.objects.exists()
        again = take(here, listed, again=True)
        read_list(here.home, here.anke, str(listed))
        known = take(here, listed, again=True)

    assert [totals.outcomes["new"] for totals in (first, again, known)] == [2, 0, 0]
    assert (again.outcomes["repeat"], known.outcomes["known"]) == (2, 2)


def test_what_another_unit_listed_is_no_repeat_here(database: Settings, tmp_path: Path) -> None:
    listed = vics(tmp_path / "set.json", medium(1, 1))
    with node(database) as here:
        for one in (here.anke, here.chiara):
            open_dossier(here.home, one, "C", "a warrant", "a test")
        take(here, listed)
        theirs = take_in(here.home, here.bram, "C", str(listed), workers=1, again=True)
        assert theirs.outcomes["repeat"] == 1
        with closing(Home(database, begun=SANDBOX)) as home:
            assert take_in(home, here.chiara, "C", str(listed), workers=1).outcomes["new"] == 1


def test_an_intake_of_a_list_that_was_cut_off_ends_as_an_undisturbed_one(
    database: Settings, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 2)
    vics(export, names("files/a.png"), medium(7, 1), {"x": 1}, names("files/b.png"), medium(7, 1), names("files/a.png"))
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")

        def cut_off(_: object) -> None:
            raise KeyboardInterrupt

        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                take_in(here.home, here.anke, "C", str(export), workers=1, tell=cut_off)
        take(here, export)

    assert [(outcome, path.removeprefix(f"{tmp_path}/")) for path, outcome, _ in told()] == [
        ("new", "files/a.png"),
        ("new", "export.json!/entry 2"),
        ("refused", "export.json!/entry 3"),
        ("new", "files/b.png"),
        ("repeat", "export.json!/entry 5"),
    ]


def test_a_list_cut_off_in_the_middle_says_where(database: Settings, tmp_path: Path) -> None:
    listed = vics(tmp_path / "set.json", medium(1), medium(2))
    listed.write_text(listed.read_text()[:-60])
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        totals = take(here, listed)

    assert (totals.outcomes["new"], totals.outcomes["refused"]) == (1, 2)
    assert "cut off at byte" in told()[-1][2]


def test_a_file_is_a_list_by_its_content_alone(tmp_path: Path) -> None:
    folder(tmp_path, a=scene(1), letter=b"Dear colleagues", list=number(1)["md5"].encode() + b"\n")
    (tmp_path / "link").symlink_to(tmp_path / "list")
    os.mkfifo(tmp_path / "pipe")
    found = {path.name: list_format(str(path)) for path in tmp_path.iterdir()}
    assert found == {"a.png": "", "letter": "", "list": "hashes", "link": "", "pipe": ""}
    assert list_format(str(tmp_path)) == ""
    assert list_format(str(tmp_path / "absent")) == ""
