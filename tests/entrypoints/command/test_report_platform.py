"""`havre report platform` writes, checks and files a report, from a platform's own house or from a node."""

import json
import sys
from pathlib import Path

from havre.audit.models import Entry
from havre.cybertip.read import document_of
from havre.settings import Settings
from tests.cast import node
from tests.conftest import Havre
from tests.flows.filed import SAID, filing, once, written
from tests.simulators.cybertip import CREDENTIAL, cybertip


def credential(folder: Path) -> Path:
    path = folder / "credential"
    path.write_text(f"{CREDENTIAL}\n")
    return path


def test_without_send_it_writes_the_xml_and_says_what_is_missing(havre_without_home: Havre, tmp_path: Path) -> None:
    path, out = written(tmp_path), tmp_path / "report.xml"
    plain = havre_without_home("report", "platform", path, "--format", "cybertip", "--out", out)
    assert (plain.exit, plain.stdout) == (0, "")
    assert "missing: report/personOrUserReported[1]/ipCaptureEvent names no address" in plain.stderr
    assert document_of(out.read_bytes()) == filing().report
    told = havre_without_home("report", "platform", out, "--json").json
    assert (told["xml"].encode(), told["files"]) == (out.read_bytes(), 0)
    assert [each["place"] for each in told["missing"]] == ["report/personOrUserReported[1]/ipCaptureEvent"]


def test_what_is_wrong_is_said_by_its_place(havre_without_home: Havre, tmp_path: Path) -> None:
    path = written(tmp_path, report=SAID["report"] | {"victim": [{"victimPerson": {"age": 151}}]}, files=[{"path": ""}])
    answer = havre_without_home("report", "platform", path, "--json")
    assert answer.exit == 1
    assert answer.json["problems"] == [
        {"place": "report/victim[1]/victimPerson/age", "reason": "is not between 0 and 150: '151'"},
        {"place": "files[1]/path", "reason": "is no name of a file"},
    ]
    assert "report/victim[1]/victimPerson/age: is not between" in answer.stderr
    assert "written as cybertip" in havre_without_home("report", "platform", path, "--format", "art22").stderr


def test_a_platform_files_from_its_own_house(havre_without_home: Havre, tmp_path: Path) -> None:
    path, journals = written(tmp_path), tmp_path / "journals"
    hook, kept = tmp_path / "hook.py", tmp_path / "kept.json"
    hook.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())")
    with cybertip() as hotline:
        to = ("--to", hotline.address, "--credential", credential(tmp_path), "--journal", journals)
        words = ("report", "platform", path, "--send", *to, "--json")
        hotline.faults["/finish"] = ["3300"]
        failed = havre_without_home(*words)
        assert (failed.exit, failed.stdout) == (1, "")
        assert "finish: this user may not change this report (3300: code 3300)" in failed.stderr
        (row,) = havre_without_home("report", "waiting", "--journal", journals, "--json").json
        assert (row["reference"], row["state"], row["preserved"]) == ("T-17", "described", None)
        wrong = havre_without_home(*words[:-1], "--preserve", str(tmp_path / "nothing"), "--enrich", "false")
        assert wrong.exit == 0  # what is under way is not enriched anew, and is finished whatever becomes of the rest
        assert "no command of yours said that what was reported is kept" in wrong.stderr
        assert wrong.stdout.startswith(f"Report {row['report']} is finished, with 2 files. Keep it until ")
        done = havre_without_home(*words, "--preserve", f"{sys.executable} {hook} {kept}").json
        once(hotline)
        assert (done["preserved"], done["sent_before"], done["report"]) == (True, True, row["report"])
        assert json.loads(kept.read_text())["keepUntil"] == done["keep_until"]
        refused = havre_without_home("report", "platform", path, "--retract", *to)
        assert "is finished: only the service itself can take it back" in refused.stderr
    assert "T-17" in havre_without_home("report", "waiting", "--journal", journals, "--all").stdout


def test_xml_is_known_again_by_what_it_says_and_taken_back_by_reference_or_number(
    havre_without_home: Havre, tmp_path: Path
) -> None:
    path, xml, moved = written(tmp_path), tmp_path / "report.xml", tmp_path / "moved.jpg"
    havre_without_home("report", "platform", path, "--out", xml)
    with cybertip() as hotline:
        to = ("--to", hotline.address, "--credential", credential(tmp_path), "--journal", tmp_path / "j", "--json")
        words = ("report", "platform", "--send", *to)
        first = havre_without_home(*words, xml, "--media", tmp_path / "harbour.jpg").json
        (tmp_path / "harbour.jpg").rename(moved)
        again = havre_without_home(*words, xml, "--media", moved).json
        assert (again["report"], again["sent_before"]) == (first["report"], True)
        for reference, back in (("T-18", ("--reference", "T-18")), ("T-19", ("--report",))):
            hotline.faults["/finish"] = ["3300"]
            assert havre_without_home(*words, xml, "--reference", reference).exit == 1
            number = list(hotline.reports)[-1]
            more = back if len(back) > 1 else (*back, str(number))
            assert havre_without_home("report", "platform", "--retract", *more, *to).json["report"] == number
        hotline.faults["/submit"] = ["3300"]
        assert havre_without_home(*words, xml, "--reference", "T-20").exit == 1
        never = havre_without_home("report", "platform", "--retract", "--reference", "T-20", *to)
        assert never.json == {"report": None, "state": "retracted"}
        assert len(hotline.finished) == 1
        other = havre_without_home(*words, path, "--reference", "T-18")
        assert "says itself that it is T-17" in other.stderr
        assert "say which report" in havre_without_home(*words).stderr


