"""Alerts as people type them: asked of others and of what the unit holds, and exchanged as VICS files."""

import json
from hashlib import md5
from pathlib import Path

from tests.conftest import Havre
from tests.entrypoints.command.test_others import opened_to, take_in, two_countries

KEYS = {"number", "alert", "reference", "trigger", "percent", "by", "country", "contact", "held"}


def seized(folder: Path) -> str:
    """The MD5 of one of the files that were seized."""
    return md5((folder / "IMG_0410.JPG").read_bytes(), usedforsecurity=False).hexdigest()


def hits(havre: Havre, person: str) -> list[dict[str, object]]:
    """What set the alerts of this person's unit off."""
    said = havre("--as", person, "alerts", "hits", "--json")
    assert said.exit == 0, said.stderr
    found: list[dict[str, object]] = said.json
    return found


def test_a_hit_with_others_says_how_far_and_whom_to_contact_and_never_the_media(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    digest = seized(tmp_path / "seized")
    asked = havre(
        *("--as", "chiara", "alerts", "add", "the red box", "--trigger", f"md5={digest.upper()}", "--priority", "7"),
        *("--trigger", "word=box", "--contact", "C. Rossi", "--days", "30", "--json"),
    )
    assert asked.exit == 0, asked.stderr
    assert (asked.json["hits"], asked.json["priority"], asked.json["active"]) == (0, 7, True)
    assert hits(havre, "chiara") == []
    level = ("restrict", "set", "series", "S1", "--level", "hit", "--country", "IT")
    assert havre("--as", "anke", *level).exit == 0
    found = hits(havre, "chiara")
    assert [(each["trigger"], each["percent"], each["by"], each["contact"]) for each in found] == [
        ("MD5", 100, "Police", "Police (BE)")
    ]
    assert found[0].keys() >= KEYS
    assert digest not in json.dumps(found)
    assert havre("--as", "anke", "restrict", "set", "series", "S1").exit == 0
    assert hits(havre, "chiara") == []  # narrowed: nothing was ever there
    assert [each["name"] for each in havre("--as", "chiara", "alerts", "list", "--json").json] == ["the red box"]
    assert havre("--as", "anke", "alerts", "list", "--json").json == []


def test_what_is_not_for_the_unit_hits_nothing(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    opened_to(havre, "GB")
    digest = seized(tmp_path / "seized")
    assert havre("--as", "chiara", "alerts", "add", "x", "--trigger", f"md5={digest}").exit == 0
    assert hits(havre, "chiara") == []
    take_in(havre, "chiara", tmp_path / "seized")
    assert [(each["by"], each["held"] is not None) for each in hits(havre, "chiara")] == [("Polizia", True)]


def test_handled_and_withdrawn(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    opened_to(havre, "IT")
    digest = seized(tmp_path / "seized")
    number = str(havre("--as", "chiara", "alerts", "add", "x", "--trigger", f"md5={digest}", "--json").json["number"])
    hit = str(hits(havre, "chiara")[0]["number"])
    absent = havre("--as", "tom", "alerts", "handle", hit)
    assert (absent.exit, "no such hit" in absent.stderr) == (1, True)
    assert havre("--as", "chiara", "alerts", "handle", hit).exit == 0
    assert hits(havre, "chiara") == []
    assert havre("--as", "chiara", "alerts", "withdraw", number, "--json").json["active"] is False
    wrong = havre("--as", "chiara", "alerts", "add", "x", "--trigger", "photodna=abc")
    assert (wrong.exit, "of that type" in wrong.stderr) == (1, True)


def test_files_go_to_another_system_and_come_back(havre: Havre, tmp_path: Path) -> None:
    """Italy asks; Britain, as another system, takes the file, hits what it holds, and answers."""
    two_countries(havre, tmp_path / "seized")
    digest, file, answer = seized(tmp_path / "seized"), tmp_path / "alerts.json", tmp_path / "answer.json"
    havre("--as", "chiara", "alerts", "add", "red box", "--trigger", f"md5={digest}", "--trigger", "country=GB")
    out = havre("--as", "chiara", "alerts", "export", file, "--json").json
    assert out == {"alerts": 1, "triggers": 2, "hits": 0}
    written = json.loads(file.read_text())
    assert written["@odata.context"].endswith("$metadata#Alerts")
    assert written["value"][0]["AlertTriggers"][0]["TriggerValue"] == digest
    taken = havre("--as", "anke", "alerts", "import", file, "--json")
    assert taken.exit == 0, taken.stderr
    assert (taken.json["added"], taken.json["triggers"], taken.json["bad"], taken.json["new_hits"]) == (1, 2, 0, 1)
    assert hits(havre, "anke")[0]["about"]["organization"] == "Polizia"  # type: ignore[index]
    assert havre("--as", "anke", "alerts", "import", file, "--json").json["repeated"] == 1
    assert havre("--as", "anke", "alerts", "export", answer, "--hits", "--json").json["hits"] == 1
    assert "IMG_0410" not in answer.read_text()
    back = havre("--as", "chiara", "alerts", "import", answer, "--json").json
    assert (back["hits_of_ours"], back["repeated"]) == (1, 1)
    assert havre("--as", "chiara", "alerts", "import", answer, "--json").json["hits_of_ours"] == 0
    found = hits(havre, "chiara")
    assert [(each["by"], each["percent"]) for each in found] == [("Police", 100)]


def test_bad_records_are_told_and_cost_no_other(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "seized")
    good = {"AlertID": "0f0e0d0c-0b0a-4908-8706-050403020100", "Name": "x"}
    word = {"TriggerID": "1", "TriggerType": "Keyword", "TriggerValue": "Wallpaper"}
    alerts = [
        good | {"AlertTriggers": [word, word | {"TriggerType": "PhotoDNA"}], "ExpiryDate": "/Date(4102444800000)/"},
        {"Name": "without a number", "AlertTriggers": [word]},
        7,
    ]
    file = tmp_path / "alerts.json"
    file.write_text("\ufeff" + json.dumps({"@odata.context": "x#Alerts", "value": alerts})[:-2] + ", {broken]}")
    done = havre("--as", "anke", "alerts", "import", file, "--json").json
    assert (done["added"], done["triggers"], done["read"]) == (1, 1, done["good"] + done["bad"])
    places = [each["place"] for each in done["bad_records"]]
    assert places[:3] == ["entry 1, trigger 2", "entry 2", "entry 3"]
    assert len(places) == 4
