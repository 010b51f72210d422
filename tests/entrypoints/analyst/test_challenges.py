"""The pages of challenges: from what comes by the door to the retraction that was confirmed; each by whoever may."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from havre.corrections.models import Challenge, State
from havre.entrypoints.analyst.node import now
from havre.flows.notice_answered import Said, answered
from havre.flows.notice_hands import Hands
from havre.flows.open_door import open_door
from havre.flows.send_notices import send_due
from havre.flows.take_letters import take_in
from havre.hotline.letters import follow, write_letter
from havre.hotline.models import LetterKind, Page
from havre.hotline.telling import Told
from havre.notices.models import Letter, Notice, Transmission
from havre.sealing.receipt import new_code
from havre.settings import Settings
from tests.cast import NOON, Node, node, noon
from tests.platforms.written import contact, notice
from tests.sealing.wire import chance
from tests.web import visiting

TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)
SAYS = "it is my own child on a beach"


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def text_of(answer: Any) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def challenged(here: Node) -> Notice:
    """A notice whose letter left, and a challenge of it that came by the door."""
    about = notice(here.anke.person, contact(here.anke.person))
    door = open_door(here.home, here.anke)
    write_letter(door, new_code(chance(1)), LetterKind.CHALLENGE, Told(about=about.reference, seen=SAYS), NOON)
    take_in(here.home, here.anke.unit, noon)
    return about


def test_from_the_challenge_to_the_retraction_that_was_confirmed(here: Node) -> None:
    about = challenged(here)
    key, bram = Challenge.objects.get().pk, visiting(here, here.bram.person)
    assert f"Challenge 1 a notice: {about.reference}" in text_of(bram.get("/challenges"))
    assert SAYS in text_of(bram.get(f"/challenges/{key}"))
    answer = bram.post(f"/challenges/{key}/decided", {"decision": "wrong", "because": "It is no abuse."})
    assert answer.status_code == 302
    page = text_of(bram.get(f"/challenges/{key}"))
    assert "was wrong, taken back" in page
    assert "Host A abuse@host.example waits to be sent not yet" in page
    assert send_due(here.home, now, TAKES).left == 1
    (letter,) = Transmission.objects.filter(letter=Letter.RETRACTION)
    assert letter.outcome == "taken"
    answered(here.home, about, Said("receipt", "we know", now()))
    assert "not yet" not in text_of(bram.get(f"/challenges/{key}"))
    ((_at, told),) = follow(open_door(here.home, here.anke), new_code(chance(1))).answers
    assert "You were right" in told
    assert Page.objects.get(pk=about.page_id).state == "not actionable"
    assert "Nobody waits for a decision." in text_of(bram.get("/challenges"))
    assert f"Challenge 1 a notice: {about.reference}" in text_of(bram.get("/challenges?all=yes"))


def test_who_decides_by_a_page_that_is_older_than_what_was_added_is_shown_that_first(here: Node) -> None:
    challenged(here)
    key, bram = Challenge.objects.get().pk, visiting(here, here.bram.person)
    door, said = open_door(here.home, here.anke), {"decision": "wrong", "because": "It is no abuse."}
    for number in range(2):
        write_letter(door, new_code(chance(1)), LetterKind.ADDITION, Told(seen=f"more {number}"), NOON)
        take_in(here.home, here.anke.unit, noon)
        page = bram.get(f"/challenges/{key}").content.decode()
        (read,) = re.findall(r'<input type="hidden" name="read" value="(\d+)">', page)
        assert (int(read), f"more {number}" in page) == (number + 1, True)
        older = bram.post(f"/challenges/{key}/decided", said | {"read": number})
        assert (older.status_code, f"more {number}" in older.content.decode()) == (400, True)
    assert Challenge.objects.get().state == State.WAITING
    assert bram.post(f"/challenges/{key}/decided", said | {"read": read}).status_code == 302
    assert Challenge.objects.get().state != State.WAITING


def test_who_had_a_part_is_told_so_and_what_was_typed_stays(here: Node) -> None:
    challenged(here)
    key, anke = Challenge.objects.get().pk, visiting(here, here.anke.person)
    assert "You had a part in what is challenged" in text_of(anke.get(f"/challenges/{key}"))
    for given in ({"decision": "wrong", "because": "my word"}, {"because": "my word"}):
        refused = anke.post(f"/challenges/{key}/decided", given)
        assert refused.status_code in (400, 403)
        assert "my word" in refused.content.decode()
    assert Challenge.objects.get().state == State.WAITING


def test_a_call_is_written_down_with_a_code_and_pointed_at(here: Node) -> None:
    about, bram = notice(here.anke.person, contact(here.anke.person)), visiting(here, here.bram.person)
    assert bram.post("/challenges/written", {"about": "x", "text": " "}).status_code == 400
    shown = text_of(bram.post("/challenges/written", {"about": "my site", "text": SAYS, "language": "nl"}))
    assert re.search(r"shown once: ([0-9A-Z]{5}-){4}[0-9A-Z]{5}", shown)
    key = Challenge.objects.get().pk
    assert bram.post(f"/challenges/{key}/about", {"about": "elsewhere"}).status_code == 400
    assert bram.post(f"/challenges/{key}/about", {"about": about.reference}).status_code == 302
    assert Challenge.objects.get().notice == about


def test_another_unit_sees_nothing_of_it(here: Node) -> None:
    challenged(here)
    key, chiara = Challenge.objects.get().pk, visiting(here, here.chiara.person)
    assert "Nobody waits for a decision." in text_of(chiara.get("/challenges?all=yes"))
    assert chiara.get(f"/challenges/{key}").status_code == 404
    for act in ("about", "decided"):
        assert chiara.post(f"/challenges/{key}/{act}", {"decision": "wrong", "because": "x"}).status_code == 404
