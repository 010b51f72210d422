"""What stands around every page."""

import re
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from havre.entrypoints.analyst import shell
from havre.entrypoints.analyst.shell import WORKING
from havre.exchange.models import Notice
from havre.flows.alerts import Wanted, ask_alert
from havre.flows.notices import acknowledge
from havre.settings import Settings
from havre.units.found import give_role, take_role
from havre.units.models import Person, RoleName
from tests.cast import NOON, node
from tests.entrypoints.analyst.paired import seen
from tests.exchange.shared import held_too, shared
from tests.web import served, signed_in_page, visiting


def test_the_rail_marks_where_one_is(database: Settings) -> None:
    with node(database) as here:
        page = visiting(here, here.anke.person).get("/desk").content.decode()
        assert '<a href="/desk" aria-current="page">' in page
        assert page.count("aria-current") == 1


def test_a_pause_is_one_step_from_every_page_for_who_looks_at_media(database: Settings) -> None:
    with node(database) as here:
        assert '<a class="minor" href="/pause">' in visiting(here, here.bram.person).get("/desk").text
        give_role(here.chiara.person, RoleName.AUDITOR, NOON)
        for role in (RoleName.ANALYST, RoleName.SUPERVISOR):
            take_role(here.chiara.person, role)
        assert 'href="/pause"' not in visiting(here, here.chiara.person).get("/desk").text


def test_nobody_sees_a_rail_before_signing_in(database: Settings) -> None:
    with node(database) as here:
        assert 'class="rail"' not in visiting(here, None).get("/").content.decode()


