"""Back with the code; a wrong code and one taken back can't be told apart."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from havre.entrypoints.public import letters
from havre.hotline import letters as kept
from havre.hotline.letters import seal_answer
from havre.hotline.models import Answer, Letter, LetterKind, Receipt
from havre.sealing.puzzle import BITS, solution
from havre.sealing.receipt import Code, new_code
from tests.cast import NOON
from tests.entrypoints.public.shown import Shown, code_on, hidden, posted, said_in, sent, text
from tests.sealing.wire import chance


@pytest.fixture
def code(visitor: Client) -> Code:
    """A report that somebody made, by its code."""
    return code_on(sent(visitor, address="page.example/a"))


def answered(code: Code, *texts: str) -> None:
    """What the hotline tells the holder of a code."""
    receipt = Receipt.objects.get(digest=code.digest)
    for each in texts:
        Answer.objects.create(receipt=receipt, sealed=seal_answer(bytes(receipt.sealing), each), at=NOON)


def test_before_anybody_read_it_it_has_come_in(visitor: Client, code: Code) -> None:
    assert "It has come in." in text(posted(visitor, "/en/follow", code=str(code)))
    Letter.objects.update(taken_at=NOON)
    assert "We have it on our desk." in text(posted(visitor, "/en/follow", code=str(code)))


def test_answers_are_opened_with_the_code_however_it_is_typed(visitor: Client, code: Code) -> None:
    answered(code, "It is judged.", "It is <i>gone</i>.")
    shown = posted(visitor, "/fr/follow", code=f" {code.letters.lower()} ")
    assert "It is &lt;i&gt;gone&lt;/i&gt;." in shown.content.decode()
    assert "2 mars 2026" in text(shown)
    assert text(shown).index("It is judged.") < text(shown).index("It is <i>gone</i>.")


def test_an_answer_that_was_altered_is_told_as_one_that_does_not_open(visitor: Client, code: Code) -> None:
    answered(code, "x")
    Answer.objects.update(sealed=b"\0" * 90)
    assert "This answer can't be opened." in text(posted(visitor, "/en/follow", code=str(code)))


def test_something_is_added_and_sealed_like_the_report(visitor: Client, code: Code) -> None:
    shown = posted(visitor, "/en/follow", code=str(code), act="add", more="it moved")
    assert "We have got what you added." in text(shown)
    letter = Letter.objects.get(kind=LetterKind.ADDITION)
    assert said_in(letter).seen == "it moved"


def test_that_a_child_is_in_danger_now_is_never_slow_and_needs_no_words(
    visitor: Client, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "BUSY", 1)
    monkeypatch.setattr(kept, "MOST_LETTERS", 2)
    page = text(posted(visitor, "/en/follow", code=str(code)))
    assert page.index("Call. 112") < page.index("What you sent on") < page.index("in danger right now. I have called")
    posted(visitor, "/en/follow", code=str(code), act="add", more="it moved")
    assert "very much was added" in text(posted(visitor, "/en/follow", code=str(code), act="add", more="more")).lower()
    shown = text(posted(visitor, "/en/follow", code=str(code), act="add", danger="1"))
    assert "We have got it, and we read it before all other reports. But the police are faster than we are." in shown
    words, danger = Letter.objects.filter(kind=LetterKind.ADDITION).order_by("pk")
    assert [(each.danger, each.slow, said_in(each).danger) for each in (words, danger)] == [
        (False, True, False),
        (True, False, True),
    ]


def test_what_is_added_with_its_proof_of_work_is_not_slow(
    visitor: Client, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "BUSY", 1)
    form = hidden(posted(visitor, "/en/follow", code=str(code)))
    work = solution(form["puzzle"], BITS)
    posted(visitor, "/en/follow", **form | {"act": "add", "more": "it moved", "work": work})
    assert Letter.objects.get(kind=LetterKind.ADDITION).slow is False


def test_nothing_is_added_where_nothing_is_written_and_too_much_is_kept_in_the_field(
    visitor: Client, code: Code
) -> None:
    assert "Write what you want to add." in text(posted(visitor, "/en/follow", code=str(code), act="add", more=" "))
    long = posted(visitor, "/en/follow", code=str(code), act="add", more="long " * 2_001)
    assert (long.status_code, "This is too long." in text(long), "long long" in text(long)) == (422, True, True)
    assert not Letter.objects.filter(kind=LetterKind.ADDITION).exists()


def test_it_is_taken_back(visitor: Client, code: Code) -> None:
    assert "You took it back" in text(posted(visitor, "/en/follow", code=str(code), act="withdraw"))
    assert Letter.objects.filter(kind=LetterKind.WITHDRAWAL, receipt__digest=code.digest).exists()


def asked(visitor: Client, code: Code, **more: str) -> tuple[Shown, list[str]]:
    """What is answered to a code, and the questions to the database that this took, without their values."""
    with CaptureQueriesContext(connection) as told:
        answer = posted(visitor, "/en/follow", code=str(code), **more)
    return answer, [each["sql"].split(" WHERE ")[0] for each in told.captured_queries]


@pytest.mark.parametrize("act", ["", "add", "withdraw"])
def test_a_wrong_code_and_one_taken_back_look_the_same_in_words_status_size_and_questions(
    visitor: Client, code: Code, act: str
) -> None:
    answered(code, *["x" * 500] * 20)
    Receipt.objects.update(withdrawn_at=NOON)
    never = new_code(chance(7))
    (wrong, questions), (back, same) = asked(visitor, never, act=act, more="a"), asked(visitor, code, act=act, more="a")
    assert (wrong.status_code, questions) == (back.status_code, same)
    assert wrong.content.replace(str(never).encode(), b"") == back.content.replace(str(code).encode(), b"")
    assert dict(wrong.headers) == dict(back.headers)
    assert "Nothing waits under this code" in text(back)
    Receipt.objects.update(withdrawn_at=None)
    assert "Nothing waits" not in text(asked(visitor, code)[0])  # there was something to tell


def test_a_word_that_can_be_no_code_is_said_to_be_none(visitor: Client) -> None:
    assert "It has five groups" in text(posted(visitor, "/en/follow", code="hello")).replace("it has", "It has")
    assert "Type your code." in text(posted(visitor, "/en/follow", code=""))


def test_the_code_stands_in_no_address_and_a_get_opens_nothing(visitor: Client, code: Code) -> None:
    assert "It has come in" not in text(visitor.get(f"/en/follow?code={code}"))
    shown = posted(visitor, "/en/follow", code=str(code)).content.decode()
    assert "href" in shown
    assert not [each for each in shown.split('href="')[1:] if code.letters in each.split('"')[0]]
