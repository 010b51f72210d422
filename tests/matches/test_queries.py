"""What was found is told to its unit: totals that add up, matches with their labels, sources by name or number."""

import pytest

from havre.cases.models import Apart, Intake, Item, Outcome
from havre.cases.open import open_case
from havre.errors import NotFound
from havre.matches.models import Knowledge, Match, MatchKind, Source
from havre.matches.queries import knowledge_for, matched, source_for, sources_for, totals_of
from havre.units.models import Person
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def source(by: Person, path: str = "/list", *, withdrawn: bool = False) -> Source:
    at = NOON if withdrawn else None
    return Source.objects.create(unit=by.unit, path=path, listing=b"", added_by=by, added_at=NOON, withdrawn_at=at)


def know(of: Source, label: str) -> Knowledge:
    return Knowledge.objects.create(source=of, unit=of.unit, label=label, pertinent=True, path="/k", sha256=b"k" * 32)


def intake(by: Person) -> Intake:
    case = open_case("A", "warrant", "", by, NOON)
    return Intake.objects.create(case=case, path="/x", begun_at=NOON, begun_by=by, listing=b"", salt=b"", seconds=1.5)


def item(of: Intake, position: int, outcome: Outcome, *found: Knowledge, **more: object) -> Item:
    made = Item.objects.create(intake=of, position=position, path=f"/x/{position}", outcome=outcome, **more)
    for distance, known in enumerate(found):
        Match.objects.create(item=made, kind=MatchKind.NEAR, knowledge=known, distance=distance, quality=90)
    return made


def test_totals_add_up_and_are_split_by_the_label_of_the_first_match(cast: Cast) -> None:
    of, list_ = intake(cast.anke), source(cast.anke)
    baseline, other, unlabelled = (know(list_, label) for label in ("baseline", "other", ""))
    item(of, 0, Outcome.KNOWN, baseline, other)
    item(of, 1, Outcome.NEAR, other, baseline)
    item(of, 2, Outcome.NEAR, unlabelled)
    item(of, 3, Outcome.NEW, stack=True)
    item(of, 4, Outcome.NEW, apart=Apart.FLAT)
    item(of, 5, Outcome.REFUSED)
    assert totals_of(cast.bram, of).to_json() == {
        "case": "A",
        "intake": of.pk,
        "found": 6,
        "known": 1,
        "near": 2,
        "repeat": 0,
        "new": 2,
        "refused": 1,
        "quarantined": 0,
        "known_by_label": {"baseline": 1},
        "near_by_label": {"other": 1, "unlabelled": 1},
        "stacks": 1,
        "new_apart": {"damaged": 0, "flat": 1, "unfingerprinted": 0},
        "waiting": 0,
        "seconds": 1.5,
    }
    assert totals_of(cast.chiara, of).found == 0


def test_matches_are_told_to_their_unit_alone_the_decisive_first(cast: Cast) -> None:
    list_ = source(cast.anke)
    found = item(intake(cast.anke), 0, Outcome.NEAR, know(list_, "baseline"), know(list_, ""))
    told = {"sha256": (b"k" * 32).hex(), "path": "/k", "kind": "near", "quality": 90, "orientation": "upright"}
    assert matched(cast.bram, found) == [
        told | {"label": "baseline", "distance": 0, "expected_false": 0.0},
        told | {"label": None, "distance": 1, "expected_false": 0.0},
    ]
    assert matched(cast.chiara, found) == []


def test_knowledge_and_sources_are_a_units_own_and_withdrawn_ones_are_known_no_more(cast: Cast) -> None:
    first, second, theirs = source(cast.anke), source(cast.bram, withdrawn=True), source(cast.chiara)
    known, _, italian = know(first, "a"), know(second, "b"), know(theirs, "c")
    assert list(knowledge_for(cast.bram)) == [known]
    assert list(knowledge_for(cast.chiara)) == [italian]
    assert list(sources_for(cast.anke)) == [first, second]


def test_a_source_is_found_by_its_number_or_as_the_newest_of_its_path(cast: Cast) -> None:
    first, newest = source(cast.anke), source(cast.anke)
    withdrawn = source(cast.anke, withdrawn=True)
    assert source_for(cast.bram, str(first.pk)) == first
    assert source_for(cast.bram, "/list") == newest
    for named in (str(withdrawn.pk), "/other", "9" * 30, "²", "-1", ""):
        with pytest.raises(NotFound, match="havre known list"):
            source_for(cast.bram, named)


def test_a_source_of_another_unit_does_not_exist(cast: Cast) -> None:
    theirs = source(cast.chiara, "/secret")
    for named in (str(theirs.pk), "/secret"):
        with pytest.raises(NotFound) as told:
            source_for(cast.anke, named)
        assert str(told.value) == f"nothing known came from {named!r}: `havre known list` shows what did"
