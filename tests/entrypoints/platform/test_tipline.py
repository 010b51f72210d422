"""Platforms report as to the CyberTipline: its codes in XML, and nothing of what a file is."""

import base64
from datetime import date
from hashlib import md5
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client, override_settings

from havre.configured import platform_answers
from havre.cybertip.files import FileDetails, Files, ReportDoneResponse, ReportResponse
from havre.cybertip.write import xml_of
from havre.cybertip.xsd import schema
from havre.entrypoints.command.serve import PUBLIC_THREADS
from havre.entrypoints.platform import tipline
from havre.errors import Unavailable
from havre.hotline import tips
from havre.hotline.models import Door, Letter, Partner, Tip, TipFile
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON
from tests.entrypoints.platform.reported import BASIC, FORM, Program, form
from tests.hotline.tipped import KEY, door_of_unit, files_in, report_xml, reporter


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """What is asked of the database is tested on both in tests/hotline."""
    return str(request.param)


@pytest.fixture
def partner(database: Settings) -> Partner:
    """A platform with a key to an open door."""
    unit = found_unit("Child Line", "BE", NOON)
    door_of_unit(unit)
    return reporter(unit)


@pytest.fixture
def ask(partner: Partner, tmp_path: Path) -> Program:
    """The platform's program."""
    return Program(tmp_path)


def test_the_whole_way(ask: Program, tmp_path: Path) -> None:
    assert ask("status").response_code == 0
    opened = ask("submit", report_xml())
    number = opened.report_id
    assert (opened.response_code, "open with the code" in opened.response_description) == (0, True)
    uploaded = ask("upload", form(number, b"a boat"), FORM)
    assert (uploaded.report_id, uploaded.hash) == (number, md5(b"a boat", usedforsecurity=False).hexdigest())
    details = FileDetails(report_id=number, file_id=uploaded.file_id, file_name="boat.jpg")
    assert ask("fileinfo", xml_of(details)).response_code == 0
    assert ask("finish", form(number), FORM, f"Bearer {KEY}") == ReportDoneResponse(
        response_code=0, report_id=number, files=Files(file_id=(uploaded.file_id,))
    )
    assert Letter.objects.count() == 1
    assert ask("finish", form(number), FORM).response_code == 5102
    assert Letter.objects.count() == 1
    (kept,) = files_in(tmp_path / "tips")
    assert b"boat" not in kept.read_bytes()
    assert ask.last["Content-Type"] == "text/xml; charset=utf-8"


def test_whoever_has_no_key_is_told_that_and_no_more(ask: Program) -> None:
    unread = base64.b64encode(b"\xff:\xff").decode()
    for shown in ("", "Basic x", f"Basic {unread}", "Bearer nothing", "Digest x", BASIC[:-4]):
        for what, body in (("status", None), ("submit", b"x"), ("upload", b""), ("finish", b"")):
            assert ask(what, body, shown=shown).response_code == 2000
            assert (ask.last.status_code, ask.last["WWW-Authenticate"][:5]) == (401, "Basic")
    assert Tip.objects.count() == 0


def test_the_schema_is_given_to_whoever_asks(ask: Program) -> None:
    with override_settings(**platform_answers()):
        assert Client().get("/cybertip/xsd").content == schema().encode()
        assert Client().post("/cybertip/xsd").status_code == 405


@pytest.mark.parametrize(
    ("body", "kind", "code", "why"),
    [
        (b" ", "text/xml", 4110, "this is no XML"),
        (b"<report", "text/xml", 4110, "this is no XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><report>&b;</report>', "text/xml", 4110, "document type or entities"),
        (b"{}", "application/json", 4000, "send XML"),
        (b"<else/>", "text/xml", 4110, "none of: report"),
        (b"<report/>", "text/xml", 4100, "report/incidentSummary is missing"),
        (report_xml().replace(b"harbour", b"h" * 257), "text/xml", 4100, "screenName has 257 characters"),
        (report_xml().replace(b"</report>", b"<colour>red</colour></report>"), "text/xml", 4100, "not in the schema"),
        (
            xml_of(FileDetails(report_id=1, file_id="a")),
            "application/xml",
            4100,
            "fileDetails is not what is sent to this address",
        ),
    ],
)
def test_what_is_no_report_is_told_why_in_one_sentence(
    ask: Program, body: bytes, kind: str, code: int, why: str
) -> None:
    answer = ask("submit", body, kind)
    assert (answer.response_code, why in answer.response_description) == (code, True), answer
    assert (Tip.objects.count(), "\n" in answer.response_description) == (0, False)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (form("7", b"a boat"), FORM, 5001),
        (form("x", b"a boat"), FORM, 5001),
        (form("9" * 40, b"a boat"), FORM, 5001),
        (form("NUMBER"), FORM, 4000),
        (form("NUMBER", b"a boat", end=b""), FORM, 4000),
        (form("NUMBER", b"a boat")[:-30], FORM, 4000),
        (form("NUMBER", b"a boat", end=b"") + b"\r\n" + form("NUMBER", b"a boat"), FORM, 4000),
        (form("NUMBER", b"a boat"), "text/plain", 4000),
        (b"", FORM, 4000),
    ],
)
def test_nothing_stays_of_a_file_that_cannot_be_added(
    ask: Program, tmp_path: Path, body: bytes, kind: str, code: int
) -> None:
    number = ask("submit", report_xml()).report_id
    answer = ask("upload", body.replace(b"NUMBER", str(number).encode()), kind)
    assert (answer.response_code, TipFile.objects.count(), files_in(tmp_path / "tips")) == (code, 0, [])


