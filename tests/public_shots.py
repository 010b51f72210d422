"""Screenshots of the public's pages, light, dark, narrow: `python -m tests.public_shots ADDRESS FOLDER [LANGUAGE]`.

Whoever changes a page opens them before calling it done.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.shots import LOOKS
from tests.web import browser_path

PAGES = ("", "danger", "report", "follow", "challenge", "record", "about", "nowhere")


def drawn(page: Page, address: str, folder: Path, language: str) -> Iterator[str]:
    """Every page, then those that are answers to a form; the files."""
    for place in PAGES:
        page.goto(f"{address}/{language}/{place}")
        yield from _looks(page, folder, f"{language}-{place or 'start'}")
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
