"""The pages of notices: what waits, the letter as it will be sent, gone or still there, an answer, the contacts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from havre.entrypoints.analyst.node import now
from havre.flows.notice_hands import Hands
from havre.flows.send_notices import send_due
from havre.notices.models import Notice, Recipient, Response, State
from havre.settings import Settings
from tests.cast import Node, node
from tests.notices.standing import HOST, contact, routed
from tests.web import visiting

TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def text_of(answer: Any) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def drafted(here: Node, anke: Client) -> Notice:
    contact(here)
    anke.post("/takedowns/draft", {"page": routed(here).pk})
    return Notice.objects.get()


def test_from_the_draft_to_gone_and_there_again(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    notice = drafted(here, anke)
    assert f"{notice.reference} Example Hosting (host): remove it" in text_of(anke.get("/takedowns"))
    shown = text_of(anke.get(f"/takedowns/{notice.reference}"))
    assert "You host the page below. Please remove what stands there" in shown
    assert "https://photos.example/a" in shown
    anke.post(f"/takedowns/{notice.reference}/confirm")
    assert send_due(here.home, now, TAKES).left == 1
    assert "host@example.example" in text_of(anke.get(f"/takedowns/{notice.reference}"))
    anke.post(f"/takedowns/{notice.reference}/answer", {"kind": "receipt", "text": "we have it"})
    assert (Notice.objects.get().state, Response.objects.count()) == (State.ACKNOWLEDGED, 1)
    assert "we have it" in text_of(anke.get(f"/takedowns/{notice.reference}"))
    anke.post(f"/takedowns/{notice.reference}/gone")
    assert Notice.objects.get().state == State.REMOVED
    assert "Example Hosting" not in text_of(anke.get("/takedowns"))
    anke.post(f"/takedowns/{notice.reference}/still-there")
    assert Notice.objects.get().state == State.REAPPEARED
    anke.post(f"/takedowns/{notice.reference}/retract", {"because": "the wrong page"})
    assert "is taken back" in text_of(anke.get(f"/takedowns/{notice.reference}"))


def test_what_is_refused_is_said_with_its_reason(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    page = routed(here, "https://photos.example/b")
    answer = anke.post("/takedowns/draft", {"page": page.pk})
    assert answer.status_code == 400
    assert "No contact is known as host for photos.example" in text_of(answer)
    notice = drafted(here, anke)
    for act, given in (("answer", {"kind": "gossip", "text": "x"}), ("retract", {"because": ""})):
        assert anke.post(f"/takedowns/{notice.reference}/{act}", given).status_code == 400
    assert anke.post(f"/takedowns/{notice.reference}/burn").status_code == 404
    assert anke.get(f"/takedowns/{notice.reference}/gone").status_code == 302
    assert Notice.objects.get().state == State.DRAFTED


def test_a_contact_is_added_and_verified(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    said = {"name": HOST, "kind": "host", "email": "abuse@host.example", "answers_for": "AS64500, photos.example"}
    anke.post("/takedowns/contacts/add", said)
    row = Recipient.objects.get()
    assert (row.verified_at, row.answers_for) == (None, ["as64500", "photos.example"])
    anke.post(f"/takedowns/contacts/{row.pk}/verify")
    assert Recipient.objects.get().verified_by == here.anke.person
    refused = anke.post("/takedowns/contacts/add", said | {"email": "a@b.example\nBcc: c@d.example"})
    assert refused.status_code == 400
    assert "That is no address for mail" in text_of(refused)


def test_another_unit_sees_nothing_of_it(here: Node) -> None:
    notice = drafted(here, visiting(here, here.anke.person))
    chiara = visiting(here, here.chiara.person)
    assert chiara.get(f"/takedowns/{notice.reference}").status_code == 404
    assert chiara.post(f"/takedowns/{notice.reference}/gone").status_code == 404
    assert chiara.post(f"/takedowns/contacts/{notice.recipient_id}/verify").status_code == 404
    assert notice.reference not in text_of(chiara.get("/takedowns"))
    assert HOST not in text_of(chiara.get("/takedowns/contacts"))


def test_a_credential_is_given_and_never_shown_again(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    row = contact(here, api="https://api.host.example/n")
    answer = anke.post(f"/takedowns/contacts/{row.pk}/credential", {"secret": "two words"})
    assert (answer.status_code, b"two words" in answer.content) == (400, False)
    anke.post(f"/takedowns/contacts/{row.pk}/credential", {"secret": "tok3n-of-platform"})
    page = anke.get("/takedowns/contacts")
    assert ("Credential: given" in text_of(page), b"tok3n" in page.content) == (True, False)
    chiara = visiting(here, here.chiara.person)
    assert chiara.post(f"/takedowns/contacts/{row.pk}/credential", {"secret": ""}).status_code == 404
    Recipient.objects.update(barred_at=row.added_at)
    assert "They do not let us in" in text_of(anke.get("/takedowns/contacts"))


def test_many_pages_are_drafted_at_once_and_what_waits_comes_in_pages(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    contact(here)
    pages = [str(routed(here, f"https://photos.example/{number}").pk) for number in range(52)]
    answer = text_of(anke.post("/takedowns/draft", {"page": "\n".join([*pages, "nowhere"])}))
    assert "53 pages: 52 drafted, 0 as they were, 1 left out" in answer
    assert "53 nowhere" in answer
    first = anke.get("/takedowns")
    assert "50 of 52" in text_of(first)
    onward = re.search(r'href="(\?after=[^"]+)"', first.content.decode())
    assert onward is not None
    second = text_of(anke.get("/takedowns" + onward[1]))
    every = list(Notice.objects.values_list("reference", flat=True))
    due = [text.partition("What is due")[2].partition("Not gone yet")[0] for text in (text_of(first), second)]
    shown = [{each for each in every if each in text} for text in due]
    assert (len(shown[0]), len(shown[1]), shown[0] & shown[1]) == (50, 2, set())
    assert anke.get("/takedowns?after=nonsense~x").status_code == 200
