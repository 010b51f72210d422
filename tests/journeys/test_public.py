"""Somebody reports, comes back, adds, challenges and takes back: in a browser, with and without scripts, on a phone.

And of who they are nothing is left in clear anywhere: not in the log, the database, the home, what servers print.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from havre.corrections.models import Against, Challenge
from havre.flows.letters_opened import opened_report
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import seal_answer
from havre.hotline.models import Answer, Door, Letter, Receipt, Report
from havre.platforms.models import Edition, Record
from havre.sealing.puzzle import solved
from havre.sealing.receipt import read_code
from havre.settings import Settings
from tests.cast import NOON, Node, node, noon
from tests.conftest import PROOF
from tests.databases import Copy, connected
from tests.entrypoints.public.recorded import OTHERS, OWN, opened
from tests.entrypoints.public.serving import Serving, serving
from tests.journeys.traces import Places
from tests.journeys.visit import DEVICE, Visit

CONTACT, SEEN = "zoe.contact@mail.example", "the third picture from above"
SCRIPTS = {"with scripts": True} | ({"without scripts": False} if PROOF else {})


pytestmark = pytest.mark.xdist_group("public")


@pytest.fixture(scope="module")
def begun(sqlite_template: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node whose Belgian unit takes reports, for all of these: on SQLite, whose files can be searched for traces."""
    settings = Settings(home=tmp_path_factory.mktemp("public") / "home")
    sqlite_template(settings)
    with connected(settings), node(settings) as found:
        open_door(found.home, found.anke)
        yield found


