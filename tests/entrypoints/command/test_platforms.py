"""`havre platform` and `havre report` say what was done, in JSON too."""

import json
from pathlib import Path

from havre.settings import Settings
from havre.units.queries import person_named
from tests.cast import node
from tests.conftest import Havre
from tests.notices.test_reading_mail import mail as written
from tests.platforms.written import contact, page
from tests.simulators.smtp import SENDER, smtp


def test_a_request_its_answer_and_a_register(database: Settings, havre: Havre, tmp_path: Path) -> None:
    with node(database):
        anke = person_named("anke")
        contact(anke)
        about = page(anke)
    words = ("--provider", "Host A", "--basis", "a law", "--page", about.pk)
    read = havre("--as", "anke", "platform", "request", "preserve", *words, "--read")
    assert "Nothing was asked." in read.stdout
    assert havre("--as", "anke", "platform", "requests", "--json").json == []
    made = havre("--as", "anke", "platform", "request", "preserve", *words, "--json").json
    assert (made["kind"], made["state"], made["deadline"]) == ("preserve", "queued", None)
    assert about.address in made["letter"]
    reference = made["request"]
    with smtp() as server:
        mail = f"smtp://127.0.0.1:{server.server_address[1]}?from={SENDER}"
        for left in (1, 0):
            assert havre("notices", "send", "--json", HAVRE_MAIL=mail).json["left"] == left
        (taken,) = server.taken
    assert (taken["To"], taken["Subject"]) == ("abuse@host.example", f"Request {reference}")
    (listed,) = havre("--as", "anke", "platform", "requests", "--json").json
    assert (listed["state"], listed["deadline"] is not None) == ("asked", True)
    (tmp_path / "one.eml").write_bytes(written("which?", Subject=reference))
    havre("--as", "anke", "notices", "mail", tmp_path)
    (listed,) = havre("--as", "anke", "platform", "requests", "--json").json
    assert listed["unread"] == 1
    assert f"{reference}: mail that nobody has read: 1" in havre("--as", "anke", "platform", "requests").stderr
    havre("--as", "anke", "platform", "read", reference)
    assert "nobody has read" not in havre("--as", "anke", "platform", "requests").stderr
    said = havre("--as", "anke", "platform", "answer", reference, "--complete", "full", "--text", "here", "--json").json
    assert said == {"request": reference, "state": "answered", "complete": "full"}
    assert havre("--as", "anke", "platform", "read", reference, "--json").json["replies"][1]["text"] == "here"
    (listed,) = havre("--as", "anke", "platform", "requests", "--json").json
    assert listed["request"] == reference
    assert havre("--as", "anke", "platform", "prolong", reference, "--days", 5, "--basis", "b", "--json").json[
        "request"
    ]
    days = ("--from", "2026-01-01", "--to", "2026-01-02")
    assert "nothing to count" in havre("--as", "anke", "platform", "register", *days).stderr
    assert "a day is written" in havre("--as", "anke", "platform", "register", "--from", "x").stderr
    assert havre("--as", "anke", "platform", "register", "--json").json == []
    assert havre("--as", "anke", "platform", "end", reference, "--json").json["state"] == "ended"
    report = havre("--as", "anke", "report", "art22", "--year", 2026, "--json").json
    assert (report["year"], report["notices"], report["cells"]) == (2026, 0, [])
    assert havre("--as", "anke", "report", "art22", "--year", 2026, "--format", "csv").stdout == (
        "year,provider,type,action,notices\n"
    )
    assert json.loads(json.dumps(report)) == report
