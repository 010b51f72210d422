"""A source of knowledge is begun once, gone on with, finished, and listed for its own unit alone."""

from dataclasses import replace

import pytest

from havre.errors import Refused
from havre.flows.source import Offer, alone, begin, finish, list_sources
from havre.matches.models import Source
from havre.settings import Settings
from tests.cast import node

OFFER = Offer("list.csv", "csv", "vics-us", "pertinent", b"1" * 32)


def test_an_unfinished_source_goes_on_and_a_finished_one_is_told(database: Settings) -> None:
    with node(database) as here:
        first, new = begin(here.home, here.anke, OFFER)
        same, goes_on = begin(here.home, here.anke, OFFER)
        finish(here.home, here.anke, first, OFFER, {"added": 3})
        told, anything_left = begin(here.home, here.anke, OFFER)

    assert (new, goes_on, anything_left) == (True, True, False)
    assert first == same == told
    assert told.told == {"added": 3}


def test_anything_that_differs_is_another_source(database: Settings) -> None:
    with node(database) as here:
        first, _ = begin(here.home, here.anke, OFFER)
        finish(here.home, here.anke, first, OFFER, {})
        others = [
            begin(here.home, here.anke, replace(OFFER, **{name: value}))[0]  # type: ignore[arg-type]
            for name, value in (("label", "us-abuse"), ("scheme", ""), ("path", "x"), ("listing", b"2" * 32))
        ]
        theirs, _ = begin(here.home, here.chiara, OFFER)

    assert len({source.pk for source in (first, *others, theirs)}) == 6


def test_a_list_that_changed_while_unfinished_is_refused_and_a_folder_goes_on(database: Settings) -> None:
    folder = replace(OFFER, format="folder")
    with node(database) as here:
        begin(here.home, here.anke, OFFER)
        with pytest.raises(Refused):
            begin(here.home, here.anke, replace(OFFER, listing=b"2" * 32))
        first, _ = begin(here.home, here.anke, folder)
        assert begin(here.home, here.anke, replace(folder, listing=b"2" * 32)) == (first, True)


def test_one_process_at_a_time_works_on_a_source(database: Settings) -> None:
    with node(database) as here:
        source, _ = begin(here.home, here.anke, OFFER)
        with alone(here.home, source), pytest.raises(Refused), alone(here.home, source):
            pass
        with alone(here.home, source):
            pass


def test_sources_are_listed_for_their_own_unit_with_what_became_of_them(database: Settings) -> None:
    with node(database) as here:
        first, _ = begin(here.home, here.anke, OFFER)
        finish(here.home, here.anke, first, OFFER, {})
        begin(here.home, here.anke, replace(OFFER, path="second"))
        Source.objects.create(
            unit=here.anke.unit,
            path="third",
            format="csv",
            listing=b"",
            added_by=here.anke.person,
            added_at=here.anke.now(),
            withdrawn_at=here.anke.now(),
        )

        listed = list_sources(here.home, here.anke)
        assert list_sources(here.home, here.chiara) == []

    assert [(one["path"], one["state"], one["entries"]) for one in listed] == [
        ("list.csv", "known", 0),
        ("second", "unfinished", 0),
        ("third", "withdrawal unfinished", 0),
    ]
