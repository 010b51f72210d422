"""`havre restrict`: what others may know of a thing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid
from havre.restrictions.model import Level, Restriction, restriction_of

if TYPE_CHECKING:
    from havre.flows.restrict import Restricted

app = typer.Typer(no_args_is_help=True, help="What others may know of a thing: nobody anything, unless you say so.")

Kind = Annotated[str, typer.Argument(metavar="KIND", help="case, series, media, clue or comment.")]
Named = Annotated[str, typer.Argument(metavar="NAME", help="2026-17, S1, a SHA-256, S1/2.")]
Some = Annotated[list[str] | None, typer.Option(help="May be given several times.")]
Units = Annotated[list[str] | None, typer.Option(help="UNIT, or UNIT@NODE of another node; several may be given.")]


@app.command("set")
def set_(
    context: typer.Context,
    kind: Kind,
    named: Named,
    level: Annotated[
        str,
        typer.Option(help="closed, open, or hit: only that it is held, and by whom; not for clues and comments."),
    ] = "closed",
    unit: Units = None,
    country: Some = None,
    group: Some = None,
    not_unit: Units = None,
    not_country: Some = None,
    purpose: Annotated[str, typer.Option(help="What it may be used for.")] = "",
    onward: Annotated[bool, typer.Option("--onward", help="Whoever sees it may pass it on.")] = False,
    until: Annotated[str, typer.Option(metavar="DATE", help="Kept until then; five years otherwise.")] = "",
) -> None:
    """Say who may know of a thing, instead of what was said before."""
    said = Restriction(
        _level(level),
        countries=_countries(country),
        groups=frozenset(group or ()),
        no_countries=_countries(not_country),
        purpose=purpose,
        onward=onward,
        retain_until=_date(until),
    )
    with opened(context) as (home, acting):
        from havre.flows.restrict import restrict, restriction_for
        from havre.flows.units_named import units_named

        _thing, was = restriction_for(acting, kind, named)
        units, without = units_named(unit or ()), units_named(not_unit or ())
        held = replace(said, units=units, no_units=without, legal_hold=was.legal_hold)
        _say(restrict(home, acting, kind, named, held), asked(context).json)


@app.command()
def hold(
    context: typer.Context,
    kind: Kind,
    named: Named,
    lift: Annotated[bool, typer.Option("--lift", help="Lift it.")] = False,
) -> None:
    """Keep a thing from expiring, as a court asks."""
    with opened(context) as (home, acting):
        from havre.flows.restrict import hold as hold_it

        _say(hold_it(home, acting, kind, named, not lift), asked(context).json)


@app.command()
def show(context: typer.Context, kind: Kind, named: Named) -> None:
    """Say who may know of a thing."""
    with opened(context) as (home, acting):
        from havre.flows.home import consulted
        from havre.flows.restrict import restriction_for
        from havre.restrictions.model import told

        thing, found = restriction_for(acting, kind, named)
        consulted(home, acting, f"{thing.kind} {thing.called}", {"act": "restriction"})
        if asked(context).json:
            answers.say_json({"kind": kind, "thing": thing.called, "restriction": told(found)})
        else:
            answers.say(f"{thing.kind} {thing.called}: {in_words(found)}")


# ---- what ends ----


@app.command()
def due(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=0, help="How many days ahead.")] = 90,
    decided: Annotated[bool, typer.Option("--all", help="Those that somebody let end on their day too.")] = False,
) -> None:
    """List what expires soon, or is to be reviewed: keep it longer, or let it end."""
    with opened(context) as (home, acting):
        from havre.flows.expire import due as soon

        found = [each.to_json() for each in soon(home, acting, days, decided=decided)]
        if asked(context).json:
            answers.say_json(found)
        elif not found:
            answers.say(f"Nothing is to be reviewed within {days:,} days.")
        else:
            rows = [each | {name: (each[name] or "")[:10] for name in ("ends_at", "review_at")} for each in found]
            answers.say_table("To be reviewed", rows, {"kind": "", "thing": "", "review_at": "Look", "ends_at": "Ends"})


Because = Annotated[str, typer.Option(help="Why; the log keeps it.")]


@app.command()
def prolong(
    context: typer.Context,
    kind: Kind,
    named: Named,
    until: Annotated[str, typer.Option(metavar="DATE", help="Until when.")],
    because: Because,
) -> None:
    """Keep a thing longer than was said."""
    day = _date(until)
    if day is None:
        raise Invalid("a day is written as 2031-12-31")
    with opened(context) as (home, acting):
        from havre.flows.expire import prolong as longer

        _say(longer(home, acting, kind, named, day, because), asked(context).json)


@app.command("let-end")
def let_end(context: typer.Context, kind: Kind, named: Named, because: Because) -> None:
    """Say that a thing was reviewed, and is destroyed on its day."""
    with opened(context) as (home, acting):
        from havre.flows.expire import let_end as ends

        at = ends(home, acting, kind, named, because)
        if asked(context).json:
            answers.say_json({"kind": kind, "thing": named, "ends_at": at.isoformat()})
        else:
            answers.say(f"It ends on {at:%Y-%m-%d}.")


@app.command()
def expire(context: typer.Context) -> None:
    """Destroy now what is over; `havre work` does too."""
    with opened(context) as (home, acting):
        from havre.flows.expire import expire_now

        count = expire_now(home, acting)
        if asked(context).json:
            answers.say_json({"destroyed": count})
        else:
            answers.say(f"{count:,} things are destroyed; the log keeps a commitment to each.")


@app.command()
def seen(context: typer.Context, kind: Kind, named: Named) -> None:
    """Prove who outside saw a series or a medium: when, under which restriction; and who signed that it is gone."""
    with opened(context) as (home, acting):
        from havre.flows.seen import who_saw

        found = who_saw(home, acting, kind, named).to_json()
        if asked(context).json:
            answers.say_json(found)
            return
        _say_seen(found)


def _say_seen(found: Mapping[str, Any]) -> None:
    """Who saw it, under what; and of what was withdrawn from other nodes, which of them signed that it is gone."""
    columns = {"at": "When", "unit": "Who", "country": "", "node": "Node", "what": "What", "how": "How"}
    columns |= {"under": "Under", "entry": "Entry"}
    rows = [each | {"at": _minute(each["at"]), "under": _under(each["restriction"])} for each in found["seen"]]
    answers.say_table("Seen by", rows, columns) if rows else answers.say("Nobody outside saw it.")
    if found["withdrawn"]:
        gone = [each | {"receipt": _minute(each["receipt"]) or "not yet"} for each in found["withdrawn"]]
        headings = {
            "node": "Node",
            "country": "",
            "what": "What",
            "called": "Named",
            "receipt": "Signed that it is gone",
        }
        answers.say_table("Withdrawn from", gone, headings)
    if found["withdrawn_more"]:
        answers.say(f"{found['withdrawn_more']:,} more are withdrawn; those without a receipt stand above first.")


def _under(told: Mapping[str, Any]) -> str:
    """What held for it then, in words: what was said of it, and of all that it is in."""
    return "; and ".join(in_words(part) for part in restriction_of(told).parts)


def _minute(at: str | None) -> str:
    return (at or "")[:16].replace("T", " ")


def _say(done: "Restricted", as_json: bool) -> None:
    if as_json:
        answers.say_json(done.to_json())
        return
    answers.say(f"{done.thing.kind} {done.thing.called}: {in_words(done.now)}")
    shared, withdrawn = len(done.changed.put), len(done.changed.withdrawn)
    answers.say(f"{shared:,} things on the board changed, {withdrawn:,} are withdrawn.")


def in_words(found: Restriction) -> str:
    """One line for a person."""
    if found.level is Level.CLOSED:
        return "your unit alone" + (", under legal hold" if found.legal_hold else "")
    from havre.flows.units_named import as_written

    names = as_written(found.units) + sorted(found.countries) + sorted(found.groups)
    without = as_written(found.no_units) + sorted(found.no_countries)
    ways = {Level.HIT: "learn that it is held", Level.OPEN: "see it"}
    until = f", until {found.retain_until:%Y-%m-%d}" if found.retain_until is not None else ""
    but = f", but not {', '.join(without)}" if without else ""
    return f"{', '.join(names)} {ways[found.level]}{but}{until}{', under legal hold' if found.legal_hold else ''}"


def _level(text: str) -> Level:
    if text.upper() not in Level.__members__:
        raise Invalid(f"a level is closed, hit or open, not {text!r}")
    return Level[text.upper()]


def _countries(codes: list[str] | None) -> frozenset[str]:
    return frozenset(code.strip().upper() for code in codes or ())


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        raise Invalid(f"a day is written as 2031-12-31, not {text!r}") from None
