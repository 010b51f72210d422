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


def test_each_address_that_had_it_has_its_own_receipt(begun: Node) -> None:
    made = notice(begun.anke.person, contact(begun.anke.person), letters=2, state=State.RETRACTED)
    Transmission.objects.filter(number=2).update(to="new@host.example")
    backs = {}
    for number, to in enumerate(("abuse@host.example", "new@host.example"), start=3):
        told = {"notice": made, "number": number, "letter": "retraction", "how": "mail", "to": to, "outcome": "taken"}
        when = NOON + timedelta(days=2)
        backs[to] = Transmission.objects.create(**told, message_id=f"<{number}>", due_at=when, begun_at=when, at=when)
    answer = said(made, Answers.RECEIPT, NOON + timedelta(days=3))
    answer.letter = backs["new@host.example"]
    answer.save()
    found = {each.to: (each.letters, each.told_at, each.confirmed_at) for each in taken_back(Notice.objects.all())}
    left = NOON + timedelta(days=2)
    assert found == {
        "abuse@host.example": (1, left, None),
        "new@host.example": (1, left, NOON + timedelta(days=3)),
    }
    said(made, Answers.DECISION, NOON + timedelta(days=4))  # who names no letter knows of all
    assert all(each.confirmed_at for each in taken_back(Notice.objects.all()))