def test_the_language_is_chosen_and_kept(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        client.post("/language", {"language": "nl", "next": "/desk"})
        page = client.get("/desk").content.decode()
        assert '<html lang="nl"' in page
        assert "Naar de inhoud" in page


def rail_of(page: str) -> list[str]:
    """The addresses of the rail."""
    inside = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
    return [each.partition('"')[0] for each in inside.split('<a href="')[1:]]


def test_a_role_that_was_taken_away_is_gone_from_the_next_page(database: Settings) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        others = visiting(here, here.bram.person)
        before, same = rail_of(anke.get("/desk").text), rail_of(others.get("/desk").text)
        assert "/triage" in before
        for role in here.anke.person.roles.all():
            if role.name in WORKING:
                take_role(here.anke.person, RoleName(role.name))
        give_role(here.anke.person, RoleName.AUDITOR, NOON)
        after = rail_of(anke.get("/desk").text)
        assert "/triage" not in after
        assert "/audit" in after
        assert anke.get("/triage").status_code == 403
        assert rail_of(others.get("/desk").text) == same


def test_each_reader_is_told_of_places_in_their_language(database: Settings) -> None:
    with node(database) as here:
        words: dict[str, str] = {}
        for language in ("en", "fr", "nl", "en"):
            page = visiting(here, here.anke.person).get("/desk", headers={"Accept-Language": language}).text
            told = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
            assert words.setdefault(language, told) == told
            choices = page.partition('id="palette-choices">')[2].partition("</ul>")[0]
            assert choices.count("<li>") == len(rail_of(page))
        assert len(set(words.values())) == 3


WIDER = """links => links.filter(link => {
  const words = document.createRange();
  words.selectNodeContents(link);
  const [inside, around] = [words.getBoundingClientRect(), link.getBoundingClientRect()];
  const within = inside.left >= around.left && inside.right <= around.right && inside.bottom <= around.bottom;
  return !within || around.bottom > innerHeight && getComputedStyle(link.parentElement).flexDirection === "row";
}).map(link => link.textContent)"""
"""Which links have words that are wider or higher than they are; those of the bar below also what is not seen whole."""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_word_is_wider_than_the_rail(database: Settings, chromium: Browser) -> None:
    with node(database) as here, served(database) as root:
        for language in ("en", "fr", "nl"):
            with seen(chromium, here.anke.person, root, locale=language) as page:
                page.goto(f"{root}/alerts")  # where one is, the words are bolder
                assert page.eval_on_selector_all(".rail a", WIDER) == [], language
                page.set_viewport_size({"width": 390, "height": 844})
                assert page.eval_on_selector_all(".rail a", WIDER) == [], language


def test_a_session_that_was_ended_shows_nothing_more(database: Settings) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        assert rail_of(anke.get("/desk").text)
        Session.objects.all().delete()
        assert anke.get("/desk").status_code == 302


def test_who_left_is_shown_nothing_more(database: Settings) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        assert rail_of(anke.get("/desk").text)
        Person.objects.filter(pk=here.anke.person.pk).update(left_at=NOON)
        assert anke.get("/desk").status_code == 302


def test_what_waits_from_others_is_one_step_from_every_page_and_counted(database: Settings) -> None:
    with node(database) as here:
        chiara = visiting(here, here.chiara.person)
        assert rail_of(chiara.get("/series").text).count("/notices") == 1
        assert "<sup>" not in chiara.get("/series").text
        for page in ("/notices", "/groups", "/reviews"):
            assert '<a href="/notices" aria-current="page"' in chiara.get(page).text
        series, _done = shared(here, "IT")
        held_too(here, series)
        assert '/notices" class="minor"' in (page := chiara.get("/series").text)
        assert page.count("new: </span>1</sup>") == 1
        digest = bytes(series.members.order_by("pk")[0].medium.sha256).hex()
        ask_alert(here.home, here.chiara, Wanted("a chair", [("sha256", digest)], 5))
        page = chiara.get("/series").text  # what others hold, and what it holds itself
        assert (page.count("new: </span>1</sup>"), page.count("new: </span>2</sup>")) == (1, 1)
        acknowledge(here.home, here.chiara, Notice.objects.get().pk)
        page = chiara.get("/series").text
        assert (page.count("new: </span>1</sup>"), page.count("new: </span>2</sup>")) == (0, 1)
        assert "<sup>" not in visiting(here, here.bram.person).get("/series").text


def typed(page: Page, words: str) -> list[str]:
    """What may be chosen once these words are typed."""
    page.keyboard.press("Control+k")
    page.fill("#palette-input", words)
    return [each.strip() for each in page.locator("#palette-choices > li:visible span:not(.caps)").all_inner_texts()]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_no_page_is_called_is_searched_for(database: Settings, chromium: Browser) -> None:
    with node(database) as here, served(database) as address:
        page = signed_in_page(chromium, address, here.anke.person)
        page.goto(f"{address}/desk")
        assert typed(page, "tri") == ["Triage", "Search for “tri”"]
        assert page.locator("#palette-choices > li:visible kbd").all_inner_texts() == ["G", "T"]
        assert typed(page, "blue & <b>tiles</b>") == ["Search for “blue & <b>tiles</b>”"]
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        assert page.input_value("input[name=q]") == "blue & <b>tiles</b>"
        give_role(here.chiara.person, RoleName.AUDITOR, NOON)
        for role in (RoleName.ANALYST, RoleName.SUPERVISOR):
            take_role(here.chiara.person, role)
        audits = signed_in_page(chromium, address, here.chiara.person)
        audits.goto(f"{address}/desk")
        assert typed(audits, "blue tiles") == []
        expect(audits.locator("#palette-none")).to_have_text("No page is called so.")
        assert typed(audits, "log") == ["Log"]
        expect(audits.locator("#palette-none")).to_be_hidden()


def test_on_a_narrow_page_only_where_one_is_stands_in_the_crumbs() -> None:
    crumbs = {
        each.name: found.group(1)
        for each in (Path(shell.__file__).parent / "templates" / "analyst").glob("*.html")
        if (found := re.search(r"{% block crumbs %}(.+?){% endblock %}", each.read_text()))
    }
    assert len(crumbs) > 50
    above = {name: said.partition("<a ")[2].partition(">")[0] for name, said in crumbs.items() if "<a " in said}
    assert [name for name, first in above.items() if 'class="far"' not in first] == []
    assert [name for name, said in crumbs.items() if "</a> " in said] == []


EDGES = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((each) => each / 255)
      .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = [...document.querySelectorAll("main .form-control, main .form-select")];
  return seen.filter((each) => each.offsetParent).map((each) => getComputedStyle(each)).map((style) => {
    const [one, other] = [style.borderColor, style.backgroundColor].map(light);
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  });
}"""
"""How far the edge of each field stands out from what is within it."""


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_field_has_an_edge_that_is_seen(database: Settings, chromium: Browser, scheme: str) -> None:
    with node(database) as here, served(database) as address:
        give_role(here.anke.person, RoleName.SUPERVISOR, NOON)
        context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = signed_in_page(context, address, here.anke.person)
        for place in ("/settings/viewing", "/settings/unit", "/takedowns", "/sites", "/search", "/cases"):
            page.goto(f"{address}{place}")
            edges = page.evaluate(EDGES)
            assert edges, place
            assert min(edges) >= 3, (place, edges)  # WCAG 1.4.11
        context.close()
