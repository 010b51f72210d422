"""`havre fingerprint`: digests and PDQ of files, without a home and without keeping anything."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked

if TYPE_CHECKING:
    from havre.fingerprints.vpdq import Frame


def fingerprint(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Files or folders.")],
    frames: Annotated[bool, typer.Option("--frames", help="Every frame of a film too, as vPDQ has it.")] = False,
) -> None:
    """Digests and PDQ of files."""
    found = _fingerprinted(paths, frames)
    if asked(context).json:
        answers.say_lines(row if isinstance(row, dict) else _frame(row) for row in found)
        return
    for row in found:
        answers.say(_line(row) if isinstance(row, dict) else row.line())


def _frame(frame: "Frame") -> dict[str, Any]:
    return {
        "frame": frame.number,
        "quality": frame.quality,
        "hash": frame.pdq.hex(),
        "seconds": round(frame.seconds, 6),
    }


def _line(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{row['path']}: {row['error']}: {row['detail']}"
    pdq = f"pdq {row['pdq']} quality {row['pdq_quality']}" if row["pdq"] else "no pdq"
    if "seconds" in row:
        pdq = f"{row['seconds']:,.1f} seconds, {row['frames']:,} frames"
    return f"{row['path']}: {row['kind']}, {row['bytes']:,} bytes, sha256 {row['sha256']}, {pdq}"


def _fingerprinted(paths: list[str], frames: bool) -> "Iterator[dict[str, Any] | Frame]":
    from havre.flows.fingerprint import fingerprint_files

    return fingerprint_files(paths, frames=frames)
