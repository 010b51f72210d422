"""Lists for platforms and families: what is on them, for whom, and that no cell of them is a formula."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows import site
from havre.flows.site_origin import by_platform, list_for_family, list_for_platform, origin, write_list
from havre.settings import Settings
from havre.sites.family import Declared
from havre.sites.open_platforms import shipped
from tests.attacks.payloads import payloads
from tests.captures import digest, listed, read
from tests.cast import node

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "=cmd|' /C calc'!A0",
    '"=1"',
    '=HYPERLINK("http://x")',
)


def test_no_hostile_text_is_a_formula_or_another_row(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    every = [*FORMULAS, *Random(4).sample(payloads(), count(300, len(payloads())))]
    columns = ("a", "b")
    told: list[int] = []
    rows = ({"a": text, "b": text + "x"} for text in every)
    assert write_list(tmp_path / "l.csv", columns, rows, told.append) == len(every) == told[0]
    found = list(csv.reader(io.StringIO((tmp_path / "l.csv").read_bytes().decode(), newline="")))
    assert len(found) == len(every) + 1
    assert [cell for row in found for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    write_list(tmp_path / "l.json", columns, ({"a": text, "b": ""} for text in every), told.append)
    assert [row["a"] for row in json.loads((tmp_path / "l.json").read_text())] == every
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_list_leaves_only_once_it_is_written_down(tmp_path: Path) -> None:
    def no_log(_rows: int) -> None:
        raise OSError(28, "no space")

    with pytest.raises(Invalid):
        write_list(tmp_path / "l.csv", ("a",), [{"a": "1"}], no_log)
    assert list(tmp_path.iterdir()) == []


def test_what_a_capture_says_is_added_up_by_platform() -> None:
    told = [{"platform": "vk", "told": told, "rows": 2, "media": 1, "first": 1} for told in ("source", "page")]
    (found,) = by_platform(shipped(), told)
    assert (found["name"], found["rows"], found["media"], len(found["told_by"])) == ("VK", 4, 2, 2)


def test_lists_name_what_they_may_and_are_disclosures(database: Settings, tmp_path: Path) -> None:
    anna, bert = "https://www.instagram.com/anna", "https://vk.com/bert"
    file = listed(tmp_path / "a.csv", [1, 2], source=f"{anna}/p1")
    file.write_text(file.read_text() + f"http://portal.example/3.jpg,{bert}/x,,{digest(3)}\n")
    with node(database) as here:
        read(here, file, "Quay")
        family = site.declare(here.home, here.bram, "Quay", Declared(date(2026, 1, 1), anna), "Mother")
        told = origin(here.home, here.bram, "Quay")
        counts = [(row["platform"], row["rows"], row["media"], row["families"]) for row in told["platforms"]]
        assert counts == [("instagram", 2, 2, 1), ("vk", 1, 1, 0)]
        assert "Mother" not in json.dumps(told)
        assert anna not in json.dumps(told)

        out = tmp_path / "out.csv"
        assert (
            list_for_platform(here.home, here.bram, "Quay", "instagram", out)["written"] == 1
        )  # the same address once
        assert out.read_text().splitlines() == ["platform,address,told by", f"instagram,{anna}/p1,source"]
        assert "portal.example" not in out.read_text()
        list_for_family(here.home, here.bram, "Quay", family.reference, tmp_path / "f.json")
        rows = json.loads((tmp_path / "f.json").read_text())
        assert [row["found at"] for row in rows] == ["http://portal.example/p/1.jpg", "http://portal.example/p/2.jpg"]
        assert [row["sha256"] for row in rows] == [digest(1), digest(2)]
        assert Entry.objects.filter(verb="disclosure").count() == 2

        with pytest.raises(Invalid):
            list_for_platform(here.home, here.bram, "Quay", "nowhere", out)
        site.withdraw_consent(here.home, here.bram, "Quay", "F1")
        with pytest.raises(Refused):
            list_for_family(here.home, here.bram, "Quay", "F1", tmp_path / "g.json")
        assert not (tmp_path / "g.json").exists()
        assert origin(here.home, here.bram, "Quay")["platforms"][0]["families"] == 0
        acts: tuple[Callable[[], object], ...] = (
            lambda: origin(here.home, here.chiara, "Quay"),
            lambda: list_for_platform(here.home, here.chiara, "Quay", "instagram", out),
            lambda: list_for_family(here.home, here.chiara, "Quay", "F1", out),
        )
        for act in acts:
            with pytest.raises(NotFound):
                act()


def test_a_list_for_a_platform_never_names_the_site_around_its_address(database: Settings, tmp_path: Path) -> None:
    photo = "https://vk.com/anna/1.jpg"
    said = (
        (f"http://portal.example/away?to={photo}&back=portal", ""),
        ("http://portal.example/1.jpg", f"http://portal.example/p/{photo}"),
        ("http://portal.example/2.jpg", "http://portal.example/p?u=https%3A%2F%2Fvk.com%2Fbert&v=2"),
        ("http://portal.example/3.jpg", "https://portal:quay@vk.com/carl"),
    )
    rows = [f"{address},{source},{digest(at)}\n" for at, (address, source) in enumerate(said)]
    (file := tmp_path / "a.csv").write_text("url,source,sha256\n" + "".join(rows))
    with node(database) as here:
        read(here, file, "Quay")
        list_for_platform(here.home, here.bram, "Quay", "vk", tmp_path / "out.json")
        written = [row["address"] for row in json.loads((tmp_path / "out.json").read_text())]
        assert written == [photo, photo, "https://vk.com/bert", "https://vk.com/carl"]


def test_a_family_is_told_of_its_own_page_alone(database: Settings, tmp_path: Path) -> None:
    pages = ("https://www.facebook.com/profile.php?id=7", "https://www.facebook.com/profile.php?id=8")
    rows = [f"http://portal.example/{at}.jpg,{page},{digest(at)}\n" for at, page in enumerate(pages)]
    (file := tmp_path / "a.csv").write_text("url,source,sha256\n" + "".join(rows))
    with node(database) as here:
        read(here, file, "Quay")
        said = Declared(date(2026, 1, 1), "facebook.com/profile.php?id=7")
        family = site.declare(here.home, here.bram, "Quay", said)
        assert family.platform == "facebook"
        assert list_for_family(here.home, here.bram, "Quay", "F1", tmp_path / "f.json")["written"] == 1
        assert json.loads((tmp_path / "f.json").read_text())[0]["taken from"] == pages[0]
        for front in ("https://www.facebook.com/", "https://m.vk.com", "https://instagram.com/?utm_source=x"):
            with pytest.raises(Invalid, match="other children"):
                site.declare(here.home, here.bram, "Quay", Declared(date(2026, 1, 1), front))
