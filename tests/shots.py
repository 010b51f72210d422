"""Screenshots of every page, light, dark, narrow: `python -m tests.shots ADDRESS FOLDER [LANGUAGE]` beside
`havre demo --serve`.

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
    "anke": [
        *("/desk", "/intakes", "/intakes/new", "/cases", "/triage", "/triage?tab=second", "/triage?tab=judged"),
        *("/series", "/search", "/search?q=IMG_041", "/search?q=nowhere-at-all", "/alerts", "/settings"),
    ],
    "bram": ["/statistics", "/settings/unit", "/settings/viewing", "/pause", "/triage?tab=near"],
    "carine": ["/audit"],
    "dirk": ["/people"],
}
FOLLOWED = {
    "/intakes": [r"/intakes/\d+"],
    "/series": [r"/series/\d+", r"/series/\d+/clues"],
    "/search?q=IMG_041": [r"/media/\d+", r"/search\?like=\d+", r"/media/\d+/compare/\d+"],
}
"""Pages from which the first address of each kind is opened too, found on any page on the way."""
ACTS = {
    r"/triage$": [("keys", "?"), ("range", "Shift+ArrowRight")],
    r"/compare/": [("keys", "?"), ("halves", "h"), ("blink", "b"), ("difference", "o")],
}
"""What is done by keys on a page, each on the page opened anew, and looked at too."""
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
    page.press("#id_password", "Enter")
    page.fill("[name=code]", code_of(secrets[name]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def draw(page: Page, address: str, folder: Path, name: str) -> Iterator[str]:
    """Every page of one person; the files."""
    for place in [*PAGES[name]]:
        for at in _with_followed(page, address, place):
            called = name + re.sub("[^a-z]+", "-", at)  # of one thing it ends with a line, where the list's does not
            _open(page, address + at)
            yield from _looks(page, folder, called)
            for act, key in [each for kind, acts in ACTS.items() if re.search(kind, at) for each in acts]:
                _open(page, address + at)
                page.keyboard.press(key)
                yield from _looks(page, folder, f"{called}-{act}")


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_timeout(300)


def _with_followed(page: Page, address: str, place: str) -> Iterator[str]:
    yield place
    at, text = place, ""
    for kind in FOLLOWED.get(place, ()):
        page.goto(address + at)
        text += page.content()
        found = re.search(f'"({kind})[?"]', text.replace("&amp;", "&"))
        if found:
            at = found[1]
            yield at


def _looks(page: Page, folder: Path, name: str) -> Iterator[str]:
    for look, wanted in LOOKS.items():
        page.set_viewport_size({"width": int(str(wanted["width"])), "height": int(str(wanted["height"]))})
        page.emulate_media(color_scheme="dark" if wanted["scheme"] == "dark" else "light")
        path = folder / f"{name}-{look}.png"
        page.screenshot(path=path, animations="disabled")  # colours have come to rest
        yield str(path)


def all_of(browser: Browser, address: str, folder: Path, secrets: dict[str, str], language: str) -> Iterator[str]:
    """Screenshots of everybody's pages."""
    for name in PAGES:
        page = browser.new_context(locale=language).new_page()
        sign_in(page, address, name, secrets)
        yield from draw(page, address, folder, name)


if __name__ == "__main__":
    Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        for file in all_of(
            chromium,
            sys.argv[1].rstrip("/"),
            Path(sys.argv[2]),
            {name: secret_of(name) for name in PAGES},
            *(sys.argv[3:] or ["en"]),
        ):
            sys.stdout.write(file + "\n")
