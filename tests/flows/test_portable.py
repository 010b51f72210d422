"""Rows go out as text and come back as they were, as of one moment."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.db import transaction

from havre.errors import Invalid
from havre.flows import portable
from havre.flows.portable import clear, dumped, go_on_counting, load, migrations, snapshot, tables
from havre.matches.models import Knowledge, Source
from havre.media.models import Medium
from havre.series.models import Bookmark, Decision, Link, Member, Moved, Part, Series, Stated, Status, Word
from havre.settings import Settings
from havre.units.found import found_unit
from havre.units.models import Person, Unit
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def cast(database: Settings) -> Cast:
    people = introduce()
    source = Source.objects.create(
        unit=people.belgium, path="caf\u00e9/\U0001f600", format="csv", added_by=people.anke, added_at=NOON
    )
    facts = {"width": 7, "deep": [None, 1.5]}
    Knowledge.objects.create(source=source, unit=people.belgium, md5=bytes(16), pertinent=None, facts=facts)
    _series(people)
    data = {"secret": "sealed \u0390", "used_mask": 3}
    Authenticator.objects.create(user=people.anke, type="totp", data=data, created_at=NOON)
    return people


def _series(people: Cast) -> None:
    """One that became part of a later one, with everything that hangs on them."""
    one, other = (
        Medium.objects.create(unit=people.belgium, sha256=bytes([at] * 32), bytes=1, kind="jpeg", held_since=NOON)
        for at in range(2)
    )
    evidence = {"points": 41, "one_region": [0.5, 1, 2, 3]}
    Link.objects.create(
        unit=people.belgium, one=one, other=other, kind="place", expected_false=1e-9, media_then=2, evidence=evidence
    )
    Stated.objects.create(unit=people.belgium, medium=one, name="camera serial", value="\u0390", model="x")
    first, second = (Series.objects.create(unit=people.belgium, number=at, created_at=NOON) for at in (1, 2))
    first.merged_into, first.status = second, Status.MERGED
    first.save()
    Member.objects.create(series=second, medium=one, confirmed=True)
    decision = Decision.objects.create(unit=people.belgium, series=second, said=Word.SPLIT, by=people.anke, at=NOON)
    Part.objects.create(decision=decision, medium=other, part=1)
    Bookmark.objects.create(unit=people.belgium, exhibit=7)
    Moved.objects.create(unit=people.belgium, medium=one, unread=True)


def everything() -> list[list[tuple[object, ...]]]:
    return [[_comparable(row) for row in table._default_manager.order_by("pk").values_list()] for table in tables()]


def _comparable(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def dump() -> list[bytes]:
    with snapshot() as using:
        return list(dumped(using))


def test_rows_come_back_as_they_were(cast: Cast) -> None:
    before, pieces = everything(), dump()
    with transaction.atomic():
        clear()
        assert [table._default_manager.count() for table in tables()] == [0] * len(tables())
        assert sum(load(piece) for piece in pieces) == sum(len(rows) for rows in before)
        go_on_counting()
    assert everything() == before
    assert found_unit("Next", "NL", NOON).pk == max(unit for (unit, *_) in before[0] if isinstance(unit, int)) + 1


def test_large_tables_go_in_several_pieces(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "PIECE_BYTES", 1)
    monkeypatch.setattr(portable, "ROWS", 1)
    heads = [json.loads(piece.splitlines()[0])["table"] for piece in dump()]
    assert (heads.count("units.unit"), heads.count("units.person")) == (2, 3)


def test_a_snapshot_does_not_see_what_others_write_meanwhile(cast: Cast) -> None:
    with snapshot() as using:
        before = Person.objects.using(using).count()
        Person.objects.create(name="dirk", unit=cast.belgium, added_at=NOON)
        assert Person.objects.using(using).count() == before
    assert Person.objects.count() == before + 1


def test_rows_of_other_tables_are_refused(cast: Cast) -> None:
    for head in ({"table": "units.house", "columns": []}, {"table": "units.unit", "columns": ["id", "colour"]}):
        with pytest.raises(Invalid, match="another version"):
            load(json.dumps(head).encode())
    assert Unit.objects.count() == 2


def test_the_shape_of_the_tables_is_told(database: Settings) -> None:
    assert {"units.0001_initial", "audit.0001_initial"} <= set(migrations())


def test_what_people_sign_in_with_travels_but_no_session(cast: Cast) -> None:
    SocialAccount.objects.create(user=cast.bram, provider="unit", uid="7f3")
    Session.objects.create(session_key="k", session_data="d", expire_date=NOON)
    with snapshot() as using:
        pieces = list(dumped(using))
    assert not any(b"sessions" in piece.splitlines()[0] for piece in pieces)
    with transaction.atomic():
        clear()
        assert not Authenticator.objects.exists()
        for piece in pieces:
            load(piece)
    assert SocialAccount.objects.get(uid="7f3").user == cast.bram
    assert Authenticator.objects.get().data == {"secret": "sealed \u0390", "used_mask": 3}
