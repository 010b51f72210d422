"""The pages of hash lists: a second person looks and decides, subscribers are heard, and who is not told of what."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.audit.models import Entry as Line
from havre.entrypoints.analyst.node import now
from havre.feeds.models import Canary, Entry, Feed, HashList, State, Subscriber, Version, Vote
from havre.feeds.receipts import acknowledge
from havre.flows.begin import add_colleague
from havre.flows.feed_entries import retract
from havre.flows.feed_shown import PAGE
from havre.settings import Settings
from havre.units.models import Person, RoleName
from havre.units.queries import person_named
from tests.cast import NOON, node
from tests.flows.fed import Fed, fed
from tests.web import visiting


@pytest.fixture
def lists(database: Settings, tmp_path: Path) -> Any:
    with node(database) as found:
        yield fed(found, tmp_path / "roots")


def said(answer: Any) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]).split())


def one_who_is(lists: Fed, *roles: RoleName) -> Person:
    add_colleague(lists.node.home, lists.node.anke, "dora", "", list(roles))
    return person_named("dora")


def disputed(lists: Fed) -> tuple[Entry, Subscriber]:
    """An entry that is out, and of which a platform says that it is wrong; as rows, for publishing takes a while."""
    entry, at = lists.propose(lists.medium()), now()
    reader, _token = lists.reader()
    Canary.objects.update(due=False)
    bram = lists.node.bram.person
    Entry.objects.filter(pk=entry.pk).update(state=State.CHALLENGED, confirmed_by=bram, added_at=at)
    Feed.objects.update(version=1, signed=1, written=1, signed_at=at)
    HashList.objects.update(version=1)
    Version.objects.create(feed=lists.feed, number=1, at=at)
    said_ = {"up": False, "reason": "a beach", "at": at, "challenged_at": at}
    Vote.objects.create(subscriber=reader, entry=entry, **said_)
    return Entry.objects.get(pk=entry.pk), reader


def test_a_unit_without_lists_is_told_how_they_begin(database: Settings) -> None:
    with node(database) as here:
        page = visiting(here, here.bram.person).get("/feeds")
        assert "Your unit has no hash lists" in said(page)
        assert "havre feed keys" in said(page)
        for address in ("/feeds/proposals", "/feeds/disputed", "/feeds/disputed?all=yes", "/feeds/subscribers"):
            assert visiting(here, here.bram.person).get(address).status_code == 200


def test_every_list_says_what_is_on_it_and_what_waits(lists: Fed) -> None:
    entry, _reader = disputed(lists)
    lists.propose(lists.medium())
    lists.propose_many(1)
    Entry.objects.filter(state=State.CONFIRMED).update(state=State.RETRACTED, due=False, added_at=now())
    page = visiting(lists.node, lists.node.bram.person).get("/feeds")
    row = page.text.partition('data-list="national-be"')[2].partition("</tr>")[0]
    figures = re.findall(r'<td class="num">(\d+)</td>', row)
    assert figures == [
        "1",
        "1",
        "1",
        "1",
        "1",
        "0",
        "1",
    ]  # version, living, retracted, disputed, proposed, due, readers
    assert "1 proposal waits for a second person" in said(page)
    assert "1 entry is disputed by a subscriber" in said(page)
    assert "In the way" not in said(page)
    assert entry.state == State.CHALLENGED


def test_trouble_is_said_with_what_to_do(lists: Fed) -> None:
    Feed.objects.update(signed=1, written=0, signed_at=now() - timedelta(hours=9))
    page = said(visiting(lists.node, lists.node.bram.person).get("/feeds"))
    assert "A publication of hash lists was cut off" in page
    assert "have not been signed anew for hours" in page
    assert "havre feed publish" in page


def test_somebody_else_looks_and_confirms_and_is_led_to_the_next(lists: Fed) -> None:
    one, two = (lists.propose(lists.medium()) for _number in range(2))
    bram = visiting(lists.node, lists.node.bram.person)
    assert f'href="/feeds/entries/{one.number}"' in bram.get("/feeds/proposals").text
    page = bram.get(f"/feeds/entries/{one.number}")
    for words in (
        "What was judged belongs on this list.",
        "Its source lets it go to platforms.",
        "The quality of its fingerprint is 90 of 100; 50 is the least.",
        "No harmless pictures are loaded to compare it with.",
        "BE 1",
        "anke",
    ):
        assert words in said(page), words
    answer = bram.post(f"/feeds/entries/{one.number}/confirm", follow=True)
    assert answer.redirect_chain[-1][0] == f"/feeds/entries/{two.number}"
    assert "Confirmed: it goes out with the next version." in said(answer)
    assert Entry.objects.get(pk=one.pk).confirmed_by == lists.node.bram.person
    done = bram.post(f"/feeds/entries/{two.number}/refuse", {"because": "not this one"}, follow=True)
    assert done.redirect_chain[-1][0] == "/feeds/proposals"
    assert "Nothing more waits for you here." in said(done)
    two.refresh_from_db()
    assert (two.state, two.because) == (State.RETRACTED, "not this one")


def test_nobody_confirms_their_own_however_they_ask(lists: Fed) -> None:
    entry = lists.propose(lists.medium())
    anke = visiting(lists.node, lists.node.anke.person)
    page = anke.get(f"/feeds/entries/{entry.number}")
    assert "You proposed this: somebody else confirms it." in said(page)
    assert f"/feeds/entries/{entry.number}/confirm" not in page.text
    refused = anke.post(f"/feeds/entries/{entry.number}/confirm")
    assert (refused.status_code, "somebody else confirms it" in said(refused)) == (403, True)
    assert anke.get("/feeds/next").headers["Location"] == "/feeds/proposals"
    assert Entry.objects.get().state == State.PROPOSED


def test_what_may_not_go_any_more_says_so_before_and_after(lists: Fed) -> None:
    entry = lists.propose(lists.medium())
    Entry.objects.get().medium.fingerprints.update(quality=20)  # type: ignore[union-attr]
    bram = visiting(lists.node, lists.node.bram.person)
    assert "It may not go out as things stand" in said(bram.get(f"/feeds/entries/{entry.number}"))
    refused = bram.post(f"/feeds/entries/{entry.number}/confirm")
    assert (refused.status_code, "quality of its fingerprint is below 50" in said(refused)) == (403, True)


def test_a_platforms_reason_is_read_and_somebody_without_a_part_says_that_it_holds(lists: Fed) -> None:
    entry, _reader = disputed(lists)
    bram, dora = (
        visiting(lists.node, person) for person in (lists.node.bram.person, one_who_is(lists, RoleName.ANALYST))
    )
    assert "Platform : a beach" in said(bram.get("/feeds/disputed"))
    address = f"/feeds/entries/{entry.number}"
    assert "somebody who had no part in it says whether it holds" in said(bram.get(address))
    assert bram.post(f"{address}/keep", {"because": "mine"}).status_code == 403
    empty = dora.post(f"{address}/keep", {"because": " "})
    assert (empty.status_code, "Say why" in said(empty)) == (400, True)
    assert dora.post(f"{address}/keep", {"because": "it is what it is"}).status_code == 302
    assert Entry.objects.get().state == State.PUBLISHED
    assert "Nothing is disputed." in said(dora.get("/feeds/disputed"))
    assert "Platform wrong: a beach" in said(dora.get("/feeds/disputed?all=yes"))


def test_what_is_out_is_retracted_with_a_reason_alone(lists: Fed) -> None:
    entry, _reader = disputed(lists)
    bram = visiting(lists.node, lists.node.bram.person)
    assert bram.post(f"/feeds/entries/{entry.number}/retract", {"because": ""}).status_code == 400
    assert bram.post(f"/feeds/entries/{entry.number}/refuse", {"because": "x"}).status_code == 400
    bram.post(f"/feeds/entries/{entry.number}/retract", {"because": "a beach indeed"})
    entry.refresh_from_db()
    assert (entry.state, entry.because) == (State.RETRACTED, "a beach indeed")
    assert "a beach indeed" in said(bram.get(f"/feeds/entries/{entry.number}"))
    line = Line.objects.filter(thing=f"entry {entry.number} of lists", verb="change").order_by("-index")[0]
    assert (line.person, '"retracted"' in line.detail, "beach" in line.detail) == ("bram", True, False)


def test_who_has_not_heard_a_retraction_is_seen_until_they_say_so(lists: Fed) -> None:
    entry, reader = disputed(lists)
    retract(lists.node.home, lists.node.anke, entry.number, "a beach")
    lists.publish()
    bram = visiting(lists.node, lists.node.bram.person)
    assert re.search(r"Platform platforms .* 0 2 never 1 since", said(bram.get("/feeds/subscribers?which=behind")))
    page = said(bram.get(f"/feeds/subscribers/{reader.pk}"))
    assert f"List entry {entry.number} · national-be · version 2" in page
    acknowledge(reader, "national-be", 2, now())
    assert "Everybody has put every retraction into use." in said(bram.get("/feeds/subscribers?which=behind"))
    page = said(bram.get(f"/feeds/subscribers/{reader.pk}"))
    assert "Retractions that are not in use there" not in page
    assert "for platforms · version 2" in page


def test_canaries_are_told_of_to_who_takes_subscribers_on_and_to_nobody_else(lists: Fed) -> None:
    _entry, reader = disputed(lists)
    value = bytes(Canary.objects.first().md5).hex()  # type: ignore[union-attr]
    anke, bram = (visiting(lists.node, each.person) for each in (lists.node.anke, lists.node.bram))
    assert "3 of 3 have come out" in said(anke.get(f"/feeds/subscribers/{reader.pk}"))
    found = said(anke.post("/feeds/canary", {"hash": value.upper()}))
    assert re.search(r"Platform alone was given this, as entry \d+ of national-be\.", found)
    assert anke.post("/feeds/canary", {"hash": "00" * 16}).status_code == 404
    assert anke.post("/feeds/canary", {"hash": "x"}).status_code == 400
    assert "anar" not in said(bram.get(f"/feeds/subscribers/{reader.pk}"))
    assert "anar" not in said(bram.get("/feeds/subscribers"))
    assert bram.post("/feeds/canary", {"hash": value}).status_code == 403


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_does_not_work_with_media_sees_none_of_it(lists: Fed, role: RoleName) -> None:
    entry, reader = disputed(lists)
    dora = visiting(lists.node, one_who_is(lists, role))
    medium = entry.medium_id
    for address in (
        *("/feeds/proposals", "/feeds/disputed", "/feeds/disputed?all=yes", "/feeds/next"),
        *(f"/feeds/entries/{entry.number}", f"/media/{medium}/lists"),
    ):
        assert dora.get(address).status_code == 403
    status = 200 if role == RoleName.ADMINISTRATOR else 403
    for address in ("/feeds", "/feeds/subscribers", f"/feeds/subscribers/{reader.pk}"):
        answer = dora.get(address)
        assert (answer.status_code, "data:image" in answer.text, "/feeds/entries" in answer.text) == (
            status,
            False,
            False,
        )


def test_another_unit_sees_nothing_of_it(lists: Fed) -> None:
    entry, reader = disputed(lists)
    chiara = visiting(lists.node, lists.node.chiara.person)
    for address in (
        f"/feeds/entries/{entry.number}",
        f"/feeds/subscribers/{reader.pk}",
        f"/media/{entry.medium_id}/lists",
    ):
        theirs, absent = chiara.get(address), chiara.get(re.sub(r"\d+", "77777", address))
        assert (theirs.status_code, said(theirs)) == (404, said(absent))
    for address in ("/feeds/entries/", "/feeds/subscribers/"):
        assert chiara.get(f"{address}{10**30}").status_code == 404
    assert chiara.get(f"/media/{10**30}/lists").status_code == 404
    for act in ("confirm", "refuse", "retract", "keep"):
        assert chiara.post(f"/feeds/entries/{entry.number}/{act}", {"because": "mine"}).status_code == 404
    for address in ("/feeds", "/feeds/disputed", "/feeds/disputed?all=yes", "/feeds/subscribers"):
        assert "Platform" not in said(chiara.get(address))


def test_no_page_carries_a_sharp_picture_and_each_says_who_looked(lists: Fed) -> None:
    entry, reader = disputed(lists)
    bram = visiting(lists.node, lists.node.bram.person)
    for address, thing in (
        ("/feeds", "lists of Federal Police"),
        ("/feeds/proposals", "proposals for lists of Federal Police"),
        ("/feeds/disputed", "disputed entries of Federal Police"),
        (f"/feeds/entries/{entry.number}", f"entry {entry.number} of lists"),
        (f"/media/{entry.medium_id}/lists", f"medium {entry.medium_id}"),
        (f"/feeds/subscribers/{reader.pk}", f"subscriber {reader.pk} of lists"),
    ):
        page = bram.get(address).text
        newest = Line.objects.filter(thing=thing).order_by("-index")[0]
        assert (newest.verb, newest.person) == ("consultation", "bram")
        assert set(re.findall(r'<img src="([^"]{0,22})', page)) <= {"data:image/webp;base64"}


def many(lists: Fed, count: int) -> None:
    """So many proposals, disputes and subscribers, as rows."""
    entry = lists.propose(lists.medium())
    reader, _token = lists.reader("Platform" + "s" * Subscriber.objects.count())  # their chance is of the length
    first, half = 1_000 * entry.number, [State.PROPOSED] * (count - 1) + [State.CHALLENGED] * count
    of: dict[str, Any] = {
        "listed": entry.listed,
        "unit": entry.unit,
        "medium": entry.medium,
        "kind": "picture",
        "signals": [],
    }
    of |= {"proposed_by": entry.proposed_by, "proposed_at": NOON}
    rows = Entry.objects.bulk_create(Entry(number=first + at, state=state, **of) for at, state in enumerate(half))
    said_ = {"up": False, "reason": "a beach", "at": NOON, "challenged_at": NOON}
    Vote.objects.bulk_create(
        Vote(subscriber=reader, entry=each, **said_) for each in rows if each.state == State.CHALLENGED
    )


def cost(lists: Fed, address: str) -> int:
    browser = visiting(lists.node, lists.node.bram.person)
    browser.get(address)  # what is written once
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_a_page_costs_the_same_however_much_there_is_and_goes_on(lists: Fed) -> None:
    pages = ("/feeds", "/feeds/proposals", "/feeds/disputed", "/feeds/disputed?all=yes", "/feeds/subscribers", "/desk")
    many(lists, 2)
    few = [cost(lists, page) for page in pages]
    many(lists, PAGE)
    assert [cost(lists, page) for page in pages] == few
    bram = visiting(lists.node, lists.node.bram.person)
    for address, mark in (
        ("/feeds/proposals", r'data-entry="(\d+)"'),
        ("/feeds/disputed", r'data-entry="(\d+)"'),
        ("/feeds/disputed?all=yes", r'data-vote="(\d+)"'),
    ):
        page = bram.get(address).text
        one, (onward,) = re.findall(mark, page), re.findall(r'href="(\?[^"]*after=\d+)"', page)
        two = re.findall(mark, bram.get(address.partition("?")[0] + onward.replace("&amp;", "&")).text)
        assert (len(one), len(two), set(one) & set(two)) == (PAGE, 2, set())
