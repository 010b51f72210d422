"""Run `havre` as a person would, without a terminal."""

import json
import os
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from havre.settings import Settings
from tests.preloaded import begun

HAVRE = Path(sysconfig.get_path("scripts")) / "havre"

PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")
"""What the command inherits: nothing of Havre's own settings may leak in from the machine."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a command answered."""

    exit: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value; fails where anything else was printed."""
        return json.loads(self.stdout)

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]


def environment(settings: Settings | None, **extra: str) -> dict[str, str]:
    """The environment in which a command serves these settings."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    if settings is None:
        return passed | extra
    own = {"HAVRE_HOME": str(settings.home), "HAVRE_DATABASE": settings.database}
    return passed | own | ({"HAVRE_KEY_COMMAND": settings.key_command} if settings.key_command else {}) | extra


def run(*args: object, settings: Settings | None, timeout: float = 180, **extra: str) -> Result:
    """Run `havre ARGS` to its end; without settings it has no home; `extra` adds to its environment."""
    words, given = [str(HAVRE), *map(str, args)], environment(settings, **extra)
    if any(name.startswith("PYTHON") for name in extra):  # read by the interpreter as it starts
        done = subprocess.run(words, env=given, capture_output=True, text=True, timeout=timeout, check=False)
        return Result(done.returncode, done.stdout, done.stderr)
    with TemporaryDirectory() as folder:
        answers = Path(folder)
        process = begun(words, given, answers)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, timeout)
        return Result(process.exitcode, *((answers / name).read_text("utf-8") for name in ("out", "err")))
