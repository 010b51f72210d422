"""`havre store verify`."""

from pathlib import Path

from havre.settings import Settings
from tests.conftest import Havre
from tests.seizure import seizure


def test_a_damaged_file_is_named_and_the_command_fails(havre: Havre, database: Settings, tmp_path: Path) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("case", "open", "R1", "--basis", "a warrant")
    havre("intake", "R1", seizure(tmp_path / "seized", range(1)))
    whole = havre("store", "verify", "--json")
    assert (whole.exit, whole.json["files"], whole.json["problems"]) == (0, 2, [])

    file = next(path for path in database.store.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-1])
    told = havre("store", "verify", "--json")
    assert (told.exit, [problem["file"] for problem in told.json["problems"]]) == (
        1,
        [str(file.relative_to(database.store))],
    )
    assert str(file.relative_to(database.store)) in havre("store", "verify").stdout
