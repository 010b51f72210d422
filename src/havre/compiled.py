"""Questions to the database whose SQL is written once: Django takes longer to write one than a database to answer it.

    @compiled
    def _newest(viewer: Person, which: Collection[int]) -> QuerySet[Medium]:
        return visible_to(viewer, Medium.objects).filter(id__in=which).order_by("-id")

    _newest(anna, [7, 9])  # a list

The function is called once for each form that its arguments have, with stand-ins, so it must not look at the values of
numbers, texts, times, rows or lists of them: these are what differs from call to call. Anything else, such as None,
True or Most(30), is part of the form. Lists are filled up to a power of two, so that there are few forms.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, update_wrapper
from itertools import count
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Model, QuerySet

from havre.compiled_rows import Made, made_of
from havre.prepared import answer, answer_anew

Given = ParamSpec("Given")
Row = TypeVar("Row")
Value = int | str | bytes | datetime

FIRST, STEP = 2_000_000_000, 1009
"""The first stand-in, and how far it is to the next: they fit into every column of whole numbers but the smallest, and
none is another with something added."""


class Most(int):
    """How many rows at most: part of the SQL, as databases plan by it."""


class Words(str):
    """What a text is asked to contain (`icontains`): PostgreSQL plans anew for each, by how common the words are."""


class WordsOfFew(Words):
    """The same of few rows, which something else names: planned once, however common the words are."""


LISTS = re.compile(r"((?<!NOT )IN \((?:%s, )*%s\))")

MARK = "\x01"
"""What texts that stand for others begin with."""

YEAR = datetime(9000, 1, 1, tzinfo=UTC)


ALONE: frozenset[type] = frozenset({int, str, bytes, datetime, Words, WordsOfFew})
"""Kinds of which nothing but the value differs from call to call."""


@dataclass
class _Form:
    """What the arguments of one call are like, and the values that are theirs alone."""

    key: list[Hashable] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def take(self, given: Any) -> None:
        """One more argument."""
        kind = given.__class__
        self.key.append(kind)
        if kind in ALONE:
            self.values.append(given)
        else:
            self._take_other(given)

    def _take_other(self, given: Any) -> None:
        match given:
            case bool() | None | Most():
                self.key.append(given)
            case int() | bytes() | datetime():
                self.values.append(given)
            case str():
                self.values.append(given if isinstance(given, Words) else str(given))
            case Model():
                told = [getattr(given, name) for name in _keys(given.__class__)]
                self.key += [value is None for value in told]
                self.values += [value for value in told if value is not None]
            case list() | tuple() | set() | frozenset() | dict():
                self.values += _filled_up(list(given))
                self.key.append((len(given) and _full(len(given)), next(iter(given), None).__class__))
            case _:
                self.key.append(given)


def _filled_up(values: list[Value]) -> list[Value]:
    kinds = {value.__class__ for value in values}
    if len(kinds) > 1 or kinds - {int, str, bytes}:
        raise TypeError(f"a list of {kinds} is no list of numbers, of texts or of bytes")
    return values + values[-1:] * (_full(len(values)) - len(values))


def _full(count: int) -> int:
    return 1 << (count - 1).bit_length() if count else 0


@cache
def _keys(kind: type[Model]) -> list[str]:
    """What may be asked of a row that stands for any: its own key, and those of the rows it belongs to."""
    return [each.attname for each in kind._meta.concrete_fields if each.primary_key or each.is_relation]


def _stand_ins(given: Sequence[Any]) -> Iterator[Any]:
    """What stands for arguments: every value of theirs is another."""
    places = count()
    for each in given:
        match each:
            case int() | bytes() | datetime() | str() if not isinstance(each, bool | Most):
                yield _stand_in(next(places), each)
            case Model():
                told = {name: getattr(each, name) for name in _keys(each.__class__)}
                own = {name: _stand_in(next(places), key) for name, key in told.items() if key is not None}
                yield each.__class__(**own)
            case list() | tuple() | set() | frozenset() | dict():
                yield [_stand_in(next(places), value) for value in _filled_up(list(each))]
            case _:
                yield each


def _stand_in(place: int, value: Value) -> Value:
    number = FIRST + STEP * place
    if isinstance(value, str | bytes):
        text = f"{MARK}{number}"
        return text.encode() if isinstance(value, bytes) else Words(text) if isinstance(value, Words) else text
    return number if isinstance(value, int) else YEAR + timedelta(seconds=STEP * place)


@dataclass(frozen=True)
class _Written:
    """One question in SQL, with the place of each argument's value."""

    database: str
    made: Made = lambda _rows, _current: []
    sql: str = ""
    parameters: Sequence[Any] = ()
    places: Sequence[tuple[int, Sequence[int]]] = ()
    """Where a parameter is the value of this number, or the list of the values of these numbers."""

    def rows(self, values: Sequence[Value]) -> list[Any]:
        """What the database answers with these values."""
        if not self.sql:
            return []
        current = connections[self.database]
        ask = answer_anew if Words in map(type, values) else answer
        return self.made(ask(current, self.sql, self.filled(values)), current)

    def filled(self, values: Sequence[Value]) -> list[Any]:
        """The parameters with these values."""
        current, filled = connections[self.database], list(self.parameters)
        for at, numbers in self.places:
            parameter = self.parameters[at]
            if len(numbers) == 1:
                filled[at] = _as_kind(parameter, _adapted(current, values[numbers[0]]))
            elif isinstance(parameter, int):
                filled[at] = _array(parameter, [values[number] for number in numbers])
            else:
                filled[at] = [_adapted(current, values[number]) for number in numbers]
        return filled


