"""Files that are judged together find what each finds alone, itself never; and ask no more, however many they are."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.fingerprints import scene, video
from havre.fingerprints.pdq import fingerprint_each_way
from havre.matches.digests import named
from havre.matches.finds import Asker, Find, finds
from havre.matches.judge import Bench, Candidate, Judged
from havre.matches.marks import Mark, marks_of
from havre.matches.models import Imprint, Knowledge, Source
from havre.matches.read_once import MOST_ROWS, MOST_SCENES, Known, Read, Together
from havre.matches.shelves import open_shelf
from havre.media.decode.outcomes import Imprint as Made
from havre.media.models import Medium
from tests.cast import NOON, Cast, introduce
from tests.folders import scene as drawn
from tests.imprinted import film, held, known, looks, sound, stock, view
from tests.pictures import Pixels


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def shot(number: int) -> Pixels:
    """Nearly the same picture as every other number gives: cut a little elsewhere, a little brighter."""
    left, top = number % 4, number // 4 % 4
    part = drawn(7)[top : top + 152, left : left + 152]
    return np.ascontiguousarray(np.clip(part * (0.94 + 0.01 * (number % 7)), 0, 255).astype(np.uint8))


def still(pixels: Pixels) -> Made:
    shown = fingerprint_each_way(pixels)
    return Made(video.METHOD, video.VERSION, None, video.pack(video.still(shown.orientations, shown.quality)))


def alike(cast: Cast, count: int, first: int = 0) -> list[Medium]:
    """Held media that all show nearly the same."""
    shots = [shot(number) for number in range(first, first + count)]
    return [held(cast.belgium, still(each), view(each), family="picture") for each in shots]


def own(cast: Cast, media: Sequence[Medium]) -> dict[int, list[Mark]]:
    return marks_of(looks(cast.belgium), [medium.pk for medium in media])


def told(found: Sequence[Find[Imprint]]) -> list[tuple[object, ...]]:
    """Everything that is said of each find."""
    return [
        (
            find.kind,
            find.row.pk,
            find.other,
            find.worth,
            find.expected_false,
            find.evidence,
            find.distance,
            find.quality,
        )
        for find in found
    ]


def test_together_each_finds_what_it_finds_alone_and_never_itself(cast: Cast, tmp_path: Path) -> None:
    known(cast.anke, True, still(shot(30)), view(shot(30)))
    media = [
        *alike(cast, 5),
        held(cast.belgium, film(1, 2, 3), sound(1), view(shot(9), 1.0)),
        held(cast.belgium, film(2, 3, 4), sound(1), view(shot(11), 0.5)),
    ]
    here, marks = stock(tmp_path, cast.belgium), own(cast, media)
    together = Together(
        cast.belgium, {each.pk for each in media[4:]}, [m for each in media[4:] for m in marks[each.pk]]
    )
    some = 0
    for medium in media:
        asker = Asker(marks[medium.pk], (152, 152), medium.pk)
        apart = told(finds(here, asker))
        assert told(finds(here, asker, together)) == apart
        assert ("held", medium.pk) not in [find[2] for find in apart]
        some += len(apart)
    assert some > 25


def judged(cast: Cast, root: Path, media: Sequence[Medium]) -> Iterator[Judged]:
    """All of these, one after the other, as one batch; each is judged once it is asked for."""
    marks = own(cast, media)
    here = stock(root, cast.belgium)
    known_, held_ = (open_shelf(root, cast.belgium, name) for name in ("known", "held"))
    candidates = [
        Candidate(named(each), marks=tuple(marks[each.pk]), size=(152, 152), medium=each.pk) for each in media
    ]
    bench = Bench(cast.belgium, known_, held_, candidates, here)
    return (bench.judge(candidate) for candidate in candidates)


def test_a_batch_of_one_scene_asks_no_more_the_larger_it_is(cast: Cast, tmp_path: Path) -> None:
    def questions(count: int) -> int:
        Imprint.objects.all().delete()
        batch = judged(cast, tmp_path / str(count), alike(cast, count))
        with CaptureQueriesContext(connection) as queries:
            matches = [len(each.matches) for each in batch]
        assert min(matches) >= count - 1
        return len(queries)

    assert questions(3) == questions(8)


def test_of_what_was_held_before_each_file_asks_little(cast: Cast, tmp_path: Path) -> None:
    alike(cast, 8)
    batch = judged(cast, tmp_path, alike(cast, 4, first=8))
    with CaptureQueriesContext(connection) as queries:
        assert min(len(each.matches) for each in batch) >= 8
    assert len(queries) <= 4 * 4  # it was some thirty for each


def test_what_is_judged_of_the_others_counts_for_all_of_a_batch(cast: Cast, tmp_path: Path) -> None:
    media = alike(cast, 5)
    source = Source.objects.create(unit=cast.belgium, path="/l", listing=b"", added_by=cast.anke, added_at=NOON)
    Knowledge.objects.create(source=source, unit=cast.belgium, pertinent=True, label="1", sha256=media[0].sha256)
    first, *others = judged(cast, tmp_path, media)
    assert (first.verdict.outcome, {each.verdict.outcome for each in others}) == ("known", {"near"})


def test_a_file_that_is_judged_again_shares_nothing_of_what_may_be_told(cast: Cast, tmp_path: Path) -> None:
    media = alike(cast, 3)
    here, marks, together = stock(tmp_path, cast.belgium), own(cast, media), Together(cast.belgium)
    now = Asker(marks[media[2].pk], (152, 152), media[2].pk)
    then = Asker(marks[media[2].pk], (152, 152), media[2].pk, before=1)  # none of them was held then
    assert told(finds(here, now, together))
    assert finds(here, then, together) == []
    assert told(finds(here, now, together)) == told(finds(here, now))


def test_what_is_known_of_a_file_is_asked_once(cast: Cast) -> None:
    media = alike(cast, 3)
    names = [named(each) for each in media]
    source = Source.objects.create(unit=cast.belgium, path="/l", listing=b"", added_by=cast.anke, added_at=NOON)
    entry = Knowledge.objects.create(source=source, unit=cast.belgium, pertinent=True, label="1", md5=media[1].md5)
    asked = Known(cast.belgium)
    assert asked.of([]) == {}
    assert asked.of(names[:2]) == {names[0]: [], names[1]: [entry]}
    with CaptureQueriesContext(connection) as queries:
        assert asked.of([names[1], names[0]]) == {names[0]: [], names[1]: [entry]}
    assert len(queries) == 0
    assert asked.of(names) == {names[0]: [], names[1]: [entry], names[2]: []}


def test_what_was_read_for_very_many_is_let_go(cast: Cast) -> None:
    read: Read[Imprint] = Read()
    view_ = scene.unpack(view(shot(0)).data, view(shot(0)).look)
    read.keep_views(dict.fromkeys(range(MOST_SCENES), view_))
    read.keep_views(dict.fromkeys(range(MOST_SCENES, MOST_SCENES + 10), view_))
    assert list(read.views) == list(range(10, MOST_SCENES + 10))
    read.rows = dict.fromkeys(range(MOST_ROWS))
    read.make_room()
    assert len(read.rows) == MOST_ROWS
    read.rows[MOST_ROWS] = None
    read.short = {key: Imprint() for key in range(MOST_ROWS + 1)}
    read.make_room()
    assert (read.rows, read.short) == ({}, {})
