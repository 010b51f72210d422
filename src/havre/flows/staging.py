"""An empty home in which a restore is prepared beside its place, and the move into it."""

import os
import shutil
from dataclasses import replace

from havre.errors import Invalid, Refused
from havre.settings import Settings

CHECKPOINT = "checkpoint"
"""What an otherwise empty home may hold: how far its log had come."""

RESTORING = "restoring"
"""The folder of a home in which a restore is prepared."""


def prepared(settings: Settings) -> Settings:
    """Where a restore into this home is prepared. Raises Refused where the home holds anything but a checkpoint."""
    home = settings.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(home, 0o700)  # noqa: PTH101 - also where the folder was there before
        held = {path.name for path in home.iterdir()}
    except OSError as error:
        raise Invalid(f"no home can be made at {home}: {error.strerror}") from error
    if held - {CHECKPOINT, f"{CHECKPOINT}.lock", RESTORING}:
        raise Refused(f"{home} is not empty: restore into a new home, and remove the old one once you are sure")
    shutil.rmtree(home / RESTORING, ignore_errors=True)
    (home / RESTORING).mkdir(mode=0o700)
    return replace(settings, home=home / RESTORING)


def move_up(staged: Settings) -> None:
    """Everything that was prepared into its place, the checkpoint last: until then the home is not whole."""
    home = staged.home.parent
    for place in sorted(staged.home.iterdir(), key=lambda path: path.name == CHECKPOINT):
        place.replace(home / place.name)
    staged.home.rmdir()
    for folder in (home, home.parent):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(descriptor)
        os.close(descriptor)
