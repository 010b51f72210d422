"""Screenshots of every page, light, dark, narrow: `python -m tests.shots ADDRESS FOLDER` beside `havre demo --serve`.

Whoever changes a page opens them before calling it done. The people are those of the demonstration.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.demo_codes import code_of, secret_of
from tests.web import browser_path

PAGES = {
    "anke": ["/desk", "/intakes", "/intakes/new", "/cases", "/triage", "/series", "/search", "/alerts", "/settings"],
    "bram": ["/statistics", "/settings/unit", "/settings/viewing", "/pause"],
    "carine": ["/audit"],
    "dirk": ["/people"],
}
FOLLOWED = {"/intakes": r"/intakes/\d+", "/series": r"/series/\d+", "/triage": r"/media/\d+"}
"""Pages from which the first address of this kind is opened too."""
LOOKS = {
    "light": {"width": 1366, "height": 768, "scheme": "light"},
    "dark": {"width": 1366, "height": 768, "scheme": "dark"},
    "narrow": {"width": 390, "height": 844, "scheme": "light"},
}


def sign_in(page: Page, address: str, name: str, secrets: dict[str, str]) -> None:
    """Both steps, as a person types them."""
    page.goto(address)
    page.fill("#id_login", name)
    page.fill("#id_password", f"{name} shows Havre")
    page.click("button:has-text('Continue')")
    page.fill("[name=code]", code_of(secrets[name]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def draw(page: Page, address: str, folder: Path, name: str) -> Iterator[str]:
    """Every page of one person; the files."""
    for place in [*PAGES[name]]:
        for at in _with_followed(page, address, place):
            page.goto(address + at)
            page.wait_for_timeout(300)
            yield from _looks(page, folder, f"{name}{re.sub('[^a-z]+', '-', at)}")


def _with_followed(page: Page, address: str, place: str) -> Iterator[str]:
    yield place
    if place in FOLLOWED:
        page.goto(address + place)
        found = re.search(FOLLOWED[place], page.content())
        if found:
            yield found.group()


def _looks(page: Page, folder: Path, name: str) -> Iterator[str]:
    for look, wanted in LOOKS.items():
        page.set_viewport_size({"width": int(str(wanted["width"])), "height": int(str(wanted["height"]))})
        page.emulate_media(color_scheme="dark" if wanted["scheme"] == "dark" else "light")
        path = folder / f"{name}-{look}.png"
        page.screenshot(path=path)
        yield str(path)


def all_of(browser: Browser, address: str, folder: Path, secrets: dict[str, str]) -> Iterator[str]:
    """Screenshots of everybody's pages."""
    for name in PAGES:
        page = browser.new_context(locale="en-GB").new_page()
        sign_in(page, address, name, secrets)
        yield from draw(page, address, folder, name)


if __name__ == "__main__":
    Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for file in all_of(
            chromium, sys.argv[1].rstrip("/"), Path(sys.argv[2]), {name: secret_of(name) for name in PAGES}
        ):
            sys.stdout.write(file + "\n")
