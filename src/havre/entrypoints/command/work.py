"""`havre work`: what intakes left for later."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, interactive, opened

if TYPE_CHECKING:
    from havre.flows.work import Tell


def work(
    context: typer.Context,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many media.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Desks at work; one a core otherwise.")] = None,
) -> None:
    """Look into what `havre intake --later` left: films, sounds, local features; and judge again what that changes."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.work import work as work_on

        with _told(not asked(context).json) as tell:
            done = work_on(home, acting, limit=limit, workers=workers or len(os.sched_getaffinity(0)), tell=tell)
        if asked(context).json:
            answers.say_json(done)
            return
        answers.say(f"{done['done']:,} media looked into, {done['changed']:,} items changed their outcome")
        if done["failed"]:
            answers.warn(f"{done['failed']:,} failed and will be tried again")
        if done["waiting"]:
            answers.say(f"{done['waiting']:,} still wait: run `havre work` again")


@contextmanager
def _told(wanted: bool) -> Iterator["Tell"]:
    if not (wanted and interactive()):
        yield lambda _done, _total: None
        return
    columns = (TextColumn("Working"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=answers.err, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=max(done, total))
