"""`havre bench`: ours and the peers, in turn in one run. The measurements lie in the checkout, beside the package."""

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer
from rich.markup import escape

import havre
from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked
from havre.errors import Invalid, Unavailable

CHECKOUT = Path(havre.__file__).parents[2]
"""Where `bench/` lies if Havre runs from its sources."""

LARGE_SHARE = 8
"""So many times fewer pictures of 12 MP than of 1 MP."""

Line = dict[str, Any]


class What(StrEnum):
    """What can be measured."""

    FINGERPRINT = "fingerprint"
    SEARCH = "search"
    JOIN = "join"
    INTAKE = "intake"
    VIDEO = "video"
    SOUND = "sound"
    EDITS = "edits"
    PLACE = "place"
    ANALYSTS = "analysts"
    CHECK = "check"
    EXCHANGE = "exchange"
    HOSTING = "hosting"
    REPORTS = "reports"
    SITE = "site"
    LOOKUPS = "lookups"


def bench(
    context: typer.Context,
    what: Annotated[What, typer.Argument(help="What to measure.")],
    size: Annotated[
        list[int] | None,
        typer.Option(
            min=1,
            help="Pixels, entries, files of 1 MP, sounds of each kind, pictures, media, messages, prefixes, reports,"
            " rows; repeatable.",
        ),
    ] = None,
) -> None:
    """Measure against the peers, and what is found again. Exit 1 where results differ from the peer's or fall short."""
    lines = MEASURES[what](measurement(what, CHECKOUT), size or DEFAULTS[what])
    identical = True
    for line in lines:
        identical &= bool(line["identical"] if "identical" in line else line["holds"])
        if asked(context).json:
            answers.say_lines([line])
        else:
            _say(line)
    if not identical:
        answers.warn("not every result is identical to the peer's, or reaches its bar: see the lines above")
        raise typer.Exit(answers.FAILED)


def measurement(what: str, checkout: Path) -> ModuleType:
    """The module that measures. Raises Invalid without a checkout, Unavailable where a peer is missing."""
    if not (checkout / "bench" / f"{what}.py").is_file():
        raise Invalid("measuring needs the source checkout with the bench extra: run `make bench` there")
    if str(checkout) not in sys.path:
        sys.path.insert(0, str(checkout))
    try:
        return importlib.import_module(f"bench.{what}")
    except ModuleNotFoundError as error:
        raise Unavailable(f"{error.name} is not installed, and is measured against: run `make setup`") from error


def _by_sizes(module: ModuleType, sizes: Iterable[int]) -> Iterator[Line]:
    lines: Iterator[Line] = module.measure(sizes)
    return lines


def _by_files(module: ModuleType, sizes: Iterable[int]) -> Iterator[Line]:
    for files in sizes:
        yield from module.measure(files={1: files, 12: max(files // LARGE_SHARE, 1)})


MEASURES: dict[What, Callable[[ModuleType, Iterable[int]], Iterator[Line]]] = {
    What.FINGERPRINT: _by_sizes,
    What.SEARCH: _by_sizes,
    What.JOIN: _by_sizes,
    What.INTAKE: _by_files,
    What.VIDEO: _by_sizes,
    What.SOUND: _by_sizes,
    What.EDITS: _by_sizes,
    What.PLACE: _by_sizes,
    What.ANALYSTS: _by_sizes,
    What.CHECK: _by_sizes,
    What.EXCHANGE: _by_sizes,
    What.HOSTING: _by_sizes,
    What.REPORTS: _by_sizes,
    What.SITE: _by_sizes,
    What.LOOKUPS: _by_sizes,
}

DEFAULTS: dict[What, list[int]] = {
    What.FINGERPRINT: [1_000_000, 12_000_000],
    What.SEARCH: [1_000_000],
    What.JOIN: [1_000_000],
    What.INTAKE: [400],
    What.VIDEO: [1920 * 1080, 1280 * 720],
    What.SOUND: [12],
    What.EDITS: [60],
    What.PLACE: [2_000, 20_000, 100_000],
    What.ANALYSTS: [100_000],
    What.CHECK: [100_000],
    What.EXCHANGE: [20_000, 200_000],
    What.HOSTING: [500_000],
    What.REPORTS: [10_000],
    What.SITE: [200_000],
    What.LOOKUPS: [200_000],
}
"""Sizes to measure where none is named."""

TOLD = ("what", "size", "ours", "peer", "ratio", "identical", "recall", "bar", "allowed", "holds")


def _say(line: Line) -> None:
    """One measurement for a person: what came of it, and what else is worth knowing."""
    told = _compared(line) if "identical" in line else _found_again(line) if "recall" in line else _wrong(line)
    answers.out.print(f"[bold]{escape(str(line['what']))}[/bold], {line['size']:,}: {told}")
    rest = ", ".join(
        f"{name.replace('_', ' ')} {value}"
        for name, value in line.items()
        if name not in TOLD and value not in ([], {})
    )
    if rest:
        answers.out.print(f"[dim]  {escape(rest)}[/dim]")


def _compared(line: Line) -> str:
    """The two times, and how many times faster."""
    same = "identical" if line["identical"] else "[red]NOT identical[/red]"
    return f"{_time(line['ours'])} against {_time(line['peer'])}, [bold]{line['ratio']:g} ×[/bold], {same}"


def _found_again(line: Line) -> str:
    """Which share of it was found, and whether that is enough."""
    bar = f" of {line['bar']:.0%} needed" if line["bar"] else ""
    short = "" if line["holds"] else ", [red]falls short[/red]"
    return f"[bold]{line['recall']:.1%}[/bold] found{bar}{short}"


def _wrong(line: Line) -> str:
    """How many are false where none should be, and whether that is few enough; nothing where that is not asked."""
    if "false" not in line:
        return "see below"
    most = f" of {line['allowed']:,} allowed" if line["allowed"] is not None else ""
    many = "" if line["holds"] else ", [red]too many[/red]"
    return f"[bold]{line['false']:,}[/bold] false{most}{many}"


def _time(seconds: float) -> str:
    for unit, share in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= share:
            return f"{seconds / share:,.3g} {unit}" if seconds < 1000 * share else f"{seconds / share:,.0f} {unit}"
    return f"{seconds / 1e-6:.3g} µs"
