"""The life of a report at the service: allowed moves, when it lapses, and what a journal adds up to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from havre.cybertip.life import (
    MAY_BECOME,
    OPEN,
    Event,
    State,
    What,
    advance,
    kept_until,
    lapses_at,
    standing_of,
)
from havre.errors import Broken, Invalid

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_what_is_over_stays_over() -> None:
    assert {state for state in State if MAY_BECOME[state]} == OPEN
    assert advance(State.DESCRIBED, State.FINISHED) == State.FINISHED
    for was, to in ((State.OPENED, State.FINISHED), (State.LAPSED, State.FINISHED), (State.FINISHED, State.RETRACTED)):
        with pytest.raises(Invalid, match=f"a report that is {was} cannot become {to}"):
            advance(was, to)


@pytest.mark.parametrize(("changed", "lapses"), [(0, 24), (22.5, 24), (23, 24), (23.5, 24.5), (40, 41)])
def test_it_lapses_a_day_after_opening_or_an_hour_after_its_last_change(changed: float, lapses: float) -> None:
    assert lapses_at(NOON, NOON + changed * HOUR) == NOON + lapses * HOUR


def test_it_is_kept_for_a_year() -> None:
    assert [kept_until(day) for day in (date(2026, 3, 2), date(2024, 2, 29))] == [date(2027, 3, 2), date(2025, 3, 1)]


def events(*said: tuple[What, dict[str, object]]) -> list[Event]:
    return [Event(what, NOON + number * HOUR, **more) for number, (what, more) in enumerate(said)]  # type: ignore[arg-type]


def test_what_was_written_down_adds_up() -> None:
    story = events(
        (What.PREPARED, {"said": "digest"}),
        (What.OPENING, {}),
        (What.OPENING, {}),
        (What.OPENED, {"report": 7}),
        (What.LEAVING, {"report": 7, "file": 1}),
        (What.UPLOADED, {"report": 7, "file": 1, "file_id": "f1"}),
        (What.LEAVING, {"report": 7, "file": 2}),
    )
    found = standing_of(story, 2, frozenset({1}))
    assert (found.prepared, found.perhaps) == ("digest", 1)
    assert found.last is not None
    assert (found.last.state, found.last.files, found.last.leaving) == (State.OPENED, {1: "f1"}, 2)
    assert found.last.lapses_at == found.last.opened + 24 * HOUR
    more = [Event(What.UPLOADED, NOON, 7, 2, "f2"), Event(What.DESCRIBED, NOON, 7, 1)]
    assert standing_of(story + more[:1], 2, frozenset({1})).last.state == State.UPLOADED  # type: ignore[union-attr]
    found = standing_of([*story, *more, Event(What.FINISHING, NOON, 7)], 2, frozenset({1}))
    assert found.last is not None
    assert (found.last.state, found.last.finishing, found.finished) == (State.DESCRIBED, True, None)
    ended = [*story, *more, Event(What.FINISHED, NOON, 7), Event(What.PRESERVED, NOON, said="2027-03-02")]
    found = standing_of(ended, 2, frozenset({1}))
    assert found.finished is found.last
    assert found.preserved == "2027-03-02"


def test_trouble_stands_until_something_goes_on() -> None:
    opened = Event(What.OPENED, NOON, 7)
    trouble = Event(What.TROUBLE, NOON, 7, said="no")
    assert standing_of([opened, trouble], 1, frozenset()).trouble == "no"
    assert standing_of([opened, trouble, Event(What.RETRACTED, NOON, 7)], 1, frozenset()).trouble == ""
    assert standing_of([trouble, Event(What.OPENING, NOON)], 1, frozenset()).trouble == "no"


def test_what_was_begun_and_did_not_come_is_marked() -> None:
    story = events(
        (What.OPENED, {"report": 7}),
        (What.LEAVING, {"report": 7, "file": 1}),
        (What.NOT_TAKEN, {"report": 7, "file": 1}),
        (What.RETRACTING, {"report": 7}),
    )
    last = standing_of(story, 1, frozenset()).last
    assert last is not None
    assert (last.leaving, last.retracting, last.state, last.over_at) == (0, True, State.OPENED, None)


def test_without_files_it_is_described_at_once() -> None:
    found = standing_of([Event(What.OPENED, NOON, 7)], 0, frozenset())
    assert found.last is not None
    assert found.last.state == State.DESCRIBED
    assert standing_of([], 0, frozenset()).last is None


def test_a_journal_that_contradicts_itself_is_broken() -> None:
    with pytest.raises(Broken, match="which it never opened"):
        standing_of([Event(What.UPLOADED, NOON, 7, 1)], 1, frozenset())
    with pytest.raises(Broken, match="finished of report 8"):
        standing_of([Event(What.OPENED, NOON, 7), Event(What.FINISHED, NOON, 8)], 1, frozenset())
