"""What people take back leaves the files of whoever subscribed, within a day of their hearing of it."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from havre.matching.index import Index
from havre.subscription import buried
from havre.subscription.buried import ASKING, WITHIN, due, ripe
from havre.subscription.feed import CHECKED, Subscription
from havre.subscription.kept import Kept
from havre.subscription.known import Known, Question
from tests.hashlists.filmed import drawn, filmed
from tests.hashlists.made import made
from tests.simulators.feed import Publisher

KEPT, GONE = made(1), made(2)
FILM = filmed(3, drawn(3))


def lying(folder: Path) -> list[int]:
    """How many records the files of both indexes have, of pictures and of films."""
    return [len(Index.open(next(folder.glob(f"{name}-*"))).lying) for name in ("pdq", "film")]


def bytes_with(folder: Path, values: list[str]) -> set[str]:
    """The files of a folder in which one of these hashes is, in digits or as bytes."""
    forms = [form for value in values for form in (value.encode(), bytes.fromhex(value))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).parts[0] for path in files if any(form in path.read_bytes() for form in forms)}


def on_disk(known: Known) -> None:
    """What the indexes have in memory goes to their files, as thousands of entries do."""
    for index in (known._index, known._films._index):
        index.flush()


@pytest.mark.parametrize("lasting", [True, False], ids=["a service that stays", "a command now and then"])
def test_no_file_of_the_folder_has_the_hash_a_day_later(
    publisher: Publisher, subscription: Subscription, lasting: bool
) -> None:
    folder, running = subscription.folder, list[Known]()

    def look(at: int) -> Known:
        subscription.refresh(at)
        if not (lasting and running):
            running.append(Known(folder))
        if lasting:
            running[-1].sync()
        return running[-1]

    publisher.publish({"unreviewed": [KEPT, GONE, FILM]})
    on_disk(look(1))
    films = lying(folder)[1]
    assert (lying(folder)[0], films > 0) == (2, True)
    gone = [replace(each, version=2, retracted=True, signals=()) for each in (GONE, FILM)]
    publisher.publish({"unreviewed": gone})
    for at in (1_000, 1_000 + ASKING, 1_000 + WITHIN - 1):
        known = look(at)
        assert known.ask([Question(GONE.signals), Question(films=(drawn(3),))]) == [[], []]
        assert lying(folder) == [2, films]  # found by nobody, and there
    known = look(1_000 + WITHIN)
    known.sync()
    assert lying(folder) == [1, 0]
    assert [[match.entry.number for match in found] for found in known.ask([Question(KEPT.signals)])] == [[1]]
    values = [signal.value for signal in GONE.signals]
    assert bytes_with(folder, [signal.value for signal in KEPT.signals]) >= {"entries.sqlite"}
    assert bytes_with(folder, values) == set()


def test_a_command_now_and_then_forgets_while_the_feed_goes_on_taking_back(
    publisher: Publisher, subscription: Subscription
) -> None:
    folder, entries = subscription.folder, [made(number) for number in range(1, 15)]
    publisher.publish({"unreviewed": entries})
    subscription.refresh(1)
    on_disk(Known(folder))
    lay = []
    for look, entry in enumerate(entries[:13]):
        publisher.publish({"unreviewed": [replace(entry, version=look + 2, retracted=True, signals=())]})
        subscription.refresh(10_000 + look * WITHIN // 6)  # every four hours another one
        Known(folder)
        lay.append(lying(folder)[0])
    # At a day, all but the one of that look; then those of the day since.
    assert lay == [14] * 6 + [8] * 6 + [2]


def test_nothing_is_written_anew_where_nothing_was_taken_back(publisher: Publisher, subscription: Subscription) -> None:
    publisher.publish({"baseline": [KEPT, GONE]})
    subscription.refresh(1)
    known = Known(subscription.folder)
    on_disk(known)
    before = known._index.directory.joinpath("manifest").read_bytes()
    for day in range(1, 4):
        subscription.refresh(1 + day * WITHIN)
        known.sync()
    assert known._index.directory.joinpath("manifest").read_bytes() == before


def test_it_waits_a_minute_for_whoever_asks_in_another_process(tmp_path: Path) -> None:
    some, more = frozenset({3, 4}), frozenset({3, 4, 5})
    with closing(Kept(tmp_path)) as kept:
        kept.db.executemany("INSERT INTO gone VALUES (?)", [(record,) for record in more])
        for at, gone, seen, expected in (
            (100, some, frozenset(), frozenset()),
            (100, some, some, some),
            (100 + ASKING - 1, some, frozenset(), frozenset()),
            (100 + ASKING, more, frozenset(), some),
            (100 + ASKING, more, frozenset({5}), more),
            (100 + ASKING * 2, more, frozenset(), more),
            (100 + ASKING * 2, frozenset(), some, frozenset()),
        ):
            kept.keep_fact(CHECKED, at)
            assert ripe(kept, gone, seen) == expected, at


def test_a_day_is_counted_from_the_first_that_went(tmp_path: Path) -> None:
    with closing(Kept(tmp_path)) as kept:
        for at, anything, expected in (
            (100, False, False),
            (200, True, False),
            (200 + WITHIN - 1, True, False),
            (200 + WITHIN, False, True),
        ):
            kept.keep_fact(CHECKED, at)
            assert due(kept, anything=anything) is expected, at
        buried.done(kept)
        assert not due(kept, anything=False)


def test_what_the_files_could_not_lose_yet_is_a_day_old_a_day_after_it_went(tmp_path: Path) -> None:
    with closing(Kept(tmp_path)) as kept:
        kept.keep_fact(CHECKED, 200 + WITHIN)
        kept.keep_fact(buried.SINCE, 200)
        kept.db.execute("INSERT INTO gone VALUES (7)")
        assert (ripe(kept, frozenset({7}), frozenset()), due(kept, anything=True)) == (frozenset(), True)
        buried.done(kept)
        for at, expected in ((200 + WITHIN * 2 - 1, False), (200 + WITHIN * 2, True)):
            kept.keep_fact(CHECKED, at)
            assert due(kept, anything=False) is expected, at
