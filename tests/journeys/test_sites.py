"""An analyst opens the dossier of a site, says what is known and compares it.

With script, and in `make proof` without too.
"""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from havre.settings import Settings
from havre.sites.models import Site
from tests.captures import listed, read
from tests.cast import node
from tests.conftest import PROOF
from tests.web import served, signed_in_page

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAYLOAD = "<img src=x onerror=document.title='hit'>"


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.proof
@pytest.mark.parametrize("script", [True, False] if PROOF else [True])
def test_a_dossier_from_its_opening_to_a_comparison(
    database: Settings, tmp_path: Path, chromium: Browser, script: bool
) -> None:
    with node(database) as here:
        read(here, listed(tmp_path / "a.csv", range(10), source=f"https://vk.com/{PAYLOAD.replace(' ', '')}"), "Mole")
        with served(database) as address:
            context = chromium.new_context(java_script_enabled=script, viewport={"width": 1366, "height": 768})
            asked: list[str] = []
            page = signed_in_page(context, address, here.bram.person)
            page.on("request", lambda request: asked.append(request.url))
            _opened_and_told(page, address)
            site = Site.objects.get(name=f"Quay {PAYLOAD}")
            read(here, listed(tmp_path / "b.csv", range(5, 25), host="quay.example"), site.name)
            page.goto(f"{address}/sites/{site.pk}")
            page.get_by_label("Compare with another site").select_option("Mole")
            page.get_by_role("button", name="Compare").click()
            shown = page.locator("main").inner_text()
            assert "5 distinct media" in shown
            assert "http://quay.example/p/7.jpg" in shown
            if script:
                for seen in (page.url, f"{address}/sites/{site.pk}", f"{address}/sites"):
                    page.goto(seen)
                    assert Axe().run(page).violations_count == 0, seen
                    page.set_viewport_size({"width": 390, "height": 844})
                    assert page.evaluate(TOO_WIDE) == 0, seen
                    page.set_viewport_size({"width": 1366, "height": 768})
            assert page.locator("a[href^='http']").count() == 0
            assert "hit" not in page.title()
            assert [url for url in asked if not url.startswith((address, "data:"))] == []
            context.close()


def _opened_and_told(page: Page, address: str) -> None:
    page.goto(f"{address}/sites")
    page.get_by_label("How your unit calls the site").fill(f"Quay {PAYLOAD}")
    page.get_by_role("button", name="Open the dossier").click()
    page.get_by_text("Add an address").click()
    page.get_by_label("Address", exact=True).fill("no address at all")
    page.get_by_role("button", name="Note the address").click()
    assert page.title().startswith("Problem:")
    page.get_by_label("Address", exact=True).fill("quay.example")
    page.get_by_label("What it is", exact=True).select_option("mirror")
    page.get_by_role("button", name="Note the address").click()
    assert "https://quay.example/" in page.locator("main").inner_text()
    page.get_by_text("Add what is known").click()
    page.get_by_label("What it is about").select_option("visitors as reported")
    page.get_by_label("What is known;").fill(f"a month {PAYLOAD}")
    page.get_by_label("How many, of comments").fill("17000000")
    page.get_by_label("Who says so").last.fill("a newspaper")
    page.get_by_role("button", name="Note it").click()
    assert "17,000,000" in page.locator("main").inner_text()
