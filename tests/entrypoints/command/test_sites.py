"""`havre site`, from a capture to the lists."""

from pathlib import Path

import pytest

from havre.settings import Settings
from havre.sites.models import Capture
from tests.captures import digest, listed, read
from tests.cast import node
from tests.conftest import Havre


def test_from_a_capture_to_the_lists(havre: Havre, tmp_path: Path) -> None:
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    taken = "https://www.instagram.com/anna/p1"
    one.write_text(f"url,source,sha256\nhttp://quay.example/1.jpg,{taken},{digest(1)}\nhttp://quay.example/2.jpg,,\n")
    other.write_text(f"http://mole.example/9.jpg,{digest(1)}\n")
    told = havre("site", "import", one, "--site", "Quay", "--json").json
    assert (told["good"], told["bad"], told["bad_entries"][0]["place"]) == (1, 1, "line 3")
    assert "1 good, 0 bad" in havre("site", "import", other, "--site", "Mole").stdout
    assert havre("site", "compare", "Quay", "Mole", "--json").json["shared"] == 1
    assert havre("site", "address", "Quay", "quay.example", "--kind", "moved-to", "--json").json["kind"] == "moved to"
    number = havre("site", "fact", "Quay", "section", "the cellar", "--json").json["statement"]
    assert havre("site", "forget", number).exit == 0
    assert havre("site", "family", "Quay", "--page", "https://www.instagram.com/anna").exit == 1
    assert havre("site", "family", "Quay", "--consent", "2026-01-01", "--page", "https://instagram.com/anna").exit == 0
    assert havre("site", "origin", "Quay", "--json").json["platforms"][0]["families"] == 1
    out = tmp_path / "out.csv"
    assert havre("site", "origin", "Quay", "--family", "F1", "--out", out, "--json").json["written"] == 1
    shown = havre("site", "show", "Quay", "--count", "--json").json
    assert (shown["addresses"][0]["address"], shown["captures"][0]["media"]) == ("https://quay.example/", 1)
    assert "Mole" in havre("site", "list").stdout
    assert havre("site", "show", "Jetty").exit == 1
    assert havre("site", "remove", "Mole", 1).exit == 1  # it is the other's
    assert havre("site", "remove", "Mole", 2, "--json").json == {"site": "Mole", "capture": 2, "good": 1}
    assert havre("site", "compare", "Quay", "Mole").exit == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_capture_without_a_last_day_is_due(database: Settings, havre: Havre, tmp_path: Path) -> None:
    with node(database) as here:
        read(here, listed(tmp_path / "a.csv", range(1)), "Quay")
        Capture.objects.update(retain_until=None)
    assert "no last day: give one" in havre("--as", "bram", "site", "due").stdout
    kept = havre("--as", "anke", "site", "keep", "Quay", 1, "--until", "2027-12-31", "--because", "a trial", "--json")
    assert kept.json == {"capture": 1, "retain_until": "2027-12-31"}
    assert havre("--as", "bram", "site", "due", "--days", "9", "--json").json == []
