"""`havre group`: task forces, of units of several countries and nodes."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid

if TYPE_CHECKING:
    from havre.restrictions.models import Group

app = typer.Typer(no_args_is_help=True, help="Task forces: named groups of units, each with an end and its own board.")

Code = Annotated[str, typer.Argument(help="How restrictions name it.")]
UnitName = Annotated[str, typer.Argument(metavar="UNIT", help="A unit of this node, or of the one named.")]
Node = Annotated[str, typer.Option(metavar="NAME", help="The node whose unit it is, as `havre peer list` calls it.")]


@app.command()
def found(
    context: typer.Context,
    code: Code,
    until: Annotated[str, typer.Option(metavar="DATE", help="When it ends.")],
    name: Annotated[str, typer.Option(help="What people call it; its code otherwise.")] = "",
    purpose: Annotated[str, typer.Option(help="What it is for.")] = "",
    experts: Annotated[bool, typer.Option("--experts", help="It gets clues and child-free crops alone.")] = False,
) -> None:
    """Found a group, which your unit leads and is in."""
    with opened(context) as (home, acting):
        from havre.flows.group import found_group

        _say(context, found_group(home, acting, code, name or code, _day(until), purpose, experts=experts))


@app.command()
def add(
    context: typer.Context,
    code: Code,
    unit: UnitName,
    node: Node = "",
    country: Annotated[str, typer.Option(help="Its country, where it is of another node.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="Until when; as long as the group otherwise.")] = "",
) -> None:
    """Add a unit to a group."""
    with opened(context) as (home, acting):
        from havre.flows.group import add_member

        _say(context, add_member(home, acting, code, unit, node, country, _day(until) if until else None))


@app.command()
def remove(context: typer.Context, code: Code, unit: UnitName, node: Node = "") -> None:
    """Take a unit out of a group; what was opened to the group is withdrawn from it."""
    with opened(context) as (home, acting):
        from havre.flows.group import remove_member

        _say(context, remove_member(home, acting, code, unit, node))


@app.command()
def end(context: typer.Context, code: Code) -> None:
    """End a group now."""
    with opened(context) as (home, acting):
        from havre.flows.group import end_group

        _say(context, end_group(home, acting, code))


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the groups that your unit leads or is in."""
    with opened(context) as (home, acting):
        from havre.flows.group import list_groups

        rows = list_groups(home, acting)
        if asked(context).json:
            answers.say_json(rows)
            return
        if not rows:
            answers.say("Your unit is in no group.")
        for each in rows:
            answers.say(_line(each))


@app.command()
def show(context: typer.Context, code: Code) -> None:
    """Show the board of a group: series and clues that its members opened to it, and what they say."""
    with opened(context) as (home, acting):
        from havre.flows.group import open_board

        told = open_board(home, acting, code).to_json()
        if asked(context).json:
            answers.say_json(told)
            return
        answers.say(_line(told))
        for each in told["series"]:
            answers.say(f"  {each['reference']} of {each['unit']} ({each['country']})")
        for each in told["words"]:
            answers.say(f"  {each['unit']} ({each['country']}): {each['body'].get('text', '')}")


@app.command()
def say(
    context: typer.Context,
    code: Code,
    text: Annotated[str, typer.Argument(help="Plain text.")],
    asks: Annotated[bool, typer.Option("--ask", help="It is a request.")] = False,
) -> None:
    """Write something to all members."""
    with opened(context) as (home, acting):
        from havre.flows.group import say_to_group

        made = say_to_group(home, acting, code, text, asks=asks)
        if asked(context).json:
            answers.say_json({"kind": made.kind, "ref": str(made.ref)})
        else:
            answers.say("All members see it.")


def _say(context: typer.Context, group: "Group") -> None:
    from havre.flows.group import shown

    if asked(context).json:
        answers.say_json(shown(group))
    else:
        answers.say(_line(shown(group)))


def _line(told: dict[str, Any]) -> str:
    members = ", ".join(f"{each['unit']} ({each['country']})" for each in told["members"])
    return f"{told['code']} until {told['until'][:10]}: {members}"


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"a day is written as 2031-12-31, not {text!r}") from None
