"""What stands beside a series is open to nobody who lost the series."""

from uuid import UUID

import pytest

from havre.exchange.beside import close_beside, narrow_beside
from havre.exchange.board import put, withdraw
from havre.exchange.models import Shared
from havre.exchange.rules import reference
from havre.flows.restrict import restrict
from havre.flows.theirs import say_theirs
from havre.restrictions.model import Action, Actor, Owner, Restriction, also, may
from havre.settings import Settings
from tests.cast import NOON, introduce, node
from tests.exchange.shared import open_to, shared

FRANCE = Actor("ab" * 8, "Paris", "FR")


def knowing(row: Shared) -> list[str]:
    """Which of them may know of it."""
    asked = (FRANCE, Actor("", "Polizia Postale", "IT"), Actor("", "Federal Police", "BE"))
    row.refresh_from_db()
    return [each.country for each in asked if may(each, row.source, row.condition.value, Action.KNOW, NOON)]


def test_words_beside_a_series_follow_it_as_it_is_narrowed_and_closed(database: Settings) -> None:
    with node(database) as begun:
        series, _ = shared(begun, "IT", "FR")
        said = say_theirs(begun.home, begun.chiara, reference(Shared.objects.get(kind="series")), "seen in Genoa")
        assert knowing(said) == ["FR", "IT", "BE"]
        restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
        assert (knowing(said), said.version, said.body["text"]) == (["IT", "BE"], 2, "seen in Genoa")
        restrict(begun.home, begun.anke, "series", series.reference, Restriction())
        assert (knowing(said), said.version) == (["IT", "BE"], 3)
        restrict(begun.home, begun.anke, "series", series.reference, open_to("FR"))
        assert knowing(said) == ["IT", "BE"]


@pytest.mark.usefixtures("database")
def test_it_is_put_again_only_where_its_audience_is_another() -> None:
    introduce()
    source = Owner("cd" * 8, "ACCCE", "AU")
    row = put(source, "series", UUID(int=1), {}, open_to("BE", "IT"), 1, NOON)
    author = Owner("", "Federal Police", "BE")
    body = {"series": str(row.ref), "text": "here"}
    said = put(author, "comment", UUID(int=2), body, also(row.condition.value, source), 1, NOON)
    assert narrow_beside(row, NOON) == []
    row = put(source, "series", row.ref, {}, open_to("BE"), 2, NOON)
    assert [each.pk for each in narrow_beside(row, NOON)] == [said.pk]
    assert (knowing(said), narrow_beside(row, NOON)) == (["BE"], [])
    gone = withdraw(source, row.ref, 3, NOON)
    assert gone is not None
    assert ([each.version for each in close_beside(gone, NOON)], close_beside(gone, NOON)) == ([3], [])
