"""The pages of requests: the letter is read, it is asked, sent, answered, prolonged and taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from havre.entrypoints.analyst.node import now
from havre.flows.read_mail import take_mails
from havre.flows.send_notices import send_due
from havre.platforms.models import Request, State
from havre.settings import Settings
from havre.units.prefer import prefer
from tests.cast import Node, node
from tests.entrypoints.analyst.test_takedowns import text_of
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import LAW, TAKES, queued
from tests.platforms.written import contact, page
from tests.web import visiting


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def test_from_the_letter_to_the_answer_and_taken_back(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    contact(here.anke.person)
    about = page(here.anke.person)
    given = {"kind": "preserve", "provider": "Host A", "basis": LAW, "page": about.pk, "days": "7"}
    read = text_of(anke.post("/requests/ask", given | {"act": "read"}))
    assert "We ask you to preserve the content" in read
    assert Request.objects.count() == 0
    anke.post("/requests/ask", given | {"act": "ask"})
    request = Request.objects.get()
    assert f"waits to be sent {request.reference} Host A : keep it for the police" in text_of(anke.get("/requests"))
    assert send_due(here.home, now, TAKES).left == 1
    shown = text_of(anke.get(f"/requests/{request.reference}"))
    assert "the request abuse@host.example" in shown
    assert "Please answer by" in shown
    anke.post(f"/requests/{request.reference}/answered", {"complete": "partial", "text": "a part of it"})
    assert "a part of it" in text_of(anke.get(f"/requests/{request.reference}"))
    anke.post(f"/requests/{request.reference}/longer", {"days": "30", "basis": "an order"})
    anke.post(f"/requests/{request.reference}/withdrawn")
    assert Request.objects.get().state == State.WITHDRAWN
    assert send_due(here.home, now, TAKES).left == 1
    assert "that it is taken back abuse@host.example" in text_of(anke.get(f"/requests/{request.reference}"))
    assert request.reference not in text_of(anke.get("/requests"))
    assert request.reference in text_of(anke.get("/requests?all=yes"))


def test_a_page_names_the_days_that_its_letter_names_whatever_the_clock_of_whoever_reads(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    contact(here.anke.person)
    given = {"kind": "preserve", "provider": "Host A", "basis": LAW, "page": page(here.anke.person).pk, "act": "ask"}
    anke.post("/requests/ask", given)
    assert send_due(here.home, now, TAKES).left == 1
    Request.objects.update(deadline=datetime(2031, 5, 2, 3, tzinfo=UTC), kept_until=datetime(2031, 6, 2, 3, tzinfo=UTC))
    for zone in ("UTC", "America/New_York", "Pacific/Auckland"):
        prefer(here.anke.person, zone=zone)
        shown = text_of(anke.get(f"/requests/{Request.objects.get().reference}"))
        assert "Please keep it until 2 June 2031." in shown
        assert "Kept until 2 June 2031 UTC" in shown
        assert "Please answer by 2 May 2031." in shown
        assert "Answer due 2 May 2031, 03:00 UTC" in shown
        assert "2 May 2031 UTC" in text_of(anke.get("/requests"))


def test_what_is_refused_is_said_and_another_unit_sees_nothing(here: Node) -> None:
    anke, chiara = visiting(here, here.anke.person), visiting(here, here.chiara.person)
    contact(here.anke.person)
    given = {"kind": "disclose", "provider": "Host A", "basis": LAW, "page": page(here.anke.person).pk, "act": "ask"}
    for wrong in ({"days": "x"}, {"basis": ""}, {"provider": "Nobody"}, {"page": "0"}):
        answer = anke.post("/requests/ask", given | wrong)
        assert answer.status_code in (400, 404)
        assert "Problem:" in text_of(answer)
    anke.post("/requests/ask", given)
    reference = Request.objects.get().reference
    assert anke.post(f"/requests/{reference}/answered", {"complete": "much"}).status_code == 400
    assert anke.post(f"/requests/{reference}/burn").status_code == 404
    assert anke.get(f"/requests/{reference}/ended").status_code == 302
    assert anke.get("/requests/ask").status_code == 302
    assert chiara.get(f"/requests/{reference}").status_code == 404
    assert chiara.post(f"/requests/{reference}/ended").status_code == 404
    assert reference not in text_of(chiara.get("/requests"))
    anke.post(f"/requests/{reference}/ended")
    assert Request.objects.get().state == State.ENDED


def test_what_stands_in_the_way_is_said_in_the_readers_language(here: Node) -> None:
    anke, request = visiting(here, here.anke.person), queued(here)
    Request.objects.update(trouble="nobody knows whether its letter left: ask them")
    for address in ("/requests", f"/requests/{request.reference}"):
        assert "niemand weet of de brief vertrokken is" in text_of(anke.get(address, headers={"Accept-Language": "nl"}))


def test_mail_that_nobody_read_is_counted_in_the_list_until_the_request_was_opened(here: Node) -> None:
    anke, request = visiting(here, here.anke.person), queued(here)
    take_mails(here.home, here.anke, [mail(f"who is it? {n}", Subject=request.reference) for n in range(2)])
    assert "2 mails that nobody has read" in text_of(anke.get("/requests"))
    assert "who is it? 1" in text_of(anke.get(f"/requests/{request.reference}"))
    assert "nobody has read" not in text_of(anke.get("/requests"))
