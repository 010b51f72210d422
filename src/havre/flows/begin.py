"""Begin a node: its home, tables, keys, first unit and first person."""

import os

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.tables import make_tables
from havre.media.keys import NODE, UNIT, create_node_key, create_unit_key
from havre.restrictions.keep import reach_again
from havre.settings import Settings
from havre.units.acting import Acting, Clock
from havre.units.found import add_person, found_unit, give_role, take_role
from havre.units.models import Person, RoleName, Unit
from havre.units.queries import nobody, person_named

ALL_ROLES = list(RoleName)


def begin_node(settings: Settings, country: str, unit: str, person: str, clock: Clock, reason: str) -> Person:
    """A new node with one unit and one person, who holds all roles until they are split.

    Raises Invalid where the home is begun already, Unavailable where the database can't be reached.
    """
    _make_home(settings)
    make_tables()
    if Unit.objects.exists():
        raise Invalid(
            _("the node at %(home)s has been begun already: add units and people to it") % {"home": settings.home}
        )
    if not settings.key_command and not (settings.keys / NODE).exists():
        create_node_key(settings)
    home = Home(settings)
    at = clock()
    with durable():
        first = found_unit(unit, country, at)
        anke = add_person(person, first, at, ALL_ROLES)
        _make_unit_key(settings, first)
        acting = Acting(anke, clock, reason)
        roles = [str(role) for role in ALL_ROLES]
        log(home, acting, "change", "node", {"act": "begun", "country": first.country, "roles": roles})
    seal_log(home, acting)
    return anke


def _make_home(settings: Settings) -> None:
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(settings.home, 0o700)  # noqa: PTH101 - also where the folder was there before
    except OSError as error:
        raise Invalid(
            _("no home can be made at %(home)s: %(error)s") % {"home": settings.home, "error": error.strerror}
        ) from error


def _make_unit_key(settings: Settings, unit: Unit) -> None:
    # A key that lies there already was made for a unit that was never committed: it has sealed nothing.
    if not settings.key_command and not (settings.keys / f"{UNIT}{unit.pk}").exists():
        create_unit_key(settings, str(unit.pk))


def add_unit(home: Home, acting: Acting, name: str, country: str) -> Unit:
    """Another unit on this node, with its own key; it sees nothing of the others."""
    acting.must_be(RoleName.ADMINISTRATOR, to="add a unit")
    with durable():
        unit = found_unit(name, country, acting.now())
        reach_again(unit)  # what others opened to its country reaches it too
        _make_unit_key(home.settings, unit)
        log(home, acting, "change", f"unit {unit.name}", {"act": "added", "country": unit.country})
    seal_log(home, acting)
    return unit


class Roleless(Refused):
    """Somebody would have no role, and nobody said that they are to have none."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s would have no role, and could sign in and do nothing: say that it is to be so") % {"name": name}
        )


def add_colleague(
    home: Home, acting: Acting, name: str, unit: str, roles: list[RoleName], *, sure: bool = True
) -> Person:
    """Another person of the acting person's unit; of any unit for administrators of the one that began the node.

    `sure` says that somebody without a role is meant: Roleless is raised otherwise.
    """
    acting.must_be(RoleName.ADMINISTRATOR, to="add a person")
    with durable():
        where = _unit_for(acting, unit)
        person = add_person(name, where, acting.now(), roles)
        if not (roles or sure):
            raise Roleless(person.name)
        detail = {"act": "added", "unit": where.name, "roles": [str(role) for role in roles]}
        log(home, acting, "change", f"person {person.name}", detail)
    seal_log(home, acting)
    return person


def _unit_for(acting: Acting, name: str) -> Unit:
    if not name or name == acting.unit.name:
        return acting.unit
    first = Unit.objects.order_by("id").first()
    if acting.unit != first:
        raise Refused(
            _("%(person)s adds people to %(unit)s alone: leave out --unit")
            % {"person": acting.person.name, "unit": acting.unit.name}
        )
    found = Unit.objects.filter(name=name).first()
    if found is None:
        raise Invalid(_("there is no unit %(name)r: add it with `havre unit add`") % {"name": name})
    return found


def change_role(home: Home, acting: Acting, name: str, role: RoleName, *, holds: bool, sure: bool = True) -> Person:
    """Give a role to a person of the unit, or take it away; `sure` says that they may be left without any, where
    Roleless is raised otherwise."""
    acting.must_be(RoleName.ADMINISTRATOR, to="change roles")
    person = person_named(name)
    if person.unit != acting.unit:
        raise nobody(name)
    with durable():
        if holds:
            give_role(person, role, acting.now())
        else:
            take_role(person, role)
            if not (sure or person.roles.exists()):
                raise Roleless(person.name)
        log(home, acting, "change", f"person {name}", {"act": "given" if holds else "taken", "role": str(role)})
    seal_log(home, acting)
    return person
