"""The demonstration finds what was planted, and never takes a folder that is not its own."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid
from havre.flows import seizure
from havre.flows.demo import MARKER, demonstrate, make_room
from havre.settings import Settings
from tests.cast import noon
from tests.conftest import PROOF

PHOTOGRAPHS = len(seizure.SHIPPED) if importlib.util.find_spec("skimage") else 0
REPEATED = 13 + len(range(0, seizure.ARDENNES, 3))
"""What a messenger and an editor made of pictures, and what was copied to be printed."""


@pytest.mark.proof
@pytest.mark.skipif(not PROOF, reason="the command's own test plays it once: the whole is a part of `make proof`")
def test_it_finds_everything_that_was_planted_by_intake_and_by_search(database: Settings) -> None:
    steps: list[str] = []
    shown = demonstrate(database, database.home, noon, workers=2, tell=steps.append)

    stacks = seizure.ARDENNES + seizure.COAST + 6 + PHOTOGRAPHS
    assert shown.totals.outcomes == {
        "known": 9,
        "near": 5,
        "repeat": REPEATED,
        "new": stacks + 2,
        "refused": 2,
        "quarantined": 0,
    }
    assert shown.totals.stacks == stacks
    assert shown.totals.apart == {"damaged": 1, "flat": 1, "unfingerprinted": 0}
    assert shown.totals.labels == {"known": {"not-pertinent": 5, "pertinent": 4}, "near": {"pertinent": 5}}
    assert [told["added"] for told in shown.judged] == [seizure.PERTINENT + 2, seizure.HARMLESS]
    assert len(steps) == 3

    # The example that is told is found mirrored, by the intake and by the search.
    original = str(shown.seizure.pertinent / "004.jpg")
    item = shown.item(shown.seizure.altered)
    assert (item["outcome"], item["matched"][0]["path"]) == ("near", original)
    assert item["matched"][0]["orientation"] == "mirrored"
    assert shown.item(shown.seizure.piece)["outcome"] == "near"
    assert shown.match(shown.seizure.piece, "segment")["path"] == str(shown.seizure.pertinent / "film.mp4")
    assert shown.item(shown.seizure.room)["outcome"] == "new"
    assert shown.match(shown.seizure.room, "place")["path"] == str(shown.seizure.pertinent / "room.jpg")
    assert original in [match["path"] for match in shown.matches]
    assert list(Entry.objects.order_by("index").values_list("verb", flat=True))[-1] == "consultation"


def test_a_folder_that_is_not_its_own_is_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "home"
    real.mkdir()
    (real / "havre.sqlite3").write_text("real work")
    with pytest.raises(Invalid, match="no demonstration made"):
        make_room(real)
    assert (real / "havre.sqlite3").read_text() == "real work"


def test_a_link_to_a_demonstration_is_not_followed(tmp_path: Path) -> None:
    make_room(tmp_path / "demo")
    (tmp_path / "link").symlink_to(tmp_path / "demo")
    with pytest.raises(Invalid, match="is no folder"):
        make_room(tmp_path / "link")


def test_an_earlier_demonstration_is_removed_whole(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    make_room(folder)
    (folder / "store").mkdir()
    (folder / "store" / "old").touch()
    make_room(folder)
    assert [path.name for path in folder.iterdir()] == [MARKER]
    shutil.rmtree(folder)
    make_room(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
