"""Hostile texts in every field of every table, on every page, in a real browser: none runs, none is even believed.

The texts are written into the tables themselves, past every check of what may be typed: what another program, an
older version or a forged file would leave there. `texts.py` makes the list of fields from the models, so that new
ones are in it; `payloads.py` has the texts.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from random import Random
from urllib.parse import quote, urlsplit

import pytest
from django.apps import apps
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request

from havre.settings import Settings
from tests.attacks.ground import Ground, laid
from tests.attacks.payloads import bundles, payloads
from tests.attacks.routes import THINGS, WITHOUT_THINGS, Route, routes
from tests.attacks.texts import ROOMS, put_everywhere, texts
from tests.cast import Node, node
from tests.web import served, signed_in_page, visiting

pytestmark = pytest.mark.xdist_group("xss")

LEAST = 300
BUNDLE = 200
"""Letters of the texts that are put at once: most fields take as many, shorter ones the first of them."""

NO_PAGE = frozenset(
    {
        *("desk/approvals/<int:number>", "audit/entries/<int:index>/proof", "statistics/table", "again", "language"),
        *("series/<int:number>/<slug:act>", "settings/sign-in/<int:number>/remove", "settings/theme"),
        *("settings/sessions/end", "people/add", "people/<int:number>/link", "people/<int:number>/role"),
        *("challenges/written", "challenges/<int:number>/about", "challenges/<int:number>/decided"),
        *("takedowns/draft", "takedowns/contacts/add", "takedowns/contacts/<int:number>/verify"),
        *("takedowns/<str:reference>/<slug:act>", "takedowns/mail/<int:number>/<slug:act>"),
        "takedowns/contacts/<int:number>/credential",
        *("requests/ask", "requests/<str:reference>/<slug:act>"),
        *("people/<int:number>/leave", "sealed", "media/<int:medium>/sealed", "media/<int:medium>/reveal"),
        *("media/<int:medium>/veil", "media/<int:medium>/reason", "triage/judge", "triage/undo", "triage/series"),
        *("intakes/asked/<int:order>/<str:act>", "intakes/upload/<int:order>/send", "uploads", "uploads/<int:number>"),
        *("alerts/asked", "alerts/asked/<int:number>/ended", "reviews/<int:number>/prolonged"),
        *("reviews/<int:number>/ended", "reviews/<int:number>/held"),
        *("alerts/hits/<int:number>/handled", "notices/<int:number>/read", "notices/<int:number>/not-ours"),
        *(
            "others/<str:ref>/<slug:act>",
            "settings/mail",
            "settings/zone",
            "triage/fresh",
            "alerts/<int:number>/handled",
            "alerts/questions/<int:number>/withdrawn",
        ),
        *("series/<int:number>/clues/<int:clue>/withdraw", "series/<int:number>/clues/<int:clue>/crop"),
        "hotline/next",
        *("protected/<int:number>/answered", "protected/<int:number>/left", "protected/<int:number>/withdrawn"),
        *("hotline/pages/<int:number>/<slug:act>", "hotline/reports/<int:number>/<slug:act>"),
        *("sites/<int:number>/address", "sites/<int:number>/statement", "sites/<int:number>/case"),
        *("sites/statements/<int:number>/withdrawn", "feeds/next", "feeds/canary"),
        "feeds/entries/<int:number>/<slug:act>",
        *("series/<int:number>/clues/<int:clue>/crop/look", "series/<int:number>/clues/<int:clue>/crop/file"),
    }
)
"""Addresses that only take what is sent, or answer with what is no page."""

ASKED = (
    *("q", "text", "person", "thing", "reason", "since", "until", "verb", "which", "tab", "after", "before", "next"),
    *("all", "intake", "name", "near", "km", "make", "model", "serial", "digest", "medium", "on", "days", "desk"),
    *("one", "other"),
)
"""Names of what addresses ask; pages show it again."""

REFLECTING = (
    "search",
    "audit",
    "audit/checkpoints",
    "series",
    "triage",
    "alerts",
    "again",
    "settings/sign-in",
    "hotline",
    "sites/compare",
)
"""Pages that read what their address asks."""

WATCH = """
window.hits = [];
window.hit = () => { window.hits.push("ran"); };
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => { window.hits.push(name); };
addEventListener("securitypolicyviolation", (event) => {
  window.hits.push(`stopped by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""

BELIEVED = """() => {
  const found = [...window.hits];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^(on|x-|@|:|hx-on|data-hx)/i.test(name)) found.push(`attribute ${name} of ${element.tagName}`);
      if (/^(href|src|action|formaction|data|srcdoc|xlink:href|poster|srcset|background)$/i.test(name)
          && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)|evil\\.example/i.test(value)
          && !new URL(value, location).href.startsWith(location.origin)) found.push(`address ${value}`);
    }
  }
  const strange = document.querySelectorAll("iframe, object, embed, base, marquee, math, portal, applet, frameset, "
    + "xss, script:not([src]):not([type='application/json']), style, meta[http-equiv]");
  for (const element of strange) found.push(`element ${element.outerHTML.slice(0, 120)}`);
  return found;
}"""


@dataclass
class Target:
    """A served node, a person who may open everything, and what was seen."""

    here: Node
    ground: Ground
    address: str
    context: BrowserContext
    asked: list[str] = field(default_factory=list)
    """Requests that were to leave for elsewhere."""

    def see(self, request: Request) -> None:
        """Note a request that is not to the node; seen and not held, or the browser would keep no style or script."""
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != urlsplit(self.address).netloc:
            self.asked.append(request.url)


@pytest.fixture(scope="module")
def target(lasting_database: Settings, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with node(lasting_database) as here:
        ground = laid(here, here.anke, tmp_path_factory.mktemp("seized") / "in")
        with served(lasting_database) as address:
            context = chromium.new_context()
            found = Target(here, ground, address, context)
            signed_in_page(context, address, here.anke.person).close()
            context.add_init_script(WATCH)
            context.on("request", found.see)
            yield found
            context.close()


def pages(ground: Ground) -> Iterator[tuple[str, Route]]:
    """Every page, about one thing where it needs one."""
    for route in routes():
        kinds = route.things
        if route.declared and route.pattern not in NO_PAGE and all(ground.things.get(kind) for kind in kinds.values()):
            yield route.address({name: ground.things[kind][0] for name, kind in kinds.items()}), route


def seen(page: Page, address: str, target: Target) -> list[str]:
    """What a page believed of the hostile text, or did."""
    dialogs: list[str] = []

    def shut(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", shut)
    answer = page.goto(f"{target.address}{address}", wait_until="load")
    page.wait_for_timeout(30)
    found = [*page.evaluate(BELIEVED), *dialogs, *target.asked]
    target.asked.clear()
    if answer is None or answer.status >= 500:
        found.append(f"answered {answer.status if answer else 'nothing'}")
    return [f"{address.partition('?')[0]}: {each}" for each in found]


def attacked(target: Target, text: str, chance: Random, parts: int) -> list[str]:
    """Pages with this text in every field of every table, then with it in the address: one of so many, drawn."""
    put_everywhere(target.here.home, target.ground.acting, text)
    page, found, every = target.context.new_page(), list[str](), list(pages(target.ground))
    for address, route in chance.sample(every, -(-len(every) // parts)):
        found += seen(page, address, target)
        if route.pattern in REFLECTING:
            found += seen(page, f"{address}?{'&'.join(f'{name}={quote(text)}' for name in ASKED)}", target)
    page.close()
    return [f"{text!r} on {each}" for each in found]


def test_there_are_enough_texts_fields_and_pages() -> None:
    assert len(payloads()) >= LEAST
    made = bundles(payloads(), BUNDLE)
    assert [text for text in payloads() if not any(text in bundle for bundle in made)] == []
    assert max(map(len, made)) <= BUNDLE
    assert len(list(texts())) >= 25
    assert {route.pattern for route in routes()} >= NO_PAGE
    assert set(THINGS) | WITHOUT_THINGS >= NO_PAGE


def test_every_room_with_tables_is_attacked() -> None:
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("havre.") and list(app.get_models())}
    assert ours - set(ROOMS) == {"network"}, "say in texts.ROOMS that its columns are attacked"


@pytest.mark.proof
def test_no_hostile_text_runs_on_any_page(target: Target, count: Callable[[int, int], int]) -> None:
    every = bundles(Random(9).sample(payloads(), len(payloads())), BUNDLE)
    chance, parts = Random(9), count(4, 1)
    found = [each for text in every[: count(2, len(every))] for each in attacked(target, text, chance, parts)]
    assert not found, "\n".join(["", *found[:40]])


def test_the_hostile_texts_are_on_the_pages(target: Target) -> None:
    put_everywhere(target.here.home, target.ground.acting, "<b>Dakpan</b>")
    client, shown = visiting(target.here, target.here.anke.person), dict[str, bool]()
    for address, route in pages(target.ground):
        main = client.get(address).text.partition("<main")[2].partition("</main")[0]
        shown[route.pattern] = "<b>Dakpan</b>" in unescape(re.sub("<[^<>]*>", "", main))
    assert sum(shown.values()) > 8, shown
    for pattern in (
        "desk",
        "audit",
        "series",
        "series/<int:number>",
        "people",
        "alerts",
        "media/<int:number>",
        "triage",
        "hotline",
        "hotline/pages/<int:number>",
        "hotline/reports/<int:number>",
    ):
        assert shown[pattern], pattern


def test_what_runs_is_seen(target: Target) -> None:
    page = target.context.new_page()
    page.goto(f"{target.address}/desk")
    for text in ("<img src=x onerror=hit()>", "<iframe srcdoc='x'></iframe>", "<a href='javascript:hit()'>x</a>"):
        page.evaluate("(text) => { document.querySelector('main').innerHTML = text; }", text)
        assert page.evaluate(BELIEVED), text
    assert seen(page, "/desk", target) == []
