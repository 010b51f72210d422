"""Commands of `havre`, one after another in one process that watches itself: `python -m tests.attacks.watched < jobs`.

A job is a line of JSON, the words of one command; the answer a line too: how it ended, what it said, and every time
something was connected to, resolved or started meanwhile. The database is SQLite, which is neither. A job whose first
word is POST sends a form to the pages of this process instead; it ends with the status of the answer. One whose first
word is FETCH does what no command may do, so that the watch is seen to notice.
"""

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from functools import cache
from socket import AF_UNIX
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.attacks.forms_with_addresses import HEADING, KEY, PARTNER, STAFF

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Node

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


def obeyed(words: list[Any]) -> dict[str, Any]:
    """One command; its exit, and what it said."""
    from havre.entrypoints.command import answers as said
    from havre.entrypoints.command.main import run

    out, err = io.StringIO(), io.StringIO()
    said.out.file, said.err.file = out, err
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code: Any = posted(*words[1:]) if words[0] == HEADING else 0
            if words[0] != HEADING:
                fetched(words[1]) if words[0] == FETCH else run(words)
        except SystemExit as end:
            code = end.code
    return {"exit": code, "out": out.getvalue(), "err": err.getvalue()}


def posted(who: str, place: str, fields: Mapping[str, Any]) -> int:
    """A form is sent, as a stranger, a partner's program or Anke sends it; the status of the answer."""
    from django.test import override_settings

    from havre.configured import public_pages

    if who == STAFF:
        answer = _anke().post(place, fields)
    else:
        with override_settings(**public_pages()):
            answer = _partner(place, fields) if who == PARTNER else _stranger(place, fields)
    print(answer.content.decode(errors="replace")[:20_000])
    return int(answer.status_code)


def _stranger(place: str, fields: Mapping[str, Any]) -> Any:
    from django.test import Client

    typed = urlencode(fields, errors="replace")
    return Client(raise_request_exception=False).post(place, typed, content_type="application/x-www-form-urlencoded")


def _partner(place: str, fields: Mapping[str, Any]) -> Any:
    from django.test import Client

    from havre.hotline.models import Door, Partner
    from havre.hotline.partners import key_digest

    known = {"unit": Door.objects.get().unit, "name": "Line", "made_at": datetime.now(UTC)}
    Partner.objects.get_or_create(digest=key_digest(KEY), defaults=known)
    said, headers = json.dumps(fields), {"Authorization": f"Bearer {KEY}"}
    client = Client(raise_request_exception=False)
    return client.post(place, said, content_type="application/json", headers=headers)


@cache
def _anke() -> "Client":
    from havre.flows.home import Home
    from havre.settings import read_settings
    from havre.units.queries import person_named
    from tests.web import visiting

    here = cast("Node", SimpleNamespace(home=Home(read_settings(os.environ, None))))
    client = visiting(here, person_named("anke"))
    client.raise_request_exception = False
    return client


def fetched(url: str) -> None:
    """What a careless server does."""
    try:
        urlopen(url, timeout=5)
    except OSError as error:
        print(error)


if __name__ == "__main__":
    main()
