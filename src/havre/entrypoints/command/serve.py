"""`havre serve`: the pages of the workspace, on this machine alone, and the work behind them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import FrameType
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import Asked, asked, settings_of
from havre.errors import Unavailable
from havre.settings import read_front, read_platform

PAGES = "havre.entrypoints.analyst.main:named()"
"""What the web server calls; named, not imported: entry points know nothing of one another."""

PEERS = "havre.entrypoints.peer.main:named()"
"""What answers other nodes."""

PUBLIC = "havre.entrypoints.public.main:named()"
"""What the public reaches."""

PLATFORM = "havre.entrypoints.platform.main:named()"
"""What subscribers of hash lists reach."""

THREADS = 4
PUBLIC_THREADS = 8
"""They are given whole requests alone: nobody who sends slowly holds one."""
LOOPBACK = "127.0.0.1"

LOOK = 0.25
"""Seconds between two looks at what runs."""

PATIENCE = 20.0
"""Seconds that what runs is given to end."""

STEADY = 30.0
"""What ran for so many seconds is started again at once; what ends sooner waits longer each time."""

LONGEST_WAIT = 60.0
PR_SET_PDEATHSIG = 1


class EntryPoint(StrEnum):
    """Who is let in."""

    ANALYST = "analyst"
    PEER = "peer"
    PUBLIC = "public"
    PLATFORM = "platform"


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it answers.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 2,
    entrypoint: Annotated[
        EntryPoint, typer.Option(help="For analysts' browsers, other nodes, the public, or subscribers of lists.")
    ] = EntryPoint.ANALYST,
    bind: Annotated[str, typer.Option(help="The address that other nodes reach.")] = LOOPBACK,
    unit: Annotated[str, typer.Option(help="Whose door the public comes to, where several are open.")] = "",
) -> None:
    """Serve the analyst's pages on the loopback of this machine; a proxy in front of it adds TLS and the network.

    With `--entrypoint peer` answer other nodes instead: over mutual TLS, at the address given with --bind.
    With `--entrypoint public` take reports from the public instead: it needs the database alone, no home and no keys.
    With `--entrypoint platform` serve hash lists to subscribers: the database and HOME/feeds, and no keys.
    """
    what = asked(context)
    _must_be_free(bind if entrypoint is EntryPoint.PEER else LOOPBACK, port)
    if entrypoint is EntryPoint.PUBLIC:
        _serve_public(what, port, workers, unit)
        return
    if entrypoint is EntryPoint.PLATFORM:
        _serve_platforms(what, port, workers)
        return
    settings = settings_of(what)
    environment = {**what.environ, "HAVRE_HOME": str(settings.home.resolve())}
    if entrypoint is EntryPoint.PEER:
        _serve_peers(bind, port, workers, environment)
        return
    with ended_by_signals(), Served(port, workers, environment) as served:
        served.wait_until_ready()
        answers.say(f"{settings.origin}/ (Ctrl C ends it)" if settings.origin else f"{address(port)} (Ctrl C ends it)")
        served.attend()


def _must_be_free(host: str, port: int) -> None:
    """Raises Unavailable where something answers there already, or this machine may not, in one sentence."""
    try:
        kind, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(where)
    except OSError as error:
        raise Unavailable(
            f"nothing can answer at {host}:{port} ({error.strerror}): name another with --port"
        ) from error


def _serve_peers(bind: str, port: int, workers: int, environment: Mapping[str, str]) -> None:
    """The server for other nodes, until it ends or is asked to; what is sent to them is the work of `havre work`."""
    with ended_by_signals():
        process = subprocess.Popen(peers(bind, port, workers), env=dict(environment), preexec_fn=end_with(os.getpid()))
        answers.say(f"https://{bind}:{port}/ answers other nodes (Ctrl C ends it)")
        try:
            code = process.wait()
        finally:
            process.terminate()
            process.wait(PATIENCE)
    raise Unavailable(f"the server for other nodes ended with {code}: what it printed above says why")


def _serve_public(what: Asked, port: int, workers: int, unit: str) -> None:
    """The public's pages, until they end or are asked to; of the environment they get what they need and no more."""
    front = read_front(what.environ, what.home)
    if not front.database and not front.sqlite.is_file():
        raise Unavailable(f"the database {front.sqlite} is missing: name another home, or set HAVRE_DATABASE")
    environment = {name: value for name, value in what.environ.items() if name in PUBLIC_ENVIRONMENT}
    if what.home is not None:
        environment["HAVRE_HOME"] = str(what.home.resolve())
    environment |= {"HAVRE_PUBLIC_UNIT": unit or front.unit}
    with ended_by_signals():
        process = subprocess.Popen(public(port, workers), env=environment, preexec_fn=end_with(os.getpid()))
        answers.say(f"{address(port)} takes reports from the public (Ctrl C ends it)")
        try:
            code = process.wait()
        finally:
            process.terminate()
            process.wait(PATIENCE)
    raise Unavailable(f"the server for the public ended with {code}: what it printed above says why")


def _serve_platforms(what: Asked, port: int, workers: int) -> None:
    """The server for subscribers of hash lists, until it ends or is asked to; it gets what it needs and no more."""
    front = read_platform(what.environ, what.home)
    if not front.database and not front.sqlite.is_file():
        raise Unavailable(f"the database {front.sqlite} is missing: name another home, or set HAVRE_DATABASE")
    environment = {name: value for name, value in what.environ.items() if name in PLATFORM_ENVIRONMENT}
    if what.home is not None:
        environment["HAVRE_HOME"] = str(what.home.resolve())
    with ended_by_signals():
        process = subprocess.Popen(platform(port, workers), env=environment, preexec_fn=end_with(os.getpid()))
        answers.say(f"{address(port)} serves hash lists to subscribers (Ctrl C ends it)")
        try:
            code = process.wait()
        finally:
            process.terminate()
            process.wait(PATIENCE)
    raise Unavailable(f"the server for subscribers ended with {code}: what it printed above says why")


