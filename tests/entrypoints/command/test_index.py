"""`havre index`."""

from pathlib import Path

from havre.settings import Settings
from tests.conftest import Havre
from tests.seizure import seizure


def test_a_damaged_index_is_named_and_made_anew(havre: Havre, database: Settings, tmp_path: Path) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("case", "open", "R1", "--basis", "a warrant")
    havre("intake", "R1", seizure(tmp_path / "seized", range(2)))
    assert havre("index", "rebuild", "--json").exit == 0
    status = {each["shelf"]: each for each in havre("index", "status", "--json").json}
    assert (status["held"]["entries"], status["held"]["behind"], status["known"]["entries"]) == (2, 0, 0)

    segment = next(database.index.rglob("*.segment"))
    segment.write_bytes(segment.read_bytes()[:-1])
    damaged = havre("index", "verify", "--json")
    assert damaged.exit == 1
    assert [str(segment) in problem for each in damaged.json for problem in each["problems"]] == [True]
    assert havre("index", "rebuild").exit == 0
    assert havre("index", "verify").exit == 0
