"""`havre case erase`: a second person's word, then noise."""

from pathlib import Path

from havre.media.models import Fingerprint, SealedFile
from havre.settings import Settings
from tests.conftest import Havre
from tests.seizure import seizure


def test_a_case_is_erased_once_a_second_person_agrees(havre: Havre, database: Settings, tmp_path: Path) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("person", "add", "bram", "--role", "supervisor")
    havre("case", "open", "R1", "--basis", "a warrant", "--as", "anke")
    havre("intake", "R1", seizure(tmp_path / "seized", range(2)), "--as", "anke")
    keys = [bytes(key) for key in SealedFile.objects.values_list("wrapped_key", flat=True)]
    hashes = [bytes(value)[:32] for value in Fingerprint.objects.values_list("orientations", flat=True)]
    refused = havre("case", "erase", "R1", "--as", "anke", "--json")
    assert (refused.exit, refused.stdout, "havre approve 1 --as PERSON" in refused.stderr) == (1, "", True)
    assert havre("approve", "1", "--as", "anke").exit == 1
    assert havre("approve", "1", "--as", "bram").exit == 0

    erased = havre("case", "erase", "R1", "--as", "anke", "--json")
    assert erased.exit == 0, erased.stderr
    assert (erased.json["items"], erased.json["media"], erased.json["shared"]) == (2, 2, 0)
    assert (erased.json["approved_by"], erased.json["self_approved"], erased.json["already"]) == ("bram", False, False)
    files = [path for path in database.home.rglob("*") if path.is_file()]
    assert [p.name for p in files if any(secret in p.read_bytes() for secret in keys + hashes)] == []
    assert havre("case", "erase", "R1", "--as", "anke", "--json").json["already"] is True
    assert havre("audit", "verify", "--as", "anke").exit == 0


def test_in_a_unit_of_one_the_log_says_who_approved(havre: Havre, database: Settings) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("case", "open", "R1", "--basis", "a warrant")
    erased = havre("case", "erase", "R1", "--json")
    assert (erased.exit, erased.json["self_approved"], "yourself" in erased.stderr) == (0, True, True)
    told = havre("audit", "show", "--json").json
    assert ['"self_approved":true' in entry["detail"] for entry in told if entry["verb"] == "erasure"] == [True, True]
