"""What a unit puts beside a series of another stands there for its source and all who see it, and may be taken back."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.board import put
from havre.exchange.models import Shared, Sighting
from havre.exchange.rules import reference
from havre.flows.check import beside_ours
from havre.flows.claim import take
from havre.flows.restrict import restrict
from havre.flows.theirs import (
    claim_theirs,
    clue_theirs,
    identify_theirs,
    list_theirs,
    say_theirs,
    see,
    take_back,
    unsay_theirs,
)
from havre.linking.countries import constraint
from havre.restrictions.model import Level, Owner
from havre.series.models import Life
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.exchange.shared import open_to, shared


def its_reference() -> str:
    """How others call Belgium's series."""
    return reference(Shared.objects.get(kind="series"))


def test_it_is_seen_as_its_source_lets_and_that_is_kept(begun: Node) -> None:
    shared(begun, "IT")
    told = see(begun.home, begun.chiara, its_reference()).to_json()
    assert (told["body"]["name"], told["unit"], told["beside"]) == ("Green chair", "Federal Police", [])
    row = Sighting.objects.get(why="look")
    assert (row.unit, row.country, row.version, row.condition) == ("Polizia Postale", "IT", 1, row.shared.condition)


def test_those_that_may_see_it_find_it_in_a_list_and_that_is_kept(begun: Node) -> None:
    series, _done = shared(begun, "FR")
    assert list_theirs(begun.home, begun.chiara) == []
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    (told,) = list_theirs(begun.home, begun.chiara)
    assert (told["reference"], told["body"]["name"]) == (its_reference(), "Green chair")
    assert Sighting.objects.get(why="look", unit="Polizia Postale").entry is not None
    assert list_theirs(begun.home, begun.anke) == []


def test_words_have_receipts_for_their_author_alone(begun: Node) -> None:
    shared(begun, "IT")
    say_theirs(begun.home, begun.chiara, its_reference(), "which harbour?", asks=True)
    assert beside_ours(begun.anke, Shared.objects.get(kind="series").series)  # type: ignore[arg-type]
    beside = see(begun.home, begun.chiara, its_reference()).to_json()["beside"]
    assert [each["body"]["text"] for each in beside] == ["which harbour?"]
    assert beside[0]["read by"][0].startswith("Federal Police (BE)")


def test_what_was_put_there_is_taken_back_by_its_unit_alone(begun: Node) -> None:
    shared(begun, "IT")
    said = say_theirs(begun.home, begun.chiara, its_reference(), "wrong place")
    with pytest.raises(Invalid):
        take_back(begun.home, begun.anke, str(said.ref))
    assert take_back(begun.home, begun.chiara, str(said.ref)).body == {}
    assert see(begun.home, begun.chiara, its_reference()).to_json()["beside"] == []


def test_another_country_for_a_child_of_others_takes_nothing_else_back(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    later = Acting(begun.chiara.person, lambda: NOON + timedelta(hours=10))
    identify_theirs(begun.home, begun.chiara, its_reference(), "FR", safe=True)
    at = NOON.isoformat()

    def said(who: Acting, code: str, safe: bool | None = None) -> tuple[object, object, object, str]:
        body = identify_theirs(begun.home, who, its_reference(), code, safe).body
        series.refresh_from_db()
        return body["country"], body["at"], body["safeguarded_at"], series.life

    assert said(later, "IT") == ("IT", at, at, Life.SAFEGUARDED)
    assert said(later, "IT", True) == ("IT", at, at, Life.SAFEGUARDED)
    assert said(later, "IT", False) == ("IT", at, None, Life.IDENTIFIED)
    assert said(later, "FR") == ("FR", at, None, Life.IDENTIFIED)
    assert said(later, "FR", True) == ("FR", at, later.now().isoformat(), Life.SAFEGUARDED)
    unsay_theirs(begun.home, later, its_reference())
    assert said(later, "FR") == ("FR", later.now().isoformat(), None, Life.IDENTIFIED)


def test_what_makes_no_sense_is_refused(begun: Node) -> None:
    shared(begun, "IT")
    ref, likely = its_reference(), constraint({"kind": "country", "values": ["IT"]})
    acts: tuple[Callable[[], object], ...] = (
        lambda: say_theirs(begun.home, begun.chiara, ref, " "),
        lambda: clue_theirs(begun.home, begun.chiara, ref, "box", "none", [likely]),
        lambda: clue_theirs(begun.home, begun.chiara, ref, "two\nlines\0", "sign", [likely]),
        lambda: identify_theirs(begun.home, begun.chiara, ref, "Italy"),
    )
    for act in acts:
        with pytest.raises(Invalid):
            act()


def test_who_may_not_see_it_does_nothing_with_it(begun: Node) -> None:
    shared(begun, "FR")
    ref = its_reference()
    acts: tuple[Callable[[], object], ...] = (
        lambda: see(begun.home, begun.chiara, ref),
        lambda: claim_theirs(begun.home, begun.chiara, ref),
        lambda: say_theirs(begun.home, begun.chiara, ref, "hello"),
        lambda: identify_theirs(begun.home, begun.chiara, ref, "IT"),
        lambda: see(begun.home, begun.anke, ref),  # its own is no series of others
    )
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert Shared.objects.filter(country="IT").count() == 0


def test_a_claim_of_the_source_stops_others(begun: Node) -> None:
    shared(begun, "IT")
    take(begun.home, begun.anke, "S1")
    with pytest.raises(Refused, match="works on BE-"):
        claim_theirs(begun.home, begun.chiara, its_reference())
    told = Sighting.objects.get(shared__kind="claim", unit="Polizia Postale")
    assert "claim refused" in Entry.objects.get(index=told.entry or 0).detail


def test_what_is_told_at_level_hit_does_not_stand_beside(begun: Node) -> None:
    shared(begun, "IT")
    body = {"series": str(Shared.objects.get(kind="series").ref), "text": "closed word", "contact": "Canberra"}
    put(Owner("ab" * 8, "ACCCE", "AU"), "comment", UUID(int=1), body, open_to("IT", level=Level.HIT), 1, NOON)
    assert see(begun.home, begun.chiara, its_reference()).to_json()["beside"] == []
