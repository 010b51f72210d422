"""One version says everything that is due, once; canaries come among it; time does not go back."""

from datetime import timedelta

from havre.feeds.models import Canary, Delta, Entry, HashList, Published, State, Version
from havre.feeds.version import CANARIES_WAIT, MOST_DELTAS, due_lists, new_version
from havre.hashlists.changes import every
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import list_of, lists_for, reader
from tests.hashlists.made import made


def confirmed(listed: HashList, number: int, **given: object) -> Entry:
    """An entry that is due."""
    values = {"state": State.CONFIRMED, "due": True, "kind": "picture", "confirmed": 2, "proposed_at": NOON, **given}
    signals = [[each.method, each.version, each.value] for each in made(number).signals]
    return Entry.objects.create(listed=listed, number=number, unit=listed.feed.unit, signals=signals, **values)


def test_what_is_due_is_said_once_and_a_change_moves_to_the_end(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    feed, one = listed.feed, reader(anke, "One", listed)
    confirmed(listed, 1, labels=["act"], categories={"BE": "BE 1"})
    confirmed(listed, 2)
    assert (new_version(feed, NOON), new_version(feed, NOON)) != (None, None)
    assert due_lists(feed, NOON) == []
    Entry.objects.filter(number=1).update(state=State.RETRACTED, due=True)
    again = new_version(feed, NOON - timedelta(days=1))
    assert again is not None
    assert (again.number, again.changed, again.retracted) == (2, 1, 1)
    read = list(every(lists_for(one)[0]))
    assert [(each.number, each.version, each.retracted) for each in read] == [(2, 1, False), (1, 2, True)]
    assert (read[1].labels, read[1].added, read[1].changed) == (("act",), int(NOON.timestamp()), int(NOON.timestamp()))
    assert [row.at for row in Version.objects.all()] == [NOON, NOON]  # the clock went back, versions do not
    assert Entry.objects.get(number=2).state == State.PUBLISHED


def test_canaries_come_among_what_is_new_and_never_alone(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    bits = {"pdq": bytes(32), "md5": bytes(16), "sha1": bytes(20), "sha256": bytes(32)}
    like = {"labels": ["act"], "confirmed": 3, "methods": ["md5", "pdq"]}
    Canary.objects.create(subscriber=one, listed=listed, number=1, like=like, **bits)
    assert new_version(listed.feed, NOON) is None
    confirmed(listed, 2)
    new_version(listed.feed, NOON)
    canary, _real = every(lists_for(one)[0])
    assert (canary.number, canary.labels, canary.confirmed) == (1, ("act",), 3)
    assert [each.method for each in canary.signals] == ["md5", "pdq"]
    assert [row.subscriber_id for row in Published.objects.order_by("number")] == [one.pk, None]


def test_where_nothing_is_new_for_a_day_canaries_come_all_the_same(database: Settings) -> None:
    anke = introduce().anke
    listed, empty = list_of(anke), list_of(anke, "generated")
    confirmed(listed, 1)
    new_version(listed.feed, NOON)
    one, other = reader(anke, "One", listed, empty), reader(anke, "Other", listed)
    bits = {"pdq": bytes(32), "md5": bytes(16), "sha1": bytes(20), "sha256": bytes(32)}
    for number, where in ((2, listed), (3, empty)):
        Canary.objects.create(subscriber=one, listed=where, number=number, **bits)
    assert new_version(listed.feed, NOON + CANARIES_WAIT - timedelta(seconds=1)) is None
    made = new_version(listed.feed, NOON + CANARIES_WAIT)
    assert made is not None
    assert (made.number, made.changed) == (2, 0)
    assert [[each.number for each in every(lists_for(who)[-2 if who is one else 0])] for who in (one, other)] == [
        [1, 2],
        [1],
    ]
    assert Canary.objects.get(due=True).listed == empty  # nothing is on it among which they would not be seen
    assert new_version(listed.feed, NOON + CANARIES_WAIT * 9) is None


def test_the_chain_of_changes_is_bounded_and_the_list_is_then_written_whole(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    feed = listed.feed
    confirmed(listed, 1)
    new_version(feed, NOON)
    listed.refresh_from_db()
    Delta.objects.all().delete()
    last = MOST_DELTAS
    Delta.objects.bulk_create(Delta(listed=listed, first=at, last=at + 1) for at in range(1, last))
    HashList.objects.update(version=last, whole=1)
    feed.version = last
    feed.save()
    confirmed(listed, 2)
    new_version(feed, NOON)
    listed.refresh_from_db()
    assert (Delta.objects.count(), listed.version, listed.whole) == (MOST_DELTAS, last + 1, last + 1)
