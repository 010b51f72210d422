"""One house for all journeys: a node begun as its operator begins it, its people, what they hold, and its real server.

Each journey has things of its own in it, three times: one for each language in which it may be driven.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.people import make_link
from havre.media.models import Medium
from havre.series.models import Series
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.models import Person, RoleName
from havre.units.queries import person_named
from tests import command_line, films
from tests.conftest import PROOF
from tests.databases import connected
from tests.exposures import NIKON, exposure, taken_at
from tests.pictures import photograph
from tests.proving import present
from tests.sources import TEXT, lay, picture
from tests.web import all_served, signed_in_page

LANGUAGES = ("en", "fr", "nl")
JOURNEYS = 2
"""Journeys that need a series of their own."""

MEMBERS = 4
DRIVE = 6
"""Scenes on a drive, the first of them twice."""


def spoken(language: str) -> Sequence[str]:
    """The languages in which a journey is driven: this one, and in `make proof` all."""
    return LANGUAGES if PROOF else (language,)


@dataclass
class House:
    """A node that is served, and what journeys find in it."""

    settings: Settings
    home: Home
    anke: Acting
    """Who began it, with all roles."""
    welcome: list[str]
    """The link with which the operator's command told her to begin; used, it is no longer here."""
    address: str
    browser: Browser
    troubles: list[str] = field(default_factory=list)
    """What pages threw or refused."""

    def begins(self) -> str:
        """Where Anke begins: the link of the first run, and a new one each time after it."""
        link = self.welcome.pop() if self.welcome else f"/welcome/{make_link(self.home, self.anke, 'anke')}"
        return f"{self.address}/welcome/{link.rpartition('/')[2]}"

    def page(self, language: str, person: Person | None = None) -> Page:
        """A browser in this language, in which this person has signed in."""
        context = self.browser.new_context(viewport={"width": 1366, "height": 768}, locale=language)
        page = signed_in_page(context, self.address, person) if person else context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error.stack}"))
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("response", lambda got: self.troubles.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        return page

    def series(self, language: str, journey: int) -> Series:
        """The series that a journey has for this language."""
        number = LANGUAGES.index(language) + journey * len(LANGUAGES)
        return self.medium(f"{number} 0.jpg").member.series

    def medium(self, name: str) -> Medium:
        """The medium that was found under this name."""
        return Medium.objects.get(exhibits__item__path__endswith=f"/{name}")

    def pair(self) -> tuple[Medium, Medium]:
        """A photograph, and a part of it."""
        return self.medium("whole.jpg"), self.medium("part.jpg")


@contextmanager
def house(folder: Path, browser: Browser) -> Iterator[House]:
    """Begun with the command, filled with what journeys need, and served with what works behind the pages."""
    settings = Settings(home=folder / "home", sources=(folder / "drives",))
    begun = command_line.run(
        *("--json", "init", "--country", "BE", "--unit", "Federal Police", "--person", "anke"), settings=settings
    )
    assert begun.exit == 0, begun.stderr
    with connected(settings):
        home = Home(settings)
        anke = Acting(person_named("anke"), present, "a test")
        _fill(home, anke, folder)
        try:
            with all_served(settings) as address:
                yield House(settings, home, anke, [begun.json["link"]], address, browser)
        finally:
            home.close()


def _fill(home: Home, anke: Acting, folder: Path) -> None:
    for name, role in (("bram", RoleName.ANALYST), ("carine", RoleName.AUDITOR)):
        add_colleague(home, anke, name, "", [role])
    for at, language in enumerate(LANGUAGES):
        scenes = {f"DCIM/{n:02}.jpg": picture(1000 * (at + 1) + n) for n in range(DRIVE)}
        lay(folder / "drives" / language, scenes | {"again.jpg": scenes["DCIM/00.jpg"], "note.txt": TEXT})
    open_dossier(home, anke, "A", "a warrant", "a test")
    take_in(home, anke, "A", str(lay(folder / "held", dict(_held()))), workers=1)


def _held() -> Iterator[tuple[str, bytes]]:
    yield "whole.jpg", films.whole("coffee")
    yield "part.jpg", films.cropped(photograph("coffee"), 0.4)
    for series in range(JOURNEYS * len(LANGUAGES)):
        for at in range(MEMBERS):
            serial = {"BodySerialNumber": f"{7_000_000 + series}"}
            when = taken_at(f"10:0{at}:00", f"2019:04:{10 + series}")
            yield f"{series} {at}.jpg", exposure(10 * series + at, NIKON, serial, when)
