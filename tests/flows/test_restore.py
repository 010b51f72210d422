"""What comes back is proven; what is wrong with it leaves the home empty and its database without rows."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from havre.errors import Invalid, Refused
from havre.feeds.models import Feed
from havre.feeds.restored import AHEAD
from havre.flows.backup import back_up
from havre.flows.logbook import newest_note
from havre.flows.open_door import open_door
from havre.flows.restore import restore
from havre.flows.staging import prepared
from havre.media.models import SealedFile
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.models import Unit
from havre.units.queries import person_named
from tests.cast import NOON, acting, node
from tests.databases import connected
from tests.flows.filed import apart
from tests.hotline.tipped import finished, reporter
from tests.seizure import seizure, taken_in

IDENTITY = pyrage.x25519.Identity.generate()
POLICY = 'version = "7"'


@pytest.fixture
def backup(database: Settings, tmp_path: Path) -> Path:
    """The backup of a node whose store lacks one preview."""
    with node(database) as begun:
        taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "seized", range(2)))
        lost = SealedFile.objects.filter(purpose="preview").order_by("id")[0].blob
        (database.store / lost).unlink()
        Feed.objects.create(unit=begun.anke.unit, made_by=begun.anke.person, made_at=NOON, version=3, numbers=7)
        database.policies.mkdir()
        (database.policies / "BE.toml").write_text(POLICY)
        open_door(begun.home, begun.anke)
        finished(reporter(begun.anke.unit), database.tips)
        (tmp_path / "filed").mkdir()
        shutil.copytree(filed_once(tmp_path / "filed"), database.cybertips)
        back_up(begun.home, begun.anke, tmp_path / "b.age", str(IDENTITY.to_public()))
        (tmp_path / "later").write_text(newest_note(begun.home, begun.anke))
    return tmp_path / "b.age"


def filed_once(folder: Path) -> Path:
    """The journals of a platform that filed a report."""
    with apart(folder / "platform") as platform:
        platform.send()
        return platform.root


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {each.relative_to(folder): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture
def staged(backup: Path, tmp_path: Path) -> Iterator[Settings]:
    """A new home on SQLite, at work."""
    with connected(prepared(Settings(home=tmp_path / "new"))) as settings:
        yield settings


def anke() -> Acting:
    return acting(person_named("anke"))


def test_what_was_missing_when_the_backup_was_made_is_named_and_the_rest_is_there(
    backup: Path, staged: Settings, database: Settings
) -> None:
    found = restore(staged, backup, [IDENTITY], anke)
    assert found.files == 4
    new = staged.home.parent
    assert len(contents(new / "tips")) == 1  # what a platform sent with its report, sealed as it came
    assert contents(new / "tips") == contents(database.tips)
    assert len(contents(new / "cybertips")) == 2  # how far a report of ours is, and what was sent
    assert contents(new / "cybertips") == {
        name: data for name, data in contents(database.cybertips).items() if name.name != "lock"
    }
    with closing(sqlite3.connect(staged.home.parent / "havre.sqlite3")) as rows:
        assert rows.execute("SELECT version, numbers FROM feeds_feed").fetchall() == [(3 + AHEAD, 7 + AHEAD)]
    assert (staged.home.parent / "policies" / "BE.toml").read_text() == POLICY
    assert ["is missing" in problem for problem in found.problems] == [True]
    assert sorted(path.name for path in staged.home.parent.iterdir() if path.suffix != ".lock") == [
        "checkpoint",
        "cybertips",
        "havre.sqlite3",
        "index",
        "keys",
        "policies",
        "store",
        "tips",
    ]


@pytest.mark.parametrize("where", ["named", "in the home"])
def test_a_log_behind_a_checkpoint_already_seen_is_refused(
    backup: Path, staged: Settings, tmp_path: Path, where: str
) -> None:
    later = (tmp_path / "later").read_text()
    if where == "in the home":
        (staged.home.parent / "checkpoint").write_text(later)
    with pytest.raises(Refused, match="would go back"):
        restore(staged, backup, [IDENTITY], anke, later if where == "named" else "")
    assert Unit.objects.count() == 0


def test_only_an_administrator_restores(backup: Path, staged: Settings) -> None:
    with pytest.raises(Refused, match="administrator"):
        restore(staged, backup, [IDENTITY], lambda: acting(person_named("bram")))
    assert Unit.objects.count() == 0
    assert sorted(path.name for path in staged.home.parent.iterdir()) == ["restoring"]


def test_somebody_must_be_named_where_several_work(backup: Path, staged: Settings) -> None:
    with pytest.raises(Invalid, match="nobody here is called"):
        restore(staged, backup, [IDENTITY], lambda: acting(person_named("zoe")))
    assert Unit.objects.count() == 0
