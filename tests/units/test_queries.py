"""Who somebody is, and what they may be."""

import pytest

from havre.errors import Invalid
from havre.units.found import add_person, found_unit
from havre.units.models import RoleName
from havre.units.queries import colleagues, is_a, only_person, person_named
from tests.cast import NOON, introduce


@pytest.mark.usefixtures("database")
def test_a_person_is_found_by_name() -> None:
    cast = introduce()
    assert person_named("bram") == cast.bram


@pytest.mark.usefixtures("database")
def test_a_name_nobody_has_is_told() -> None:
    introduce()
    for name in ("", "Anke", "ank", "anke "):
        with pytest.raises(Invalid, match=f"nobody here is called {name!r}"):
            person_named(name)


@pytest.mark.usefixtures("database")
def test_the_only_person_needs_no_naming() -> None:
    anke = add_person("anke", found_unit("Federal Police", "BE", NOON), NOON, [])
    assert only_person() == anke


@pytest.mark.usefixtures("database")
def test_among_several_people_one_must_be_named() -> None:
    introduce()
    with pytest.raises(Invalid, match="say who you are with --as PERSON"):
        only_person()


@pytest.mark.usefixtures("database")
def test_a_home_without_people_says_how_to_begin() -> None:
    with pytest.raises(Invalid, match="havre init"):
        only_person()


@pytest.mark.usefixtures("database")
def test_a_person_is_what_they_hold_one_of() -> None:
    bram = introduce().bram
    assert is_a(bram, RoleName.ANALYST)
    assert is_a(bram, RoleName.SUPERVISOR, RoleName.ANALYST)
    assert not is_a(bram, RoleName.SUPERVISOR, RoleName.AUDITOR)
    assert not is_a(bram)


@pytest.mark.usefixtures("database")
def test_colleagues_are_the_others_of_the_same_unit() -> None:
    cast = introduce()
    assert colleagues(cast.anke) == [cast.bram]
    assert colleagues(cast.bram) == [cast.anke]
    assert colleagues(cast.chiara) == []
