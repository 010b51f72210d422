"""Each statement of a source is written once; what was written comes back as it was said."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.matches import learn
from havre.matches.formats.record import Entry
from havre.matches.learn import Learner, learn_files, statement_of
from havre.matches.models import Knowledge, Source
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.folders import number


@pytest.fixture
def source(database: Settings) -> Source:
    anke = introduce().anke
    return Source.objects.create(
        unit=anke.unit, path="list", format="csv", label="pertinent", listing=b"", added_by=anke, added_at=NOON
    )


def entry(seed: int, **values: Any) -> Entry:
    return Entry(f"entry {seed}", **({"md5": number(seed)["md5"]} | values))


def test_what_is_written_is_what_was_said(source: Source) -> None:
    said = Entry(
        "entry 1",
        **number(1),
        pdq="0f" * 32,
        pdq_quality=77,
        label="us-comparison",
        category="4",
        paths=("a/b.jpg", "c"),
        facts={"tags": ["beach", None], "deep": {"é": 1.5}},
    )
    assert Learner(source).learn([said]) == 1

    row = Knowledge.objects.get()
    assert statement_of(said, "") == learn._statement_in(row)
    assert (row.unit, row.label, row.pertinent, row.pdq_quality) == (source.unit, "us-comparison", False, 77)
    assert (row.path, row.facts, row.whole) == ("a/b.jpg", said.facts, None)


def test_an_entry_that_says_nothing_itself_is_judged_by_the_source(source: Source) -> None:
    Learner(source).learn([entry(1), entry(2, label="not-pertinent")])

    assert list(Knowledge.objects.order_by("id").values_list("pertinent", flat=True)) == [True, False]


def test_a_statement_is_written_once_and_a_different_one_of_the_same_medium_beside_it(source: Source) -> None:
    learner = Learner(source)
    batches = [[entry(1), entry(1), entry(1, category="2")], [entry(1), entry(2)], [entry(1, label="us-abuse")]]

    assert [learner.learn(batch) for batch in batches] == [2, 1, 1]
    assert Knowledge.objects.count() == 4


@pytest.mark.parametrize("forgetful", [False, True])
@given(seeds=st.lists(st.integers(0, 6), max_size=20), cuts=st.lists(st.integers(0, 20), max_size=3))
def test_whatever_the_batches_and_the_cuts_each_statement_is_there_once(
    forgetful: bool, seeds: list[int], cuts: list[int], source: Source
) -> None:
    Knowledge.objects.all().delete()
    entries = [entry(seed) for seed in seeds]
    bounds = sorted({0, len(entries), *(cut for cut in cuts if cut < len(entries))})
    learner = Learner(source)
    for start, end in pairwise(bounds):
        if forgetful:
            # A run that was killed: the next one passes what was written.
            learner = Learner(source)
            for passed in entries[:start]:
                learner.passed(passed)
        learner.learn(entries[start:end])

    written = [bytes(row.md5 or b"").hex() for row in Knowledge.objects.order_by("id")]
    assert written == list(dict.fromkeys(one.md5 for one in entries))


def test_a_memory_that_is_wrong_costs_no_entry(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = Learner(source)
    monkeypatch.setattr(learner, "_seen", Everything())

    assert [learner.learn([entry(1), entry(2)]), learner.learn([entry(2), entry(3)])] == [2, 1]


class Everything:
    """A memory that takes everything for seen before."""

    def again(self, _: int) -> bool:
        return True


def test_more_rows_than_one_statement_holds_are_all_written(source: Source) -> None:
    count = learn.ROWS_A_STATEMENT * 2 + 1
    assert Learner(source).learn([entry(seed) for seed in range(count)]) == count
    assert Knowledge.objects.count() == count


def test_frames_belong_to_the_entry_of_their_file(source: Source) -> None:
    whole = Knowledge(source=source, unit=source.unit, sha256=bytes(32))
    learn_files([(whole, [Knowledge(source=source, unit=source.unit, pdq=bytes(32), whole=whole)])])

    assert Knowledge.objects.get(whole=None).frames.get().pdq is not None
