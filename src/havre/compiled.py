"""Questions to the database whose SQL is written once: Django takes longer to write one than a database to answer it.

    @compiled
    def _newest(viewer: Person, which: Collection[int]) -> QuerySet[Medium]:
        return visible_to(viewer, Medium.objects).filter(id__in=which).order_by("-id")

    _newest(anna, [7, 9])  # a list

The function is called once for each form that its arguments have, with stand-ins, so it must not look at the values of
numbers, texts, times, rows or lists of them: these are what differs from call to call. Anything else, such as None or
True, is part of the form. Lists are filled up to a power of two, so that there are few forms.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Model, QuerySet

Given = ParamSpec("Given")
Row = TypeVar("Row")
Value = int | str | datetime

FIRST = 2_000_000_000
"""The first stand-in: it fits into every column of whole numbers but the smallest."""

YEAR = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass
class _Form:
    """What the arguments of one call are like, and the values that are theirs alone."""

    key: list[Hashable] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def take(self, given: object) -> object:
        """The stand-in of an argument; its own values are kept aside."""
        self.key.append(type(given))
        match given:
            case bool() | None:
                self.key.append(given)
                return given
            case int() | datetime():
                return self._stand_in(given)
            case str():
                return self._stand_in(str(given))
            case Model():
                return self._row(given)
            case list() | tuple() | set() | frozenset() | dict():
                return self._list(list(given))
        self.key.append(given)
        return given

    def _stand_in(self, value: Value) -> Value:
        self.values.append(value)
        return _stand_in(len(self.values) - 1, value)

    def _row(self, row: Model) -> Model:
        """A row of the same kind, of which only keys may be asked."""
        names = [column.attname for column in row._meta.concrete_fields if column.primary_key or column.is_relation]
        told = {name: getattr(row, name) for name in names}
        self.key.append(tuple(name for name, value in told.items() if value is not None))
        return type(row)(**{name: self._stand_in(value) for name, value in told.items() if value is not None})

    def _list(self, values: list[Value]) -> list[Value]:
        kinds = {type(value) for value in values}
        if len(kinds) > 1 or kinds - {int, str}:
            raise TypeError(f"a list of {kinds} is no list of numbers or of texts")
        full = 1 << (len(values) - 1).bit_length() if values else 0
        self.key.append((full, *kinds))
        return [self._stand_in(value) for value in [*values, *values[-1:] * (full - len(values))]]


def _stand_in(place: int, value: Value) -> Value:
    if isinstance(value, str):
        return f"\x01{FIRST + place}"
    return FIRST + place if isinstance(value, int) else YEAR + timedelta(seconds=place)


@dataclass(frozen=True)
class _Written:
    """One question in SQL, with the place of each argument's value."""

    asked: "QuerySet[Any, Any]"
    compiler: Any = None
    sql: str = ""
    parameters: Sequence[Any] = ()
    places: Sequence[tuple[int, int]] = ()
    """Where a parameter is the value of this number."""

    def rows(self, values: Sequence[Value]) -> list[Any]:
        """What the database answers with these values."""
        if not self.sql:
            return []
        current = connections[self.asked.db]
        filled = list(self.parameters)
        for at, number in self.places:
            filled[at] = _as_kind(self.parameters[at], _adapted(current, values[number]))
        answered, width = answer(current, self.sql, filled), self.compiler.col_count
        if self.compiler.has_extra_select:
            answered = [row[:width] for row in answered]
        compiler = copy(self.compiler)
        compiler.connection = current
        compiler.execute_sql = lambda *_given, **_options: [answered]
        query = copy(self.asked.query)
        query.get_compiler = lambda *_given, **_options: compiler  # type: ignore[method-assign]
        asked = self.asked._chain()  # type: ignore[attr-defined]
        asked._query = query
        return list(asked)


def answer(current: Any, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """Rows, by a statement that PostgreSQL has prepared: it plans it once for each connection."""
    with prepared(current) as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def prepared(current: Any) -> Any:
    """A cursor for SQL that is asked again and again."""
    if current.vendor != "postgresql":
        return current.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor

    current.ensure_connection()
    return current.make_cursor(ServerBindingCursor(current.connection))


def _as_kind(parameter: Any, value: Any) -> Any:
    # psycopg is told by the class of a number how wide it is.
    return type(parameter)(value) if isinstance(parameter, int) else value


def _adapted(current: Any, value: Value) -> Any:
    return current.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _written(asked: "QuerySet[Any, Any]", values: Sequence[Value]) -> _Written:
    """Raises TypeError where none of these values is asked for as it is: SQL that was written for it says another."""
    current = connections[asked.db]
    compiler = asked.query.get_compiler(asked.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Written(asked)
    numbers = {_adapted(current, _stand_in(n, value)): n for n, value in enumerate(values)}
    places = [(at, numbers[each]) for at, each in enumerate(parameters) if _is_value(each) and each in numbers]
    if (values and not places) or _left_inside(parameters, sql):
        raise TypeError(f"a value is not asked for as it is: {sql}")
    return _Written(asked, compiler, sql, parameters, places)


def _is_value(parameter: object) -> bool:
    return isinstance(parameter, int | str | datetime) and not isinstance(parameter, bool)


def _left_inside(parameters: Sequence[object], sql: str) -> bool:
    """Whether a stand-in is part of something larger, where no value would reach it."""
    texts = [each for each in parameters if isinstance(each, str)]
    return str(FIRST)[:6] in sql or any("\x01" in text[1:] for text in texts)


def write_together(current: Any, statements: Sequence[tuple[str, Sequence[object]]]) -> None:
    """Several writes, of which none asks for what another does; PostgreSQL is told them at once."""
    with prepared(current) as cursor:
        if current.vendor != "postgresql":
            for sql, values in statements:
                cursor.execute(sql, values)
            return
        *first, last = (sql for sql, _values in statements)
        named = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(first))
        values = [value for _sql, values in statements for value in values]
        cursor.execute(f"WITH {named} {last}" if first else last, values)


def compiled(build: Callable[Given, "QuerySet[Any, Row]"]) -> Callable[Given, list[Row]]:
    """Makes of a function that builds a question one that asks it."""
    written: dict[tuple[Hashable, ...], _Written] = {}

    @wraps(build)
    def ask(*args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        form = _Form()
        stand_ins = [form.take(each) for each in args]
        named = {name: form.take(each) for name, each in sorted(kwargs.items())}
        key = (connection.vendor, *form.key, *kwargs)
        if key not in written:
            written[key] = _written(build(*stand_ins, **named), form.values)  # type: ignore[arg-type]
        return written[key].rows(form.values)

    return ask
