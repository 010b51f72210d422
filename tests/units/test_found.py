"""Units and people are made with what a person can read, and a unit never loses its last administrator."""

import pytest

from havre.errors import Invalid
from havre.units.found import add_person, found_unit, give_role, take_role
from havre.units.models import Person, Role, RoleName, Unit
from tests.cast import NOON, introduce


def roles_of(person: Person) -> list[str]:
    return sorted(Role.objects.filter(person=person).values_list("name", flat=True))


@pytest.mark.usefixtures("database")
def test_a_unit_keeps_its_name_its_country_and_when_it_was_founded() -> None:
    found_unit("  Federal Police ", " be ", NOON)
    assert list(Unit.objects.values_list("name", "country", "founded_at")) == [("Federal Police", "BE", NOON)]


@pytest.mark.usefixtures("database")
def test_a_country_is_two_letters_and_nothing_else() -> None:
    for country in ("", "B", "BEL", "B1", "ÅÄ", "b e", "12"):
        with pytest.raises(Invalid, match="two-letter code"):
            found_unit("Federal Police", country, NOON)
    with pytest.raises(Invalid, match="no country is called UK"):  # GB is meant
        found_unit("Federal Police", "uk", NOON)
    assert not Unit.objects.exists()


@pytest.mark.usefixtures("database")
def test_a_unit_without_a_name_is_not_founded() -> None:
    with pytest.raises(Invalid, match="needs a name"):
        found_unit("   ", "BE", NOON)


@pytest.mark.usefixtures("database")
def test_two_units_never_share_a_name() -> None:
    found_unit("Federal Police", "BE", NOON)
    with pytest.raises(Invalid, match="already a unit called 'Federal Police'"):
        found_unit(" Federal Police", "AU", NOON)
    assert Unit.objects.count() == 1


@pytest.mark.usefixtures("database")
def test_a_person_works_for_one_unit_and_holds_the_roles_given() -> None:
    belgium = found_unit("Federal Police", "BE", NOON)
    anke = add_person(" anke ", belgium, NOON, [RoleName.ANALYST, RoleName.AUDITOR])
    assert (anke.name, anke.unit, anke.added_at) == ("anke", belgium, NOON)
    assert roles_of(anke) == ["analyst", "auditor"]


@pytest.mark.usefixtures("database")
def test_a_person_has_a_name_that_can_be_printed() -> None:
    belgium = found_unit("Federal Police", "BE", NOON)
    for name in ("", "  ", "an\nke", "an\x00ke", "anke\u202e", "\x1b[31manke"):
        with pytest.raises(Invalid, match="printable name"):
            add_person(name, belgium, NOON, [])
    assert not Person.objects.exists()


@pytest.mark.usefixtures("database")
def test_a_name_is_taken_once_on_the_whole_node() -> None:
    cast = introduce()
    with pytest.raises(Invalid, match="already somebody called 'anke'"):
        add_person("anke", cast.italy, NOON, [])
    assert Person.objects.filter(name="anke").get().unit == cast.belgium


@pytest.mark.usefixtures("database")
def test_a_role_given_twice_is_held_once() -> None:
    bram = introduce().bram
    give_role(bram, RoleName.SUPERVISOR, NOON)
    give_role(bram, RoleName.SUPERVISOR, NOON)
    assert roles_of(bram) == ["analyst", "supervisor"]


@pytest.mark.usefixtures("database")
def test_a_role_taken_is_held_no_longer() -> None:
    anke = introduce().anke
    take_role(anke, RoleName.AUDITOR)
    take_role(anke, RoleName.AUDITOR)
    assert roles_of(anke) == ["administrator", "analyst", "supervisor"]


@pytest.mark.usefixtures("database")
def test_the_last_administrator_of_a_unit_stays_one() -> None:
    cast = introduce()
    with pytest.raises(Invalid, match="the last administrator of Federal Police"):
        take_role(cast.anke, RoleName.ADMINISTRATOR)
    # Chiara is an administrator too, but of another unit: she could not mend it.
    assert "administrator" in roles_of(cast.anke)


@pytest.mark.usefixtures("database")
def test_an_administrator_who_has_a_successor_may_leave() -> None:
    cast = introduce()
    give_role(cast.bram, RoleName.ADMINISTRATOR, NOON)
    take_role(cast.anke, RoleName.ADMINISTRATOR)
    assert "administrator" not in roles_of(cast.anke)
