"""A source says on a page who may know of each of its things, and proves who it is where that lets others know more."""

from collections.abc import Callable

from django.test import Client

from havre.cases.models import Case
from havre.entrypoints.analyst.sessions import BEGAN
from havre.exchange.models import About, Kind, Notice, Shared
from havre.exchange.rules import reference
from havre.flows.clue import draw_clue
from havre.flows.comment import say, take_back
from havre.flows.series_joined import join
from havre.flows.theirs import see
from havre.restrictions.keep import said
from havre.restrictions.model import Level
from havre.series.clues import Drawn
from havre.series.models import Clue, Comment, Series
from havre.settings import Settings
from tests.cast import NOON, Cast, Node, node
from tests.exchange.shared import confirmed, shared
from tests.network.known import accepted
from tests.web import visiting


def stale(browser: Client) -> Client:
    """Who proved who they are a day ago."""
    session = browser.session
    session[BEGAN] = session.get(BEGAN, 0)
    session["account_authentication_methods"] = [
        {**method, "at": 0} for method in session.get("account_authentication_methods", [])
    ]
    session.save()
    return browser


def test_a_source_opens_and_closes_its_series(database: Settings) -> None:
    with node(database) as here:
        series = confirmed(here.anke)
        browser, address = visiting(here, here.anke.person), f"/series/{series.number}/share"
        assert "Nobody outside your unit" in browser.get(address).text
        opened = {"level": "open", "countries": "it fr", "no_countries": "FR", "until": "2031-12-31", "onward": "yes"}
        assert browser.post(address, opened).status_code == 302
        now = said("series", [series.pk])[series.pk]
        assert (now.level, now.countries, now.no_countries, now.onward) == (
            Level.OPEN, frozenset({"IT", "FR"}), frozenset({"FR"}), True,
        )  # fmt: skip
        assert 'value="FR IT"' in browser.get(address).text
        for wrong in ({"level": "wide"}, {"level": "open"}, {**opened, "until": "soon"}, {**opened, "units": "Nobody"}):
            assert browser.post(address, wrong).status_code == 400
        accepted(Cast(here.anke.person, here.bram.person, here.chiara.person))
        named = {"level": "open", "units": "Polizia Postale, Police@Node FR", "no_units": "Gendarmerie@Node FR"}
        assert browser.post(address, named).status_code == 302
        typed = browser.get(address).text
        assert ('value="Polizia Postale, Police@Node FR"' in typed, 'value="Gendarmerie@Node FR"' in typed) == (
            True,
            True,
        )
        assert browser.post(address, {**named, "units": "Police@Nowhere"}).status_code == 400
        assert browser.post(address, {"level": "closed"}).status_code == 302
        assert said("series", [series.pk])[series.pk].level is Level.CLOSED


def test_whoever_lets_others_know_more_proves_again_who_they_are(database: Settings) -> None:
    with node(database) as here:
        series = confirmed(here.anke)
        browser = stale(visiting(here, here.anke.person))
        led = browser.post(f"/series/{series.number}/share", {"level": "open", "countries": "IT"})
        assert (led.status_code, led.headers["Location"].startswith("/again")) == (302, True)
        assert said("series", [series.pk]) == {}
        assert browser.post(f"/series/{series.number}/share", {"level": "closed"}).status_code == 302
        assert said("series", [series.pk])[series.pk].level is Level.CLOSED


OPEN = {"level": "open", "countries": "IT"}

THINGS: dict[str, Callable[[Node, Series], tuple[str, int]]] = {
    "case": lambda _here, _series: (f"/cases/{Case.objects.get().pk}/share", Case.objects.get().pk),
    "media": lambda _here, series: (f"/media/{first(series)}/share", first(series)),
    "clue": lambda _here, series: (f"/series/1/clues/{clue_of(series)}/share", Clue.objects.get().pk),
    "comment": lambda here, _series: (f"/series/1/comments/{said_of(here)}/share", Comment.objects.get().pk),
}
"""The page of each kind of thing besides series, and which one it is."""


def first(series: Series) -> int:
    """The first file of a series."""
    return series.members.order_by("medium").values_list("medium", flat=True)[0]


def clue_of(series: Series) -> int:
    """A clue on it."""
    by = series.unit.people.get(name="anke")
    about = {"number": 2, "name": "Route <b>sign", "kind": "sign", "by": by, "at": NOON}
    return Clue.objects.create(series=series, medium_id=first(series), **about).pk


