"""The hotline from the command line: received, judged, routed, answered, closed."""

from pathlib import Path

from tests.conftest import Havre
from tests.seizure import seizure
from tests.simulators.egress import HOST, web


def begun(havre: Havre) -> None:
    assert havre("init", "--country", "BE", "--unit", "Hotline", "--person", "anke").exit == 0


def test_a_report_is_received_and_routed(havre: Havre) -> None:
    begun(havre)
    got = havre("hotline", "receive", "--url", "https://site.example/a", "--text", "a harbour", "--json").json
    assert (got["report"], len(got["receipt"]), len(got["pages"])) == (1, 29, 1)
    where = havre("hotline", "route", 1, "--json")
    assert where.exit == 0
    assert {name: where.json[name] for name in ("route", "rule", "hosting_country", "inhope", "taken")} == {
        "route": "undetermined",
        "rule": "hosting unknown",
        "hosting_country": None,
        "inhope": None,
        "taken": False,
    }
    found = havre("hotline", "route", 1, "--hosting-country", "NL", "--json").json
    assert (found["route"], found["hosting_country"], found["inhope"]) == ("inhope", "NL", True)
    assert found["policy_version"] == "2017-07-06.2"


def test_a_report_is_judged_followed_and_closed(havre: Havre) -> None:
    begun(havre)
    urls = ("--url", "https://site.example/a", "--url", "https://site.example/b")
    assert len(havre("hotline", "receive", *urls, "--danger", "--json").json["pages"]) == 2
    assert havre("hotline", "waiting", "--json").json["danger"] == 2
    judged = havre("hotline", "judge", 1, "--actionable", "--age", "6-9", "--visible", "nudity", "--json").json
    assert [each["category"] for each in judged["pages"]] == ["BE 1", "BE 1"]
    page = judged["pages"][0]["page"]
    undone = havre("hotline", "undo", 1, "--page", page, "--because", "the wrong one", "--json").json
    assert [each["state"] for each in undone["pages"]] == ["received"]
    refused = havre("hotline", "judge", 1, "--page", page, "--not-actionable")
    assert (refused.exit, "say why" in refused.stderr) == (1, True)
    havre("hotline", "judge", 1, "--page", page, "--not-actionable", "--because", "a harbour")
    routes = havre("hotline", "route", 1, "--hosting-country", "BE", "--json").json
    assert [each["taken"] for each in routes["pages"]] == [False, True]
    assert havre("hotline", "answer", 1, "thank you", "--json").json["report"] == 1
    shown = havre("hotline", "show", 1, "--json").json
    assert [each["state"] for each in shown["pages"]] == ["not actionable", "routed"]
    assert [each["kind"] for each in shown["answers"]] == ["judged", "passed on", "written"]
    lines = havre("hotline", "list", "--desk", "passed", "--json").lines
    assert [each["reasons"] for each in lines] == [["danger"]]
    assert havre("hotline", "close", 1, "--gone", "--json").json["erase_after"] is not None
    assert "nothing" in havre("hotline", "list", "--desk", "over").stdout


def test_a_partners_file_is_imported_once(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    path = tmp_path / "stopline.csv"
    path.write_text("url,text\nhttps://site.example/a,x\nhttps://site.example/b\n", "utf-8")
    first = havre("hotline", "import", path, "--json").json
    assert {name: first[name] for name in ("found", "new", "known", "refused")} == {
        "found": 2,
        "new": 1,
        "known": 0,
        "refused": 1,
    }
    assert havre("hotline", "import", path, "--json").json["known"] == 1
    assert "line 3" in havre("hotline", "import", path).stderr
    assert havre("hotline", "page", 1, "https://site.example/c", "--json").json["page"] == 2
    assert havre("hotline", "tend", "--json").json == {"letters": 0, "told": 0, "erased": 0}


def test_the_door_is_opened_and_shut(havre: Havre) -> None:
    begun(havre)
    assert havre("hotline", "open", "--json").json["unit"] == "Hotline"
    assert havre("hotline", "shut", "--json").json["open"] is False
    missing = havre("hotline", "show", 7)
    assert (missing.exit, "no report of that number" in missing.stderr) == (1, True)


def test_a_page_is_fetched_for_a_reason_into_a_case(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    (page,) = havre("hotline", "receive", "--url", f"https://{HOST}/a", "--json").json["pages"]
    assert havre("case", "open", "2026-31", "--basis", "a warrant").exit == 0
    words = ("hotline", "fetch", page, "--case", "2026-31", "--number", "9.9.9.9")
    (picture,) = seizure(tmp_path / "pictures", range(1)).iterdir()
    with web(tmp_path) as there:
        proxy = f"http://127.0.0.1:{there.egress.port}?authorities={there.egress.authorities}"
        there.pages["/a"] = (200, {"Content-Type": "text/html"}, b"<img src=/b.png><img src='http://[x'>")
        there.pages["/b.png"] = (200, {"Content-Type": "image/png"}, picture.read_bytes())
        silent = havre(*words, HAVRE_EGRESS=proxy)
        assert (silent.exit, "--reason" in silent.stderr, there.asked) == (1, True, [])
        found = havre(*words, "--reason", "a report", "--json", HAVRE_EGRESS=proxy)
        assert found.exit == 0, found.stderr
        assert {name: found.json[name] for name in ("status", "leads_to", "files", "left_out", "unread", "new")} == {
            "status": 200,
            "leads_to": None,
            "files": 1,
            "left_out": {"http://[x": "it is no address"},
            "unread": False,
            "new": 1,
        }
        read = havre(*words, "--reason", "a report", HAVRE_EGRESS=proxy).stdout
        assert "Page 1 answered 200, 1 file came." in read
        assert f"https://{HOST}/b.png" in read
        assert "left out: it is no address" in read
    off = havre(*words, "--reason", "a report")
    assert (off.exit, "HAVRE_EGRESS" in off.stderr) == (1, True)
