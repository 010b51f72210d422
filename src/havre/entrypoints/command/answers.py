"""How results and errors look on the command line: the only place that decides it.

With --json, standard output carries JSON alone; progress, warnings and errors go to standard error.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from havre.errors import HavreError

FAILED = 1
"""Something failed and is explained."""
WRONG_USE = 2
"""The words of the command are off."""

out = Console(highlight=False, soft_wrap=True, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def say_json(answer: Any) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(CONTROLS.sub(_written_out, json.dumps(answer, ensure_ascii=False)) + "\n")


CONTROLS = re.compile("[\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What JSON lets stand in its strings and a terminal obeys; the rest of that kind JSON writes out itself."""


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def say_lines(answers: Iterable[Any]) -> None:
    """One JSON value a line, as they come."""
    for answer in answers:
        say_json(answer)
        sys.stdout.flush()


def say(text: str) -> None:
    """A line for a person; nothing in it is taken as markup, and nothing moves the terminal."""
    out.print(escape(plain(text)))


KEPT = frozenset("\n\t\u00a0\u202f")
"""Line ends, tabs and the spaces that French keeps unbroken."""


def plain(text: str) -> str:
    """The text with everything that would move a terminal, or turn the order of letters, written out: `\\x1b`."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in KEPT else ascii(char)[1:-1] for char in text)


def warn(text: str) -> None:
    """A line for a person, beside the answer."""
    err.print(f"[yellow]{escape(plain(text))}[/yellow]")


def fail(error: HavreError) -> None:
    """The one sentence that says what was wrong and what to do."""
    err.print(f"[red]{escape(plain(str(error)))}[/red]")


def say_table(title: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Rows for a person: `columns` maps a field to its heading."""
    table = Table(title=escape(plain(title)), title_justify="left", header_style="bold", box=None, pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*[escape("" if row.get(field) is None else plain(str(row[field]))) for field in columns])
    out.print(table)
