"""Every page there is, as whoever may open it: axe finds nothing, no screen is too narrow, no name stands twice.

The pages come from the table of addresses and from what they answer, so that none is forgotten: an address that answers
with a page is walked. `make proof` looks at each in light and in dark, at both sizes and in all languages; `make test`
at some of them, each in another of these ways.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from havre.settings import Settings
from havre.units.models import Person
from tests.attacks.ground import Ground, laid
from tests.attacks.routes import Route, routes
from tests.cast import Node, node
from tests.conftest import PROOF
from tests.journeys.house import LANGUAGES
from tests.proving import known, link_for
from tests.web import served, signed_in_page, visiting

WIDE: ViewportSize = {"width": 1366, "height": 768}
NARROW: ViewportSize = {"width": 390, "height": 844}

Scheme = Literal["light", "dark"]
Way = tuple[Scheme, ViewportSize, str]

SOME: tuple[Way, ...] = (("light", WIDE, "en"), ("dark", NARROW, "fr"), ("light", NARROW, "nl"))
"""How `make test` looks at pages, in turns: each scheme, size and language is among them."""

ASKED = {
    "triage": ("?tab=near", "?tab=second", "?tab=judged"),
    "series": ("?which=proposed", "?which=nothing"),
    "search": ("?q=jpg", "?q=a", "?like={medium}", "?q=nowhere-at-all"),
    "audit": ("?person=nobody-of-this-name", "?since=soon"),
    "statistics": ("?year=2026",),
    "alerts": ("?all=yes",),
    "reviews": ("?days=3650&all=yes",),
    "again": ("?next=/people",),
    "feeds/disputed": ("?all=yes",),
    "feeds/subscribers": ("?which=behind",),
}
"""What is asked of pages that show something else then."""

OPENED = "document.querySelectorAll('details:not(.menu)').forEach((each) => { each.open = true })"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TWICE = """() => {
  const names = [...document.querySelectorAll("[id]")].map((each) => each.id);
  return names.filter((name, at) => names.indexOf(name) !== at);
}"""

COVERED: dict[str, tuple[str, str]] = {
    "dialog#sheet": ("?", "the keys of a page"),
    "dialog#palette": ("Control+k", "find or do"),
    "details.menu[open]": ("details.menu > summary", "one's account"),
}
"""What opens over every page: how, and what it is."""


@dataclass(frozen=True)
class Place:
    """A page, and who opens it; nobody where None."""

    address: str
    person: Person | None
    pattern: str


@dataclass
class Look:
    """One browser that walks, and what it found wrong."""

    browser: Browser
    address: str
    scheme: Scheme
    language: str
    pages: dict[str, Page] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def page_of(self, person: Person | None) -> Page:
        """The page in which this person has signed in; made once."""
        name = person.name if person else ""
        if name not in self.pages:
            context = self.browser.new_context(viewport=WIDE, color_scheme=self.scheme, locale=self.language)
            page = signed_in_page(context, self.address, person) if person else context.new_page()
            page.on("pageerror", lambda error: self.wrong.append(f"{page.url} throws: {error.stack}"))
            self.pages[name] = page
        return self.pages[name]

    def at(self, place: Place, size: ViewportSize) -> None:
        """Open it and look, with everything unfolded; at both sizes nothing may be wider than the screen."""
        page = self.page_of(place.person)
        page.set_viewport_size(WIDE if size is NARROW else NARROW)
        answer = page.goto(f"{self.address}{place.address}", wait_until="load")
        assert answer is not None
        page.evaluate(OPENED)
        self._measure(page, place.address)
        page.set_viewport_size(size)
        self._measure(page, place.address)
        self.examine(page, place.address)

    def examine(self, page: Page, what: str) -> None:
        """As it is now."""
        size = page.viewport_size
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        where = f"{what} {self.scheme} {self.language} {size['width'] if size else ''}"
        self.wrong += [f"{where}: {each['id']} {[node['html'] for node in each['nodes']]}" for each in found]
        self.wrong += [f"{what}: #{name} twice" for name in page.evaluate(TWICE)]

    def _measure(self, page: Page, what: str) -> None:
        wide = page.evaluate(TOO_WIDE)
        if wide > 0:
            size = page.viewport_size
            self.wrong.append(f"{what} {self.language}: {wide} px too wide at {size['width'] if size else ''}")

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def ground(database: Settings, tmp_path: Path) -> Iterator[tuple[Node, Ground]]:
    """A unit that has something of everything."""
    with node(database) as here:
        found = laid(here, here.anke, tmp_path / "BE")
        analyst = found.people["analyst"]
        known(here, analyst)
        analyst.refresh_from_db()
        yield here, found


def places(here: Node, ground: Ground) -> Iterator[Place]:
    """Every page with whoever may open it, about one thing where it needs one; in an order drawn from a seed."""
    every = [*routes(), None]
    for route in Random(4).sample(every, len(every)):
        if route is None:
            yield from _beside(here, ground)
        else:
            named = {name: ground.things.get(kind, [1])[0] for name, kind in route.things.items()}
            for words in route.words:
                yield from _asked(here, ground, route, route.address({**words, **named}))


def _beside(here: Node, ground: Ground) -> Iterator[Place]:
    """What is not in the table, and pages that say no."""
    link = link_for(here, here.bram.person)
    yield Place(link, None, "welcome/<str:token>")
    yield Place("/", None, "")
    yield Place("/series/77777", ground.people["analyst"], "absent")
    yield Place("/people", ground.people["analyst"], "refused")
    yield Place("/settings/app", ground.people["supervisor"], "settings/app")


def _asked(here: Node, ground: Ground, route: Route, address: str) -> Iterator[Place]:
    roles = sorted(route.declared.roles) if route.declared else []
    for role in [*roles, "all"] if roles else []:
        person = ground.people[role]
        if _is_page(here, person, address):
            yield Place(address, person, route.pattern)
            for more in ASKED.get(route.pattern, ()):
                yield Place(f"{address}{more.format(medium=ground.things['medium'][0])}", person, route.pattern)
            if not PROOF:
                return


def _is_page(here: Node, person: Person, address: str) -> bool:
    """Whether this answers with a whole page; a redirect, a file, a word for a script is none."""
    answer = visiting(here, person).get(address)
    assert answer.status_code < 500, address
    return answer.status_code == 200 and not answer.streaming and b"<html" in answer.content


def ways(at: int, first: bool) -> Iterator[Way]:
    """How the page of this number is looked at: in every way the first time, in one of them as other roles see it."""
    every: list[Way] = list(product(("light", "dark"), (WIDE, NARROW), LANGUAGES))
    if PROOF:
        yield from every if first else [every[at % len(every)]]
    else:
        yield SOME[at % len(SOME)]


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_page_is_for_everybody(
    database: Settings, chromium: Browser, ground: tuple[Node, Ground], count: Callable[[int, int], int]
) -> None:
    here, own = ground
    every = list(islice(places(here, own), count(18, 10_000)))
    walked = {place.pattern for place in every}
    assert len(walked) > count(8, 30)
    with served(database) as address:
        looks: dict[tuple[str, str], Look] = {}
        seen: set[str] = set()
        for at, place in enumerate(every):
            first = place.address not in seen
            seen.add(place.address)
            for scheme, size, language in ways(at, first):
                look = looks.setdefault((scheme, language), Look(chromium, address, scheme, language))
                look.at(place, size)
        for at, look in enumerate(looks.values()):
            if PROOF or not at:
                _covered(look, own)
            look.close()
        wrong = [each for look in looks.values() for each in look.wrong]
    assert not wrong, "\n".join(["", *wrong])


def _covered(look: Look, own: Ground) -> None:
    page = look.page_of(own.people["analyst"])
    page.set_viewport_size(WIDE)
    for selector, (way, what) in COVERED.items():
        page.goto(f"{look.address}/desk")
        page.click(way) if "summary" in way else page.keyboard.press(way)
        page.wait_for_selector(selector)
        look.examine(page, what)
