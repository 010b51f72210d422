"""Show the main job at work in a home of its own, on a made-up seizure, through the flows that the commands call."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from havre.errors import Invalid
from havre.flows.begin import begin_node
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.items import write_items
from havre.flows.know import know
from havre.flows.search import search
from havre.flows.seizure import Seizure, make_seizure
from havre.matches.queries import Totals
from havre.settings import Settings
from havre.units.acting import Acting, Clock

MARKER = "made-by-havre-demo"
"""The file that tells a demonstration's folder from anybody else's."""

ABOUT_MARKER = "`havre demo` made this folder and everything in it; run again, it removes all of it first.\n"

PERSON, CASE = "anke", "2026-17"
REASON = "demonstration"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demonstration did and found."""

    seizure: Seizure
    judged: tuple[dict[str, Any], dict[str, Any]]
    totals: Totals
    items: Path
    """What each file turned out to be, one JSON object a line."""
    matches: list[dict[str, Any]]
    """What a search for one altered picture finds."""

    def item(self, path: Path) -> dict[str, Any]:
        """What the intake said of a file."""
        items = (json.loads(line) for line in self.items.read_text("utf-8").splitlines())
        found: dict[str, Any] = next(item for item in items if item["path"] == str(path))
        return found

    def match(self, path: Path, kind: str) -> dict[str, Any]:
        """The first match of a kind that the intake found for a file; of a place the one with most points."""
        found = [match for match in self.item(path)["matched"] if match["kind"] == kind]
        best: dict[str, Any] = max(found, key=lambda match: match.get("points", 0))
        return best


def make_room(folder: Path) -> None:
    """An empty folder with the marker; what an earlier demonstration left there is removed.

    Raises Invalid where the folder holds anything else.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Invalid(f"{folder} is no folder: name another with --home")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise Invalid(f"{folder} holds something that no demonstration made: name another with --home")
        shutil.rmtree(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / MARKER).write_text(ABOUT_MARKER)
    except OSError as error:
        raise Invalid(f"{folder} can't be written to ({error.strerror}): name another with --home") from error


def demonstrate(settings: Settings, folder: Path, clock: Clock, *, workers: int, tell: Tell = lambda _: None) -> Shown:
    """Judge two folders, take in a drive, ask about one picture; `folder` is the home as it was named.

    The folder must have been made ready by `make_room`.
    """
    tell("Drawing a seized drive: benign pictures, from a seed")
    seizure = make_seizure(folder)
    acting = Acting(begin_node(settings, "BE", "Demonstration", PERSON, clock, REASON), clock, REASON)
    home = Home(settings)
    try:
        return _shown(home, acting, seizure, folder, workers, tell)
    finally:
        home.close()


def _shown(home: Home, acting: Acting, seizure: Seizure, folder: Path, workers: int, tell: Tell) -> Shown:
    tell("Learning what was judged earlier")
    pertinent = know(home, acting, str(seizure.pertinent), "pertinent", workers=workers)
    harmless = know(home, acting, str(seizure.harmless), "not-pertinent", workers=workers)
    tell("Taking in the drive")
    open_dossier(home, acting, CASE, "a made-up warrant", "demonstration")
    totals = take_in(home, acting, CASE, str(seizure.drive), workers=workers)
    items = folder / "items.jsonl"
    write_items(home, acting, totals, items)
    matches = search(home, acting, str(seizure.altered)).matches
    return Shown(seizure, (pertinent, harmless), totals, items, matches)
