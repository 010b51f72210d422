"""`havre intake`: the main job."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, interactive, opened

if TYPE_CHECKING:
    from havre.flows.taking import Progress as Told
    from havre.flows.taking import Tell
    from havre.matches.queries import Totals


def intake(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case.")],
    path: Annotated[str, typer.Argument(help="A file, folder, archive, VICS export or hash list.")],
    items: Annotated[Path | None, typer.Option(help="Write one JSON object a line per file here.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Start another intake of the same source.")] = False,
    later: Annotated[
        bool, typer.Option("--later", help="Leave films, sounds and local features for `havre work`.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Lanes at work; one a core otherwise.")] = None,
) -> None:
    """Take in a source: what is known, near, a repeat or new."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.intake import take_in
        from havre.flows.items import write_items

        with told(not asked(context).json) as tell:
            lanes = workers or len(os.sched_getaffinity(0))
            totals = take_in(home, acting, reference, path, workers=lanes, again=again, later=later, tell=tell)
        for wall, why in home.missing.items():
            answers.warn(f"this machine offers the sandbox no {wall} ({why}): see `havre doctor`")
        if items is not None:
            write_items(home, acting, totals, items)
        if asked(context).json:
            answers.say_json(totals.to_json())
        else:
            summed_up(totals)


@contextmanager
def told(wanted: bool) -> Iterator["Tell"]:
    """A bar on standard error with rate and remaining time, where somebody sits at the terminal."""
    if not (wanted and interactive()):
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=answers.err, transient=True) as bar:
        task = bar.add_task("Taking in", total=None, rate="")

        def tell(progress: "Told") -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{progress.fresh / elapsed:.0f} files/s" if elapsed else ""
            bar.update(task, completed=progress.done, total=progress.total, rate=rate)

        yield tell


def summed_up(totals: "Totals") -> None:
    """What matters first: new stacks, near matches, then known; what could not be looked at at the end."""
    count = totals.outcomes
    rate = f", {totals.found / totals.seconds:.0f} files/s" if totals.seconds else ""
    answers.say(f"Case {totals.case}: {totals.found:,} files in {totals.seconds:.1f} s{rate}")
    for outcome, number, words in _lines(totals):
        style = "bold" if outcome in {"new", "near"} and number else "dim" if not number else ""
        text = escape(f"  {outcome:<12}{number:>10,}  {words}".rstrip())
        answers.out.print(f"[{style}]{text}[/{style}]" if style else text)
    if count["refused"] or count["quarantined"]:
        answers.say("Reasons for each: the same command with --items FILE")
    if totals.series:
        answers.say(f"{totals.series:,} series proposed wait for your word: `havre series show`")
    if totals.waiting:
        answers.say(f"{totals.waiting:,} of them have yet to be looked into: run `havre work`, then this again")


def _lines(totals: "Totals") -> Iterator[tuple[str, int, str]]:
    count = totals.outcomes
    apart = ", ".join(f"{number:,} {why}" for why, number in totals.apart.items() if number)
    stacks = f"in {totals.stacks:,} stack{'' if totals.stacks == 1 else 's'}"
    yield "new", count["new"], stacks + (f"; apart: {apart}" if apart else "")
    yield "near", count["near"], _labels(totals, "near") or "visually near something pertinent"
    yield "known", count["known"], _labels(totals, "known")
    yield "repeat", count["repeat"], "same as something held and not judged yet"
    yield "refused", count["refused"], "not media, empty or unreadable"
    yield "quarantined", count["quarantined"], "broke the decoder or exceeded a limit"


def _labels(totals: "Totals", outcome: str) -> str:
    return ", ".join(f"{number:,} {label}" for label, number in totals.labels[outcome].items())
