"""Who somebody is and what they may be."""

from havre.errors import Invalid
from havre.units.models import Person, Role, RoleName


def person_named(name: str) -> Person:
    """The person the command line acts for.

    Raises Invalid where nobody has that name.
    """
    found = Person.objects.select_related("unit").filter(name=name).first()
    if found is None:
        raise nobody(name)
    return found


def nobody(name: str) -> Invalid:
    """What is said of a name that nobody has, and of one that is none of the asking person's business."""
    return Invalid(f"nobody here is called {name!r}: `havre person add` adds people")


def only_person() -> Person:
    """The person to act for where none was named: possible only while there is just one."""
    people = list(Person.objects.select_related("unit")[:2])
    if not people:
        raise Invalid("this home has no people yet: run `havre init` first")
    if len(people) > 1:
        raise Invalid("several people work here: say who you are with --as PERSON")
    return people[0]


def is_a(person: Person, *roles: RoleName) -> bool:
    """Whether this person holds any of these roles."""
    return Role.objects.filter(person=person, name__in=roles).exists()


def colleagues(person: Person) -> list[Person]:
    """The other people of the same unit."""
    return list(Person.objects.filter(unit=person.unit).exclude(id=person.id).order_by("name"))
