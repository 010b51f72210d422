"""Anyone concerned can say that a decision is wrong, and gets a code."""

from django.test import Client

from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from tests.entrypoints.public.shown import code_on, posted, said_in, sent, text


def test_what_is_challenged_is_kept_and_has_a_code(visitor: Client) -> None:
    answer = sent(visitor, "nl", "challenge", about="BE-2026-7", seen="niet van ons", contact="host@mail.example")
    letter = Letter.objects.get(kind=LetterKind.CHALLENGE)
    assert said_in(letter) == Told(about="BE-2026-7", seen="niet van ons", contact="host@mail.example", language="nl")
    assert bytes(letter.receipt.digest) == code_on(answer).digest
    assert "Iemand leest het die niet mee besliste." in text(answer)


def test_both_what_and_why_are_needed_and_what_is_typed_stays(visitor: Client) -> None:
    answer = sent(visitor, "en", "challenge", about="BE-2026-7")
    assert (answer.status_code, "Say why you do not agree." in text(answer)) == (422, True)
    assert 'value="BE-2026-7"' in answer.content.decode()
    assert "Say what you do not agree with" in text(sent(visitor, "en", "challenge", seen="because"))
    assert not Letter.objects.exists()


def test_the_code_of_a_challenge_opens_its_answers(visitor: Client) -> None:
    code = code_on(sent(visitor, "en", "challenge", about="BE-2026-7", seen="because"))
    assert "It has come in." in text(posted(visitor, "/en/follow", code=str(code)))
