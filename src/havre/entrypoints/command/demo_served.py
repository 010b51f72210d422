"""`havre demo --serve`: the workspace on a benign example that fills while one signs in."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now
from havre.entrypoints.command.serve import Served, address, ended_by_signals
from havre.settings import Settings
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.demo_people import DemoSignIn

WORKERS = 2


def served_demo(context: typer.Context, port: int) -> None:
    """A demonstration's home, served until Ctrl C, then removed."""
    folder = (asked(context).home or Path(tempfile.mkdtemp(prefix="havre-demo-"))).absolute()
    settings = Settings(home=folder / "home", sources=(folder / "seized drive",))
    start(settings)
    from havre.flows.demo_node import begin_demo

    with ended_by_signals(), room_in(folder):
        people = begin_demo(settings, now)
        with Served(port, WORKERS, environment_of(asked(context).environ, settings)) as served:
            served.wait_until_ready()
            _told(port, people)
            _fill(settings, folder, served)
            served.attend()


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """An empty folder that is removed at the end. Raises Invalid where it holds what no demonstration made."""
    from havre.flows.demo import make_room

    make_room(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment_of(environ: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """That of the servers: a database or keys that the environment names may be real, and count for nothing here."""
    mine = {name: value for name, value in environ.items() if not name.startswith("HAVRE_")}
    return {**mine, "HAVRE_HOME": str(settings.home), "HAVRE_SOURCES": ":".join(map(str, settings.sources))}


def _told(port: int, people: "list[DemoSignIn]") -> None:
    from havre.flows.demo_node import PEOPLE

    answers.say(f"{address(port)} (Ctrl C ends it and removes everything)")
    for each in people:
        answers.say("")
        answers.say(f"{each.name}: {' and '.join(PEOPLE[each.name])}")
        answers.say(f"  password       {each.password}")
        answers.say(f"  authenticator  {each.totp_secret}")
        answers.say(f"                 otpauth://totp/Havre:{each.name}?secret={each.totp_secret}&issuer=Havre")
        answers.say(f"  without one    a recovery code, each once: {' '.join(each.recovery_codes[:3])}")
    answers.say("")
    answers.say("A made-up seizure is being drawn and taken in meanwhile: see Intake.")


def _fill(settings: Settings, folder: Path, served: Served) -> None:
    from havre.flows.demo_node import fill_demo
    from havre.flows.demo_past import remember
    from havre.flows.demo_work import work_on_demo
    from havre.flows.home import Home

    home = Home(settings)
    try:
        fill_demo(home, now, folder, workers=1)
        remember(home, now, folder)
        served.attend(lambda: work_on_demo(home, now))
    finally:
        home.close()
