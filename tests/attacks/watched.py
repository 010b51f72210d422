"""Commands of `havre`, one after another in one process that watches itself: `python -m tests.attacks.watched < jobs`.

A job is a line of JSON, the words of one command; the answer a line too: how it ended, what it said, and every time
something was connected to, resolved or started meanwhile. The database is SQLite, which is neither. A job whose first
word is FETCH does what no command may do, so that the watch is seen to notice.
"""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from socket import AF_UNIX
from typing import Any
from urllib.request import urlopen

FETCH = "FETCH"

WATCHED = (
    *("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"),
    *("socket.sendmsg", "socket.getnameinfo", "urllib.Request", "http.client.connect", "ftplib.connect"),
    *("smtplib.connect", "imaplib.open", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"),
)

seen: list[str] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Keep what must not happen."""
    if event in WATCHED and not _sandbox(event, arguments):
        seen.append(event)


def _sandbox(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether it is Havre's own sandbox, which has no network: its start, and what goes through the pair of sockets."""
    if event == "subprocess.Popen":
        return list(arguments[1])[:2] == [sys.executable, "-I"]
    return event in ("socket.sendmsg", "socket.sendto") and arguments[0].family == AF_UNIX


def main() -> None:
    """Obey every job."""
    from havre.entrypoints.command import context
    from havre.settings import read_settings
    from havre.start import start

    start(read_settings(os.environ, None))
    # Django is started once in a process: for the commands it is started already.
    setattr(context, "start", lambda _settings: None)  # noqa: B010
    answers = sys.stdout
    sys.addaudithook(watch)
    for line in sys.stdin:
        seen.clear()
        print(json.dumps({**obeyed(json.loads(line)), "seen": list(seen)}), file=answers, flush=True)


def obeyed(words: list[str]) -> dict[str, Any]:
    """One command; its exit, and what it said."""
    from havre.entrypoints.command import answers as said
    from havre.entrypoints.command.main import run

    out, err = io.StringIO(), io.StringIO()
    said.out.file, said.err.file = out, err
    with redirect_stdout(out), redirect_stderr(err):
        try:
            fetched(words[1]) if words[0] == FETCH else run(words)
            code: Any = 0
        except SystemExit as end:
            code = end.code
    return {"exit": code, "out": out.getvalue(), "err": err.getvalue()}


def fetched(url: str) -> None:
    """What a careless server does."""
    try:
        urlopen(url, timeout=5)
    except OSError as error:
        print(error)


if __name__ == "__main__":
    main()
