"""A report is kept sealed, its receipt opens it again, and nothing typed is lost."""

import re

import pytest
from django.db import connection
from django.test import Client

from havre.hotline.models import Letter, LetterKind, Receipt
from havre.hotline.telling import Told
from tests.entrypoints.public.shown import code_on, hidden, posted, said_in, sent, text


def test_what_is_typed_is_what_the_unit_reads(visitor: Client) -> None:
    answer = sent(
        visitor,
        "fr",
        address="https://page.example/a\r\ndans le groupe Les Amis",
        what="pictures",
        seen="une image",
        where="en bas",
        when="hier",
        who="parent",
        contact="zoe@mail.example",
    )
    assert answer.status_code == 200
    letter = Letter.objects.get()
    assert said_in(letter) == Told(
        addresses=("https://page.example/a",),
        seen="Pictures or videos of a child.\ndans le groupe Les Amis\nune image",
        where="en bas",
        when="hier",
        relation="parent",
        contact="zoe@mail.example",
        language="fr",
    )
    assert (letter.kind, letter.danger, letter.slow) == (LetterKind.REPORT, False, False)
    assert bytes(letter.receipt.digest) == code_on(answer).digest


def test_the_receipt_shows_the_code_and_says_that_it_is_not_shown_again(visitor: Client) -> None:
    answer = sent(visitor, address="page.example/a")
    assert str(code_on(answer)) in text(answer)
    assert "It is never shown again." in text(answer)
    assert "116 000" in text(answer)


def test_danger_is_marked_and_its_letter_comes_first(visitor: Client) -> None:
    assert 'name="danger" value="1" checked' in visitor.get("/en/report/now").content.decode()
    sent(visitor, address="page.example/a", danger="1")
    assert Letter.objects.get().danger is True


@pytest.mark.parametrize(("begun", "ticked"), [("/en/report/now", True), ("/en/report", False)])
def test_the_box_stays_as_it_is_in_another_language(visitor: Client, begun: str, ticked: bool) -> None:
    switch = re.search(r'<a href="([^"]*)" lang="nl"', visitor.get(begun).content.decode())
    assert switch is not None
    assert ('name="danger" value="1" checked' in visitor.get(switch[1]).content.decode()) is ticked
    tried = sent(visitor, danger="1" if ticked else "").content.decode()
    assert f'href="/fr/report{"/now" if ticked else ""}" lang="fr"' in tried


def test_a_form_that_is_sent_twice_is_one_report_with_one_code(visitor: Client) -> None:
    form = hidden(visitor.get("/en/report")) | {"address": "page.example/a"}
    codes = {str(code_on(posted(visitor, "/en/report", **form))) for _time in range(3)}
    assert len(codes) == 1
    assert (Letter.objects.filter(kind=LetterKind.REPORT).count(), Receipt.objects.count()) == (1, 1)


def test_what_was_changed_in_a_form_before_it_was_sent_again_is_kept(visitor: Client) -> None:
    form = hidden(visitor.get("/en/report")) | {"address": "page.example/a"}
    first = code_on(posted(visitor, "/en/report", **form))
    again = code_on(posted(visitor, "/en/report", **form | {"seen": "it is my sister", "danger": "1"}))
    assert first == again
    more = Letter.objects.get(kind=LetterKind.ADDITION)
    assert (said_in(more).seen, said_in(more).danger, more.danger) == ("it is my sister", True, True)


def test_a_form_sent_again_after_it_was_taken_back_is_another_report(visitor: Client) -> None:
    form = hidden(visitor.get("/en/report")) | {"address": "page.example/a"}
    first = code_on(posted(visitor, "/en/report", **form))
    posted(visitor, "/en/follow", code=str(first), act="withdraw")
    assert "Nothing waits under this code" in text(posted(visitor, "/en/follow", code=str(first)))
    again = code_on(posted(visitor, "/en/report", **form))
    assert first != again
    assert Letter.objects.filter(kind=LetterKind.REPORT, receipt__digest=again.digest).exists()


def test_a_form_without_its_code_is_taken_all_the_same(visitor: Client) -> None:
    for code in ("", "not a code", "0" * 25_000):
        assert posted(visitor, "/en/report", address="page.example/a", code=code).status_code == 200
    assert Letter.objects.count() == 3


def test_what_is_missing_is_said_on_top_and_at_the_field_and_nothing_typed_is_lost(visitor: Client) -> None:
    answer = sent(visitor, where="<b>below</b>", who="child", what="contact", contact="zoe@mail.example", when="9 pm")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#address">Give an address, or tell us where you saw it.</a>' in shown
    assert 'aria-describedby="address-hint address-problem" aria-invalid="true"' in shown
    assert "<title>Problem: Report a page or a message</title>" in shown
    for kept in (
        "&lt;b&gt;below&lt;/b&gt;",
        'value="child" checked',
        'value="contact" checked',
        'value="zoe@mail.example"',
        "<details open>",
        'value="9 pm"',
    ):
        assert kept in shown
    assert not Letter.objects.exists()


def test_a_form_with_a_problem_keeps_its_code(visitor: Client) -> None:
    form = hidden(visitor.get("/en/report"))
    again = hidden(posted(visitor, "/en/report", **form))
    assert again["code"] == form["code"]
    assert code_on(posted(visitor, "/en/report", **again | {"address": "page.example"})).letters == form["code"]


def test_nobody_needs_to_say_who_they_are(visitor: Client) -> None:
    assert 'name="who" value="unsaid" checked' in visitor.get("/en/report").content.decode()
    sent(visitor, address="page.example/a", who="somebody else")
    assert said_in(Letter.objects.get()).relation == ""


def test_no_address_of_a_device_is_kept_even_where_a_proxy_tells_it(visitor: Client) -> None:
    visitor.defaults |= {"REMOTE_ADDR": "203.0.113.77", "HTTP_X_FORWARDED_FOR": "203.0.113.77"}
    answer = sent(visitor, address="page.example/a")
    assert "203.0.113.77" not in answer.content.decode()


def test_where_the_database_fails_the_form_comes_back_with_what_was_typed(
    visitor: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    form = hidden(visitor.get("/en/report"))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE hotline_letter")
    answer = posted(visitor, "/en/report", **form | {"address": "a.example", "seen": "a word"})
    assert (answer.status_code, "try again in a minute" in text(answer)) == (422, True)
    assert "a word" in text(answer)
    assert hidden(answer)["code"] == form["code"]
    assert capfd.readouterr().err == "havre public: OperationalError\n"
