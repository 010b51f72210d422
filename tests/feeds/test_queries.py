"""Each subscriber reads its own lists, page by page, with its own canaries and nobody else's."""

import pytest

from havre.errors import NotFound
from havre.feeds.models import File, Purpose
from havre.feeds.queries import (
    entries_of,
    entry_for,
    feed_for,
    list_read_by,
    lists_of,
    own_or_shared,
    published_to,
    read_by,
    subscriber_for,
    subscribers_of,
)
from havre.hashlists.changes import Between, Position, every, position_of
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import feed_of, list_of, lists_for, published, reader, several
from tests.hashlists.made import made


def test_a_list_is_read_whole_in_order_by_pages_of_any_size_from_any_position(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    entries = several(listed, 10)
    (changes,) = lists_for(reader(anke, "Platform", listed))
    assert (changes.name, changes.version) == ("baseline", 4)
    for most in (1, 3, 100):
        assert list(every(changes, most=most)) == entries
    for at, entry in enumerate(entries):
        assert list(changes.page(position_of(entry), 100)) == entries[at + 1 :]
    second = [entry for entry in entries if entry.version in (2, 3)]
    assert list(every(changes, between=Between(second[0].changed, second[-1].changed + 1))) == second


def test_what_was_given_since_is_not_read_in_the_middle_of_an_older_version(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    (old,) = lists_for(reader(anke, "Platform", listed)) if several(listed, 3) else ()
    published(listed, made(99, 7))
    assert [each.number for each in old.page(Position(), 100)] == [1, 2, 3]


def test_each_has_its_own_canaries_and_nobody_elses(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    several(listed, 2)
    for number, whose in ((50, one), (51, other)):
        published(listed, made(number, 1), whose)
    read = {each.name: [entry.number for entry in every(lists_for(each)[0])] for each in (one, other)}
    assert read == {"One": [1, 2, 50], "Other": [1, 2, 51]}
    assert [each.number for each in published_to(None, listed.pk).order_by("number")] == [1, 2]


def test_a_list_that_is_not_read_is_as_one_that_is_not_there(database: Settings) -> None:
    anke = introduce().anke
    listed, other = list_of(anke), list_of(anke, "national-be", Purpose.NATIONAL)
    one = reader(anke, "One", listed)
    assert list(read_by(one)) == [listed]
    told = []
    for name in (other.name, "nothing", "\0", "baseline\0"):
        with pytest.raises(NotFound) as error:
            list_read_by(one, name)
        told.append(str(error.value))
    assert told == ["there is no such list"] * 4
    one.ended_at = NOON
    assert list(lists_for(one)) == []


def test_a_file_is_of_whoever_reads_the_list_or_of_one_alone(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    for whose, digest in ((None, "a"), (one, "b")):
        File.objects.create(listed=listed, subscriber=whose, name="head.json", sha256=64 * digest, bytes=1)
    assert own_or_shared(one, listed, "head.json", 64 * "b") is not None
    assert own_or_shared(other, listed, "head.json", 64 * "b") is None
    assert own_or_shared(other, listed, "head.json", 64 * "a") is not None


def test_people_see_the_feed_of_their_own_unit_alone(database: Settings) -> None:
    cast = introduce()
    listed = list_of(cast.anke)
    several(listed, 2)
    reader(cast.anke, "One", listed)
    assert feed_for(cast.bram) == feed_of(cast.anke)
    assert [each.name for each in lists_of(cast.bram)] == ["baseline"]
    assert [each.number for each in entries_of(cast.bram)] == [1, 2]
    assert entry_for(cast.bram, 2).number == 2
    assert [each.name for each in subscribers_of(cast.bram)] == ["One"]
    assert subscriber_for(cast.bram, " One ").name == "One"
    assert [*lists_of(cast.chiara), *entries_of(cast.chiara), *subscribers_of(cast.chiara)] == []
    for seek in (
        lambda: feed_for(cast.chiara),
        lambda: entry_for(cast.chiara, 2),
        lambda: subscriber_for(cast.chiara, "One"),
    ):
        with pytest.raises(NotFound):
            seek()
