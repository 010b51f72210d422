"""What rows of a compiled question become: what Django makes of them, with everything found out once."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

Rows = Iterable[Sequence[Any]]
Made = Callable[[list[tuple[Any, ...]], Any], list[Any]]
"""Of rows as the database answers them, and the connection they came by."""


def made_of(asked: "QuerySet[Any, Any]", compiler: Any) -> Made:
    """What makes of rows what this question is asked for; `compiler` has written its SQL."""
    kind: Any = asked._iterable_class
    shape: Callable[[Rows], list[Any]]
    if asked._known_related_objects:  # type: ignore[attr-defined]
        return _as_django_does(asked, compiler)
    if kind is FlatValuesListIterable:
        shape = _firsts
    elif kind is ValuesListIterable and _in_order(asked):
        shape = _tuples
    elif kind is ModelIterable:
        shape = _models(asked, compiler)
    else:
        return _as_django_does(asked, compiler)
    return _converted(compiler, shape)


def _converted(compiler: Any, shape: Callable[[Rows], list[Any]]) -> Made:
    width = compiler.col_count if compiler.has_extra_select else None
    converters = list(compiler.get_converters([each[0] for each in compiler.select[: compiler.col_count]]).items())

    def made(rows: list[tuple[Any, ...]], current: Any) -> list[Any]:
        cut: Rows = rows if width is None else [row[:width] for row in rows]
        if not converters:
            return shape(cut)
        listed = [list(row) for row in cut]
        for row in listed:
            for place, (each, expression) in converters:
                for convert in each:
                    row[place] = convert(row[place], expression, current)
        return shape(listed)

    return made


def _firsts(rows: Rows) -> list[Any]:
    return [row[0] for row in rows]


def _tuples(rows: Rows) -> list[Any]:
    return [tuple(row) for row in rows]


def _in_order(asked: "QuerySet[Any, Any]") -> bool:
    query, fields = asked.query, asked._fields  # type: ignore[attr-defined]
    named = [*query.extra_select, *query.values_select, *query.annotation_select]
    return not fields or [*fields, *(each for each in query.annotation_select if each not in fields)] == named


def _models(asked: "QuerySet[Any, Any]", compiler: Any) -> Callable[[Rows], list[Any]]:
    select, info, database = compiler.select, compiler.klass_info, asked.db
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names, kind = [each[0].target.attname for each in select[begin:end]], info["model"]
    modes = [asked._fetch_mode] if hasattr(asked, "_fetch_mode") else []  # from Django 6.1 on
    populators = get_related_populators(info, select, database, *modes)
    added = list(compiler.annotation_col_map.items())
    further = asked._prefetch_related_lookups  # type: ignore[attr-defined]

    def models(rows: Rows) -> list[Any]:
        found = []
        for row in rows:
            one = kind.from_db(database, names, row[begin:end])
            for each in populators:
                each.populate(row, one)
            for name, place in added:
                setattr(one, name, row[place])
            found.append(one)
        if further:
            prefetch_related_objects(found, *further)
        return found

    return models


def _as_django_does(asked: "QuerySet[Any, Any]", compiler: Any) -> Made:
    def made(rows: list[tuple[Any, ...]], current: Any) -> list[Any]:
        cut = [row[: compiler.col_count] for row in rows] if compiler.has_extra_select else rows
        own, query = copy(compiler), copy(asked.query)
        own.connection = current
        own.execute_sql = lambda *_given, **_options: [cut]
        query.get_compiler = lambda *_given, **_options: own  # type: ignore[method-assign]
        again = asked._chain()  # type: ignore[attr-defined]
        again._query = query
        return list(again)

    return made