def test_what_may_not_be_added_is_refused_before_its_bytes_come(
    ask: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the form never comes: whoever answers with another code than 4000 did not wait for it."""
    cut = form("NUMBER", b"a boat", end=b"")[:-30]
    number = ask("submit", report_xml()).report_id
    wanted = cut.replace(b"NUMBER", str(number).encode())
    assert ask("upload", cut.replace(b"NUMBER", b"7"), FORM).response_code == 5001
    monkeypatch.setattr(tips, "MOST_WAITING", 3)
    assert ask("upload", form(number, b"a boat"), FORM).response_code == 1110
    assert ask("upload", form(number, b"oar"), FORM).response_code == 0
    assert ask("upload", wanted, FORM).response_code == 1100
    monkeypatch.setattr(tips, "MOST_FILES", 1)
    assert ask("upload", wanted, FORM).response_code == 4100
    ask("finish", form(number), FORM)
    assert ask("upload", wanted, FORM).response_code == 5102
    assert len(files_in(tmp_path / "tips")) == 1


def test_files_never_hold_more_than_half_of_what_answers(ask: Program) -> None:
    number = ask("submit", report_xml()).report_id
    for _ in range(tipline.UPLOADS):
        tipline.TURNS.acquire()
    try:
        answer = ask("upload", form(number, b"a boat"), FORM)
        assert (answer.response_code, "at this moment" in answer.response_description) == (1110, True)
        assert ask("status").response_code == 0
    finally:
        tipline.TURNS.release(tipline.UPLOADS)
    for _ in range(tipline.UPLOADS + 1):  # whatever became of one, its turn is over
        assert ask("upload", form(number), FORM).response_code == 4000
    assert ask("upload", form(number, b"a boat"), FORM).response_code == 0
    assert PUBLIC_THREADS == 2 * tipline.UPLOADS


def test_taken_back_its_files_are_gone(ask: Program, tmp_path: Path) -> None:
    number = ask("submit", report_xml()).report_id
    file_id = ask("upload", form(number, b"a boat"), FORM).file_id
    assert len(files_in(tmp_path / "tips")) == 1
    assert ask("retract", form(number), FORM).response_code == 0
    details = xml_of(FileDetails(report_id=number, file_id=file_id))
    assert (files_in(tmp_path / "tips"), ask("fileinfo", details).response_code) == ([], 5101)
    assert ask("finish", form(number), FORM).response_code == 5101
    assert ask("finish", b"nothing", FORM).response_code == 4000
    assert ask("finish", form("x" * 2_000), FORM).response_code == 4000


def test_a_file_that_is_not_there_a_shut_door_and_trouble_each_have_their_code(
    ask: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = ask("submit", report_xml()).report_id
    assert ask("fileinfo", xml_of(FileDetails(report_id=number, file_id="a"))).response_code == 5002

    def full(*_: object) -> None:
        raise Unavailable("there is no room")

    monkeypatch.setattr(tipline, "must_have_room", full)
    assert ask("upload", form(number, b"a boat"), FORM).response_code == 1110

    def down(*_: object) -> None:
        raise DatabaseError("a secret")

    with monkeypatch.context() as patched:
        patched.setattr(tips, "finish_tip", down)
        answer = ask("finish", form(number), FORM)
    assert (answer.response_code, "secret" in answer.response_description) == (1000, False)
    Door.objects.update(closed_at=NOON)
    assert ask("submit", report_xml()).response_code == 3100
    assert ask("finish", form(number), FORM).response_code == 0  # what was begun may be finished


def test_what_is_answered_follows_from_the_form_alone(ask: Program) -> None:
    """Two files of one length, whatever they are, are answered alike but for the digest that their sender knows."""
    answers = []
    for content in (b"known!", b"other!"):
        number = ask("submit", report_xml()).report_id
        answer = ask("upload", form(number, content), FORM)
        assert isinstance(answer, ReportResponse)
        shape = (answer.response_code, answer.response_description, len(str(answer.file_id)), len(str(answer.hash)))
        answers.append((shape, len(ask.last.content) - len(str(number)), dict(ask.last.headers)))
    first, second = answers
    assert first == second


def test_until_when_a_finished_report_is_kept_is_said_by_its_platform_alone(ask: Program, partner: Partner) -> None:
    number = ask("submit", report_xml()).report_id
    assert ask("preserved", form(number, until="2027-03-02"), FORM).response_code == 5001
    ask("finish", form(number), FORM)
    assert ask("preserved", form(number, until="soon"), FORM).response_code == 4000
    reporter(partner.unit, "Other", "other")
    assert ask("preserved", form(number, until="2027-03-02"), FORM, "Bearer other").response_code == 5001
    assert Tip.objects.get().kept_until is None
    assert ask("preserved", form(number, until="2027-03-02"), FORM).response_code == 0
    assert Tip.objects.get().kept_until == date(2027, 3, 2)
