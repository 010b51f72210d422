"""What a process leaves behind that is killed between two of its steps."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def copied_at_every_step(folder: Path, into: Path) -> Iterator[list[Path]]:
    """Copies the folder before every file in it is opened, renamed or removed: what a kill would leave behind."""
    copies: list[Path] = []
    watching = [True]

    def step(event: str, arguments: tuple[object, ...]) -> None:
        if watching[0] and event in {"open", "os.rename", "os.remove"} and str(folder) in str(arguments[0]):
            watching[0] = False
            copies.append(into / str(len(copies)))
            shutil.copytree(folder, copies[-1])
            watching[0] = True

    sys.addaudithook(step)
    yield copies
    watching.clear()
    watching.append(False)
