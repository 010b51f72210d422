"""What this machine offers Havre, and how a home stands: each finding says what to do.

What concerns a home's rows is looked at by health.py, which needs a database; this needs nothing.
"""

import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from havre.errors import HavreError
from havre.fingerprints import _pdq
from havre.flows.volume import volume_of
from havre.hotline.policy import Hosting
from havre.hotline.policy_file import DEFAULT, FOLDER, own_policies, policy_of
from havre.matching import _hamming
from havre.media.decode.pool import Worker
from havre.media.decode.sandbox import Sandbox
from havre.media.keys import NAME as KEY_NAME
from havre.settings import Settings

OK, WARNING, MISSING, BROKEN = "ok", "warning", "missing", "broken"

DECODERS = ("pillow", "pi-heif", "simplejpeg", "py7zr", "defusedxml", "cryptography", "pyrage", "django", "psycopg")
"""Packages whose age matters: what they read comes from strangers, or they seal what we keep."""

ROOM_WANTED = 5 * 10**9
"""Bytes that should be free before an intake."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ok, warning, missing (not offered here) or broken, and what to do."""

    name: str
    state: str
    what: str

    def to_json(self) -> dict[str, str]:
        """The fields of the command line."""
        return asdict(self)


def machine() -> Iterator[Finding]:
    """What can be said without a home."""
    yield Finding("python", OK, f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield from sandbox()
    yield _kernel("pdq", _pdq.backends())
    yield _kernel("hamming", _hamming.backends())
    yield Finding("sqlite", OK, sqlite3.sqlite_version)
    for package in DECODERS:
        yield _package(package)


def sandbox() -> Iterator[Finding]:
    """Which walls stand around a decoder on this machine."""
    try:
        with Sandbox() as zygote, Worker(zygote) as worker:
            walls = worker.protections()
    except HavreError as error:
        yield Finding("sandbox", BROKEN, f"{error}: nothing can be decoded here")
        return
    for wall in walls:
        if wall.active:
            yield Finding(f"sandbox: {wall.name}", OK, "active")
        else:
            why = f"not active ({wall.reason}): a broken decoder meets one wall less; see docs/operating.md"
            yield Finding(f"sandbox: {wall.name}", MISSING, why)


def _kernel(name: str, backends: Sequence[str]) -> Finding:
    state = WARNING if list(backends) == ["serial"] else OK
    fast = "" if state == OK else ": this processor has none of the faster ones, expect long runs"
    return Finding(f"kernel: {name}", state, f"{', '.join(backends)}{fast}")


def _package(name: str) -> Finding:
    try:
        return Finding(f"package: {name}", OK, version(name))
    except PackageNotFoundError:
        return Finding(f"package: {name}", BROKEN, "not installed: install Havre again")


def place(settings: Settings) -> Iterator[Finding]:
    """What can be said of a home without its database: who may reach it, on what it lies, how much room is left."""
    home = settings.home
    yield _mode("home", home, 0o700)
    if settings.key_command:
        yield Finding("keys", OK, "provided by HAVRE_KEY_COMMAND")
    elif not settings.keys.is_dir():
        yield Finding("keys", BROKEN, f"there are none in {settings.keys}: put them back, or run `havre init`")
    else:
        yield from _keys(settings.keys)
    yield _encryption(home)
    yield _room(home)
    for name in own_policies(home):
        yield _policy(home, name)


def _policy(home: Path, name: str) -> Finding:
    """What is wrong with a policy of the home's own: a fault, or a rule that came since it was written."""
    file = home / FOLDER / f"{name}.toml"
    try:
        policy = policy_of(name, home)
    except HavreError as error:
        return Finding(f"policy: {name}", BROKEN, str(error))
    if not any(Hosting.SHORTENER in rule.hosting for rule in policy.rules):
        what = f'{file} has no rule with hosting = ["shortener"], so short addresses go by its other rules: copy that'
        return Finding(f"policy: {name}", WARNING, f"{what} rule from Havre's {DEFAULT}.toml, before its last rule")
    return Finding(f"policy: {name}", OK, f"{file}, version {policy.version}")


def _keys(folder: Path) -> Iterator[Finding]:
    yield _mode("keys", folder, 0o700)
    for key in sorted(path for path in folder.iterdir() if KEY_NAME.fullmatch(path.name)):
        yield _mode(f"key: {key.name}", key, 0o600)


def _mode(name: str, path: Path, allowed: int) -> Finding:
    status = path.stat()
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid != os.geteuid():
        return Finding(name, WARNING, f"{path} belongs to another user: run Havre as its owner")
    if mode & ~allowed:
        return Finding(name, BROKEN, f"others may reach {path} (mode {mode:04o}): run `chmod {allowed:o} {path}`")
    return Finding(name, OK, f"{path}, for its owner alone")


def _encryption(home: Path) -> Finding:
    volume = volume_of(home)
    if volume.encrypted:
        return Finding("volume", OK, volume.why)
    told = "unencrypted" if volume.encrypted is False else "unknown"
    what = f"{told}: {volume.why}; fingerprints, paths and keys need an encrypted volume such as LUKS"
    return Finding("volume", WARNING, what)


def _room(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    if free < ROOM_WANTED:
        return Finding("room", WARNING, f"{free / 1e9:.1f} GB are free on the home's disk: an intake may fill it")
    return Finding("room", OK, f"{free / 1e9:.1f} GB are free")
