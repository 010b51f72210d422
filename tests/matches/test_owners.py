"""Whose a record is: never of who asks, of what came later, of what was withdrawn or is another unit's."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.cases.models import Intake, Item
from havre.cases.open import open_case
from havre.fingerprints import audio, video
from havre.matches.models import Imprint, Source
from havre.matches.owners import NEAR_BY, SHORT, Owners
from havre.matching.films import HITS_OF_ONE
from havre.media.models import Exhibit, Medium
from havre.units.models import Person
from tests.cast import NOON, Cast, introduce
from tests.imprinted import film, held, known, looks, sound


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def shown(by: Person, *media: Medium) -> list[Item]:
    """One item for each of these, in their order."""
    case = open_case("A", "warrant", "", by, NOON)
    intake = Intake.objects.create(case=case, path="/p", begun_at=NOON, begun_by=by, listing=b"", salt=b"")
    items = [Item.objects.create(intake=intake, position=at, path=str(at), outcome="new") for at in range(len(media))]
    for item, medium in zip(items, media, strict=True):
        Exhibit.objects.create(item=item, medium=medium)
    return items


def test_every_record_of_a_film_is_the_films_and_others_are_nobodys(cast: Cast) -> None:
    held(cast.belgium, film(1, 2, 3))
    held(cast.belgium, film(4, 5))
    first, second = Imprint.objects.order_by("id").values_list("id", flat=True)
    owners = Owners(looks(cast.belgium))
    told = [owners.film(record) for record in range(7)]
    assert told == [None, (first, 0), (first, 1), (first, 2), (second, 0), (second, 1), None]
    loaded = owners.load(second)
    assert loaded is not None
    assert loaded.frames == 2
    assert Owners(looks(cast.italy)).film(1) is None


def test_who_asks_does_not_meet_itself(cast: Cast) -> None:
    own, other = held(cast.belgium, film(1, 2)), held(cast.belgium, film(3))
    owners = Owners(looks(cast.belgium), own=own.pk)
    assert owners.film(1) is None
    assert owners.film(3) == (Imprint.objects.get(medium=other).pk, 0)


def test_what_came_later_is_not_told_and_what_is_known_always(cast: Cast) -> None:
    media = [held(cast.belgium, sound(1)), held(cast.belgium, sound(2))]
    entry = known(cast.anke, True, sound(3))
    first, second = shown(cast.anke, *media)
    keys = {row.pk: row for row in Imprint.objects.all()}
    for before, expected in ((first, [entry]), (second, [media[0], entry]), (None, [*media, entry])):
        rows = Owners(looks(cast.belgium), before=before.pk if before else None).rows(keys, audio.METHOD)
        assert [row.medium or row.knowledge for row in rows.values()] == expected


def test_what_was_withdrawn_is_told_no_more(cast: Cast) -> None:
    known(cast.anke, True, film(1))
    assert Owners(looks(cast.belgium)).film(1) is not None
    Source.objects.update(withdrawn_at=NOON)
    assert Owners(looks(cast.belgium)).film(1) is None
    assert Owners(looks(cast.belgium)).rows([Imprint.objects.get().pk], video.METHOD) == {}


def test_hits_are_kept_of_films_that_may_be_told_the_nearest_few_of_each(cast: Cast) -> None:
    own, other = held(cast.belgium, film(1, 2)), held(cast.belgium, film(*range(3, 9)))
    owners = Owners(looks(cast.belgium), own=own.pk)
    many = np.arange(3, 9).repeat(20)
    records = np.concatenate([[1, 2, 900, 3], many]).astype(np.uint32)
    queries = np.array([0, 0, 0, 1] + [0] * len(many), np.uint32)
    distances = np.arange(len(records))[::-1].astype(np.uint32)
    kept = owners.keeps(queries, distances, records)
    assert kept.tolist() == [False] * 3 + [True] + [False] * (len(many) - HITS_OF_ONE) + [True] * HITS_OF_ONE
    assert owners.keeps(queries[:0], distances[:0], records[:0]).tolist() == []
    assert owners.film(3) == (Imprint.objects.get(medium=other).pk, 0)


def test_what_is_nobodys_is_asked_for_once(cast: Cast) -> None:
    held(cast.belgium, film(1, 2))
    Imprint.objects.update(first=1_000_000)
    owners = Owners(looks(cast.belgium))
    with CaptureQueriesContext(connection) as asked:
        assert {owners.film(record) for record in (*range(1, 1_000), *range(2_000_000, 2_001_000))} == {None}
    assert len(asked) <= 6


def film_of(owners: Owners, record: int) -> int:
    """The film that has a record, 0 where none has."""
    found = owners.film(int(record))
    return found[0] if found is not None else 0


def test_films_that_came_together_are_found_in_one_question(cast: Cast) -> None:
    for at in range(6):
        held(cast.belgium, film(at, at + 1))
    keys = list(Imprint.objects.order_by("id").values_list("id", flat=True))
    Imprint.objects.filter(pk=keys[5]).update(first=NEAR_BY + 100)  # this one came much later
    records = np.array([2, 3, 4, 5, 9, NEAR_BY + 100, NEAR_BY + 101, NEAR_BY + 102], np.uint32)
    alone = Owners(looks(cast.belgium))
    told = [film_of(alone, record) for record in records]
    assert told == [keys[0], keys[1], keys[1], keys[2], keys[4], keys[5], keys[5], 0]
    owners, same = Owners(looks(cast.belgium)), np.zeros(len(records), np.uint32)
    with CaptureQueriesContext(connection) as queries:
        kept = owners.keeps(same, same, records)
    assert [film_of(owners, record) for record in records] == told
    assert kept.tolist() == [key != 0 for key in told]
    assert len(queries) == 2 + 2 + 1  # the films of two stretches, what lies behind the last, and who they belong to


def test_pictures_are_loaded_together_and_long_films_one_by_one(cast: Cast) -> None:
    media = [held(cast.belgium, film(at, at + 1)) for at in range(4)]
    long = held(cast.belgium, film(*range(20, 30)), film(*range(60, 70)))
    keys = {row.pk: row for row in Imprint.objects.order_by("id")}
    Imprint.objects.filter(pk=max(keys)).update(count=SHORT + 1)
    owners = Owners(looks(cast.belgium))
    owners.rows(keys, video.METHOD)
    with CaptureQueriesContext(connection) as queries:
        loaded = [owners.load(key) for key in keys]
    assert [each.frames if each else 0 for each in loaded] == [2, 2, 2, 2, 10, 10]
    assert len(queries) == 2
    assert Owners(looks(cast.belgium), own=long.pk).load(max(keys)) is None
    assert Owners(looks(cast.belgium), own=media[0].pk).load(max(keys)) is not None
