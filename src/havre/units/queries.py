"""Who somebody is and what they may be."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import Invalid, NotFound
from havre.units.models import Person, Preference, Role, RoleName, Unit


def person_named(name: str) -> Person:
    """The person the command line acts for.

    Raises Invalid where nobody has that name.
    """
    found = Person.objects.select_related("unit").filter(name=name).first()
    if found is None:
        raise nobody(name)
    return found


ASKED_OF_ALL = ("unit__limits", "viewing", "preference")
"""What every page asks of who looks at it, as paths from the person: the room of care reads its own from them."""


def working_person(key: int) -> Person | None:
    """The person of this key who has not left, with roles, unit and what every page asks: in one question."""
    roles = _roles_with_person(key)
    person = roles[0].person if roles else next(iter(_without_role(key)), None)
    if person is not None:
        held = person.roles.all()
        held._result_cache = roles  # as prefetch_related does
        person.__dict__["_prefetched_objects_cache"] = {"roles": held}
    return person


@compiled
def _roles_with_person(key: int) -> "QuerySet[Role]":
    with_them = ("person", *(f"person__{path}" for path in ASKED_OF_ALL))
    return Role.objects.filter(person__pk=key, person__left_at=None).select_related(*with_them)


@compiled
def _without_role(key: int) -> "QuerySet[Person]":
    return Person.objects.filter(pk=key, left_at=None).select_related(*ASKED_OF_ALL)


def nobody(name: str) -> Invalid:
    """What is said of a name that nobody has, and of one that is none of the asking person's business."""
    return Invalid(_("nobody here is called %(name)r: `havre person add` adds people") % {"name": name})


def only_person() -> Person:
    """The person to act for where none was named: possible only while there is just one."""
    people = list(Person.objects.select_related("unit")[:2])
    if not people:
        raise Invalid(_("this home has no people yet: run `havre init` first"))
    if len(people) > 1:
        raise Invalid(_("several people work here: say who you are with --as PERSON"))
    return people[0]


def is_a(person: Person, *roles: RoleName) -> bool:
    """Whether this person holds any of these roles."""
    return any(role.name in roles for role in person.roles.all())


def colleagues(person: Person) -> list[Person]:
    """The other people of the same unit."""
    return list(Person.objects.filter(unit=person.unit).exclude(id=person.id).order_by("name"))


PAGE = 100
"""How many people a page lists."""


def people_of(unit: Unit, after: str = "") -> list[Person]:
    """The people of a unit who have not left, by name, those after this name; one more than a page shows."""
    found = Person.objects.filter(unit=unit, left_at=None, name__gt=after).order_by("name")
    return list(found.prefetch_related("roles")[: PAGE + 1])


def member(unit: Unit, name: str) -> Person:
    """Somebody of this unit who has not left. Raises NotFound where there is nobody of that name."""
    found = Person.objects.select_related("unit").filter(unit=unit, left_at=None, name=name).first()
    if found is None:
        raise NotFound(_("nobody of your unit is called that"))
    return found


def numbered(unit: Unit, number: int) -> Person:
    """Somebody of this unit who has not left, by number. Raises NotFound where there is nobody."""
    found = Person.objects.filter(unit=unit, left_at=None, pk=number).first()
    if found is None:
        raise NotFound(_("nobody of your unit has that number"))
    return found


def preference_of(person: Person) -> Preference:
    """How this person likes the pages; as the pages come where they never said."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


def preference_then(person: Person) -> Preference:
    """How this person liked the pages when they were read: what a page is drawn with."""
    return getattr(person, "preference", None) or Preference(person=person)


def has_neighbours(viewer: Person) -> bool:
    """Whether other units work on this node."""
    return Unit.objects.exclude(pk=viewer.unit_id).exists()
