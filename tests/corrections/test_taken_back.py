"""Who was told that a notice is taken back, and who said that they know: by what happened after the letter left."""

from datetime import timedelta

import pytest

from havre.corrections.taken_back import taken_back
from havre.notices.models import Answers, Notice, State, Transmission
from tests.cast import NOON, Node
from tests.platforms.written import contact, notice, said


@pytest.mark.parametrize(
    ("kind", "hours", "confirms"),
    [("receipt", 1, True), ("decision", 1, True), ("receipt", -1, False), ("automatic", 1, False), ("other", 1, False)],
)
def test_only_a_word_after_it_confirms(begun: Node, kind: str, hours: int, confirms: bool) -> None:
    made = notice(begun.anke.person, contact(begun.anke.person), state=State.RETRACTED)
    notice(begun.anke.person, contact(begun.anke.person))  # stands: nobody need be told
    letter = Transmission.objects.get(notice=made)
    letter.pk, letter.number, letter.letter, letter.message_id = None, 2, "retraction", "<back@unit.example>"
    letter.save()
    answer = said(made, Answers(kind), NOON + timedelta(hours=hours))
    (back,) = taken_back(Notice.objects.all())
    assert (back.notice, back.letters, back.told_at, back.waits) == (made, 1, NOON, False)
    assert back.confirmed_at == (answer.at if confirms else None)
