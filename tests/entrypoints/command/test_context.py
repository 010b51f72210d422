"""Every command knows its home, who acts and why; without a home it says how to make one."""

from pathlib import Path

import pytest

from havre.entrypoints.command.context import Asked, now, settings_of
from havre.errors import Invalid
from havre.settings import Settings
from tests.conftest import Havre


def test_the_home_named_is_the_one_that_is_used(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "havre.sqlite3").touch()
    environ = {"HAVRE_HOME": str(tmp_path / "two")}
    assert settings_of(Asked(home=tmp_path / "one", environ=environ)) == Settings(home=tmp_path / "one")
    assert settings_of(Asked(environ=environ)) == Settings(home=tmp_path / "two")


def test_a_home_that_is_not_there_is_told_with_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"there is no home at .*/none: make one with `havre --home .*/none init`"):
        settings_of(Asked(home=tmp_path / "none"))


def test_the_time_is_in_utc() -> None:
    offset = now().utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 0


def test_who_acts_and_why_is_in_the_log_and_a_missing_reason_is_said(havre: Havre, tmp_path: Path) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke", "--reason", "to begin")
    havre("case", "list", "--json")
    havre("case", "list", "--as", "anke", "--reason", "to count")
    nobody = havre("case", "list", "--as", "eve")
    assert (nobody.exit, nobody.stdout) == (1, "")
    assert "nobody here is called 'eve'" in nobody.stderr
    havre("audit", "export", tmp_path / "log")
    log = (tmp_path / "log").read_text()
    assert [log.count(f'"{reason}"') > 0 for reason in ("to begin", "not given", "to count")] == [True] * 3
