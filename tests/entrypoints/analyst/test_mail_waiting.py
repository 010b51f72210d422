"""Mail that belongs nowhere is read on a page, and put, passed on or set aside there; nobody else's is seen."""

from collections.abc import Iterator

import pytest

from havre.flows.read_mail import take_mails
from havre.flows.stray_mail import keep_stray
from havre.notices.models import Response
from havre.platforms.models import Stray
from havre.settings import Settings
from tests.cast import Node, node
from tests.entrypoints.analyst.test_takedowns import text_of
from tests.flows.test_read_mail import own_id, sent
from tests.notices.test_reading_mail import mail
from tests.web import visiting

pytestmark = [pytest.mark.parametrize("backend", ["sqlite"])]


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def test_a_mail_is_read_and_put_where_it_belongs(here: Node) -> None:
    about = sent(here)
    stray = keep_stray(here.home, here.anke, "other", "From: <b>x</b>\n\nwe took it down")
    anke = visiting(here, here.anke.person)
    assert "1 mail belongs to nothing that is known" in text_of(anke.get("/takedowns"))
    shown = anke.get("/takedowns/mail").text
    assert "From: &lt;b&gt;x" in shown
    address = f"/takedowns/mail/{stray.pk}/place"
    wrong = anke.post(address, {"reference": "HN-0000-0000-0000-0000"})
    assert (wrong.status_code, 'value="HN-0000-0000-0000-0000"' in wrong.text) == (404, True)
    assert anke.post(address, {"reference": about.reference, "kind": "decision"}).status_code == 302
    assert (Response.objects.get().notice, Response.objects.get().kind) == (about, "decision")
    assert "Nothing waits." in text_of(anke.get("/takedowns/mail"))


def test_it_is_set_aside_or_passed_on(here: Node) -> None:
    for _each in range(2):
        keep_stray(here.home, here.anke, "other", "a question")
    one, other = Stray.objects.order_by("pk")
    anke, chiara = visiting(here, here.anke.person), visiting(here, here.chiara.person)
    assert chiara.post(f"/takedowns/mail/{one.pk}/aside", {"because": "x"}).status_code == 404
    assert anke.post(f"/takedowns/mail/{one.pk}/aside", {"because": ""}).status_code == 400
    assert anke.post(f"/takedowns/mail/{one.pk}/aside", {"because": "advertising"}).status_code == 302
    assert anke.post(f"/takedowns/mail/{other.pk}/pass-on", {"unit": here.chiara.unit.name}).status_code == 302
    assert anke.post(f"/takedowns/mail/{other.pk}/burn").status_code == 404
    assert anke.get(f"/takedowns/mail/{one.pk}/aside").status_code == 404
    assert "a question" in text_of(chiara.get("/takedowns/mail"))
    assert chiara.get(f"/takedowns/mail/{other.pk}/aside").status_code == 302


def test_an_answer_that_nobody_read_stands_first_until_somebody_reads_it(here: Node) -> None:
    about = sent(here)
    take_mails(here.home, here.anke, [mail("Who are you?", In_Reply_To=own_id(about))])
    anke = visiting(here, here.anke.person)
    assert "Nobody has read this yet answer Host A" in text_of(anke.get("/takedowns"))
    assert "Who are you?" in text_of(anke.get(f"/takedowns/{about.reference}"))
    assert "Nobody has read this yet" not in text_of(anke.get("/takedowns"))
    assert f"sent {about.reference} Host A" in text_of(anke.get("/takedowns"))
