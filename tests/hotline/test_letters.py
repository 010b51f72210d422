"""A public process keeps letters that it can't open, and hands answers to whoever holds the code."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.hotline.letters import (
    MOST_LETTERS,
    bound,
    door_of,
    follow,
    letters_waiting,
    open_answer,
    seal_answer,
    write_letter,
)
from havre.hotline.models import Answer, Door, Letter, LetterKind, Receipt
from havre.hotline.telling import Told, told_in
from havre.sealing.door import door_opener
from havre.sealing.receipt import Code, new_code
from havre.sealing.secret import unseal_from
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.sealing.wire import chance

KEY = bytes(range(32))
TOLD = Told(addresses=("https://page.example/1",), seen="a harbour", contact="mira@home.example")


def door() -> Door:
    opener = door_opener(KEY)
    sealing = opener.public_key().public_bytes_raw()
    return Door.objects.create(unit=introduce().belgium, sealing=sealing, token_key=bytes(32), opened_at=NOON)


def code(seed: int = 1) -> Code:
    return new_code(chance(seed))


def write(
    where: Door, kind: LetterKind = LetterKind.REPORT, seed: int = 1, told: Told = TOLD, slow: bool = False
) -> bool:
    return write_letter(where, code(seed), kind, told, NOON, slow=slow, random=chance(seed + 100))


def test_what_was_written_lies_sealed_and_opens_with_the_key_of_the_unit_alone(database: Settings) -> None:
    assert write(door())
    letter = Letter.objects.get()
    sealed = bytes(letter.sealed)
    assert b"harbour" not in sealed
    assert b"home.example" not in sealed
    known = bound(code().digest, LetterKind.REPORT)
    assert told_in(unseal_from(door_opener(KEY), sealed, known)) == TOLD
    with pytest.raises(Refused):
        unseal_from(door_opener(bytes(32)), sealed, known)
    with pytest.raises(Refused):
        unseal_from(door_opener(KEY), sealed, bound(code(2).digest, LetterKind.REPORT))


def test_nothing_of_the_code_is_kept_but_its_hash(database: Settings) -> None:
    write(door())
    receipt = Receipt.objects.get()
    assert (bytes(receipt.digest), bytes(receipt.sealing)) == (code().digest, code().sealing)


def test_the_same_form_sent_twice_is_one_report(database: Settings) -> None:
    where = door()
    assert [write(where), write(where, told=Told(seen="other words"))] == [True, False]
    assert Letter.objects.count() == 1


def test_a_report_that_says_nothing_is_refused(database: Settings) -> None:
    where = door()
    with pytest.raises(Invalid, match="say which page"):
        write(where, told=Told(contact="mira@home.example"))
    assert not Receipt.objects.exists()


def test_danger_goes_first_and_what_came_without_proof_of_work_last(database: Settings) -> None:
    where = door()
    write(where, seed=1, slow=True)
    write(where, seed=2)
    write(where, seed=3, told=Told(seen="now", danger=True), slow=True)
    write(where, LetterKind.ADDITION, seed=1, told=Told(seen="now", danger=True), slow=True)
    order = [(letter.kind, bytes(letter.receipt.digest)) for letter in letters_waiting(where.unit_id)]
    digest = {seed: code(seed).digest for seed in (1, 2, 3)}
    assert order == [("report", digest[3]), ("addition", digest[1]), ("report", digest[2]), ("report", digest[1])]


def test_no_code_fills_the_hotline_with_letters(database: Settings) -> None:
    where = door()
    write(where)
    receipt = Receipt.objects.get()
    more = (Letter(receipt=receipt, kind=LetterKind.ADDITION, sealed=b"", at=NOON) for _ in range(MOST_LETTERS - 1))
    Letter.objects.bulk_create(more)
    with pytest.raises(Invalid, match="make a new one"):
        write(where, LetterKind.ADDITION)
    assert Letter.objects.count() == MOST_LETTERS
    assert write(where, LetterKind.WITHDRAWAL, told=Told())


def test_from_the_moment_it_is_taken_back_nothing_is_under_a_code(database: Settings) -> None:
    where = door()
    write(where)
    assert follow(where, code()).answers == ()
    write(where, LetterKind.WITHDRAWAL, told=Told())
    with pytest.raises(NotFound, match="nothing waits"):
        follow(where, code())
    with pytest.raises(NotFound, match="nothing waits"):
        write(where, LetterKind.WITHDRAWAL, told=Told())
    Letter.objects.filter(kind=LetterKind.WITHDRAWAL).update(trouble="does not open")  # it can be said again
    assert write(where, LetterKind.WITHDRAWAL, told=Told())


def test_a_code_that_nobody_has_and_one_that_was_withdrawn_look_the_same(database: Settings) -> None:
    where = door()
    write(where)
    Answer.objects.create(receipt=Receipt.objects.get(), sealed=seal_answer(code().sealing, "it is gone"), at=NOON)
    assert follow(where, code()).answers == ((NOON, "it is gone"),)
    Receipt.objects.update(withdrawn_at=NOON)
    said = []
    for seed in (1, 7):
        with (
            CaptureQueriesContext(
                connection,
            ) as asked,
            pytest.raises(NotFound) as error,
        ):
            follow(where, code(seed))
        said.append((str(error.value), len(asked)))
        with pytest.raises(NotFound, match="nothing waits"):
            write(where, LetterKind.ADDITION, seed=seed)
    assert said[0] == said[1]


def test_an_answer_opens_with_its_code_alone() -> None:
    sealed = seal_answer(code(1).sealing, "it is gone", chance(5))
    assert open_answer(code(1), sealed) == "it is gone"
    assert open_answer(code(2), sealed) == ""


def test_a_unit_without_an_open_door_takes_no_letters(database: Settings) -> None:
    with pytest.raises(Unavailable, match="no unit takes reports"):
        door_of()
    where = door()
    assert door_of() == where == door_of("Federal Police")
    where.closed_at = NOON + timedelta(days=1)
    where.save()
    with pytest.raises(Unavailable):
        door_of("Federal Police")
    assert door_of(closed=True) == where
