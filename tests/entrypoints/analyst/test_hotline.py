"""The hotline's pages: a page is judged by two, routed, closed; a report is read, answered; nothing leads outside."""

import re

import pytest
from django.test import Client

from havre.entrypoints.analyst import hotline_words as words
from havre.flows.hotline_queue import DESKS, RANKS
from havre.flows.open_door import open_door
from havre.flows.tend_hotline import tend_hotline
from havre.hotline.models import Answer, Finding, Findings, Page, Relation, Routing, State, Told, Verdict, Via, Why
from havre.hotline.policy import Act, Kind
from havre.hotline.tips import finish_tip
from havre.settings import Settings
from tests.cast import NOON, node, noon
from tests.hotline.reported import OTHER, PAGE, page_of, reported
from tests.hotline.tipped import begun, reporter, with_file
from tests.web import visiting


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands where the cast works."""
    monkeypatch.setattr("havre.entrypoints.analyst.pages.now", lambda: NOON)


def at(number: int, act: str = "") -> str:
    return f"/hotline/pages/{number}{'/' * bool(act)}{act}"


def post(browser: Client, act: str, number: int, **given: object) -> int:
    return browser.post(at(number, act), given).status_code


JUDGED = {"verdict": "actionable", "age": "6-9", "visible": ["nudity"], "produced": "camera"}


def test_everything_there_is_has_words() -> None:
    assert set(words.STATES) == set(State)
    assert (set(words.VERDICTS), set(words.FINDINGS)) == (set(Verdict), set(Findings))
    assert (set(words.REOPENED), set(words.VIAS), set(words.TOLD)) == (set(Why), set(Via), set(Told))
    assert set(words.RELATIONS) == set(Relation) - {""}
    assert (set(words.ACTS), set(words.RUNGS)) == (set(Act), set(Kind))
    assert set(words.DESKS) == set(words.EMPTY) == set(DESKS)
    assert set(words.TONES) <= set(words.REASONS)
    assert set(words.GROUPS) == {*RANKS, ""}
    assert set(words.VERBS) == set(words.WAITS)


def test_one_key_leads_from_page_to_page_by_what_matters_most(database: Settings) -> None:
    with node(database) as here:
        reported(here, OTHER)
        reported(here, PAGE, danger=True)
        urgent, other = page_of(PAGE).pk, page_of(OTHER).pk
        anke, bram = visiting(here, here.anke.person), visiting(here, here.bram.person)
        shown = anke.get("/hotline").text
        assert 'data-press="j" data-act="next"' in shown
        assert shown.index("A child may be in danger now") < shown.index(f'data-page="{urgent}"')
        assert anke.get("/hotline/next")["Location"] == at(urgent)
        assert anke.get(f"/hotline/next?after={urgent}")["Location"] == at(other)
        assert anke.get(f"/hotline/next?after={other}")["Location"] == "/hotline"  # to the end, then from the beginning
        assert post(anke, "judge", urgent, **JUDGED) == 302
        assert "It waits for a second person" in anke.get(at(urgent)).text
        assert "for somebody else: you said your word" in anke.get("/hotline").text
        assert anke.get("/hotline/next?after=x")["Location"] == at(other)
        assert anke.get(f"/hotline/next?after={other}")["Location"] == "/hotline"
        assert bram.get("/hotline/next")["Location"] == at(urgent)
        assert visiting(here, here.chiara.person).get("/hotline/next")["Location"] == "/hotline"


def test_a_page_is_judged_by_two_routed_and_closed(database: Settings) -> None:
    with node(database) as here:
        reported(here, danger=True)
        number = page_of().pk
        anke, bram = visiting(here, here.anke.person), visiting(here, here.bram.person)
        queue = anke.get("/hotline").text
        assert f'data-page="{number}"' in queue
        assert "A child may be in danger now" in queue
        assert post(anke, "judge", number, **JUDGED) == 302
        assert "You are the second person" in bram.get(at(number)).text
        assert "You are the second person" not in anke.get(at(number)).text
        assert post(bram, "judge", number, verdict="actionable") == 302
        shown = bram.get(at(number)).text
        assert "BE 1" in shown
        assert "hosting unknown" in shown
        assert post(bram, "found", number, kind="hosting country", value="NL", source="whois") == 302
        assert "To the hotline of the country where it is" in bram.get(at(number)).text
        assert post(bram, "route", number) == 302
        routed = bram.get(at(number)).text
        assert 'data-route="inhope"' in routed
        assert "hosted in a country with a member of INHOPE</bdi> (BE 2017-07-06.2)" in routed
        assert "Offlimits" in routed
        assert post(bram, "acted", number, because="they wrote back") == 302
        assert post(bram, "close", number, gone="yes") == 302
        assert f'data-page="{number}"' in bram.get("/hotline?desk=over").text
        assert post(bram, "again", number) == 302
        assert (page_of().state, Routing.objects.count()) == ("triaged", 1)


def test_what_goes_wrong_is_said_with_what_was_typed(database: Settings) -> None:
    with node(database) as here:
        reported(here)
        number, anke = page_of().pk, visiting(here, here.anke.person)
        wrong = anke.post(at(number, "judge"), {"verdict": "not actionable", "age": "3-5", "visible": ["act"]})
        assert (wrong.status_code, "Say why" in wrong.text) == (400, True)
        assert re.search(r'value="3-5" checked', wrong.text)
        assert re.search(r'value="act" checked', wrong.text)
        assert post(anke, "judge", number, verdict="perhaps") == 400
        bad = anke.post(at(number, "found"), {"kind": "hosting country", "value": "Belgium & co"})
        assert (bad.status_code, 'value="Belgium &amp; co"' in bad.text) == (400, True)
        assert anke.post(at(number, "undo"), {"because": "x"}).status_code == 404
        assert post(anke, "shout", number) == 404
        assert anke.get(at(number, "judge")).status_code == 302
        assert not Finding.objects.exists()


def test_a_word_is_taken_back_and_a_judgement_overturned(database: Settings) -> None:
    with node(database) as here:
        reported(here, acting=here.chiara)
        number, chiara = page_of().pk, visiting(here, here.chiara.person)
        assert post(chiara, "judge", number, **JUDGED) == 302
        assert post(chiara, "undo", number, because="the wrong page") == 302
        assert "the wrong page" in chiara.get(at(number)).text
        assert post(chiara, "judge", number, **JUDGED) == 302
        assert post(chiara, "overturn", number, because="a doll") == 302
        assert page_of().state == "received"


def test_a_report_is_read_and_answered(database: Settings) -> None:
    with node(database) as here:
        report, _code = reported(here, PAGE, OTHER)
        anke = visiting(here, here.anke.person)
        shown = anke.get(f"/hotline/reports/{report.number}").text
        assert "a harbour" in shown
        assert "mira@home.example" in shown
        address = f"/hotline/reports/{report.number}/answer"
        assert anke.post(address, {"text": ""}).status_code == 400
        assert anke.post(address, {"text": "Thank you"}).status_code == 302
        assert Answer.objects.get().by == here.anke.person
        assert "Thank you" not in anke.get(f"/hotline/reports/{report.number}").text


def test_a_report_without_an_address_waits_to_be_read_and_is_settled(database: Settings) -> None:
    with node(database) as here:
        report, _code = reported(here, "not an address")
        anke = visiting(here, here.anke.person)
        assert f"/hotline/reports/{report.number}" in anke.get("/hotline").text
        named, _code = reported(here, "also not one")
        assert anke.post(f"/hotline/reports/{named.number}/page", {"address": "nothing"}).status_code == 400
        assert anke.post(f"/hotline/reports/{named.number}/page", {"address": PAGE}).status_code == 302
        assert page_of().reports == 1
        address = f"/hotline/reports/{report.number}/settle"
        assert anke.post(address, {"because": "nothing to be found"}).status_code == 302
        assert f"/hotline/reports/{report.number}" not in anke.get("/hotline").text


def test_nothing_leads_outside_and_nobody_else_sees_it(database: Settings) -> None:
    with node(database) as here:
        report, _code = reported(here, "https://site.example/a?x=<script>", "javascript:alert(1)")
        number = Page.objects.get().pk
        anke, chiara = visiting(here, here.anke.person), visiting(here, here.chiara.person)
        for address in ("/hotline", at(number), f"/hotline/reports/{report.number}"):
            shown = anke.get(address).text
            assert not re.findall(r'(?:href|src|action)="(?!/|\?|#|\.)[^"]*"', shown), address
            assert "<script>" not in shown.partition("<main")[2].partition("</main>")[0]
        assert chiara.get(at(number)).status_code == chiara.get(f"/hotline/reports/{report.number}").status_code == 404
        assert "site.example" not in chiara.get("/hotline").text


def test_every_page_of_the_queue_can_be_reached(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with node(database) as here:
        reported(here, *(f"https://site.example/{each}" for each in range(3)))
        monkeypatch.setattr("havre.entrypoints.analyst.hotline.PAGE", 2)
        monkeypatch.setattr("havre.flows.hotline_queue.PAGE", 2)
        anke = visiting(here, here.anke.person)
        first, rest = anke.get("/hotline?after=x").text, anke.get("/hotline?after=2").text
        assert "?desk=waiting&amp;after=2" in first
        assert (first.count("data-page="), rest.count("data-page=")) == (2, 1)


def test_the_words_are_french_and_dutch(database: Settings) -> None:
    with node(database) as here:
        reported(here)
        anke = visiting(here, here.anke.person)
        for language, said in (("fr", "Ligne de signalement"), ("nl", "Meldpunt")):
            assert said in anke.get("/hotline", headers={"Accept-Language": language}).text


def test_what_a_platform_sent_is_shown_with_what_it_says_of_it(database: Settings) -> None:
    with node(database) as here:
        open_door(here.home, here.anke)
        tip = begun(reporter(here.anke.unit))
        with_file(tip, here.home.settings.tips, name="<b>boat</b>.jpg")
        finish_tip(tip.partner, tip.number, NOON)
        tend_hotline(here.home, noon)
        page = visiting(here, here.anke.person).get("/hotline/reports/1").content.decode()
    assert ("&lt;b&gt;boat&lt;/b&gt;.jpg" in page, "<b>boat</b>" in page) == (True, False)
    assert "fileViewedByEsp: true" in page
    assert "2 March 2027" in page
    assert "havre hotline files 1 --case" in page
