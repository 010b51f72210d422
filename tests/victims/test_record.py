"""Victims and offenders are pseudonyms with facts that many share; nothing that tells who they are has a place."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import CharField, Field, Model, TextField

from havre.errors import Invalid
from havre.restrictions.keep import say
from havre.restrictions.model import CLOSED, Level, Restriction
from havre.restrictions.models import Kind
from havre.series.models import Life, Move, Series
from havre.series.moves import told_reason, was_told
from havre.victims.identify import identify
from havre.victims.models import ChildAge, Offender, Pursued, Sex, Victim
from havre.victims.record import Child, Suspect, country, offender, pseudonym, pursue, victim
from tests.cast import NOON, Cast
from tests.series.many import series_of

FREE = {"pseudonym"}
"""The only field in which somebody may write what they like."""
COUNTRIES = {"country", "identified_by"}


@pytest.mark.parametrize("model", [Victim, Offender])
def test_no_field_takes_a_name_beyond_the_pseudonym(model: type[Model]) -> None:
    written = [field for field in model._meta.get_fields() if isinstance(field, CharField | TextField)]
    free = {field.name for field in written if not field.choices}
    assert free <= FREE | COUNTRIES
    assert all(_length(model, name) == 2 for name in free & COUNTRIES)
    assert _length(model, "pseudonym") == 40


def _length(model: type[Model], name: str) -> int | None:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.max_length


def test_a_victim_is_recorded_with_facts(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    child = victim(series, Child(" Wren ", ChildAge.UPTO_10, Sex.FEMALE, "be"), cast.anke, NOON)
    assert (child.pseudonym, child.age, child.sex, child.country) == ("Wren", "7-10", "female", "BE")
    assert (child.unit, child.recorded_by, child.recorded_at) == (cast.belgium, cast.anke, NOON)
    assert list(child.series.all()) == [series]
    assert (child.identified_at, child.safeguarded_at, child.identified_by) == (None, None, "")


def test_the_same_pseudonym_is_the_same_child_in_another_series(cast: Cast) -> None:
    one, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    first = victim(one, Child("Wren", ChildAge.UPTO_10), cast.anke, NOON)
    again = victim(other, Child("Wren", ChildAge.UPTO_2), cast.bram, NOON)
    assert (again.pk, again.age, again.series.count()) == (first.pk, ChildAge.UPTO_10, 2)
    with pytest.raises(Invalid, match="Wren is recorded in S1 already"):
        victim(one, Child("Wren"), cast.anke, NOON)
    # Another unit's Wren is another child.
    theirs = victim(series_of(cast.chiara, 2), Child("Wren"), cast.chiara, NOON)
    assert (theirs.pk != first.pk, Victim.objects.count()) == (True, 2)


def test_an_offender_is_recorded_and_pursued(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    found = offender(series, Suspect("Heron", "30-44", Sex.MALE, "parent"), cast.anke, NOON)
    assert (found.pseudonym, found.age, found.relation, found.status) == ("Heron", "30-44", "parent", "unknown")
    assert pursue(found, Pursued.ARRESTED) == "unknown"
    assert Offender.objects.get().status == "arrested"
    with pytest.raises(Invalid, match="status is one of unknown, suspected"):
        pursue(found, "vanished")
    with pytest.raises(Invalid, match="Heron is recorded in S1 already"):
        offender(series, Suspect("Heron"), cast.anke, NOON)


@pytest.mark.parametrize(
    ("child", "why"),
    [
        (Child(" "), "give a pseudonym"),
        (Child("x" * 41), "40 characters"),
        (Child("Wren\x00"), "one line"),
        (Child("Wren", "12"), "age band is one of"),
        (Child("Wren", sex="x"), "sex is one of"),
        (Child("Wren", country="Belgium"), "two letters"),
    ],
)
def test_what_cannot_be_recorded_is_said(cast: Cast, child: Child, why: str) -> None:
    series = series_of(cast.anke, 2)
    with pytest.raises(Invalid, match=why):
        victim(series, child, cast.anke, NOON)
    assert not Victim.objects.exists()


def test_words_are_one_line_and_countries_two_letters() -> None:
    assert pseudonym(" Blue \n Wren ") == "Blue Wren"
    assert (country(" gb "), country("", needed=False)) == ("GB", "")
    for wrong in ("", "B", "BEL", "B1", "ßß"):
        with pytest.raises(Invalid, match="two letters"):
            country(wrong)


def test_victims_of_series_that_were_merged_before_they_went_along_are_brought_along_once(cast: Cast) -> None:
    first, second, third = (series_of(cast.anke, 2) for _ in range(3))
    child = victim(first, Child("Wren"), cast.anke, NOON)
    Series.objects.filter(pk=first.pk).update(merged_into=second)
    Series.objects.filter(pk=second.pk).update(merged_into=third)
    for _again in range(2):
        _update()
    assert set(child.series.all()) == {first, third}


def _update() -> None:
    import_module("havre.victims.migrations.0002_carried").carried(apps, None)


ITALY = Restriction(Level.OPEN, countries=frozenset({"IT"}))
BOTH = replace(ITALY, countries=frozenset({"IT", "GB"}))


@pytest.mark.parametrize(
    ("on", "of", "goes_along"),
    [
        (None, None, True),
        (CLOSED, CLOSED, True),
        (ITALY, None, False),
        (ITALY, CLOSED, False),
        (ITALY, replace(ITALY, level=Level.HIT), False),
        (ITALY, replace(ITALY, no_countries=frozenset({"GB"})), False),
        (BOTH, ITALY, False),
        (ITALY, BOTH, True),
    ],
)
def test_victims_of_merged_series_are_not_brought_where_others_would_learn_of_them_by_nobodys_word(
    cast: Cast, on: Restriction | None, of: Restriction | None, goes_along: bool
) -> None:
    one, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    child = victim(other, Child("Wren"), cast.anke, NOON)
    identify(child, "BE", NOON)
    Series.objects.filter(pk=other.pk).update(merged_into=one)
    for series, word in ((one, on), (other, of)):
        if word is not None:
            say(cast.belgium, Kind.SERIES, series.pk, word, cast.anke, NOON)
    _update()
    assert set(child.series.all()) == {other, *([one] if goes_along else [])}
    one.refresh_from_db()
    assert one.life == (Life.IDENTIFIED if goes_along else Life.UNIDENTIFIED)


def test_series_that_were_merged_before_are_safe_only_where_all_their_children_are_and_not_withdrawn_with_open_ones(
    cast: Cast,
) -> None:
    safe, told, withdrawn, *others = (series_of(cast.anke, 2) for _ in range(6))
    for series, life in ((safe, Life.SAFEGUARDED), (told, Life.SAFEGUARDED), (withdrawn, Life.WITHDRAWN)):
        series.life = life
        series.save()
    reason = told_reason(Life.SAFEGUARDED, "Peer", "GB")
    Move.objects.create(series=told, was=Life.UNIDENTIFIED, became=Life.SAFEGUARDED, at=NOON, reason=reason)
    for into, gone, called in zip((safe, told, withdrawn), others, ("Wren", "Kite", "Heron"), strict=True):
        victim(gone, Child(called), cast.anke, NOON)
        gone.merged_into, gone.life = into, Life.MERGED
        gone.save()
        Move.objects.create(series=gone, was=Life.LOCATED, became=Life.MERGED, at=NOON)
    for _again in range(2):
        _update()
    for series in (safe, told, withdrawn):
        series.refresh_from_db()
    assert (safe.life, told.life, withdrawn.life) == (Life.IDENTIFIED, Life.IDENTIFIED, Life.LOCATED)
    assert (was_told(safe), was_told(told)) == (False, True)
    assert Move.objects.count() == 7
