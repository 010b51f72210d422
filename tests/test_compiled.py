"""Questions that are written once say the same as those that Django writes each time, on both databases."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from havre.care.models import UnitLimits
from havre.compiled import Most, Words, WordsOfFew, compiled, counted
from havre.prepared import write_together
from havre.restrictions.visible import visible_to
from havre.units.models import Attempt, Person, Role, Unit
from tests.cast import Cast, introduce

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@compiled
def people(viewer: Person, names: Collection[str]) -> QuerySet[Person]:
    """Those of the viewer's unit with these names."""
    return visible_to(viewer, Person.objects).filter(name__in=names).select_related("unit").order_by("name")


@compiled
def role_names(keys: Collection[int], without: str | None, most: Most) -> "QuerySet[Role, str]":
    """Roles of these people."""
    found = Role.objects.filter(person__in=keys)
    found = found if without is None else found.filter(~Q(name=without))
    return found.order_by("name", "id").values_list("name", flat=True)[:most]


@compiled
def tries(name: str, since: datetime) -> "QuerySet[Attempt, datetime]":
    """When somebody tried to sign in."""
    return Attempt.objects.filter(name=name, at__gte=since).order_by("at").values_list("at", flat=True)


@pytest.fixture
def told(database: object) -> Cast:
    return introduce()


def test_each_viewer_is_told_of_their_own_unit_alone(told: Cast) -> None:
    names = ["anke", "bram", "chiara"]
    assert [(each.name, each.unit.name) for each in people(told.anke, names)] == [
        ("anke", told.belgium.name),
        ("bram", told.belgium.name),
    ]
    assert [each.name for each in people(told.chiara, names)] == ["chiara"]


@pytest.mark.parametrize("count", range(7))
def test_a_list_of_any_length_is_asked_for_as_it_is(told: Cast, count: int) -> None:
    keys = [told.anke.pk, told.bram.pk, told.chiara.pk, 10**6, 10**12, told.anke.pk][:count]
    expected = Role.objects.filter(person__in=keys).order_by("name", "id").values_list("name", flat=True)
    assert role_names(keys, None, Most(50)) == list(expected)
    assert role_names(keys, "analyst", Most(2)) == list(expected.exclude(name="analyst")[:2])


def test_hostile_words_are_values_and_nothing_else(told: Cast) -> None:
    for words in ("' OR 1=1 --", "%s", "\x012000000000", "a%", "'); DROP TABLE units_person; --"):
        assert people(told.anke, [words, "bram"]) == [told.bram]


@pytest.mark.parametrize("words", ["an", "AN", "%", "a_ke", "\\", "\\%", "'", "%s", "{}", "\x012000000000", "", "ß"])
def test_words_are_looked_for_as_django_does(told: Cast, words: str) -> None:
    @compiled
    def saying(viewer: Person, words: Words, names: Collection[str]) -> QuerySet[Person]:
        return visible_to(viewer, Person.objects).filter(name__icontains=words, name__in=names).order_by("name")

    names = ["anke", "bram", "chiara"]
    expected = Person.objects.filter(unit=told.belgium, name__icontains=words, name__in=names).order_by("name")
    assert saying(told.anke, Words(words), names) == list(expected)
    assert saying(told.chiara, Words(words), ["anke"]) == []


def test_words_are_planned_for_each_time_unless_few_are_asked(told: Cast) -> None:
    @compiled
    def saying(words: Words) -> "QuerySet[Person, str]":
        return Person.objects.filter(name__icontains=words).order_by("name").values_list("name", flat=True)

    assert [saying(Words(words)) for words in ("a", "nk", "zz")] == [["anke", "bram", "chiara"], ["anke"], []]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%UPPER%units_person%'")
            assert cursor.fetchone() == (0,)
    few = [saying(WordsOfFew(words)) for words in ("a", "nk", "zz")]
    assert few == [["anke", "bram", "chiara"], ["anke"], []]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%UPPER%units_person%'")
            assert cursor.fetchone() == (1,)
    assert told


def test_several_questions_are_counted_in_one(told: Cast) -> None:
    @compiled
    def named(viewer: Person, names: Collection[str], most: Most) -> "QuerySet[Person, int]":
        found = visible_to(viewer, Person.objects).filter(name__in=names).order_by("-id")
        return found.values_list("id", flat=True)[:most]

    asked = [
        named.written(told.anke, ["anke", "bram", "chiara"], Most(5)),
        named.written(told.anke, [], Most(5)),
        named.written(told.chiara, ["anke", "chiara"], Most(5)),
        named.written(told.anke, ["anke", "bram"], Most(1)),
    ]
    with CaptureQueriesContext(connection) as queries:
        assert counted(*asked) == [2, 0, 1, 1]
    assert len(queries) == 1


