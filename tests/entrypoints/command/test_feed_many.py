"""`havre feed propose`, `review` and `confirm` of many at once, as two people type them."""

import csv
from pathlib import Path

import pytest

from havre.feeds.models import Entry, State
from havre.settings import Settings
from tests.cast import node
from tests.conftest import Havre
from tests.flows.fed import fed


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """What is asked of the database is tested on both in tests/flows."""
    return str(request.param)


def test_one_proposes_a_file_and_another_confirms_the_table(havre: Havre, database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        having = fed(here, tmp_path / "roots")
        media = [having.medium() for _ in range(2)]
        given, table = tmp_path / "digests.txt", tmp_path / "table.csv"
        given.write_text("\n".join(bytes(each.sha256).hex() for each in media) + "\nnot one\n")
        told = havre("--as", "anke", "feed", "propose", "--list", "national-be", "--from", given)
        assert (told.exit, "3 found" in told.stdout, "line 3: not: a medium is named" in told.stderr) == (1, True, True)
        for words in (("--series", "S9"), (), ("--category", "x", "--series", "S1")):
            assert havre("--as", "anke", "feed", "propose", "--list", "national-be", *words).exit == 1
        none = havre("--as", "anke", "feed", "propose", "--list", "national-be", "--category", "none", "--json").json
        assert (none["found"], none["done"]) == (0, [])
        assert havre("--as", "bram", "feed", "review", table, "--json").json["proposals"] == 2
        assert havre("--as", "bram", "feed", "review", table).exit == 1
        rows = list(csv.DictReader(table.open(newline="")))
        with table.open("w", newline="") as out:
            writing = csv.DictWriter(out, list(rows[0]))
            writing.writeheader()
            writing.writerows(row | {"decision": "yes"} for row in rows)
        assert havre("--as", "anke", "feed", "confirm", "--from", table).exit == 1
        confirmed = havre("--as", "bram", "feed", "confirm", "--from", table, "--json")
        assert (confirmed.exit, confirmed.json["done"]) == (0, [int(row["number"]) for row in rows])
        assert havre("--as", "bram", "feed", "confirm", "--from", tmp_path / "none").exit == 1
        assert havre("--as", "bram", "feed", "confirm").exit == 1
        assert Entry.objects.filter(state=State.CONFIRMED).count() == 2
