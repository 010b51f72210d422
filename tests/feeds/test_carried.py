"""Who carries a signal follows what was published, and each subscriber is told what it may read."""

from dataclasses import replace

import pytest

from havre.errors import NotFound
from havre.feeds import carried
from havre.feeds.carried import carrying, digest_of, follow, followed
from havre.feeds.models import Carried, CarriedUntil, Published
from havre.hashlists.entry import Kind
from havre.hashlists.lines import line_of
from havre.hashlists.shared import MOST_SHARED, Mark, marks_of
from havre.settings import Settings
from tests.cast import introduce
from tests.feeds.published import list_of, published, reader, several
from tests.hashlists.made import made


def test_a_signal_is_carried_until_the_last_entry_is_taken_back(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    first, second = made(1, 1), replace(made(2, 1), signals=made(1).signals)
    for entry in (first, second):
        published(listed, entry)
    mark = marks_of(first)[0]
    assert [each.number for each in carrying(one, "baseline").living([mark])[mark]] == [1, 2]
    for version, entry in ((2, first), (3, second)):
        gone = replace(entry, version=version, changed=entry.changed + version, retracted=True)
        row = {"version": version, "changed": gone.changed, "retracted": True, "line": line_of(gone).decode()}
        Published.objects.filter(listed=listed, number=gone.number).update(**row)
        follow(listed)
        still = [] if version == 3 else [2]
        assert [each.number for each in carrying(one, "baseline").living([mark]).get(mark, [])] == still
    assert Carried.objects.count() == 0


def test_what_is_of_one_subscriber_alone_is_carried_for_that_one(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    canary = made(5)
    published(listed, canary, one)
    follow(listed)
    mark = marks_of(canary)[1]
    assert carrying(one, "baseline").living([mark])[mark] == [canary]
    assert carrying(other, "baseline").living([mark]).get(mark, []) == []
    with pytest.raises(NotFound):
        carrying(other, "national-be")


def test_a_long_list_is_followed_in_steps_and_until_then_what_changed_before_can_be_told(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = list_of(introduce().anke)
    entries = several(listed, 10)
    assert followed(listed.pk, 2_000_000_000) == 2_000_000_000
    Carried.objects.all().delete()
    CarriedUntil.objects.all().delete()
    assert followed(listed.pk, 2_000_000_000) == entries[0].changed
    CarriedUntil.objects.create(listed=listed, version=2, number=5)  # somebody was killed there
    assert followed(listed.pk, 2_000_000_000) == entries[5].changed
    assert followed(listed.pk, entries[5].changed - 1) == entries[5].changed - 1
    monkeypatch.setattr(carried, "STEP", 2)
    follow(listed)
    assert Carried.objects.count() == 3 * 5
    assert followed(listed.pk, 2_000_000_000) == 2_000_000_000


def test_of_thousands_the_first_are_named_and_a_digest_alone_names_nothing(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    flat = made(1).signals
    for number in range(1, MOST_SHARED + 3):
        published(listed, replace(made(number, 1), signals=flat))
    follow(listed)
    mark, other = marks_of(made(1))[0], Mark(Kind.PICTURE, "md5", "0" * 32)
    Carried.objects.create(listed=listed, mark=digest_of(other), number=1)
    found = carrying(one, "baseline").living([mark, other])
    assert [each.number for each in found[mark]] == list(range(1, MOST_SHARED + 1))
    assert found[other] == []
