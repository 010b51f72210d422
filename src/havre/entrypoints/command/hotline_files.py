"""`havre hotline files`: what platforms sent with the reports that they filed by program."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened


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