@pytest.fixture(scope="module")
def served(begun: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The public's server beside it."""
    with serving(begun.home.settings, tmp_path_factory.mktemp("server")) as found:
        yield found


def reported(visit: Visit, language: str) -> str:
    """A report, first sent empty; its code."""
    visit.open(f"/{language}/")
    visit.page.locator(f"a[href='/{language}/report']").first.click()
    visit.send()
    expect(visit.page.locator("[role=alert]")).to_be_visible()
    visit.page.locator("[role=alert] a").click()
    page = visit.page
    page.fill("#address", "https://page.example/a\nin the group Friends")
    page.check("[name=what][value=pictures]")
    page.fill("#seen", SEEN)
    page.locator("summary").click()
    page.fill("#contact", CONTACT)
    visit.send()
    return visit.code()


def under(visit: Visit, language: str, code: str) -> str:
    """What stands under a code, typed as somebody types it."""
    visit.open(f"/{language}/follow")
    visit.page.fill("#code", code.lower().replace("-", " "))
    visit.send()
    return visit.page.locator("main").inner_text()


def answered(code: str, text: str) -> None:
    """The hotline answers."""
    receipt = Receipt.objects.get(digest=read_code(code).digest)
    Answer.objects.create(receipt=receipt, sealed=seal_answer(bytes(receipt.sealing), text), at=NOON)


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_report_to_its_withdrawal(begun: Node, served: Serving, chromium: Browser, script: bool) -> None:
    visit, language = Visit(chromium, served, script=script), "fr" if script else "nl"
    code = reported(visit, language)
    assert take_in(begun.home, begun.anke.unit, noon).reports == 1
    told = opened_report(begun.home, Report.objects.get(receipt__digest=read_code(code).digest))
    assert (told.addresses, told.contact) == (("https://page.example/a",), CONTACT)
    answered(code, "<b>C’est parti.</b>")
    assert "<b>C’est parti.</b>" in under(visit, language, code)
    visit.page.fill("#more", "it moved")
    visit.send()
    assert take_in(begun.home, begun.anke.unit, noon).additions == 1
    assert visit.page.locator("main a").first.get_attribute("href") == "tel:112"
    visit.page.check("[name=danger]")
    visit.send()
    expect(visit.page.get_by_role("status")).to_be_visible()
    assert take_in(begun.home, begun.anke.unit, noon).additions == 1
    assert Report.objects.get(receipt__digest=read_code(code).digest).danger is True
    visit.page.locator("summary").click()
    visit.page.locator("details button").click()
    assert take_in(begun.home, begun.anke.unit, noon).withdrawals == 1
    wrong = under(visit, language, "00000-00000-00000-00000-00000")
    assert under(visit, language, code) == wrong
    visit.open(f"/{language}/challenge")
    visit.page.fill("#about", "BE-2026-1")
    visit.page.fill("#seen", "it is ours, and harmless")
    visit.send()
    assert Letter.objects.filter(receipt__digest=read_code(visit.code()).digest, kind="challenge").delete()[0]
    visit.well()


@pytest.mark.proof
def test_every_page_is_for_everybody_on_a_phone(served: Serving, chromium: Browser) -> None:
    visit = Visit(chromium, served)
    for place in ("/fr/", "/nl/danger", "/en/report", "/fr/follow", "/nl/challenge", "/en/about", "/fr/nowhere"):
        visit.open(place)
        visit.is_for_everybody()
    visit.open("/fr/report")
    visit.send()
    visit.is_for_everybody()
    assert visit.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    visit.page.fill("#address", "page.example")
    visit.send()
    visit.is_for_everybody()
    visit.page.locator("main button").click()
    visit.page.locator("summary").click()
    visit.is_for_everybody()
    visit.context.close()


def test_danger_now_shows_whom_to_call_and_is_taken_in_first(begun: Node, served: Serving, chromium: Browser) -> None:
    take_in(begun.home, begun.anke.unit, noon)
    visit, before = Visit(chromium, served), Report.objects.count()
    for place in ("/en/report", "/en/danger"):
        visit.open(place)
        if place.endswith("danger"):
            assert visit.page.locator("main a").first.get_attribute("href") == "tel:112"
            visit.page.locator("a.button").click()
            expect(visit.page.locator("[name=danger]")).to_be_checked()
        visit.page.fill("#address", f"page.example{place}")
        visit.send()
        visit.code()
    assert take_in(begun.home, begun.anke.unit, noon).reports == 2
    assert [each.danger for each in Report.objects.order_by("number")[before:]] == [True, False]
    visit.well()


@pytest.mark.proof
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_provider_reads_its_record_contests_it_and_follows_that(
    begun: Node, served: Serving, chromium: Browser, script: bool
) -> None:
    if not Edition.objects.exists():
        opened(Door.objects.get())
    visit, page = (seen := Visit(chromium, served, script=script)), seen.page
    visit.open("/en/challenge")
    page.locator("main a[href='/en/record']").click()
    page.fill("#code", "00000-00000-00000-00000-00000")
    visit.send()
    expect(page.locator("[role=alert]")).to_be_visible()
    page.fill("#code", str(OWN).lower())
    visit.send()
    shown = page.locator("main").inner_text()
    assert ("Host A" in shown, "Host B" in shown, "7 hours" in shown) == (True, False, True)
    page.locator("summary").first.click()
    expect(page.locator("details li").first).to_contain_text("HN-AAAA-1")
    if script:
        visit.is_for_everybody()
    visit.send()
    expect(page.locator("[role=alert]")).to_contain_text("Say why you do not agree.")
    page.fill("#seen", "we answered HN-AAAA-1 in an hour")
    visit.send()
    code = visit.code()
    assert take_in(begun.home, begun.anke.unit, noon).challenges == 1
    made = Challenge.objects.get(receipt__digest=read_code(code).digest)
    assert (made.against, made.record) == (Against.RECORD, Record.objects.get(access__digest=OWN.digest))
    assert "There is no answer yet." in under(visit, "en", code)
    visit.open("/en/record")
    page.fill("#code", str(OTHERS))
    visit.send()
    assert "Host A" not in page.locator("main").inner_text()  # and it is there to be read
    visit.well()


def test_a_browser_with_scripts_does_its_work_while_somebody_types(served: Serving, chromium: Browser) -> None:
    visit = Visit(chromium, served)
    visit.open("/en/report")
    expect(visit.page.locator("[name=work]")).not_to_have_value("", timeout=60_000)
    fields = {name: visit.page.locator(f"[name={name}]").input_value() for name in ("code", "puzzle", "work")}
    code, second = read_code(fields["code"]), int(fields["puzzle"].split(".")[0]) * 1_800
    assert solved(bytes(Door.objects.get().token_key), code.digest, second, fields["puzzle"], fields["work"])
    visit.well()


def test_of_who_reported_and_what_they_said_nothing_is_left_in_clear(
    begun: Node, served: Serving, chromium: Browser
) -> None:
    visit, places = Visit(chromium, served), Places(begun.home, served.told)
    code = reported(visit, "en")
    under(visit, "en", code)
    wanted = (CONTACT, DEVICE, SEEN, code, code.replace("-", ""))
    assert places.traces(*wanted) == []
    take_in(begun.home, begun.anke.unit, noon)
    assert places.traces(*wanted) == []
    report = Report.objects.get(receipt__digest=read_code(code).digest)
    assert opened_report(begun.home, report).contact == CONTACT  # it is there, sealed
    Letter.objects.update(trouble=f"from {DEVICE}")
    assert "havre.sqlite3" in "".join(places.traces(DEVICE))  # and one that is planted is found
    visit.context.close()
