"""`havre init`, `havre unit`, `havre person`: who works on this node."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now, opened
from havre.settings import Settings, read_settings
from havre.start import start

unit_app = typer.Typer(no_args_is_help=True, help="Units of this node.")
person_app = typer.Typer(no_args_is_help=True, help="People and their roles.")

ROLES = ("analyst", "supervisor", "auditor", "administrator")
SPLIT = "holds all four roles; split them as soon as a second person is there: `havre person role NAME --add ROLE`"


def init(
    context: typer.Context,
    country: Annotated[str, typer.Option(help="Two letters, such as BE.")],
    unit: Annotated[str, typer.Option(help="The first unit's name.")],
    person: Annotated[str, typer.Option(help="The first person's name.")],
) -> None:
    """Begin a node: home, tables, keys, the first unit and person."""
    what = asked(context)
    settings = read_settings(what.environ, what.home)
    start(settings)
    from havre.flows.begin import begin_node
    from havre.flows.home import Home
    from havre.flows.people import make_link
    from havre.units.acting import NO_REASON, Acting

    anke = begin_node(settings, country, unit, person, now, what.reason or NO_REASON)
    link = _address(settings, make_link(Home(settings), Acting(anke, now, what.reason or NO_REASON), anke.name))
    if what.json:
        answers.say_json(
            {
                "home": str(settings.home),
                "unit": anke.unit.name,
                "country": anke.unit.country,
                "person": anke.name,
                "roles": list(ROLES),
                "link": link,
            }
        )
    else:
        answers.say(f"The node at {settings.home} is ready for {anke.unit}.")
        answers.say(f"{anke.name} chooses how to sign in at {link} (once, within 72 hours; `havre serve` opens it)")
        answers.say("Next: havre case open REF --basis TEXT, then havre intake REF FOLDER")
    answers.warn(f"{anke.name} {SPLIT}")


@unit_app.command("add")
def add_unit(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The unit's name.")],
    country: Annotated[str, typer.Option(help="Two letters, such as BE.")],
    person: Annotated[str, typer.Option(help="Its first person, who holds all roles.")] = "",
) -> None:
    """Add a unit; it sees nothing of the others."""
    with opened(context) as (home, acting):
        from havre.flows import begin

        unit = begin.add_unit(home, acting, name, country)
        if person:
            begin.add_colleague(home, acting, person, unit.name, begin.ALL_ROLES)
        if asked(context).json:
            answers.say_json({"unit": unit.name, "country": unit.country, "person": person or None})
        else:
            answers.say(f"{unit} was added.")
        if person:
            answers.warn(f"{person} {SPLIT}")


@person_app.command("add")
def add_person(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The person's name, unique on this node.")],
    role: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(ROLES)}; may be repeated.")] = None,
    unit: Annotated[str, typer.Option(help="Another unit; only where yours began the node.")] = "",
) -> None:
    """Add a person; without --role an analyst."""
    with opened(context) as (home, acting):
        from havre.flows import begin

        roles = [_role(each) for each in role or ["analyst"]]
        person = begin.add_colleague(home, acting, name, unit, roles)
        if asked(context).json:
            answers.say_json({"person": person.name, "unit": person.unit.name, "roles": [str(r) for r in roles]})
        else:
            answers.say(f"{person.name} works for {person.unit} as {', '.join(roles)}.")


@person_app.command("link")
def make_link(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose link.")],
) -> None:
    """Make a one-time link with which a person chooses how they sign in, for the first time or anew."""
    with opened(context) as (home, acting):
        from havre.flows import people

        link = _address(home.settings, people.make_link(home, acting, name))
        if asked(context).json:
            answers.say_json({"person": name, "link": link})
        else:
            answers.say(f"{name} chooses how to sign in at {link} (once, within 72 hours)")


@person_app.command("role")
def change_role(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose role.")],
    add: Annotated[str, typer.Option(help="Give this role.")] = "",
    remove: Annotated[str, typer.Option(help="Take this role away.")] = "",
) -> None:
    """Give or take a role."""
    if bool(add) == bool(remove):
        raise typer.BadParameter("give either --add ROLE or --remove ROLE")
    with opened(context) as (home, acting):
        from havre.flows import begin

        person = begin.change_role(home, acting, name, _role(add or remove), holds=bool(add))
        roles = sorted(person.roles.values_list("name", flat=True))
        if asked(context).json:
            answers.say_json({"person": person.name, "unit": person.unit.name, "roles": roles})
        else:
            answers.say(f"{person.name} is now {', '.join(roles) or 'without a role'}.")


def _address(settings: Settings, secret: str) -> str:
    return f"{settings.origin or 'http://localhost:8000'}/welcome/{secret}"


def _role(name: str):  # type: ignore[no-untyped-def]
    from havre.units.models import RoleName

    if name not in ROLES:
        raise typer.BadParameter(f"a role is one of {', '.join(ROLES)}, not {name!r}")
    return RoleName(name)