PUBLIC_ENVIRONMENT = frozenset(
    {
        *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"),
        *("HAVRE_HOME", "HAVRE_DATABASE", "HAVRE_PUBLIC_ORIGINS", "HAVRE_PUBLIC_UNIT", "HAVRE_HELPLINES"),
    }
)
"""Nothing of keys, of mail or of who signs in is handed to what the public reaches."""


PLATFORM_ENVIRONMENT = PUBLIC_ENVIRONMENT - {"HAVRE_PUBLIC_ORIGINS", "HAVRE_PUBLIC_UNIT", "HAVRE_HELPLINES"} | {
    *("HAVRE_FEEDS", "HAVRE_TIPS", "HAVRE_PLATFORM_ORIGINS", "HAVRE_GRAPH_TOKENS"),
}
"""The same for what subscribers of hash lists reach."""


def platform(port: int, workers: int) -> list[str]:
    """How the server for subscribers of hash lists is started."""
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}", "--workers", str(workers)),
        *("--worker-class", "gthread", "--threads", str(PUBLIC_THREADS), "--timeout", "120", "--graceful-timeout", "5"),
        *("--log-level", "warning", "--no-control-socket", PLATFORM),
    ]


def public(port: int, workers: int) -> list[str]:
    """How the server for the public is started."""
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "python:havre.entrypoints.public.server"),
        *("--bind", f"{LOOPBACK}:{port}", "--workers", str(workers), "--threads", str(PUBLIC_THREADS)),
        *("--timeout", "30", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket", PUBLIC),
    ]


def peers(bind: str, port: int, workers: int) -> list[str]:
    """How the server for other nodes is started."""
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "python:havre.entrypoints.peer.door"),
        *("--bind", f"{bind}:{port}", "--workers", str(workers), "--worker-class", "gthread"),
        *("--threads", str(THREADS), "--timeout", "120", "--graceful-timeout", "5"),
        *("--log-level", "warning", "--no-control-socket", PEERS),
    ]


def address(port: int) -> str:
    """Where the pages are: by its name, because passkeys belong to a name and not to a number."""
    return f"http://localhost:{port}/"


def pages(port: int, workers: int) -> list[str]:
    """How the web server is started."""
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "python:havre.entrypoints.analyst.server"),
        *("--bind", f"{LOOPBACK}:{port}", "--workers", str(workers), PAGES),
    ]


def background() -> list[str]:
    """How what works behind the pages is started."""
    return [sys.executable, "-c", "from havre.entrypoints.command.main import run; run()", "work", "--watch"]


@dataclass
class Served:
    """The web server and the background, started together and ended together."""

    port: int
    workers: int
    environment: Mapping[str, str]
    web: "subprocess.Popen[bytes] | None" = None
    behind: "subprocess.Popen[bytes] | None" = None
    _began: float = 0.0
    _again_at: float = 0.0
    _wait: float = field(default=1.0)

    def __enter__(self) -> "Served":
        self.web = self._started(pages(self.port, self.workers))
        return self

    def __exit__(self, *_: object) -> None:
        running = [each for each in (self.web, self.behind) if each is not None]
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_until_ready(self, seconds: float = 120.0) -> None:
        """Return once the pages answer; what works behind them is begun then, so that nobody waits for it.

        Raises Unavailable where they end or do not come.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._must_run()
            try:
                urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}/", timeout=5).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise Unavailable("the web server did not answer in time: what it printed above says why")
        self._must_run()  # another server may have answered at this port
        self._start_behind()

    def attend(self, enough: Callable[[], bool] = lambda: False) -> None:
        """Start what crashed behind the pages again, for as long as the pages run or until it is enough."""
        while not enough():
            self._must_run()
            self._look_behind()
            time.sleep(LOOK)

    def _must_run(self) -> None:
        if self.web is not None and self.web.poll() is not None:
            raise Unavailable(f"the web server ended with {self.web.returncode}: what it printed above says why")

    def _look_behind(self) -> None:
        if self.behind is None:
            if time.monotonic() >= self._again_at:
                self._start_behind()
            return
        if self.behind.poll() is None:
            return
        steady = time.monotonic() - self._began >= STEADY
        self._wait = 0.0 if steady else min(max(1.0, 2 * self._wait), LONGEST_WAIT)
        answers.warn(f"what works behind the pages ended with {self.behind.returncode}: it is started again")
        self.behind, self._again_at = None, time.monotonic() + self._wait

    def _start_behind(self) -> None:
        self._began = time.monotonic()
        self.behind = self._started(background())

    def _started(self, command: list[str]) -> "subprocess.Popen[bytes]":
        # Of its own group: Ctrl C reaches this process alone, which then ends the others in order.
        return subprocess.Popen(command, env=dict(self.environment), preexec_fn=end_with(os.getpid()), process_group=0)


_libc = ctypes.CDLL(None, use_errno=True)


def end_with(parent: int) -> Callable[[], None]:
    """What a child does before it begins: ask to be ended when this process ends, however it ends."""

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Whatever asks this process to end ends it as Ctrl C does, with everything put in order."""

    def end(_number: int, _frame: "FrameType | None") -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