WIDTHS = {"Int2": 15, "Int4": 31}
"""Bits of a number, by the class that tells psycopg how wide it is; others have 63."""


def _as_kind(parameter: Any, value: Any) -> Any:
    """A value as the parameter that stood for it. Raises OverflowError where no column of its kind holds it."""
    if not isinstance(parameter, int):
        return value
    if value.bit_length() > WIDTHS.get(type(parameter).__name__, 63):
        raise OverflowError(value)
    return type(parameter)(value)


def _array(parameter: Any, values: Sequence[Any]) -> str:
    """Numbers as PostgreSQL writes a list of them, which it reads as what their column holds."""
    if max(max(values), -1 - min(values)).bit_length() > WIDTHS.get(type(parameter).__name__, 63):
        raise OverflowError(values)
    return f"{{{','.join(map(str, values))}}}"


def _adapted(current: Any, value: Value) -> Any:
    if isinstance(value, Words):
        return f"%{current.ops.prep_for_like_query(value)}%"
    if isinstance(value, bytes):
        return current.Database.Binary(value)
    return current.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _written(asked: "QuerySet[Any, Any]", values: Sequence[Value]) -> _Written:
    """Raises TypeError where none of these values is asked for as it is: SQL that was written for it says another."""
    current = connections[asked.db]
    compiler = asked.query.get_compiler(asked.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Written(asked.db)  # whatever the values, there is nothing
    numbers = {_plain(_adapted(current, _stand_in(n, value))): n for n, value in enumerate(values)}
    plain = [_plain(each) for each in parameters]
    places = [(at, numbers[each]) for at, each in enumerate(plain) if _is_value(each) and each in numbers]
    left = (each for at, each in enumerate(plain) if at not in dict(places))
    if (values and not places) or str(FIRST)[:5] in sql or any(map(_made_of_a_stand_in, left)):
        raise TypeError(f"a value is not asked for as it is: {sql}")
    if current.vendor == "postgresql":
        return _Written(asked.db, made_of(asked, compiler), *_with_arrays(sql, parameters, dict(places)))
    return _Written(asked.db, made_of(asked, compiler), sql, parameters, [(at, [number]) for at, number in places])


def _with_arrays(
    sql: str, parameters: Sequence[Any], numbers: Mapping[int, int]
) -> tuple[str, Sequence[Any], Sequence[tuple[int, Sequence[int]]]]:
    """Each list of values as one parameter: what has hundreds of parameters is slow to take apart."""
    parts: list[str] = []
    kept: list[Any] = []
    places: list[tuple[int, Sequence[int]]] = []
    at = 0
    for part in LISTS.split(sql):
        count = part.count("%s")
        is_list = count > 1 and LISTS.fullmatch(part) and all(place in numbers for place in range(at, at + count))
        step = count if is_list else 1
        for place in range(at, at + count, step):
            if place in numbers:
                places.append((len(kept), [numbers[each] for each in range(place, place + step)]))
            kept.append(parameters[place])
        parts.append("= ANY(%s)" if is_list else part)
        at += count
    return "".join(parts), kept, places


def _plain(parameter: Any) -> Any:
    # Both databases are handed bytes in a wrapper of their own.
    wrapped = getattr(parameter, "obj", parameter)
    return bytes(wrapped) if isinstance(wrapped, bytes | memoryview) else parameter


def _is_value(parameter: object) -> bool:
    return isinstance(parameter, int | str | bytes | datetime) and not isinstance(parameter, bool)


def _made_of_a_stand_in(parameter: object) -> bool:
    """Whether a stand-in is part of something larger, where no value would reach it."""
    if isinstance(parameter, bool):
        return False
    if isinstance(parameter, int):
        return parameter > FIRST - STEP
    text = parameter.decode("latin-1") if isinstance(parameter, bytes) else str(parameter)
    return MARK in text or text.startswith(f"{YEAR.year}-")  # SQLite is handed times as texts


class Compiled(Generic[Given, Row]):
    """A question that is written once for each form of what it is asked with."""

    def __init__(self, build: Callable[Given, "QuerySet[Any, Row]"]) -> None:
        self._build = build
        self._known: dict[tuple[Hashable, ...], _Written] = {}
        update_wrapper(self, build)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
        """What the database answers."""
        written, values = self.written(*args, **kwargs)
        try:
            return written.rows(values)
        except OverflowError:  # Django knows what no column holds
            return list(self._build(*args, **kwargs))

    def written(self, *args: Given.args, **kwargs: Given.kwargs) -> tuple[_Written, list[Value]]:
        """The question as SQL, and the values it is asked with."""
        form = _Form()
        named: dict[str, Any] = dict(kwargs)
        for each in (*args, *named.values()):
            form.take(each)
        key = (connection.vendor, *named, *form.key)
        if key not in self._known:
            stand_ins = _stand_ins((*args, *named.values()))
            some = [next(stand_ins) for _ in args]
            asked = self._build(*some, **dict(zip(named, stand_ins, strict=True)))
            self._known[key] = _written(asked, form.values)
        return self._known[key], form.values


def compiled(build: Callable[Given, "QuerySet[Any, Row]"]) -> Compiled[Given, Row]:
    """Makes of a function that builds a question one that asks it."""
    return Compiled(build)


def counted(*asked: tuple[_Written, Sequence[Value]]) -> list[int]:
    """How many rows each of several questions (`question.written(…)`) has, in one statement of one database."""
    sql = _counting(tuple(each.sql for each, _values in asked))
    filled = [value for each, values in asked for value in each.filled(values)]
    [counts] = answer(connections[asked[0][0].database], sql, filled)
    return list(counts)


@cache
def _counting(questions: tuple[str, ...]) -> str:
    # What has nothing whatever the values has no SQL.
    counts = (f"(SELECT COUNT(*) FROM ({sql}) AS counted)" if sql else "0" for sql in questions)  # noqa: S608 written by Django
    return f"SELECT {', '.join(counts)}"
