"""One browser at the public's pages, for journeys."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.conftest import PROOF
from tests.entrypoints.public.serving import Serving

SCHEMES = ("light", "dark")
DEVICE = "203.0.113.77"
PHONE: ViewportSize = {"width": 390, "height": 844}

SMALL = """() => [...document.querySelectorAll("button, header a, .ways a, summary, .numbers a, footer a, label.pick")]
  .filter((each) => each.getClientRects().length && each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 80))"""


class Visit:
    """One browser at the public's pages, and whatever went wrong in it."""

    def __init__(self, browser: Browser, served: Serving, *, script: bool = True) -> None:
        self.wrong: list[str] = []
        self.looks = 0
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=script, viewport=PHONE, extra_http_headers={"X-Forwarded-For": DEVICE}
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda told: self.wrong.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.context.on("request", lambda asked: self._from_here(asked.url, served.address))
        self.address = served.address

    def _from_here(self, url: str, address: str) -> None:
        if not url.removeprefix("blob:").startswith(address):  # what a page made itself comes from nowhere else
            self.wrong.append(f"asked {url}")

    def open(self, place: str) -> None:
        """Go to a page."""
        self.page.goto(self.address + place)

    def send(self) -> None:
        """Press the first button of the page's own part."""
        self.page.locator("main button").first.click()

    def send_numbers(self) -> None:
        """Press the button that sends hashes."""
        self.page.locator("form[data-hashes] button[type=submit]").click()

    def code(self) -> str:
        """The code on the receipt."""
        return self.page.locator("output").inner_text()

    def is_for_everybody(self) -> None:
        """Nothing that axe knows of, in light or dark in turns; nothing too wide for a phone, or too small to touch."""
        self.looks += 1
        for scheme in SCHEMES if PROOF else SCHEMES[self.looks % 2 :][:1]:
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert self.page.evaluate(SMALL) == []

    def well(self) -> None:
        """Nothing threw, was refused or came from elsewhere; nothing is kept by the browser."""
        # Chromium says of each page with status 422 that it failed to load: it is the one that says what to mend.
        wrong = [each for each in self.wrong if "422" not in each]
        assert wrong == [], wrong
        assert self.context.cookies() == []
        self.context.close()
