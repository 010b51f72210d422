"""Make units and people, and say what each may do."""

from datetime import datetime

from havre.errors import Invalid
from havre.units.models import Person, Role, RoleName, Unit


def found_unit(name: str, country: str, at: datetime) -> Unit:
    """A new unit; its country is a two-letter ISO 3166 code."""
    country = country.strip().upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise Invalid(f"a country is a two-letter code such as BE, not {country!r}")
    if not name.strip():
        raise Invalid("a unit needs a name: give --unit")
    if Unit.objects.filter(name=name.strip()).exists():
        raise Invalid(f"there is already a unit called {name.strip()!r}")
    return Unit.objects.create(name=name.strip(), country=country, founded_at=at)


def add_person(name: str, unit: Unit, at: datetime, roles: list[RoleName]) -> Person:
    """A new person of this unit with these roles; the name is unique on the node."""
    name = name.strip()
    if not name or not name.isprintable():
        raise Invalid("a person needs a printable name")
    if Person.objects.filter(name=name).exists():
        raise Invalid(f"there is already somebody called {name!r}: choose another name")
    person = Person.objects.create(name=name, unit=unit, added_at=at)
    Role.objects.bulk_create([Role(person=person, name=role, given_at=at) for role in roles])
    return person


def give_role(person: Person, role: RoleName, at: datetime) -> None:
    """This person also holds this role from now on."""
    Role.objects.get_or_create(person=person, name=role, defaults={"given_at": at})


def take_role(person: Person, role: RoleName) -> None:
    """This person no longer holds this role.

    Raises Invalid where it is the last administrator of the unit: nobody could mend it.
    """
    left = Role.objects.filter(person__unit=person.unit, name=role).exclude(person=person)
    if role == RoleName.ADMINISTRATOR and not left.exists():
        raise Invalid(f"{person.name} is the last administrator of {person.unit.name}: give the role to another first")
    Role.objects.filter(person=person, name=role).delete()
