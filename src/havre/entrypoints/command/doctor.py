"""`havre doctor`: what this machine offers, and how a home stands."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now
from havre.settings import Settings, read_settings
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.doctor import Finding

STYLES = {"ok": "green", "warning": "yellow", "missing": "yellow", "broken": "red"}


def doctor(context: typer.Context) -> None:
    """Look at the sandbox, the kernels, the decoders; with a home, at all it consists of. Exit 1 if it is broken."""
    what = asked(context)
    named = what.home is not None or bool(what.environ.get("HAVRE_HOME"))
    settings = read_settings(what.environ, what.home) if named else None
    found = list(_findings(settings))
    if what.json:
        answers.say_json([finding.to_json() for finding in found])
    else:
        for finding in found:
            _tell(finding)
        if settings is None:
            answers.say("Name a home (--home DIR) to have it looked at too.")
    if any(finding.state == "broken" for finding in found):
        raise typer.Exit(answers.FAILED)


def _findings(settings: Settings | None) -> Iterator["Finding"]:
    from havre.flows.doctor import BROKEN, Finding, machine, place

    yield from machine()
    if settings is None:
        return
    if not settings.home.is_dir():
        yield Finding("home", BROKEN, f"there is none at {settings.home}: make one with `havre init`")
        return
    yield from place(settings)
    start(settings)
    from havre.flows.health import health
    from havre.flows.home import Home

    yield from health(Home(settings), now())


def _tell(finding: "Finding") -> None:
    answers.out.print(f"[{STYLES[finding.state]}]{finding.state:<8}[/]", end=" ")
    answers.say(f"{finding.name}: {finding.what}")
