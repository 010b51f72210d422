"""Challenges are seen by their unit alone; who had a part is everybody who judged, drafted, confirmed or counted."""

import pytest

from havre.corrections.models import Challenge
from havre.corrections.queries import (
    challenge_for,
    challenge_keyed,
    challenges_of,
    had_part,
    open_against,
    waiting,
)
from havre.errors import NotFound
from havre.hotline.models import Judgement
from havre.platforms.models import Record
from tests.cast import NOON, Node
from tests.corrections.standing import challenged
from tests.platforms.written import contact, notice


def test_only_its_unit_sees_a_challenge(begun: Node) -> None:
    made = challenged(begun.home, begun.anke, notice(begun.anke.person, contact(begun.anke.person)))
    bram, chiara = begun.bram.person, begun.chiara.person
    assert challenge_for(bram, 1) == challenge_keyed(bram, made.pk) == made
    assert [each.number for each in waiting(bram)] == [1, 2]
    assert list(challenges_of(chiara)) == []
    for read, key in ((challenge_for, 1), (challenge_keyed, made.pk)):
        with pytest.raises(NotFound):
            read(chiara, key)
    record = Record.objects.get()
    assert open_against(bram, [record.pk]) == {}
    Challenge.objects.update(record=record)
    assert open_against(bram, [record.pk]) == {record.pk: 2}
    assert open_against(chiara, [record.pk]) == {}


def test_who_had_a_part_is_found(begun: Node) -> None:
    about = notice(begun.anke.person, contact(begun.anke.person))
    made = challenged(begun.home, begun.anke, about)
    assert had_part(begun.anke.person, made) == {begun.anke.person.pk}
    Judgement.objects.create(
        page=about.page, person=begun.bram.person, verdict="not actionable", at=NOON, undone_at=NOON
    )
    assert had_part(begun.anke.person, made) == {begun.anke.person.pk, begun.bram.person.pk}
