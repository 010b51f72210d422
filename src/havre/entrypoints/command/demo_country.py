"""One country of the ten-hour story as a process of its own: it is asked line by line, and answers line by line."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from havre.entrypoints.command.context import now
from havre.errors import HavreError, Unavailable
from havre.settings import Settings
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.demo_acts import Desk

Asked = Mapping[str, Any]


def command(folder: Path, country: str) -> list[str]:
    """How the process is started."""
    words = f"from {__name__} import run; run(*sys.argv[1:])"
    return [sys.executable, "-c", f"import sys; {words}", str(folder), country]


def home_of(folder: Path, country: str) -> Path:
    """Where the home of a country lies."""
    return folder / country


def run(folder: str, country: str) -> None:
    """Begin the node of this country and do what is asked, until nothing is asked any more."""
    settings = Settings(home=home_of(Path(folder), country))
    start(settings)
    from havre.flows.demo_story import begin_country, desk_of
    from havre.flows.home import Home

    begin_country(settings, country, now)
    home = Home(settings)
    try:
        attend(desk_of(home, country, Path(folder), now), sys.stdin, sys.stdout)
    finally:
        home.close()


def attend(desk: "Desk", asked: IO[str], said: IO[str]) -> None:
    """Answer each line that asks with one line."""
    for line in asked:
        said.write(json.dumps(_answer(desk, json.loads(line))) + "\n")
        said.flush()


def _answer(desk: "Desk", asked: Asked) -> dict[str, Any]:
    try:
        return {"said": DOES.get(asked["act"], _acts)(desk, asked)}
    except HavreError as error:
        return {"error": str(error)}


def _acts(desk: "Desk", asked: Asked) -> str:
    from havre.flows.demo_story import act

    return act(desk, asked["act"])


def _introduces(desk: "Desk", asked: Asked) -> str:
    from havre.flows.introduce import introduce

    return introduce(desk.home, desk.acting, desk.acting.unit.name, (asked["address"],))


def _reads_aloud(desk: "Desk", _asked: Asked) -> str:
    from havre.sealing.peer import fingerprint

    return fingerprint(desk.home.node)


def _accepts(desk: "Desk", asked: Asked) -> str:
    from havre.flows.introduce import get_to_know

    return str(get_to_know(desk.home, desk.acting, asked["introduction"], asked["fingerprint"]).state)


def _exchanges(desk: "Desk", _asked: Asked) -> int:
    """How many things were told to others."""
    from havre.flows.exchanging import check_what_came, exchange_once

    passed = exchange_once(desk.home, now)
    trouble = [f"{name}: {each.trouble}" for name, each in passed.items() if each.trouble]
    if trouble:
        raise Unavailable(f"{desk.country} could not tell what it had to: {trouble[0]}")
    check_what_came(desk.home, now)
    return sum(each.things for each in passed.values())


DOES: Mapping[str, Callable[["Desk", Asked], Any]] = {
    "introduce": _introduces,
    "read aloud": _reads_aloud,
    "accept": _accepts,
    "tell others": _exchanges,
}
"""What whoever runs a node does; everything else is an act of its people."""
