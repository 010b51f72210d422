"""`havre known`: what is known of media, from whom; in, out and taken back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, interactive, opened
from havre.entrypoints.command.intake import told
from havre.matches.formats import READERS, WRITERS

if TYPE_CHECKING:
    from havre.flows.read_list import Tell

app = typer.Typer(no_args_is_help=True, help="What is known of media: judge, read lists, take back, hand out.")

SHOWN_BAD = 10
"""Bad files or entries shown to a person; the JSON answer names more."""

Scheme = Annotated[str, typer.Option(help="Whose categories: vics-us, vics-uk, icse, industry.")]
Named = Annotated[str, typer.Argument(metavar="NUMBER|PATH", help="The source, as `havre known list` shows it.")]


@app.command()
def add(
    context: typer.Context,
    path: Annotated[str, typer.Argument(help="A file or folder.")],
    label: Annotated[str, typer.Option(help="pertinent, not-pertinent, or a label of a scheme.")],
    scheme: Scheme = "",
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Lanes at work; one a core otherwise.")] = None,
) -> None:
    """Judge what a folder holds; originals are not kept."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.know import know

        lanes = workers or len(os.sched_getaffinity(0))
        with told(not asked(context).json) as tell:
            answer = know(home, acting, path, label, scheme=scheme, workers=lanes, tell=tell)
        if asked(context).json:
            answers.say_json(answer)
            return
        counts = ", ".join(f"{answer[name]:,} {name}" for name in ("added", "repeated", "refused", "quarantined"))
        answers.say(f"Source {answer['source']}: {answer['found']:,} files, {counts}, known as {answer['label']}")
        _say_bad([f"{bad['path']}: {bad['reason']}" for bad in answer["bad"]])


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A VICS document, ICSE export, CSV or hash list.")],
    kind: Annotated[str, typer.Option("--format", help="vics2, vics1.3, icse, csv, hashes, pdq; told otherwise.")] = "",
    scheme: Scheme = "",
    label: Annotated[str, typer.Option(help="How entries are judged that say nothing themselves.")] = "",
    bad: Annotated[Path | None, typer.Option(help="Write every bad entry here, one JSON object a line.")] = None,
) -> None:
    """Know what a list says."""
    one_of("--format", kind, ("", *READERS))
    with opened(context) as (home, acting):
        from havre.flows.read_list import ASSUMED, BARE, read_list

        with _reading(not asked(context).json) as tell:
            answer = read_list(home, acting, file, kind=kind, scheme=scheme, label=label, bad=bad, tell=tell)
        if answer["format"] in BARE and not label:
            answers.warn(f"entries that state no label were taken as {ASSUMED}: --label LABEL says otherwise")
        if asked(context).json:
            answers.say_json(answer)
        else:
            _say_import(answer)


@app.command()
def withdraw(context: typer.Context, source: Named) -> None:
    """Take a source back, and what was concluded from it."""
    with opened(context) as (home, acting):
        from havre.flows.withdraw import withdraw

        answer = withdraw(home, acting, source)
        if asked(context).json:
            answers.say_json(answer)
            return
        answers.say(f"Source {answer['source']} is withdrawn: {answer['entries']:,} entries are known no more.")
        answers.say(f"{answer['judged_again']:,} items were judged again, {answer['changed']:,} of them changed:")
        for move, count in answer["moves"].items():
            answers.say(f"  {count:>10,}  {move}")


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to.")],
    kind: Annotated[str, typer.Option("--format", help="vics2, vics1.3, icse or csv.")],
    scheme: Annotated[str, typer.Option(help="Whose categories: vics-us or vics-uk.")] = "vics-us",
    label: Annotated[str, typer.Option(help="Only what has this label.")] = "",
    source: Annotated[str, typer.Option(help="Only what came from this source.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that is there.")] = False,
) -> None:
    """Hand out what is known and not withdrawn; a second person approves."""
    one_of("--format", kind, tuple(WRITERS))
    with opened(context) as (home, acting):
        from havre.flows.disclose import Order, disclose

        answer = disclose(home, acting, Order(file, kind, scheme, label, source, replace))
        if answer["self_approved"]:
            answers.warn(
                f"{answer['approved_by']} approved their own export: the unit has nobody else; the log says so"
            )
        if asked(context).json:
            answers.say_json(answer)
            return
        answers.say(f"{answer['written']:,} entries are in {answer['file']}, sha256 {answer['sha256']}")
        for reason, count in answer["left_out"].items():
            answers.say(f"  {count:>10,}  left out: {reason}")


@app.command("list")
def list_(context: typer.Context) -> None:
    """List where knowledge came from."""
    with opened(context) as (home, acting):
        from havre.flows.source import list_sources

        found = list_sources(home, acting)
        if asked(context).json:
            answers.say_json(found)
        elif not found:
            answers.say("Nothing is known yet: havre known add PATH --label LABEL, or havre known import FILE")
        else:
            headings = {"source": "Source", "path": "Path", "format": "Format", "label": "Label", "entries": "Entries"}
            answers.say_table("Sources", found, headings | {"state": "State", "added_at": "Added"})


def _say_import(answer: dict[str, Any]) -> None:
    said = f"{answer['read']:,} entries read, {answer['added']:,} added, {answer['repeated']:,} repeated"
    answers.say(f"Source {answer['source']} ({answer['format']}): {said}, {answer['bad']:,} bad")
    answers.say(f"  {answer['seconds']:.1f} s, {answer['entries_per_second']:,} entries/s")
    for label, count in answer["labels"].items():
        answers.say(f"  {count:>10,}  {label}")
    for defect, count in answer["defects"].items():
        answers.say(f"  {count:>10,}  survived: {defect}")
    if answer["ended_early"] is not None:
        answers.warn(f"the list is cut off at byte {answer['ended_early']:,}")
    _say_bad([f"{bad['place']}: {bad['reason']}" for bad in answer["bad_entries"]])


def _say_bad(lines: list[str]) -> None:
    for line in lines[:SHOWN_BAD]:
        answers.warn(f"  {line}")
    if len(lines) > SHOWN_BAD:
        answers.warn("  and more: the same command with --json names them")


@contextmanager
def _reading(wanted: bool) -> Iterator["Tell"]:
    """A bar over the bytes of a list, where somebody sits at the terminal."""
    if not (wanted and interactive()):
        yield lambda _read, _all: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=answers.err, transient=True) as bar:
        task = bar.add_task("Reading", total=None)
        yield lambda read, whole: bar.update(task, completed=read, total=whole)


def one_of(option: str, word: str, words: tuple[str, ...]) -> None:
    """Wrong use where an option has another word than those there are."""
    if word not in words:
        raise typer.BadParameter(f"{option} is one of {', '.join(filter(None, words))}, not {word!r}")
