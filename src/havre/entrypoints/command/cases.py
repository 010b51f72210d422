"""`havre case`: dossiers."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

app = typer.Typer(no_args_is_help=True, help="Dossiers with their legal basis.")

Reference = Annotated[str, typer.Argument(metavar="REF", help="The case's reference.")]


@app.command("open")
def open_(
    context: typer.Context,
    reference: Reference,
    basis: Annotated[str, typer.Option(help="The legal basis, such as a warrant and its number.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")] = "victim identification",
) -> None:
    """Open a case."""
    with opened(context) as (home, acting):
        from havre.flows.dossier import case_fields, open_dossier

        case = open_dossier(home, acting, reference, basis, purpose)
        if asked(context).json:
            answers.say_json(case_fields(case))
        else:
            answers.say(f"Case {case.reference} is open, for review on {case.retain_until}.")


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the unit's cases."""
    with opened(context) as (home, acting):
        from havre.flows.dossier import list_dossiers

        found = list_dossiers(home, acting)
        if asked(context).json:
            answers.say_json(found)
        elif not found:
            answers.say("There is no case yet: havre case open REF --basis TEXT")
        else:
            headings = {"case": "Case", "opened_at": "Opened", "closed_at": "Closed", "retain_until": "Review"}
            answers.say_table("Cases", found, headings)


@app.command("show")
def show(context: typer.Context, reference: Reference) -> None:
    """Show a case and what each intake found."""
    with opened(context) as (home, acting):
        from havre.flows.dossier import show_dossier

        dossier = show_dossier(home, acting, reference)
        if asked(context).json:
            answers.say_json(dossier.to_json())
            return
        case = dossier.case
        answers.say(f"Case {case.reference}: {case.basis}; {case.purpose}; review on {case.retain_until}")
        columns = ("path", "found", "known", "near", "repeat", "new", "stacks", "refused", "quarantined")
        answers.say_table("Intakes", dossier.intakes, {column: column.capitalize() for column in columns})


@app.command("close")
def close(context: typer.Context, reference: Reference) -> None:
    """Close a case: nothing more is brought into it."""
    with opened(context) as (home, acting):
        from havre.flows.dossier import case_fields, close_dossier

        case = close_dossier(home, acting, reference)
        if asked(context).json:
            answers.say_json(case_fields(case))
        else:
            answers.say(f"Case {case.reference} is closed; what it holds stays until {case.retain_until}.")
