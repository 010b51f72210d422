"""`havre serve`: the pages of the workspace, on this machine alone."""

import subprocess
import sys
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, settings_of
from havre.errors import Unavailable

PAGES = "havre.entrypoints.analyst.main:named()"
"""What the web server calls; named, not imported: entry points know nothing of one another."""

THREADS = 4
LOOPBACK = "127.0.0.1"


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the pages are.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 2,
) -> None:
    """Serve the analyst's pages on the loopback of this machine; a proxy in front of it adds TLS and the network."""
    what = asked(context)
    settings = settings_of(what)
    environment = {**what.environ, "HAVRE_HOME": str(settings.home.resolve())}
    # Passkeys want a name: browsers make none for a number.
    answers.say(f"{settings.origin or f'http://localhost:{port}'}/ (Ctrl C ends it)")
    done = subprocess.run(command(port, workers), env=environment, check=False)
    if done.returncode not in (0, -2, 130):
        raise Unavailable(f"the web server ended with {done.returncode}: what it printed above says why")


def command(port: int, workers: int) -> list[str]:
    """How the web server is started."""
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}", "--workers", str(workers)),
        *("--worker-class", "gthread", "--threads", str(THREADS), "--timeout", "120", "--graceful-timeout", "5"),
        *("--log-level", "warning", "--no-control-socket", PAGES),
    ]
