"""A restore is prepared in an empty home and moved into its place."""

from pathlib import Path

import pytest

from havre.errors import Refused
from havre.flows.staging import move_up, prepared
from havre.settings import Settings


@pytest.mark.parametrize("before", [(), ("checkpoint",), ("checkpoint", "checkpoint.lock"), ("restoring",)])
def test_an_empty_home_may_be_restored_into(tmp_path: Path, before: tuple[str, ...]) -> None:
    home = tmp_path / "home"
    for name in before:
        (home / name).mkdir(parents=True)
        (home / name / "left by a restore that was killed").touch()
    staged = prepared(Settings(home=home, key_command="keys"))
    assert staged == Settings(home=home / "restoring", key_command="keys")
    assert list(staged.home.iterdir()) == []
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("there", ["keys", "havre.sqlite3", "store", "anything"])
def test_a_home_that_holds_anything_else_is_refused(tmp_path: Path, there: str) -> None:
    (tmp_path / there).touch()
    with pytest.raises(Refused, match="is not empty"):
        prepared(Settings(home=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [there]


def test_what_was_prepared_moves_up_and_replaces_the_old_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text("old")
    staged = prepared(Settings(home=tmp_path))
    staged.keys.mkdir()
    (staged.keys / "node").write_text("key")
    staged.seen.write_text("new")
    move_up(staged)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint", "keys"]
    assert ((tmp_path / "checkpoint").read_text(), (tmp_path / "keys" / "node").read_text()) == ("new", "key")