def test_what_hangs_on_a_row_or_is_worked_out_of_it_comes_with_it(told: Cast) -> None:
    @compiled
    def counted(viewer: Person, names: Collection[str]) -> QuerySet[Person]:
        rows = visible_to(viewer, Person.objects).filter(name__in=names).select_related("unit__limits")
        return rows.annotate(many=Count("roles")).defer("password").order_by("name")

    UnitLimits.objects.create(unit=told.belgium)
    for viewer in (told.anke, told.chiara, told.anke):
        every = ["anke", "bram", "chiara"]
        found = counted(viewer, every)
        rows = visible_to(viewer, Person.objects).filter(name__in=every).order_by("name")
        assert [(each.many, each.unit.pk) for each in found] == [  # type: ignore[attr-defined]
            (row.roles.count(), viewer.unit_id) for row in rows
        ]
        assert {each.get_deferred_fields() == {"password"} for each in found} == {True}
        assert {hasattr(each.unit, "limits") for each in found} == {viewer.unit_id == told.belgium.pk}


def test_times_are_compared_as_times(told: Cast) -> None:
    assert told
    for minutes in (0, 1, 2):
        Attempt.objects.create(name="anke", address="192.0.2.1", at=AT + timedelta(minutes=minutes))
    assert tries("anke", AT + timedelta(minutes=1)) == [AT + timedelta(minutes=1), AT + timedelta(minutes=2)]
    assert tries("bram", AT) == []


def test_sql_is_written_once_for_each_form(told: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[tuple[str, Unit | None]] = []

    @compiled
    def named(name: str, within: Unit | None) -> QuerySet[Person]:
        built.append((name, within))
        found = Person.objects.filter(name=name)
        return found if within is None else found.filter(unit=within)

    assert [named("anke", None), named("bram", None), named("bram", told.italy), named("chiara", told.italy)] == [
        [told.anke],
        [told.bram],
        [],
        [told.chiara],
    ]
    assert len(built) == 2
    assert {"anke", "bram", "chiara"} & {name for name, _ in built} == set()
    assert told.italy not in [within for _, within in built]


def test_what_would_be_asked_otherwise_than_given_is_a_mistake(told: Cast) -> None:
    @compiled
    def within(words: str) -> QuerySet[Person]:
        return Person.objects.filter(name__contains=words)

    @compiled
    def beginning(words: str) -> QuerySet[Person]:
        return Person.objects.filter(name="bram", unit__name__startswith=words)

    @compiled
    def beyond(name: str, key: int) -> QuerySet[Person]:
        return Person.objects.filter(name=name, pk__gt=key - 1)

    @compiled
    def later(name: str, since: datetime) -> QuerySet[Attempt]:
        return Attempt.objects.filter(name=name, at__gte=since + timedelta(hours=1))

    @compiled
    def some(most: int) -> QuerySet[Person]:
        return Person.objects.order_by("name")[:most]

    assert told
    asks = (lambda: within("ank"), lambda: beginning("B"), lambda: beyond("anke", 1), lambda: later("anke", AT))
    for ask in (*asks, lambda: some(1)):
        with pytest.raises(TypeError, match="not asked for as it is"):
            ask()
    with pytest.raises(TypeError, match="no list of numbers"):
        people(told.anke, ["anke", 7])  # type: ignore[list-item]


@pytest.mark.parametrize("number", [2**31, 2**63, -(2**63) - 1, 10**30])
def test_a_number_that_no_column_holds_is_in_no_row(told: Cast, number: int) -> None:
    @compiled
    def numbered(viewer: Person, number: int) -> QuerySet[Person]:
        return visible_to(viewer, Person.objects).filter(pk=number)

    @compiled
    def narrow(seconds: int) -> QuerySet[UnitLimits]:
        return UnitLimits.objects.filter(day_seconds=seconds)

    assert numbered(told.anke, told.bram.pk) == [told.bram]
    assert (numbered(told.anke, number), narrow(abs(number)), narrow(7)) == ([], [], [])


def test_writes_are_told_together(told: Cast) -> None:
    rename = "UPDATE units_unit SET name = %s WHERE id = %s"
    write_together(connection, [(rename, ["North", told.belgium.pk]), (rename, ["South", told.italy.pk])])
    assert set(Unit.objects.values_list("name", flat=True)) >= {"North", "South"}


@pytest.mark.parametrize(
    "keys", [[1, -1], [2**31, 1], [-(2**31), 3], [2**62, 0, 5], [-(2**63), 2], [0, 0, 0], [7, 2**63 - 1]]
)
def test_lists_of_numbers_of_every_size_are_asked_as_django_does(told: Cast, keys: list[int]) -> None:
    keys = [*keys, told.anke.pk]
    expected = Role.objects.filter(person__in=keys)
    assert role_names(keys, None, Most(50)) == list(expected.order_by("name", "id").values_list("name", flat=True))


@pytest.mark.parametrize("numbers", [[1, 2], [2**31 - 1, -(2**31)], [2**31, 1], [2**40, 2]])
def test_lists_of_small_columns_are_asked_as_django_does(told: Cast, numbers: list[int]) -> None:
    @compiled
    def limited(seconds: Collection[int]) -> QuerySet[UnitLimits]:
        return UnitLimits.objects.filter(day_seconds__in=seconds)

    UnitLimits.objects.create(unit=told.belgium, day_seconds=1, stretch_seconds=1, pause_seconds=1)
    assert limited(numbers) == list(UnitLimits.objects.filter(day_seconds__in=numbers))
