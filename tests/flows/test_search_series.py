"""Series are found by what people wrote of them, by their own unit alone, and not by what was withdrawn."""

import json

from havre.audit.models import Entry
from havre.flows.search_series import MOST, WRITTEN, series_saying
from havre.flows.search_stated import Asked, search_stated
from havre.series.comments import comment, withdraw
from havre.series.models import Clue, Series
from havre.victims.models import Offender, Victim
from tests.cast import NOON, Node
from tests.series.many import series_of


def written(here: Node) -> Series:
    """A series of Anke's unit with harbours in every kind of text."""
    by = here.anke.person
    series = series_of(by, 2, "Harbour café")
    comment(series, "The crane of the old harbour is behind the window.", by, NOON)
    medium = series.members.earliest("id").medium
    Clue.objects.create(series=series, number=1, medium=medium, name="Harbour sign", kind="sign", by=by, at=NOON)
    for model in (Victim, Offender):
        model.objects.create(
            unit=by.unit, pseudonym="HARBOUR 1", recorded_by=by, recorded_at=NOON
        ).series.add(series)  # fmt: skip
    return series


def test_every_kind_of_text_finds_its_series_once(begun: Node) -> None:
    series = written(begun)
    series_of(begun.anke.person, 2, "Red bus")
    (told,) = series_saying(begun.bram.person, "harbour")
    assert (told.series, [kind for kind, _ in told.why]) == (series, list(WRITTEN))
    assert dict(told.why)["comment"] == "The crane of the old harbour is behind the window."
    assert series_saying(begun.bram.person, "lighthouse") == []
    assert series_saying(begun.chiara.person, "harbour") == []


def test_what_was_withdrawn_is_found_no_more(begun: Node) -> None:
    series = series_of(begun.anke.person, 2)
    said = comment(series, "a lighthouse", begun.anke.person, NOON)
    assert [each.series for each in series_saying(begun.anke.person, "LIGHT")] == [series]
    withdraw(said, begun.anke.person, NOON)
    assert series_saying(begun.anke.person, "LIGHT") == []


def test_so_many_are_told_the_newest_first(begun: Node) -> None:
    series = series_of(begun.anke.person, 1)
    Series.objects.bulk_create(
        Series(unit=series.unit, number=100 + at, name="harbour", created_at=NOON) for at in range(MOST + 2)
    )
    told = [each.series.number for each in series_saying(begun.anke.person, "harbour")]
    assert told == sorted((100 + at for at in range(2, MOST + 2)), reverse=True)


def test_a_series_that_says_it_often_is_one_of_those_told(begun: Node) -> None:
    older, newer = series_of(begun.anke.person, 1), series_of(begun.anke.person, 1)
    comment(older, "a lighthouse", begun.anke.person, NOON)
    for at in range(MOST + 1):
        comment(newer, f"lighthouse {at}", begun.anke.person, NOON)
    told = series_saying(begun.anke.person, "lighthouse")
    assert [(each.series, dict(each.why)["comment"]) for each in told] == [
        (newer, f"lighthouse {MOST}"),
        (older, "a lighthouse"),
    ]


def test_a_search_for_words_tells_them_and_logs_which(begun: Node) -> None:
    series = written(begun)
    answers = search_stated(begun.home, begun.bram, Asked("harbour"))
    assert [each.series for each in answers.series] == [series]
    assert json.loads(Entry.objects.latest("index").detail)["series"] == [series.number]
    assert search_stated(begun.home, begun.bram, Asked("harbour", camera={"make": "NIKON"})).series == []
