"""What rows of a compiled question become: what Django makes of them, with everything found out once."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any

from django.db.models import Model, QuerySet, prefetch_related_objects
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

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
    make = _maker(kind, names, database)
    others = [_other(each) for each in get_related_populators(info, select, database, *modes)]
    added = list(compiler.annotation_col_map.items())
    further = asked._prefetch_related_lookups  # type: ignore[attr-defined]

    def models(rows: Rows) -> list[Any]:
        found = []
        for row in rows:
            one = make(row[begin:end])
            for add in others:
                add(row, one)
            for name, place in added:
                setattr(one, name, row[place])
            found.append(one)
        if further:
            prefetch_related_objects(found, *further)
        return found

    return models


def _other(found: Any) -> Callable[[Sequence[Any], Any], None]:
    """What adds to a row the row it belongs to, with those that this one belongs to, as `found.populate` does."""
    if found.reorder_for_init:
        populate: Callable[[Sequence[Any], Any], None] = found.populate
        return populate
    make, further = _maker(found.model_cls, found.init_list, found.db), [_other(e) for e in found.related_populators]
    begin, end, key = found.cols_start, found.cols_end, found.pk_idx

    def add(row: Sequence[Any], one: Any) -> None:
        values = row[begin:end]
        other = None if values[key] is None else make(values)
        found.local_setter(one, other)
        if other is not None:
            for each in further:
                each(row, other)
            found.remote_setter(other, one)

    return add


PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)


def _maker(kind: Any, names: Sequence[str], database: str) -> Callable[[Sequence[Any]], Any]:
    """What makes a row of values: `from_db`, without asking each time what all rows of this kind have in common."""
    if not _is_plain(kind):
        return lambda values: kind.from_db(database, names, values)
    new = kind.__new__

    def make(values: Sequence[Any]) -> Any:
        one, state = new(kind), ModelState()
        state.adding, state.db = False, database
        kept = one.__dict__
        kept["_state"] = state
        kept.update(zip(names, values, strict=True))
        return one

    return make


def _is_plain(kind: Any) -> bool:
    """Whether rows of this kind are made as all are: nothing of their own happens, and nobody is told."""
    base: Any = Model
    own = [type(kind.__dict__.get(each.attname)) in PLAIN for each in kind._meta.concrete_fields]
    same = kind.__init__ is base.__init__ and kind.from_db.__func__ is base.from_db.__func__
    told = any(each.has_listeners(kind) for each in (pre_init, post_init))
    knows_no_modes = not hasattr(ModelState, "fetch_mode")  # from Django 6.1 on
    return all(own) and same and not told and knows_no_modes


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
