"""Rows become what Django makes of them, whatever is asked for, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Upper
from django.db.models.signals import post_init

from havre.assessments.models import Act
from havre.compiled import compiled
from havre.compiled_rows import made_of
from havre.series.models import Series
from havre.units.models import Person, Role, Unit
from tests.cast import Cast, introduce

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)

QUESTIONS: dict[str, Callable[[Person], "QuerySet[Any, Any]"]] = {
    "rows": lambda who: Person.objects.filter(unit=who.unit_id).order_by("id"),
    "rows with others": lambda who: Role.objects.filter(person__unit=who.unit_id).select_related("person__unit"),
    "with what is not there": lambda who: Series.objects.filter(unit=who.unit_id).select_related("decided_by__unit"),
    "some columns": lambda who: Person.objects.filter(unit=who.unit_id).only("name").order_by("id"),
    "without a column": lambda who: Person.objects.filter(unit=who.unit_id).defer("password").order_by("id"),
    "counted": lambda who: Unit.objects.filter(id=who.unit_id).annotate(many=Count("people")),
    "with others read after": lambda who: Person.objects.filter(unit=who.unit_id).prefetch_related("roles"),
    "one column": lambda who: Role.objects.filter(person=who.pk).order_by("id").values_list("given_at", flat=True),
    "tuples": lambda who: Series.objects.filter(unit=who.unit_id).values_list("number", "created_at", "life"),
    "tuples in another order": lambda who: (
        Unit.objects.filter(id=who.unit_id).annotate(loud=Upper("name")).values_list("loud", "id", "name")
    ),
    "by names": lambda who: Person.objects.filter(unit=who.unit_id).values("id", "name").order_by("id"),
    "once each": lambda who: (
        Role.objects.filter(person__unit=who.unit_id).values_list("name", flat=True).distinct().order_by("name")
    ),
    "in an order not asked for": lambda who: (
        Person.objects.filter(unit=who.unit_id).values_list("name", flat=True).distinct().order_by("-added_at", "name")
    ),
    "acts": lambda who: Act.objects.filter(person=who.pk).annotate(again=F("once"), one=Value(1)),
}


@pytest.fixture
def told(database: object) -> Cast:
    cast = introduce()
    for number in (1, 2):
        Series.objects.create(unit=cast.belgium, number=number, created_at=AT, decided_by=[cast.anke, None][number - 1])
    Act.objects.create(unit=cast.belgium, person=cast.anke, at=AT, once="a")
    return cast


def said(found: object) -> object:
    """What there is to compare: of a row everything that was read, of its others too."""
    if not hasattr(found, "_meta"):
        return found
    read: Any = found
    kept = {name: value for name, value in read.__dict__.items() if not name.startswith("_")}
    others = {name: said(value) for name, value in read._state.fields_cache.items()}
    several = {name: list(value) for name, value in getattr(read, "_prefetched_objects_cache", {}).items()}
    return type(found), read._state.adding, read._state.db, kept, others, several


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_is_what_django_makes_of_them(told: Cast, name: str) -> None:
    build = QUESTIONS[name]
    ask = compiled(build)
    expected = [said(each) for each in build(told.anke)]
    assert [said(each) for each in ask(told.anke)] == expected
    assert [said(each) for each in ask(told.anke)] == expected
    assert expected


def test_what_it_does_not_know_is_left_to_django(told: Cast) -> None:
    asked = told.belgium.people.order_by("id")  # of which Django knows the unit already
    compiler = asked.query.get_compiler("default")
    sql, values = compiler.as_sql()
    with compiler.connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = made_of(asked, compiler)(cursor.fetchall(), compiler.connection)
    assert [(each, each.unit) for each in found] == [(each, told.belgium) for each in asked]
    assert all(each.unit is told.belgium for each in found)


def test_who_is_told_of_every_row_that_is_made_is_told_of_these(told: Cast) -> None:
    made: list[str] = []

    def note(instance: Unit, **_signal: object) -> None:
        made.append(instance.name)

    post_init.connect(note, sender=Unit)
    try:
        ask = compiled(lambda who: Unit.objects.filter(id=who.unit_id))
        assert ask(told.anke) == [told.belgium]
    finally:
        post_init.disconnect(note, sender=Unit)
    assert made == [told.belgium.name]


def test_a_row_can_be_changed_and_kept(told: Cast) -> None:
    ask = compiled(lambda who: Person.objects.filter(pk=who.pk).select_related("unit"))
    [found] = ask(told.anke)
    found.name, found.unit.name = "anka", "Police"
    found.save(update_fields=["name"])
    found.unit.save()
    [again] = ask(told.anke)
    assert (again.name, again.unit.name) == ("anka", "Police")
    again.unit = told.italy
    assert (again.unit_id, again.unit) == (told.italy.pk, told.italy)
    again.unit_id = told.belgium.pk
    assert again.unit.name == "Police"
