"""`havre fingerprint`: digests and PDQ of files, without a home and without keeping anything."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked


def fingerprint(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help="Files or folders.")],
) -> None:
    """Digests and PDQ of files."""
    found = _fingerprinted(paths)
    if asked(context).json:
        answers.say_lines(found)
        return
    for row in found:
        if "error" in row:
            answers.say(f"{row['path']}: {row['error']}: {row['detail']}")
        else:
            pdq = f"pdq {row['pdq']} quality {row['pdq_quality']}" if row["pdq"] else "no pdq"
            answers.say(f"{row['path']}: {row['kind']}, {row['bytes']:,} bytes, sha256 {row['sha256']}, {pdq}")


def _fingerprinted(paths: list[str]) -> Iterator[dict[str, Any]]:
    from havre.flows.fingerprint import fingerprint_files

    return fingerprint_files(paths)
