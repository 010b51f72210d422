"""`havre search`: is this known, or held?"""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid


def search(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|PDQ|DIGEST", help="A file, or hex digits.")],
    radius: Annotated[int, typer.Option(min=0, max=256, help="Bits in which a PDQ may differ.")] = 31,
    region: Annotated[
        str,
        typer.Option(
            metavar="X,Y,W,H", help="Only what is seen in these pixels of a picture, as the file stores them."
        ),
    ] = "",
) -> None:
    """Find what equals, looks like, holds a part of or shows the place of a file; or what has a digest or PDQ."""
    part = _region(region)
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.search import search

        found = search(home, acting, what, radius, part)
        for note in found.notes:
            answers.warn(note)
        if asked(context).json:
            answers.say_json(found.matches)
        elif not found.matches:
            answers.say("Nothing known or held is like it.")
        else:
            columns = ("kind", "how", "label", "in", "path", "sha256")
            rows = [{**match, "how": how(match)} for match in found.matches]
            answers.say_table("Matches, the surest first", rows, {name: name.capitalize() for name in columns})


def _region(text: str) -> tuple[int, int, int, int] | None:
    if not text:
        return None
    parts = text.split(",")
    if len(parts) != 4 or not all(part.strip().isdecimal() for part in parts):
        raise Invalid(f"a region is four numbers of pixels, X,Y,W,H, and not {text!r}")
    x, y, width, height = (int(part) for part in parts)
    return x, y, width, height


def how(match: Mapping[str, Any]) -> str:
    """What of a match a person wants to read at once: how near, which part of which, how many points."""
    return ", ".join(part for part in (_turned(match), _spans(match), _points(match), _apart(match)) if part)


def _turned(match: Mapping[str, Any]) -> str:
    if match.get("replaced_picture"):
        return "under another picture"
    return "" if match["orientation"] == "upright" else str(match["orientation"])


def _spans(match: Mapping[str, Any]) -> str:
    if "query_span" not in match:
        return ""
    ours, theirs = ("–".join(_clock(at) for at in match[name]) for name in ("query_span", "match_span"))
    return f"{ours} is its {theirs}"


def _points(match: Mapping[str, Any]) -> str:
    return f"{match['verdict']}, {match['points']} points" if "points" in match else ""


def _apart(match: Mapping[str, Any]) -> str:
    return f"{match['distance']} bits apart" if match["distance"] else ""


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}"
