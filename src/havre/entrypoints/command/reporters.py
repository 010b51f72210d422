"""`havre hotline reporter`: which platforms may file reports by program."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

app = typer.Typer(no_args_is_help=True, help="Keys with which platforms file reports as with the CyberTipline.")

Name = Annotated[str, typer.Argument(help="How you call the platform.")]


@app.command()
def add(context: typer.Context, name: Name) -> None:
    """Make a key and print it: it is shown once, and kept only as a digest."""
    with opened(context) as (home, acting):
        from havre.flows.partners import add_partner

        key = add_partner(home, acting, name, tipline=True)
    if asked(context).json:
        answers.say_json({"reporter": name.strip(), "key": key})
        return
    answers.say(key)
    answers.warn("it is the password of HTTP Basic, under any name; hand it over by a safe way: it is not shown again")


@app.command()
def revoke(context: typer.Context, name: Name) -> None:
    """Take a platform's key back; from now on it counts no more, and what it began it can't finish."""
    with opened(context) as (home, acting):
        from havre.flows.partners import revoke_partner

        revoke_partner(home, acting, name, tipline=True)
    if asked(context).json:
        answers.say_json({"reporter": name.strip(), "revoked": True})
        return
    answers.say("The key counts no more.")


@app.command("list")
def listed(context: typer.Context) -> None:
    """List the platforms, since when their keys count or no more, and how many reports each began and finished."""
    with opened(context) as (home, acting):
        from havre.flows.partners import partners
        from havre.hotline.tips import counted

        rows = [
            {"reporter": each.name, "since": each.made_at.isoformat(), "revoked": each.revoked_at is not None}
            | counted(each)
            for each in partners(home, acting, tipline=True)
        ]
    if asked(context).json:
        answers.say_json(rows)
        return
    columns = {
        "reporter": "Platform",
        "since": "Since",
        "revoked": "Taken back",
        "open": "Open",
        "finished": "Finished",
    }
    answers.say_table("Platforms that report", rows, columns)


def files(
    context: typer.Context,
    report: Annotated[int, typer.Argument(metavar="REPORT", help="The number of the report.")],
    case: Annotated[str, typer.Option(help="Take them into this case, as evidence.")] = "",
) -> None:
    """Show what a platform sent with a report, and what it says of each file; with --case take the files in."""
    with opened(context) as (home, acting):
        from havre.flows.platform_tips import from_platform, take_evidence

        outcomes = take_evidence(home, acting, report, case) if case else {}
        found = from_platform(home, acting, report)
    if asked(context).json:
        answers.say_json((found.to_json() if found else {"files": []}) | ({"outcomes": outcomes} if case else {}))
        return
    if found is None:
        answers.say("No platform sent this report by its program.")
        return
    kept = f"the platform keeps it until {found.kept_until}" if found.kept_until else "the platform does not say"
    answers.say(f"Finished {found.finished.isoformat()}; to be kept until {found.keep_until}, {kept}.")
    for each in found.files:
        answers.say(f"file {each.number}: {each.name}, {each.bytes} bytes, sha256 {each.sha256}")
        for line in each.said:
            answers.say(f"  {line}")
    if case:
        answers.say(f"Taken into {case}: " + ", ".join(f"{many} {what}" for what, many in outcomes.items() if many))