def test_xml_that_would_be_sent_without_something_is_not_sent_unless_that_is_said(
    havre_without_home: Havre, tmp_path: Path
) -> None:
    path, xml = written(tmp_path), tmp_path / "report.xml"
    havre_without_home("report", "platform", path, "--out", xml)
    summary = "<incidentSummary>"
    more = xml.read_text().replace(summary, f"{summary}<newThing kind='a secret'>a secret</newThing>")
    xml.write_text(more.replace("20:15:00Z", "20:15:00"))
    with cybertip() as hotline:
        to = ("--to", hotline.address, "--credential", credential(tmp_path), "--journal", tmp_path / "j", "--json")
        refused = havre_without_home("report", "platform", xml, "--send", *to)
        place = "report/incidentSummary/newThing"
        assert (refused.exit, hotline.asked) == (1, [])
        assert refused.json["problems"] == [
            {"place": place, "reason": "is not in the schema"},
            {"place": f"{place}/@kind", "reason": "is not in the schema"},
        ]
        assert "say --drop-unknown" in refused.stderr
        sent = havre_without_home("report", "platform", xml, "--send", "--drop-unknown", *to)
        assert (sent.exit, len(hotline.finished)) == (0, 1)
    assert f"left out: {place} is not in the schema\n" in sent.stderr
    assert "incidentDateTime says no time zone, and is taken as UTC\n" in sent.stderr
    assert not any("secret" in said or "20:15" in said for said in (refused.stderr, refused.stdout, sent.stderr))


def test_what_must_be_said_before_anything_leaves(havre_without_home: Havre, tmp_path: Path) -> None:
    path, by = written(tmp_path), credential(tmp_path)
    send = ("report", "platform", path, "--send")
    assert "--journal DIR" in havre_without_home(*send, "--credential", by, "--to", "http://127.0.0.1:1/").stderr
    real = ("--credential", by, "--journal", tmp_path, "--to", "https://report.cybertip.org/ispws")
    assert "say --production" in havre_without_home(*send, *real).stderr


def test_from_a_node_somebody_sends_it_and_the_log_has_it_first(
    database: Settings, havre: Havre, tmp_path: Path
) -> None:
    with node(database):
        pass
    path = written(tmp_path)
    with cybertip() as hotline:
        words = ("report", "platform", path, "--send", "--to", hotline.address, "--credential", credential(tmp_path))
        assert "--as" in havre(*words).stderr
        assert hotline.asked == []
        done = havre("--as", "bram", *words, "--json").json
        once(hotline)
    (row,) = havre("--as", "bram", "report", "waiting", "--all", "--json").json
    assert (row["report"], row["state"]) == (done["report"], "finished")
    details = (
        Entry.objects.filter(verb="disclosure", thing="cybertip").order_by("index").values_list("detail", flat=True)
    )
    assert [json.loads(each)["act"] for each in details] == ["sending", "finished"]


def test_the_schema_of_a_service_is_compared(havre_without_home: Havre, tmp_path: Path) -> None:
    with cybertip() as hotline:
        words = ("report", "schema", "--credential", credential(tmp_path), "--to", hotline.address)
        assert havre_without_home(*words).stdout == "The service takes what is written here.\n"
        hotline.schema = hotline.schema.replace(b'"schoolName"', b'"kindergartenName"')
        answer = havre_without_home(*words, "--json")
        places = {each["place"] for each in answer.json["differences"]}
        assert (answer.exit, places) == (1, {"report/victim/schoolName", "report/victim/kindergartenName"})
        (tmp_path / "credential").write_text("somebody:else")
        assert "wants another user or password (2000)" in havre_without_home(*words).stderr
    assert "does not answer" in havre_without_home(*words).stderr


def test_all_that_waits_goes_on_with_its_totals_and_moves_to_another_machine(
    havre_without_home: Havre, tmp_path: Path
) -> None:
    path, journals = written(tmp_path), tmp_path / "journals"
    with cybertip() as hotline:
        to = ("--to", hotline.address, "--credential", credential(tmp_path))
        for reference in ("T-17", "T-18"):
            hotline.faults["/finish"] = ["3300"]
            said = written(tmp_path, reference=reference)
            assert havre_without_home("report", "platform", said, "--send", *to, "--journal", journals).exit == 1
        assert havre_without_home("report", "export", tmp_path / "j.tar", "--journal", journals).exit == 0
        moved = ("--journal", tmp_path / "moved")
        assert havre_without_home("report", "import", tmp_path / "j.tar", *moved, "--json").json["new"] == 2
        hotline.faults["/finish"] = ["3300"]
        some = havre_without_home("report", "resume", *to, *moved, "--json")
        assert (some.exit, some.json["found"], some.json["finished"], some.json["waits"]) == (1, 2, 1, 1)
        rest = havre_without_home("report", "resume", *to, *moved)
        assert (rest.exit, "1 finished, 0 preserved, 0 retracted, 0 waits, 0 elsewhere" in rest.stdout) == (0, True)
        assert len(hotline.finished) == 2
    assert path.is_file()