def said_of(here: Node) -> int:
    """A comment on the series."""
    return say(here.home, here.anke, "S1", "the tiles are of Porto").pk


def test_every_thing_has_its_page_where_the_same_is_said_of_it_and_proven(database: Settings) -> None:
    with node(database) as here:
        series, _done = shared(here, "FR")
        browser, chiara = visiting(here, here.anke.person), visiting(here, here.chiara.person)
        late = stale(visiting(here, here.anke.person))
        lives = {
            "case": "/cases",
            "media": f"/media/{first(series)}",
            "clue": "/series/1/clues",
            "comment": "/series/1",
        }
        for kind, made in THINGS.items():
            address, key = made(here, series)
            assert f'href="{address}"' in browser.get(lives[kind]).text
            shown = browser.get(address).text
            assert ('id="unsaid"' in shown, 'id="bounds"' in shown, "<b>sign" in shown) == (True, True, False)
            assert ('value="hit"' in shown) == (kind in ("case", "media"))
            hit = browser.post(address, {**OPEN, "level": "hit"}) if kind in ("clue", "comment") else None
            assert hit is None or (hit.status_code, "closed or open" in hit.text) == (400, True)
            led = late.post(address, OPEN)
            assert (led.status_code, led.headers["Location"].startswith("/again"), said(kind, [key])) == (302, True, {})
            assert browser.post(address, OPEN).status_code == 302
            assert (said(kind, [key])[key].level, said(kind, [key])[key].countries) == (Level.OPEN, frozenset({"IT"}))
            shown = browser.get(address).text
            assert ('id="unsaid"' in shown, 'value="IT"' in shown) == (False, True)
            assert browser.post(address, {**OPEN, "countries": "Italy"}).status_code == 400
            led = late.post(address, {"level": "closed"})
            assert (led.headers["Location"].startswith("/again"), said(kind, [key])[key].level) == (False, Level.CLOSED)
            assert [chiara.get(address).status_code, chiara.post(address, OPEN).status_code] == [404, 404]


def test_a_comment_is_read_by_others_only_where_somebody_said_so_and_as_long(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        comment, own = said_of(here), say(here.home, here.anke, "S1", "for us alone")
        ref = reference(Shared.objects.get(kind=Kind.SERIES))

        def read() -> list[str]:
            beside = see(here.home, here.chiara, ref).to_json()["beside"]
            assert "anke" not in str(beside)
            return [each["body"]["text"] for each in beside if each["kind"] == Kind.COMMENT]

        browser = visiting(here, here.anke.person)
        assert (read(), "others read it too" in browser.get("/series/1").text) == ([], False)
        assert browser.post(f"/series/1/comments/{comment}/share", OPEN).status_code == 302
        assert (read(), "others read it too" in browser.get("/series/1").text) == (["the tiles are of Porto"], True)
        assert (
            browser.post(f"/series/1/comments/{own.pk}/share", {"level": "open", "countries": "FR"}).status_code == 302
        )
        assert read() == ["the tiles are of Porto"]  # France may not see the series, and Italy not this one
        take_back(here.home, here.anke, "S1", comment)
        assert (read(), Notice.objects.filter(about=About.COMMENT).exclude(told={}).count()) == ([], 0)


def test_what_was_said_and_drawn_in_a_part_is_opened_and_closed_on_the_page_of_the_whole(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        part = confirmed(here.anke, 1)
        clue = draw_clue(here.home, here.anke, "S2", first(part), Drawn("Red sign", "sign"), nobody=True)
        comment = say(here.home, here.anke, "S2", "the tiles are of Porto")
        assert join(here.home, here.anke, "S1", "S2").reference == "S1"
        ref, browser = reference(Shared.objects.get(kind=Kind.SERIES)), visiting(here, here.anke.person)

        def beside() -> list[str]:
            shown = see(here.home, here.chiara, ref).to_json()["beside"]
            return sorted(each["kind"] for each in shown if each["kind"] in (Kind.CLUE, Kind.COMMENT))

        clues, talk = f"/series/1/clues/{clue.pk}/share", f"/series/1/comments/{comment.pk}/share"
        assert ("it was drawn in S2, which became part of S1" in browser.get(clues).text, beside()) == (True, [])
        for address in (clues, talk):
            assert browser.post(address, OPEN).status_code == 302
        assert beside() == [Kind.CLUE, Kind.COMMENT]
        for address in (clues, talk):
            assert browser.post(address, {"level": "closed"}).status_code == 302
        assert beside() == []
