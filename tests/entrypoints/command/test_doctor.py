"""`havre doctor`."""

from havre.settings import Settings
from tests.conftest import Havre


def test_a_machine_is_looked_at_without_a_home(havre_without_home: Havre) -> None:
    told = havre_without_home("doctor", "--json")
    found = {finding["name"]: finding["state"] for finding in told.json}
    assert told.exit == 0, found
    assert "sandbox: seccomp" in found
    assert "database" not in found


def test_a_home_in_order_is_told_so_and_a_broken_one_fails(havre: Havre, database: Settings) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    told = havre("doctor", "--json")
    found = {finding["name"]: finding["state"] for finding in told.json}
    assert (told.exit, found["database"], found["log"], found["key: node"]) == (0, "ok", "ok", "ok")

    (database.keys / "node").chmod(0o644)
    broken = havre("doctor")
    assert (broken.exit, "run `chmod 600" in broken.stdout) == (1, True)


def test_a_home_that_is_not_there_is_broken(havre: Havre, home: Settings) -> None:
    if home.database:
        return
    told = havre("doctor", "--json")
    assert (told.exit, told.json[-1]["state"]) == (1, "broken")
