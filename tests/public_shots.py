"""Screenshots of the public's pages, light, dark, narrow: `python -m tests.public_shots ADDRESS FOLDER [LANGUAGE]`.

Whoever changes a page opens them before calling it done.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import skimage.data
from playwright.sync_api import Page, sync_playwright

from tests.shots import LOOKS
from tests.web import browser_path

PAGES = ("", "danger", "report", "follow", "challenge", "record", "about", "nowhere", "protect", "guide", "guide/clean")
PICTURES = Path(skimage.data.__file__).parent
"""Photographs that scikit-image ships."""


def drawn(page: Page, address: str, folder: Path, language: str) -> Iterator[str]:
    """Every page, then those that are answers to a form; the files."""
    for place in PAGES:
        page.goto(f"{address}/{language}/{place}")
        yield from _looks(page, folder, f"{language}-{place.replace('/', '-') or 'start'}")
    page.goto(f"{address}/{language}/report")
    page.click("main button")
    yield from _looks(page, folder, f"{language}-report-problem")
    page.fill("#address", "https://page.example/a")
    page.click("main button")
    yield from _looks(page, folder, f"{language}-receipt")
    page.click("main button")
    yield from _looks(page, folder, f"{language}-under")
    page.check("[name=danger]")
    page.click("main button")
    yield from _looks(page, folder, f"{language}-under-danger")
    page.click("summary")
    page.click("details button")
    yield from _looks(page, folder, f"{language}-withdrawn")
    yield from _protected(page, address, folder, language)


def _protected(page: Page, address: str, folder: Path, language: str) -> Iterator[str]:
    """Pictures are chosen, their hashes sent, and what lies under the code."""
    page.goto(f"{address}/{language}/protect/choose")
    page.wait_for_selector("#picker", state="visible")
    page.set_input_files("#picker", [str(each) for each in sorted(PICTURES.glob("*.png"))[:3]])
    page.wait_for_selector("[data-chooser]:not([data-ready='0'])")
    page.click("summary")
    yield from _looks(page, folder, f"{language}-choose")
    page.click("form[data-hashes] button[type=submit]")
    yield from _looks(page, folder, f"{language}-choose-problem")
    page.check("[name=who][value=me]")
    page.check("[name=tell]")
    page.click("form[data-hashes] button[type=submit]")
    yield from _looks(page, folder, f"{language}-protected")
    page.click("main button")
    page.wait_for_selector("#picker", state="visible")
    yield from _looks(page, folder, f"{language}-mine")


def _looks(page: Page, folder: Path, name: str) -> Iterator[str]:
    for look, wanted in LOOKS.items():
        page.set_viewport_size({"width": int(str(wanted["width"])), "height": int(str(wanted["height"]))})
        page.emulate_media(color_scheme="dark" if wanted["scheme"] == "dark" else "light")
        path = folder / f"{name}-{look}.png"
        page.screenshot(path=path, full_page=True)
        yield str(path)


if __name__ == "__main__":
    Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for language in sys.argv[3:] or ["en", "fr", "nl"]:
            opened = chromium.new_context().new_page()
            for file in drawn(opened, sys.argv[1].rstrip("/"), Path(sys.argv[2]), language):
                sys.stdout.write(file + "\n")
