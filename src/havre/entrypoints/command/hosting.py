"""`havre hosting`: where addresses are hosted, from what the operator loads."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid

if TYPE_CHECKING:
    from havre.hosting.where import Fact

app = typer.Typer(no_args_is_help=True, help="Where addresses are hosted, from files that you load. Nothing is asked.")

SHOWN_BAD = 10
"""Bad rows shown to a person; the JSON answer names more."""

COLUMNS = {"kind": "What", "of": "Of", "value": "Value", "since": "Since", "until": "Until", "source": "File"}

Address = Annotated[str, typer.Argument(metavar="URL", help="An address, a host's name or number.")]


@app.command()
def load(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What to load.")],
    kind: Annotated[str, typer.Option(help="delegations, prefixes, systems, answers, records; told otherwise.")] = "",
    at: Annotated[str, typer.Option(help="Since when it holds, where the file does not say; now otherwise.")] = "",
    bad: Annotated[Path | None, typer.Option(help="Write every bad row here, one JSON object a line.")] = None,
) -> None:
    """Load files of registries, tables of networks, answers about names, RDAP answers."""
    with opened(context) as (home, acting):
        from havre.flows.load_hosting import load_hosting

        since = time_of(at)
        for file in files:
            answer = load_hosting(home, acting, file, kind=kind, at=since, bad=bad)
            if asked(context).json:
                answers.say_lines([answer])
            else:
                _say_load(answer)


@app.command("of")
def of(
    context: typer.Context,
    url: Address,
    at: Annotated[str, typer.Option(help="By what was known for this time; now otherwise.")] = "",
) -> None:
    """Say where an address is hosted, and which file says so."""
    with opened(context) as (home, acting):
        from havre.flows.hosting_of import hosting_of

        found = hosting_of(home, acting, url, time_of(at))
        if asked(context).json:
            answers.say_json(found.told())
            return
        told = found.told()
        answers.say(f"{told['address']} is hosted in {told['country'] or 'a country that is not known'}.")
        if told["reason"]:
            answers.warn(told["reason"])
        for line in _lines(told):
            answers.say(line)
        _say_facts(list(found.hosting.facts))


@app.command()
def history(context: typer.Context, url: Address) -> None:
    """Say where an address was hosted, from the first file to the last."""
    with opened(context) as (home, acting):
        from havre.flows.hosting_of import fact_told, hosting_history

        address, facts = hosting_history(home, acting, url)
        if asked(context).json:
            answers.say_json({"address": str(address), "facts": [fact_told(fact) for fact in facts]})
            return
        answers.say(str(address))
        _say_facts(facts)


def time_of(text: str) -> datetime | None:
    """A time that somebody typed, UTC where it names no zone; None for nothing."""
    from havre.hosting.readers.answers import time_of as read

    try:
        return read(text)
    except ValueError as error:
        raise Invalid(str(error)) from None


def _say_load(answer: dict[str, Any]) -> None:
    if answer["again"]:
        answers.say(f"{answer['file']} was loaded before, as number {answer['load']}: nothing was added.")
        return
    about = f" of {answer['scope']}" if answer["scope"] else ""
    answers.say(
        f"{answer['file']}: {answer['kind']}{about}, {answer['rows']:,} rows: {answer['kept']:,} kept,"
        f" {answer['passed']:,} say nothing that is needed, {answer['bad']:,} bad. It holds since {answer['at']}."
    )
    for bad in answer["refused"][:SHOWN_BAD]:
        answers.warn(f"line {bad['line']:,}: {bad['reason']}")
    if answer["bad"] > SHOWN_BAD:
        answers.warn(f"and {answer['bad'] - SHOWN_BAD:,} more: --bad FILE writes all of them")


def _lines(told: dict[str, Any]) -> list[str]:
    """What is known beside the country, a line each."""
    known = {
        "it is": f"{told['kind']}, showing {told['inner']}" if told["inner"] else told["kind"],
        "site": told["site"],
        "numbers": ", ".join(told["numbers"]),
        "network": told["network"],
        "run by": f"AS{told['asn']} {told['holder'] or ''}" if told["asn"] is not None else told["holder"],
        "behind": told["cdn"],
        "registrar": told["registrar"],
    }
    return [f"  {name:<10} {value}" for name, value in known.items() if value]


def _say_facts(facts: list["Fact"]) -> None:
    rows = [
        {
            "kind": fact.kind,
            "of": fact.subject,
            "value": fact.value,
            "since": fact.since.date(),
            "until": fact.until.date() if fact.until else "",
            "source": fact.source,
        }
        for fact in facts
    ]
    if rows:
        answers.say_table("Facts", rows, COLUMNS)
    else:
        answers.say("Nothing is known: `havre hosting load` takes files that say it.")
