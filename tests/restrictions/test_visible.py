"""Each unit sees its own things and nothing of any other, whatever the thing and however it hangs on its owner."""

from collections.abc import Callable
from random import Random

import pytest
from django.db.models import Model, QuerySet
from hypothesis import given
from hypothesis import strategies as st

from havre.cases.models import Case, Intake, Item, Outcome
from havre.cases.open import open_case
from havre.matches.models import Knowledge, Source
from havre.media.models import Fingerprint, Medium, SealedFile
from havre.restrictions.visible import may_see, owned_by, visible_to
from havre.series.models import Clue, ClueCrop, Decision, Link, LinkKind, Member, Series, Word
from havre.units.found import add_person, found_unit
from havre.units.models import Person
from tests.cast import NOON

THINGS: list[tuple[type[Model], str, Callable[[Model], int]]] = [
    (Case, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (Intake, "case__unit", lambda thing: thing.case.unit_id),  # type: ignore[attr-defined]
    (Item, "intake__case__unit", lambda thing: thing.intake.case.unit_id),  # type: ignore[attr-defined]
    (Medium, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (SealedFile, "medium__unit", lambda thing: thing.medium.unit_id),  # type: ignore[attr-defined]
    (Fingerprint, "medium__unit", lambda thing: thing.medium.unit_id),  # type: ignore[attr-defined]
    (Source, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (Knowledge, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (Series, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (Link, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (Member, "series__unit", lambda thing: thing.series.unit_id),  # type: ignore[attr-defined]
    (Decision, "unit", lambda thing: thing.unit_id),  # type: ignore[attr-defined]
    (Clue, "series__unit", lambda thing: thing.series.unit_id),  # type: ignore[attr-defined]
    (ClueCrop, "clue__series__unit", lambda thing: thing.clue.series.unit_id),  # type: ignore[attr-defined]
]
"""Every thing a unit owns, the way to its owner in the database, and the same way in Python."""


@given(st.integers(), st.integers())
def test_a_thing_is_seen_by_its_owners_unit_alone(viewer: int, owner: int) -> None:
    assert may_see(viewer, owner) == (viewer == owner)


def own(by: Person, number: int) -> None:
    """One of everything, owned by this person's unit."""
    case = open_case(f"case {number}", "warrant", "", by, NOON)
    intake = Intake.objects.create(case=case, path="/x", begun_at=NOON, begun_by=by, listing=b"", salt=b"")
    Item.objects.create(intake=intake, position=0, path="/x/1", outcome=Outcome.NEW)
    digest = number.to_bytes(32, "big")
    medium = Medium.objects.create(
        unit=by.unit, sha256=digest, sha1=digest[:20], md5=digest[:16], bytes=1, kind="jpeg", held_since=NOON
    )
    SealedFile.objects.create(medium=medium, purpose="original", blob=str(number), wrapped_key=b"", sha256=digest)
    Fingerprint.objects.create(medium=medium, frame=0, orientations=b"", quality=1, partial=False)
    source = Source.objects.create(unit=by.unit, path="/list", listing=b"", added_by=by, added_at=NOON)
    Knowledge.objects.create(source=source, unit=by.unit, sha256=digest)
    _own_series(by, number, medium)


def _own_series(by: Person, number: int, medium: Medium) -> None:
    digest = (number + 1000).to_bytes(32, "big")
    other = Medium.objects.create(
        unit=by.unit, sha256=digest, sha1=digest[:20], md5=digest[:16], bytes=1, kind="jpeg", held_since=NOON
    )
    Link.objects.create(unit=by.unit, one=medium, other=other, kind=LinkKind.PLACE, expected_false=0, media_then=2)
    series = Series.objects.create(unit=by.unit, number=number, created_at=NOON)
    Member.objects.create(series=series, medium=medium)
    Decision.objects.create(unit=by.unit, series=series, said=Word.CONFIRMED, by=by, at=NOON)
    clue = Clue.objects.create(series=series, number=1, medium=medium, name="sign", kind="sign", by=by, at=NOON)
    ClueCrop.objects.create(
        clue=clue, jpeg=b"", small=b"", veil=b"", sha256=digest, width=1, height=1, asked_by=by, asked_at=NOON
    )


@pytest.mark.usefixtures("database")
def test_what_the_database_gives_is_what_the_rule_allows() -> None:
    random = Random(11)
    units = [found_unit(f"unit {number}", "BE", NOON) for number in range(5)]
    people = [add_person(f"person {n}", random.choice(units), NOON, []) for n in range(12)]
    for number in range(25):
        own(random.choice(people), number)
    for model, way, owner in THINGS:
        things: QuerySet[Model] = model._default_manager.order_by("pk")
        for viewer in people:
            seen = [thing for thing in things if may_see(viewer.unit_id, owner(thing))]
            assert list(visible_to(viewer, things, way)) == seen
            assert list(owned_by(viewer.unit, things, way)) == seen
        assert visible_to(people[0], things, way).count() < things.count()  # something was hidden


@pytest.mark.usefixtures("database")
def test_a_person_of_a_unit_without_anything_sees_nothing() -> None:
    belgium, italy = found_unit("one", "BE", NOON), found_unit("other", "IT", NOON)
    own(add_person("anke", belgium, NOON, []), 1)
    chiara = add_person("chiara", italy, NOON, [])
    counts = {model.__name__: visible_to(chiara, model._default_manager.all(), way).count() for model, way, _ in THINGS}
    assert set(counts.values()) == {0}
