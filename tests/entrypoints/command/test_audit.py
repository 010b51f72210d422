"""`havre audit`."""

from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.settings import Settings
from tests.conftest import Havre


@pytest.fixture
def begun(havre: Havre, database: Settings) -> Havre:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("case", "open", "R1", "--basis", "a warrant")
    return havre


def test_an_exported_log_is_verified_without_a_home(begun: Havre, havre_without_home: Havre, tmp_path: Path) -> None:
    file, checkpoint = tmp_path / "log.jsonl", tmp_path / "checkpoint"
    told = begun("audit", "export", file, "--json")
    assert told.exit == 0, told.stderr
    whole = havre_without_home("audit", "verify", file, "--key", told.json["key"], "--json")
    assert (whole.exit, whole.json["sound"], whole.json["key_trusted"]) == (0, True, True)

    lines = file.read_text().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "a warrant" in line)
    file.write_text("".join([*lines[:at], lines[at].replace("a warrant", "no warrant"), *lines[at + 1 :]]))
    altered = havre_without_home("audit", "verify", file, "--json")
    assert (altered.exit, altered.json["sound"], altered.json["key_trusted"]) == (1, False, False)
    assert altered.json["first_altered"] == Entry.objects.get(detail__contains="a warrant").index

    file.write_text("".join(lines))
    checkpoint.write_text(begun("audit", "checkpoint").stdout)
    assert havre_without_home("audit", "verify", file, "--seen", checkpoint).exit == 1
    assert begun("audit", "verify", "--seen", checkpoint).exit == 0


def test_a_checkpoint_that_is_gone_from_its_home_is_told(begun: Havre, database: Settings) -> None:
    (database.seen).unlink()
    told = begun("audit", "verify", "--json")
    assert (told.exit, told.json["sound"], told.json["first_altered"]) == (1, False, None)
    assert [problem["entry"] for problem in told.json["problems"]] == [None]


def test_a_log_that_was_altered_or_cut_off_is_named(begun: Havre) -> None:
    assert begun("audit", "verify").exit == 0
    Entry.objects.filter(index=1).update(thing="case R2")
    altered = begun("audit", "verify", "--json")
    assert (altered.exit, altered.json["first_altered"]) == (1, 1)
    Entry.objects.filter(index__gte=1).delete()
    cut = begun("audit", "verify", "--json")
    assert (cut.exit, cut.json["first_altered"]) == (1, 1)


def test_a_wrong_key_or_an_absent_checkpoint_is_one_sentence(begun: Havre, tmp_path: Path) -> None:
    for words in (("--key", "nonsense"), ("--seen", tmp_path / "absent")):
        told = begun("audit", "verify", *words)
        assert (told.exit, told.stdout, len(told.stderr.splitlines())) == (1, "", 1)


def test_the_last_entries_are_shown_newest_first(begun: Havre) -> None:
    told = begun("audit", "show", "--last", "2", "--json")
    assert [entry["verb"] for entry in told.json] == ["consultation", "change"]


def test_the_proof_of_one_entry_is_verified_without_a_home(
    begun: Havre, havre_without_home: Havre, tmp_path: Path
) -> None:
    file = tmp_path / "entry.json"
    proved = begun("audit", "prove", "1")
    assert proved.exit == 0, proved.stderr
    file.write_text(proved.stdout)
    key = begun("audit", "export", tmp_path / "log", "--json").json["key"]
    told = havre_without_home("audit", "check-proof", file, "--key", key, "--json")
    assert (told.exit, told.json["sound"], told.json["key_trusted"], told.json["entry"]["index"]) == (0, True, True, 1)
    assert havre_without_home("audit", "check-proof", file).exit == 0
    assert "the key is the one the file claims" in havre_without_home("audit", "check-proof", file).stderr

    file.write_text(proved.stdout.replace('"anke"', '"bram"'))
    altered = havre_without_home("audit", "check-proof", file, "--key", key)
    assert (altered.exit, altered.stdout, len(altered.stderr.splitlines())) == (1, "", 1)
