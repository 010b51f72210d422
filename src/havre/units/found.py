"""Make units and people, and say what each may do."""

from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.linking.atlas import countries
from havre.units.models import Person, Role, RoleName, Unit


def found_unit(name: str, country: str, at: datetime) -> Unit:
    """A new unit; its country is a two-letter ISO 3166 code."""
    country = country.strip().upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise Invalid(_("a country is a two-letter code such as BE, not %(country)r") % {"country": country})
    if country not in countries():
        raise Invalid(_("no country is called %(names)s: write two letters, as GB") % {"names": country})
    if not name.strip():
        raise Invalid(_("a unit needs a name: give --unit"))
    if Unit.objects.filter(name=name.strip()).exists():
        raise Invalid(_("there is already a unit called %(name)r") % {"name": name.strip()})
    return Unit.objects.create(name=name.strip(), country=country, founded_at=at)


def add_person(name: str, unit: Unit, at: datetime, roles: list[RoleName]) -> Person:
    """A new person of this unit with these roles; the name is unique on the node."""
    name = name.strip()
    if not name or not name.isprintable():
        raise Invalid(_("a person needs a printable name"))
    if Person.objects.filter(name__iexact=name).exists():  # the log calls people by name: "Anke" is not another "anke"
        raise Invalid(_("there is already somebody called %(name)r: choose another name") % {"name": name})
    person = Person(name=name, unit=unit, added_at=at)
    person.set_unusable_password()
    person.save()
    Role.objects.bulk_create([Role(person=person, name=role, given_at=at) for role in roles])
    return person


def give_role(person: Person, role: RoleName, at: datetime) -> None:
    """This person also holds this role from now on."""
    Role.objects.get_or_create(person=person, name=role, defaults={"given_at": at})


def take_role(person: Person, role: RoleName) -> None:
    """This person no longer holds this role.

    Raises Invalid where it is the last administrator of the unit: nobody could mend it.
    """
    if role == RoleName.ADMINISTRATOR:
        _refuse_last(person)
    Role.objects.filter(person=person, name=role).delete()


def leave(person: Person, at: datetime) -> None:
    """This person no longer works here; what they did stays theirs.

    Raises Invalid where they are the last administrator of the unit: nobody could mend it.
    """
    if person.roles.filter(name=RoleName.ADMINISTRATOR).exists():
        _refuse_last(person)
    person.left_at = at
    person.set_unusable_password()
    person.save(update_fields=["left_at", "password"])


def _refuse_last(person: Person) -> None:
    others = Role.objects.filter(person__unit=person.unit, person__left_at=None, name=RoleName.ADMINISTRATOR)
    if not others.exclude(person=person).exists():
        raise Invalid(
            _("%(person)s is the last administrator of %(unit)s: give the role to another first")
            % {"person": person.name, "unit": person.unit.name}
        )
