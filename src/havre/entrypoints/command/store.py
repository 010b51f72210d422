"""`havre store`: whether the evidence is what was kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, interactive, opened

app = typer.Typer(no_args_is_help=True, help="The evidence store.")


@app.callback()
def before() -> None:
    """Keep `verify` a word of its own."""


@app.command("verify")
def verify(
    context: typer.Context,
    sweep: Annotated[bool, typer.Option("--sweep", help="Also remove young leftovers; no intake may run.")] = False,
) -> None:
    """Read, open and digest every sealed file again; exit 1 where anything is wrong."""
    with opened(context) as (home, acting):
        from havre.flows.scrub import scrub_store, summary

        with bar("Verifying", wanted=not asked(context).json) as tell:
            found = scrub_store(home, acting, sweep=sweep, tell=tell)
        if asked(context).json:
            answers.say_json(summary(found))
        else:
            for problem in found.problems:
                answers.say(problem.what)
            answers.say(f"{found.files:,} sealed files, {found.bytes:,} bytes: {_said(len(found.problems))}")
        for name in found.removed:
            answers.warn(f"removed {name}, left by an interrupted intake")
    if found.problems:
        raise typer.Exit(answers.FAILED)


def _said(problems: int) -> str:
    if not problems:
        return "everything is as it was kept"
    return f"{problems:,} problem{'' if problems == 1 else 's'}; restore what is wrong from a backup"


@contextmanager
def bar(what: str, *, wanted: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told (done, total), where somebody sits at the terminal."""
    if not (wanted and interactive()):
        yield lambda _done, _total: None
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=answers.err, transient=True) as progress:
        task = progress.add_task(what)
        yield lambda done, total: progress.update(task, completed=done, total=total)
