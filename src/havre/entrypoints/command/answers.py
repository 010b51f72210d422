"""How results and errors look on the command line: the only place that decides it.

With --json, standard output carries JSON alone; progress, warnings and errors go to standard error.
"""

import json
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

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say_json(answer: Any) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def say_lines(answers: Iterable[Any]) -> None:
    """One JSON value a line, as they come."""
    for answer in answers:
        say_json(answer)
        sys.stdout.flush()


def say(text: str) -> None:
    """A line for a person; nothing in it is taken as markup."""
    out.print(escape(text))


def warn(text: str) -> None:
    """A line for a person, beside the answer."""
    err.print(f"[yellow]{escape(text)}[/yellow]")


def fail(error: HavreError) -> None:
    """The one sentence that says what was wrong and what to do."""
    err.print(f"[red]{escape(str(error))}[/red]")


def say_table(title: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Rows for a person: `columns` maps a field to its heading."""
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*[escape("" if row.get(field) is None else str(row[field])) for field in columns])
    out.print(table)
