"""A register and a yearly report as files: CSV whose cells no spreadsheet takes for formulas, HTML without script."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a cell may not begin with: spreadsheets would compute it."""


def cell(value: object) -> str:
    """A value in a cell that is text or a number and nothing else."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = " ".join(str(value).split())
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows under these columns; what is left out is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    return out.getvalue()


def flat(fields: Mapping[str, Any], before: str = "") -> dict[str, object]:
    """Nested fields as one row: answer.median."""
    found: dict[str, object] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def as_html(language: str, title: str, notes: Iterable[str], tables: Iterable[tuple[str, Sequence[str], Any]]) -> str:
    """A page of tables, each with a caption, its headings and its rows; every word of it is escaped."""
    parts = [f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">']
    parts.append(f"<title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>")
    parts += [f"<p>{escape(note)}</p>" for note in notes]
    for caption, headings, rows in tables:
        head = "".join(f'<th scope="col">{escape(each)}</th>' for each in headings)
        parts.append(f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>")
        parts += ["<tr>" + "".join(f"<td>{escape(shown(each))}</td>" for each in row) + "</tr>" for row in rows]
        parts.append("</tbody></table>")
    return "\n".join([*parts, "</body></html>\n"])


def shown(value: object) -> str:
    """A value for a person; what is not there is a dash."""
    return "–" if value is None else str(value)
