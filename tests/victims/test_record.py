"""Victims and offenders are pseudonyms with facts that many share; nothing that tells who they are has a place."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import CharField, Field, Model, TextField

from havre.errors import Invalid
from havre.series.models import Series
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
        import_module("havre.victims.migrations.0002_carried").carried(apps, None)
    assert set(child.series.all()) == {first, third}
