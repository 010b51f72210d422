"""The pages of what people protect by hashes: what was found waits, a person answers or not; no hash is shown."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.entrypoints.analyst.selfservice_needs import found_for_people
from havre.flows.self_look import look_for_submitted
from havre.hotline.letters import door_of, follow
from havre.sealing.receipt import Code
from havre.selfservice.models import Finding, Protected, State
from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON, node, noon
from tests.flows.fed import Fed
from tests.flows.test_self_found import held
from tests.flows.test_self_report import sent, taken
from tests.selfservice.made import given, hashed
from tests.web import visiting


@pytest.fixture
def fed(database: Settings, tmp_path: Any) -> Iterator[Fed]:
    with node(database) as found:
        yield Fed(found, tmp_path)


def text_of(answer: Any) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def found(fed: Fed) -> Code:
    """Somebody asked to be told of two pictures, and the unit holds something like one of them."""
    held(fed, 1, bits=9)
    code = sent(fed.node, given(1, 2, platforms=False, tell=True))
    sent(fed.node, given(3, platforms=True, tell=False), seed=2)
    taken(fed.node)
    look_for_submitted(fed.node.home, noon)
    return code


def test_what_was_found_waits_on_the_desk_and_is_answered_by_a_person(fed: Fed) -> None:
    code, here = found(fed), fed.node
    (need,) = found_for_people(here.anke.person, NOON + timedelta(hours=2))
    assert (need.what, need.when, need.address) == (
        "1 file may be what somebody asked to be told of",
        "2 h 00",
        "/protected",
    )
    assert list(found_for_people(here.chiara.person, NOON)) == []
    anke = visiting(here, here.anke.person)
    assert need.what in text_of(anke.get("/desk"))
    page = anke.get("/protected")
    assert "Submission 1 somebody under 18, of themselves to be told" in text_of(page)
    assert ("Submission 2" in text_of(page), "Submission 2" in text_of(anke.get("/protected?all=yes"))) == (False, True)
    one = anke.get("/protected/1")
    assert "as file 1 of this submission: nearly the same picture: 9 bits of 256 apart" in text_of(one)
    for secret in (hashed(1).md5, hashed(1).sha256, hashed(1).prints[0].value):
        assert secret not in one.content.decode()
    last = Entry.objects.order_by("-index")[0]
    assert (last.verb, last.thing, last.person) == ("consultation", "submission 1", "anke")
    assert anke.post("/protected/1/answered", {"text": " "}).status_code == 400
    seen = seen_on(one)
    assert anke.post("/protected/1/answered", {"text": "We found it.", "seen": seen}).status_code == 302
    assert [text for _at, text in follow(door_of(), code).answers] == ["We found it."]
    assert (Finding.objects.get().state, list(found_for_people(here.anke.person, NOON))) == ("told", [])
    assert "answered ( anke )" in text_of(anke.get("/protected/1"))


def seen_on(page: Any) -> str:
    """What the form for an answer says was on its page."""
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page.content.decode())
    return str(seen)


def test_an_answer_tells_of_nothing_that_was_found_after_the_page_was_read(fed: Fed) -> None:
    found(fed)
    anke, first = visiting(fed.node, fed.node.anke.person), Finding.objects.get()
    seen = seen_on(anke.get("/protected/1"))
    held(fed, 2)
    look_for_submitted(fed.node.home, noon)
    assert anke.post("/protected/1/answered", {"text": "We found it.", "seen": f"{seen} x ² -1"}).status_code == 302
    later = Finding.objects.exclude(pk=first.pk).get()
    assert (seen, Finding.objects.get(pk=first.pk).state, later.state) == (str(first.pk), "told", "waiting")
    assert seen_on(anke.get("/protected/1")) == str(later.pk)


def test_what_is_not_theirs_is_left_and_waits_no_more(fed: Fed) -> None:
    found(fed)
    key, bram = Finding.objects.get().pk, visiting(fed.node, fed.node.bram.person)
    for wrong in ("", "x", str(key + 1)):
        assert bram.post("/protected/1/left", {"finding": wrong}).status_code == 404
    assert bram.post("/protected/2/left", {"finding": str(key)}).status_code == 404
    assert bram.post("/protected/1/left", {"finding": str(key)}).status_code == 302
    assert bram.post("/protected/1/left", {"finding": str(key)}).status_code == 400
    assert Finding.objects.values_list("state", "decided_by__name").get() == ("left", "bram")
    page = text_of(bram.get("/protected/1"))
    assert ("looked at, nothing to tell ( bram )" in page, "Nothing waits." in text_of(bram.get("/protected"))) == (
        True,
        True,
    )


def test_somebody_who_lost_their_code_asks_the_unit_to_erase_it(fed: Fed) -> None:
    found(fed)
    anke = visiting(fed.node, fed.node.anke.person)
    assert anke.post("/protected/1/withdrawn", {}).status_code == 400
    assert anke.post("/protected/1/withdrawn", {"sure": "yes"}).status_code == 302
    states = Protected.objects.filter(submission__number=1).values_list("state", flat=True)
    assert (set(states), Finding.objects.count()) == ({State.WITHDRAWN}, 0)
    page = text_of(anke.get("/protected/1"))
    assert ("Nothing is kept of it." in page, "taken back, erased ( anke )" in page) == (True, True)
    assert anke.post("/protected/1/withdrawn", {"sure": "yes"}).status_code == 400
    assert anke.post("/protected/1/answered", {"text": "x"}).status_code == 403


def test_for_platforms_alone_nobody_looks_and_nobody_is_answered(fed: Fed) -> None:
    found(fed)
    anke = visiting(fed.node, fed.node.anke.person)
    page = text_of(anke.get("/protected/2"))
    assert ("nobody looks for it" in page, "They did not ask to be told." in page) == (True, True)
    assert anke.post("/protected/2/answered", {"text": "x"}).status_code == 403


def test_who_may_not_read_what_people_sent_opens_nothing(fed: Fed) -> None:
    found(fed)
    keeper = add_person("dirk", fed.node.anke.unit, NOON, [RoleName.ADMINISTRATOR])
    for address in ("/protected", "/protected/1"):
        assert visiting(fed.node, keeper).get(address).status_code == 403
    assert visiting(fed.node, fed.node.chiara.person).get("/protected/1").status_code == 404
