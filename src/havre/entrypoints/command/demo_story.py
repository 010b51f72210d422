"""`havre demo --story NAME`: a child identified by three countries; a report followed until its page is gone; a list
that a platform reads, and a mistake on it."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import Asked, asked, now
from havre.entrypoints.command.demo_nodes import lists_served, nodes, pass_on
from havre.entrypoints.command.demo_served import room_in
from havre.entrypoints.command.serve import ended_by_signals
from havre.errors import Invalid
from havre.settings import Settings
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.demo_story import Played

TEN_HOURS, REMOVAL, PLATFORM = "ten-hours", "removal", "platform"

Tell = Callable[[str], None]


def story(context: typer.Context, named: str, *, central: bool) -> None:
    """Play a story in a folder of its own, which is removed at the end, and say how it went."""
    if named not in (TEN_HOURS, REMOVAL, PLATFORM) or (central and named != TEN_HOURS):
        stories = f"{TEN_HOURS}, {REMOVAL} and {PLATFORM}"
        raise Invalid(f"the stories that can be played are {stories}; --central belongs to the first")
    what = asked(context)
    folder = (what.home or Path(tempfile.mkdtemp(prefix="havre-story-"))).absolute()
    start(Settings(home=folder / "home"))
    tell = _silent if what.json else _told
    if named != TEN_HOURS:
        {REMOVAL: _removal, PLATFORM: _platform}[named](what, folder, tell)
        return
    with ended_by_signals(), room_in(folder):
        played = _centrally(folder, tell) if central else _federated(context, folder, tell)
    if what.json:
        answers.say_json(played.to_json())
    else:
        _summed_up(played, central)


def _centrally(folder: Path, tell: Tell) -> "Played":
    """Three units of one node."""
    from havre.flows.demo_story import COUNTRIES, OTHERS, act, begin_together, desk_of, play
    from havre.flows.home import Home

    settings = Settings(home=folder / "home")
    tell("One node begins, with three units")
    begin_together(settings, now)
    home = Home(settings)
    try:
        desks = {country: desk_of(home, country, folder, now) for country in COUNTRIES}
        for country in OTHERS:
            act(desks[country], "hold")
        return play(lambda country, named: act(desks[country], named), lambda: None, now, tell)
    finally:
        home.close()


def _federated(context: typer.Context, folder: Path, tell: Tell) -> "Played":
    """Three nodes that exchange."""
    from havre.flows.demo_story import COUNTRIES, OTHERS, play

    tell("Three nodes begin, and are introduced to one another")
    with nodes(folder, list(COUNTRIES), asked(context).environ) as found:
        for country in OTHERS:
            found[country].ask("hold")
        for country in OTHERS:
            found[country].answer()
        return play(lambda country, named: str(found[country].does(named)), lambda: pass_on(found), now, tell)


def _removal(what: Asked, folder: Path, tell: Tell) -> None:
    """One report followed until the page is gone, on a clock that is moved."""
    from havre.flows.demo_takedown import follow_to_removal

    with ended_by_signals(), room_in(folder):
        followed = follow_to_removal(Settings(home=folder / "home"), folder, now(), tell)
    if what.json:
        answers.say_json(followed.to_json())
        return
    rows = [{"at": each["at"][:16].replace("T", " "), "what": each["what"]} for each in followed.steps]
    answers.say_table("One report, followed to removal", rows, {"at": "At (UTC)", "what": "What"})
    answers.say("")
    answers.say(f"Gone {followed.hours:.0f} hours after it was reported, after {len(followed.letters)} letters.")
    answers.say("With the code, whoever reported it read:")
    for answer in followed.answers:
        answers.say(f"  {answer}")


def _platform(what: Asked, folder: Path, tell: Tell) -> None:
    """A platform that subscribes, finds an upload, and hears that its entry is taken back."""
    from havre.flows.demo_platform import subscribe_and_hear

    settings = Settings(home=folder / "home")
    with ended_by_signals(), room_in(folder):
        told = subscribe_and_hear(settings, folder, now, lambda: lists_served(settings, what.environ), tell)
    if what.json:
        answers.say_json(told.to_json())
        return
    rows = [{"at": each["at"][11:19], "what": each["what"]} for each in told.steps]
    answers.say_table("A list, a platform and a mistake", rows, {"at": "At (UTC)", "what": "What"})
    columns = {"subscriber": "Subscriber", "list": "List", "version": "Version", "used": "In use"}
    answers.say_table("Receipts", told.receipts, columns | {"missing": "Retractions missing"})


def _silent(_: str) -> None:
    """Say nothing."""


def _told(line: str) -> None:
    answers.err.print(f"[dim]{escape(line)} …[/dim]")


def _summed_up(played: "Played", central: bool) -> None:
    """What a person reads: who did what in which step, how long each took, how it stands everywhere."""
    rows = [each | {"at": each["at"][11:19]} for each in played.steps]
    begun: set[str] = set()
    for row in rows:
        seconds = "" if row["step"] in begun else f"{played.clock[row['step']]:.1f}"
        begun.add(row["step"])
        row |= {"seconds": seconds}
    title = "The ten-hour story, by three units of one node" if central else "The ten-hour story, by three nodes"
    headings = {"step": "Step", "node": "Where", "what": "What", "at": "At (UTC)", "seconds": "Seconds"}
    answers.say_table(title, rows, headings)
    states = ", ".join(f"{state} in {node}" for node, state in played.series_state.items())
    answers.say("")
    safe = ", ".join(node for node, told in played.safeguarded.items() if told)
    answers.say(
        f"The child is safe, as {safe} know{'s' if ',' not in safe else ''}." if safe else "The child is not safe."
    )
    answers.say(f"The series is {states}: {sum(played.clock.values()):.1f} seconds from the find.")
