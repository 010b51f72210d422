"""`havre demo`: the main job on a made-up seizure, in a home of its own."""

import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now
from havre.entrypoints.command.demo_served import served_demo
from havre.entrypoints.command.demo_story import story as play_story
from havre.errors import Invalid
from havre.settings import Settings
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.demo import Shown

FOLDER = Path("demo-home")


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve", help="Open the workspace on it, until Ctrl C.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the pages are.")] = 8000,
    story: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Play ten-hours (a child identified), removal (a report followed) or platform (an upload found).",
        ),
    ] = "",
    central: Annotated[bool, typer.Option("--central", help="The story by three units of one node.")] = False,
) -> None:
    """Show the main job on benign pictures drawn from a seed, in ./demo-home or --home DIR; made anew each time.

    With --serve or --story, in a folder of its own unless --home names one; it is removed at the end.
    """
    if (serve and story) or (central and not story):
        raise Invalid("give either --serve or --story NAME; --central belongs to --story")
    if story:
        play_story(context, story, central=central)
        return
    if serve:
        served_demo(context, port)
        return
    began = time.monotonic()
    what = asked(context)
    # A home or database named by the environment may hold real work: only --home counts here.
    folder = what.home or FOLDER
    settings = Settings(home=folder.absolute())
    start(settings)
    from havre.flows.demo import CASE, PERSON, demonstrate, make_room

    make_room(folder)
    workers = len(os.sched_getaffinity(0))
    shown = demonstrate(settings, folder, now, workers=workers, tell=_silent if what.json else _told)
    seconds = time.monotonic() - began
    following = _next(folder, PERSON, CASE, shown)
    if what.json:
        answers.say_json(_fields(folder, shown) | {"next": following, "seconds": round(seconds, 3)})
    else:
        _summed_up(shown, following)


def _fields(folder: Path, shown: "Shown") -> dict[str, Any]:
    from havre.flows.demo import CASE, PERSON

    return {
        "home": str(folder),
        "person": PERSON,
        "case": CASE,
        "judged": shown.judged,
        "intake": shown.totals.to_json(),
        "items": str(shown.items),
        "searched": str(shown.seizure.altered),
        "search": shown.matches,
        "film": shown.match(shown.seizure.piece, "segment"),
        "place": shown.match(shown.seizure.room, "place"),
    }


def _silent(_: str) -> None:
    """Say nothing."""


def _told(step: str) -> None:
    answers.err.print(f"[dim]{escape(step)} …[/dim]")


def _summed_up(shown: "Shown", following: list[str]) -> None:
    """What a person reads: the six outcomes with what matters first, one example, what to try."""
    totals = shown.totals
    judged = sum(told["added"] for told in shown.judged)
    answers.out.print()
    answers.out.print(
        f"[bold]{totals.found} files from a seized drive, compared with {judged} judged earlier,"
        f" in {totals.seconds:.1f} seconds:[/bold]"
    )
    answers.out.print()
    for style, number, name, words in _lines(shown):
        answers.out.print(f"  [{style}]{number:>5}  {name:<12}[/{style}] {escape(words)}")
    answers.out.print()
    _example(shown)
    answers.say("Try next")
    for command in following:
        answers.say(f"  {command}")


def _example(shown: "Shown") -> None:
    item = shown.item(shown.seizure.altered)
    for match in item["matched"][:1]:
        answers.say("For example")
        answers.say(f"  {item['path']}")
        answers.say(f"  looks like {match['path']}, judged {match['label']}:")
        turned = "" if match["orientation"] == "upright" else f"{match['orientation']}, "
        answers.say(f"  {turned}{match['distance']} of 256 bits apart (up to 31 count as the same picture)")
    _film_and_place(shown)
    answers.say(f"What every file is: {shown.items}")
    answers.out.print()


def _film_and_place(shown: "Shown") -> None:
    """One film that is a piece of another, and one thing that is seen in two pictures."""
    piece, room = shown.seizure.piece, shown.seizure.room
    film, place = shown.match(piece, "segment"), shown.match(room, "place")
    begin, end = film["match_span"]
    answers.say(f"  {piece}")
    answers.say(f"  is seconds {begin:.1f} to {end:.1f} of {film['path']}, judged {film['label']}")
    x, y, width, height = place["query_region"]
    answers.say(f"  {room}")
    answers.say(
        f"  shows at {x},{y},{width},{height} what is seen in {place['path']} too: {place['points']} points agree"
    )


def _lines(shown: "Shown") -> Iterator[tuple[str, int, str, str]]:
    """Style, number, name and meaning of each outcome."""
    totals = shown.totals
    count, apart, known = totals.outcomes, totals.apart, totals.labels["known"]
    odd = ", ".join(f"{number} {why}" for why, number in apart.items() if number)
    labels = ", ".join(f"{number} {label}" for label, number in known.items())
    look = f"nobody has judged these: {totals.stacks} different pictures to look at"
    yield "bold", count["new"], "new", look + (f", and {odd}" if odd else "")
    yield "bold yellow", count["near"], "near", "look like something judged pertinent: look at these first"
    yield "none", count["known"], "known", "judged earlier" + (f": {labels}" if labels else "")
    yield (
        "none",
        count["repeat"],
        "repeat",
        "the same pictures again, smaller, mirrored or copied: no need to look twice",
    )
    yield "dim", count["refused"], "refused", "empty, or no picture, video or sound"
    yield "dim", count["quarantined"], "quarantined", "could not be opened safely"


def _next(folder: Path, person: str, case: str, shown: "Shown") -> list[str]:
    """Commands that work when they are pasted into the same shell."""
    x, y, width, height = shown.match(shown.seizure.room, "place")["query_region"]
    words = (
        ["search", str(shown.seizure.altered)],
        ["search", str(shown.seizure.room), "--region", f"{x},{y},{width},{height}"],
        ["case", "show", case],
        ["audit", "verify"],
    )
    begin = [_program(), "--home", str(folder), "--as", person]
    return [shlex.join([*begin, *each]) for each in words]


def _program() -> str:
    """How this command was called, or by its bare name where the shell finds it by that."""
    called = sys.argv[0]
    found = shutil.which("havre")
    return "havre" if found and Path(found).resolve() == Path(called).resolve() else called
