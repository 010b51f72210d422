"""`havre feed propose`, `confirm` and `review`: one entry, or many at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from havre.flows.feed_many import Many

SHOWN = 10
From = Annotated[Path | None, typer.Option("--from", help="A file; - reads what is typed or piped in.")]


def propose(
    context: typer.Context,
    listed: Annotated[str, typer.Option("--list", help="baseline, national-be, generated; …-hotline, …-provider.")],
    medium: Annotated[str, typer.Argument(metavar="SHA256", help="A medium, by digits of its SHA-256.")] = "",
    source: From = None,
    series: Annotated[str, typer.Option(help="All confirmed media of a series.")] = "",
    category: Annotated[str, typer.Option(help="All media to which the law of your country gives this category.")] = "",
) -> None:
    """Propose a medium that was judged for a list, or many of a file, series or category; somebody else confirms."""
    if sum(map(bool, (medium, source, series, category))) != 1:
        raise Invalid("name one: SHA256, --from FILE, --series or --category")
    with opened(context) as (home, acting):
        from havre.flows import feed_entries, feed_many

        if medium:
            made = feed_entries.entry_fields(feed_entries.propose(home, acting, medium, listed))
            sentence = f"{made['number']} is proposed for {made['list']}: a second person confirms it."
            answers.say_json(made) if asked(context).json else answers.say(sentence)
            return
        with _lines(source) as lines:
            if series:
                wanted = iter(feed_many.in_series(acting, series))
            else:
                wanted = feed_many.in_category(home, acting, category) if category else feed_many.in_lines(lines)
            told = feed_many.propose_many(home, acting, wanted, listed)
        _tell(context, told, "proposed: a second person reads `havre feed review FILE` and confirms")


def review(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="A new file: CSV, one row an entry.")]
) -> None:
    """Write what others proposed into a table: put yes or no under decision, and why not under because."""
    with opened(context) as (home, acting):
        from havre.flows.feed_many import write_review

        try:
            with open(file, "x", encoding="utf-8", newline="", opener=_own) as out:
                count = write_review(home, acting, out)
        except OSError as error:
            raise Invalid(f"{file} can't be written ({error.strerror}): name a new file") from error
        told = {"file": str(file), "proposals": count}
        answers.say_json(told) if asked(context).json else answers.say(
            f"{count:,} proposals stand in {file}: then `havre feed confirm --from {file}`"
        )


def confirm(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="The entry's number.", min=1)] = None,
    source: From = None,
) -> None:
    """Confirm what somebody else proposed: the next version has it. Or all that a reviewed table says yes to."""
    if (number is None) == (source is None):
        raise Invalid("name an entry, or --from with a reviewed table")
    with opened(context) as (home, acting):
        from havre.flows import feed_entries, feed_many

        if number is not None:
            made = feed_entries.entry_fields(feed_entries.confirm(home, acting, number))
            sentence = f"{number} is on {made['list']} from the next version on."
            answers.say_json(made) if asked(context).json else answers.say(sentence)
            return
        with _lines(source) as lines:
            told = feed_many.confirm_many(home, acting, lines)
        _tell(context, told, "confirmed: the next version has them")


def _tell(context: typer.Context, told: "Many", done: str) -> None:
    """What came of it; exit 1 where something could not be done."""
    if asked(context).json:
        answers.say_json(told.to_json())
    else:
        answers.say(f"{told.found:,} found")
        for count, what in (
            (len(told.done), done),
            (told.taken_back, "taken back"),
            (told.there, "as it was already"),
            (told.left, "left as they are"),
            (len(told.bad), "not possible"),
        ):
            if count:
                answers.say(f"  {count:>10,}  {what}")
        for bad in told.bad[:SHOWN]:
            answers.warn(f"  {bad.place}: {bad.what}: {bad.why}")
        if len(told.bad) > SHOWN:
            answers.warn("  … --json names all of them")
    if told.bad:
        raise typer.Exit(answers.FAILED)


@contextmanager
def _lines(source: Path | None) -> Iterator[TextIO]:
    """The lines of a file; none where none is named."""
    path = Path(os.devnull) if source is None else Path("/dev/stdin") if str(source) == "-" else source
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as lines:
            yield lines
    except OSError as error:
        raise Unavailable(f"{path} can't be read: {error.strerror}") from error


def _own(path: str, flags: int) -> int:
    """For whoever writes it alone."""
    return os.open(path, flags, 0o600)
