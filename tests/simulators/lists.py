"""Hash lists served on loopback as platforms' clients ask for them: what the writers answer, and nothing besides."""

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from havre.errors import Invalid
from havre.hashlists import ncmec, ncmec_read, pages, stopncii, threat_updates
from havre.hashlists.asked import Answer, said
from havre.hashlists.ncmec import Member
from tests.hashlists.sharing import Sharing

TOKEN = "not-a-real-token-0123456789"
MEMBER = Member(1, "Havre")
Environ = dict[str, Any]


@dataclass
class Served:
    """A list, the address at which it is served, and what was asked and voted."""

    listed: Sharing
    address: str = ""
    now: Callable[[], int] | None = None
    a_page: int | None = None
    """At most so many entries or records a page, whatever is asked for."""
    asked: list[str] = field(default_factory=list)
    votes: list[object] = field(default_factory=list)

    @property
    def settled(self) -> int:
        """Up to which moment everything that changed can be read."""
        return self.now() if self.now else self.listed.settled

    def __call__(self, environ: Environ, start: Callable[..., object]) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], dict(parse_qsl(environ.get("QUERY_STRING", "")))
        self.asked.append(path)
        if self.a_page:
            query |= dict.fromkeys(("size", "pageSize", "limit", "most"), str(self.a_page))
        try:
            answer = self.answer(path, query, environ) if _known(environ, query) else said({"message": "who?"}, 401)
        except Invalid as wrong:
            answer = said({"message": str(wrong)}, 400)
        headers = [("Content-Type", answer.kind), ("Content-Length", str(len(answer.body)))]
        headers += [("Retry-After", str(answer.again_in))] if answer.again_in else []
        start(f"{answer.status} as asked", headers)
        return [answer.body]

    def answer(self, path: str, query: dict[str, str], environ: Environ) -> Answer:
        match path.strip("/").split("/"):
            case ["ncmec", "v2", *rest]:
                return self.ncmec(rest, query, environ)
            case ["stopncii", "v1", "FetchHashes"]:
                return stopncii.hashes(self.listed, query, MEMBER.name, self.settled)
            case ["stopncii", "v1", "SubmitFeedback"]:
                self.votes += stopncii.feedback(_body(environ))
                return said({})
            case ["stopncii", "v1", "SubmitHashes"]:
                self.votes += stopncii.submitted(_body(environ)).told
                return said({})
            case ["graph", _, "threat_updates"]:
                return threat_updates.updates(self.listed, query, f"{self.address}{path}", self.settled)
            case ["feed", "entries"]:
                return pages.entries(self.listed, query)
        return said({"message": "no such address"}, 404)

    def ncmec(self, rest: list[str], query: dict[str, str], environ: Environ) -> Answer:
        match rest:
            case ["status"]:
                return ncmec.status(MEMBER, "a platform", "127.0.0.1")
            case ["members"]:
                return ncmec.members([MEMBER])
            case ["entries"]:
                return ncmec.entries(self.listed, query, MEMBER, self.settled)
            case ["feedback", method, "reasons"]:
                return ncmec.reasons(method)
            case ["entries", _, number, method, "feedback"]:
                self.votes.append((number, method, ncmec_read.vote(_body(environ))))
                return ncmec.taken()
        return said({"message": "no such address"}, 404)


def _known(environ: Environ, query: dict[str, str]) -> bool:
    """The ways in which the clients show their token."""
    basic = "Basic " + base64.b64encode(f"a platform:{TOKEN}".encode()).decode()
    shown = environ.get("HTTP_AUTHORIZATION") in {basic, f"Bearer {TOKEN}"}
    return shown or environ.get("HTTP_X_FUNCTIONS_KEY") == TOKEN or query.get("access_token") == f"12345678|{TOKEN}"


def _body(environ: Environ) -> bytes:
    return bytes(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving(listed: Sharing, now: Callable[[], int] | None = None, a_page: int | None = None) -> Iterator[Served]:
    """A list served on a port of its own until the block ends."""
    served = Served(listed, now=now, a_page=a_page)
    server = make_server("127.0.0.1", 0, served, _Threaded, _Silent)
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
