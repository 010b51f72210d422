"""Alerts go to systems that are not Havre and come from them; nothing of third parties goes along."""

import json
from pathlib import Path
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid
from havre.flows.alert_files import export_alerts, import_alerts
from havre.flows.alerts import Wanted, ask_alert, list_alert_hits
from havre.triggers.models import Alert, AlertHit
from tests.cast import Node
from tests.exchange.shared import confirmed, shared

REF = "0f0e0d0c-0b0a-4908-8706-050403020100"


def written(folder: Path, *alerts: dict[str, Any]) -> Path:
    """A file as another system writes it."""
    file = folder / "theirs.json"
    file.write_text(json.dumps({"@odata.context": "x#Alerts", "value": list(alerts)}))
    return file


def theirs(value: str, **more: object) -> dict[str, Any]:
    """One alert of another system."""
    trigger = {"TriggerID": "1", "TriggerType": "MD5", "TriggerValue": value}
    return {"AlertID": REF, "Name": "x", "ReferenceNumber": "NL-7", "AlertTriggers": [trigger], **more}


def test_answers_hold_what_the_unit_holds_and_nothing_of_others(begun: Node, tmp_path: Path) -> None:
    series, _ = shared(begun, "IT", count=1)
    value = bytes(series.members.get().medium.md5).hex()
    import_alerts(begun.home, begun.chiara, written(tmp_path, theirs(value)))
    assert [each["by"] for each in list_alert_hits(begun.home, begun.chiara)] == ["Federal Police"]
    out = tmp_path / "answer.json"
    assert export_alerts(begun.home, begun.chiara, out, hits=True) == {"alerts": 0, "triggers": 0, "hits": 0}
    assert "Federal Police" not in out.read_text()
    import_alerts(begun.home, begun.anke, written(tmp_path, theirs(value)))
    assert export_alerts(begun.home, begun.anke, out, hits=True)["hits"] == 1
    (told,) = json.loads(out.read_text())["value"][0]["AlertHitNotifications"]
    assert (told["MatchPercentage"], told["AlertHit"]["Contact"]["Organization"]) == (100, "Federal Police")
    assert (told["AlertID"], told["Alert"]["ReferenceNumber"]) == (REF, "NL-7")
    assert Entry.objects.filter(verb="disclosure", thing="alerts").count() == 2


def test_hits_of_an_alert_that_is_not_ours_are_not_taken(begun: Node, tmp_path: Path) -> None:
    hit = {"HitID": REF, "MatchPercentage": 99, "AlertHit": {"ContactOrganization": "Elsewhere"}}
    ours = ask_alert(begun.home, begun.anke, Wanted("x", [("word", "wallpaper")]))
    told = theirs("ab" * 16, AlertID=str(ours.ref), AlertHitNotifications=[hit])
    assert import_alerts(begun.home, begun.chiara, written(tmp_path, told)).hits == 0
    assert AlertHit.objects.count() == 0
    assert import_alerts(begun.home, begun.anke, written(tmp_path, told)).hits == 1
    assert list_alert_hits(begun.home, begun.anke)[0]["by"] == "Elsewhere"
    assert list(ours.triggers.values_list("kind", flat=True)) == ["word"]  # a file changes no alert of ours


def test_what_is_over_is_counted_and_more_triggers_are_asked(begun: Node, tmp_path: Path) -> None:
    value = bytes(confirmed(begun.anke, 1).members.get().medium.md5).hex()
    over = theirs("ab" * 16, AlertID="1f0e0d0c-0b0a-4908-8706-050403020100", ExpiryDate="2020-01-01T00:00:00Z")
    done = import_alerts(begun.home, begun.anke, written(tmp_path, theirs("cd" * 16), over)).to_json()
    assert (done["added"], done["expired"], done["alerts"], done["new_hits"]) == (1, 1, 2, 0)
    assert import_alerts(begun.home, begun.anke, written(tmp_path, theirs(value))).matched == 1
    assert Alert.objects.get().triggers.count() == 2


def test_a_file_that_is_not_there_or_cannot_be_written_is_said(begun: Node, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="can't be read"):
        import_alerts(begun.home, begun.anke, tmp_path / "none")
    with pytest.raises(Invalid, match="can't be written"):
        export_alerts(begun.home, begun.anke, tmp_path / "no" / "folder")
