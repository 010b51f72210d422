"""One report from a stranger's form until it is closed, in real browsers, with and without scripts: two people judge
it, it is routed, the host is asked, it is gone, and who reported it reads so with the code.

Of who that was nothing is left in clear on the way: not in the log, the database's own files and log, the home, what
servers print, the mails that went out, or any header. In `make test` with scripts and on one database.
"""

import smtplib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect

from havre.entrypoints.analyst.node import now
from havre.flows.home import Home
from havre.flows.letters_opened import opened_report
from havre.flows.open_door import open_door
from havre.flows.send_notices import send_due
from havre.flows.take_letters import take_in
from havre.hotline.models import Letter, Report, State
from havre.hotline.models import Page as Reported
from havre.notices.models import Notice
from havre.settings import Settings
from havre.units.models import Person
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.entrypoints.public.serving import Serving, serving
from tests.journeys.test_public import CONTACT, SEEN, reported, under
from tests.journeys.traces import Places
from tests.journeys.visit import DEVICE, Visit
from tests.notices.standing import contact, with_mail
from tests.simulators.smtp import Server as Smtp
from tests.simulators.smtp import smtp
from tests.web import Running, server_of, signed_in_page

SCRIPTS = {"with scripts": True} | ({"without scripts": False} if PROOF else {})
ADDRESS = "https://page.example/a"
HELD = "Held for the walk: the host was asked."


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    """A unit that asks hosts in its own country itself, as the Dutch one does, and knows whom to ask."""
    with node(database) as found:
        (own := database.home / "policies").mkdir()
        dutch = (files("havre.hotline") / "policies" / "NL.toml").read_text("utf-8")
        alone = dutch.replace('{ kind = "police", name = "Politie" }, ', "")
        (own / "BE.toml").write_text(alone.replace('name = "NL"', 'name = "BE"'), "utf-8")
        contact(found, answers_for=("page.example",))
        open_door(found.home, found.anke)
        yield found


class Colleague:
    """Somebody of the unit in a browser."""

    def __init__(self, browser: Browser, running: Running, person: Person, *, script: bool) -> None:
        self.address = running.address
        self.context: BrowserContext = browser.new_context(java_script_enabled=script)
        self.page: Page = signed_in_page(self.context, running.address, person)

    def open(self, place: str) -> None:
        self.page.goto(self.address + place)

    def press(self, words: str) -> None:
        """Press the button of these words, and wait for what follows."""
        self.page.get_by_role("button", name=words, exact=True).click()
        self.page.wait_for_load_state()

    def judges(self, number: int) -> None:
        """From the queue to a word on the page."""
        self.open("/hotline")
        self.page.click(f'tr[data-page="{number}"] a')
        self.page.check('input[name="verdict"][value="actionable"]')
        self.page.check('input[name="age"][value="6-9"]')
        self.page.check('input[name="visible"][value="nudity"]')
        self.page.click('form[action$="/judge"] button')
        self.page.wait_for_url(f"**/hotline/pages/{number}")

    def routes(self) -> None:
        """Says where the page is hosted, and sends it its way."""
        self.page.select_option('select[name="kind"]', "hosting country")
        self.page.fill('input[name="value"]', "be")
        self.page.click('form[action$="/found"] button')
        self.page.click('form[action$="/route"] button')
        expect(self.page.locator("[data-route]")).to_have_attribute("data-route", "host")

    def answers(self, number: int, words: str) -> None:
        """Reads what was said, and answers."""
        self.open(f"/hotline/reports/{number}")
        expect(self.page.locator("main")).to_contain_text(SEEN)
        self.page.fill("#answer-text", words)
        self.page.click('form[action$="/answer"] button')

    def asks(self) -> None:
        """Drafts what goes to the host, and confirms it."""
        self.open("/takedowns")
        self.page.get_by_label("Number or address of the page").fill(ADDRESS)
        self.press("Draft")
        self.press("Confirm: it may go")

    def sees_it_gone(self) -> None:
        """Looks, and says so."""
        self.open(f"/takedowns/{Notice.objects.get().reference}")
        self.press("I looked: it is gone")


def plant(places: Places, post: Smtp, word: str) -> None:
    """What would stand there without protection: in a row, in an error of the database, in a mail and in a header.

    A word of this walk's own: the database's log and write-ahead log outlive it.
    """
    Letter.objects.update(trouble=f"from {word}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT '{word}' FROM nowhere")
    with smtplib.SMTP("127.0.0.1", post.server_address[1]) as client:
        client.sendmail("a@a.example", ["b@b.example"], f"Subject: =?utf-8?q?from_{word}?=\r\n\r\nhello\r\n")
    places.headers.append({"X-From": word})


def walked(here: Node, home: Home, visit: Visit, people: tuple[Colleague, Colleague]) -> str:
    """From the report to its end; the code."""
    code = reported(visit, "en")
    assert take_in(here.home, here.anke.unit, now).reports == 1
    anke, bram = people
    page = Reported.objects.get(address=ADDRESS)
    for each in people:
        each.judges(page.pk)
    bram.routes()
    bram.answers(1, HELD)
    anke.asks()
    assert send_due(home, now).left == 1
    anke.sees_it_gone()
    return code


@pytest.mark.proof
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_from_an_anonymous_report_to_closed_and_nothing_of_who_it_was(
    here: Node, chromium: Browser, tmp_path: Path, script: bool, backend: str, request: pytest.FixtureRequest
) -> None:
    cluster = request.getfixturevalue("postgresql") if backend == "postgresql" else None
    settings = here.home.settings
    with smtp() as post, server_of(settings) as running, serving(settings, tmp_path) as served:
        places = Places(here.home, served.told, lambda: post.taken, postgresql=cluster)
        visit = visiting(chromium, served, places, script)
        people = (here.anke.person, here.bram.person)
        first, second = (Colleague(chromium, running, person, script=script) for person in people)
        code = walked(here, with_mail(here.home, post.mail), visit, (first, second))
        assert Reported.objects.get().state == State.CLOSED
        told = under(visit, "en", code)
        assert HELD in told
        assert "What you reported can no longer be reached at that address." in told
        visit.well()
        assert ADDRESS in str(post.taken[0])  # a letter left
        assert opened_report(here.home, Report.objects.get()).contact == CONTACT  # what is looked for is there, sealed
        wanted = (CONTACT, DEVICE, SEEN, code, code.replace("-", ""), HELD)
        assert places.traces(*wanted) == []
        plant(places, post, planted := f"planted-{script}")
        found = places.traces(planted)
        assert {"headers", "mail 1"} <= set(found)
        assert ("log" in found) == (cluster is not None)
        assert len(found) > 2 + (cluster is not None)  # and the file in which the row lies
        for each in (first, second):
            each.context.close()


def visiting(chromium: Browser, served: Serving, places: Places, script: bool) -> Visit:
    """A stranger's browser, the headers of whose answers are kept."""
    visit = Visit(chromium, served, script=script)
    visit.context.on("response", lambda answer: places.headers.append(answer.headers))
    return visit
