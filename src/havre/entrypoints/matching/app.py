"""Addresses and who answers at them; nothing of a request is written down."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from havre.entrypoints.matching import batches, hma, opinions, own
from havre.entrypoints.matching.answers import Answer, NotThisWay, failed, said
from havre.entrypoints.matching.asked import request_of
from havre.entrypoints.matching.clients import Clients
from havre.entrypoints.matching.openapi import DOCUMENT
from havre.entrypoints.matching.own import Door
from havre.errors import Broken, HavreError, NotFound
from havre.flows.match_uploads import Lists

StartResponse = Callable[[str, list[tuple[str, str]]], Any]

ROUTES: Mapping[str, Mapping[str, hma.Handler]] = {
    "/v1/match": {"POST": own.match},
    "/v1/matches": {"POST": batches.matches},
    "/v1/lists": {"GET": own.lists},
    "/v1/votes": {"POST": opinions.say, "GET": opinions.unsaid},
    "/h/hash": {"POST": hma.hashed, "GET": hma.not_fetched},
    "/m/lookup": {"POST": hma.lookup, "GET": hma.only_compatible},
    "/m/raw_lookup": {"POST": hma.raw_lookup, "GET": hma.only_compatible},
    "/m/compare": {"POST": hma.compare},
    "/m/index/status": {"GET": hma.index_status},
    "/c/banks": {"GET": hma.banks},
    "/c/exchanges": {"GET": hma.exchanges},
    "/c/signal_type": {"GET": hma.signal_types},
}
CURATION, BANK = "/c/", "/c/bank/"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Whoever would change something there is told why not, at whatever address of HMA's."""
COMPATIBLE: Mapping[str, hma.Handler] = {"/m/lookup": hma.lookup_by_address, "/m/raw_lookup": hma.raw_lookup}
"""What is answered by GET on a private network."""


class App:
    """What gunicorn calls."""

    def __init__(self, lists: Lists, clients: Clients, now: Callable[[], float], *, hma_compat: bool = False) -> None:
        self._lists, self._clients, self._now, self._hma_compat = lists, clients, now, hma_compat

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; whatever it holds, the answer is one of ours."""
        try:
            answer = self._answer(environ)
        except HavreError as error:
            answer = failed(error)
        except Exception as error:  # its own words may hold what was sent: only its kind is told
            answer = failed(Broken("this is a fault of Havre (%(kind)s): report it", kind=type(error).__name__))
        start_response(answer.line, answer.all_headers)
        return [answer.body]

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        path, method = str(environ.get("PATH_INFO", "")), str(environ["REQUEST_METHOD"])
        if (method, path) == ("GET", "/status"):
            return hma.status(self._lists)
        if (method, path) == ("GET", "/openapi.json"):
            return said(DOCUMENT)
        client = self._clients.of(environ)
        handler = self._handler(path, method)
        request = request_of(environ, in_parts=handler is batches.matches)
        return hma.answer(handler, request, Door(self._lists, client, self._now))

    def _handler(self, path: str, method: str) -> hma.Handler:
        if path.startswith(CURATION) and method in CHANGING:
            return hma.refused
        verbs = ROUTES.get(path) or self._bank(path)
        if verbs is None:
            raise NotFound("there is nothing at this address: /openapi.json says what there is")
        if method not in verbs:
            raise NotThisWay("this is asked by %(verbs)s", verbs=" or ".join(verbs))
        if method == "GET" and self._hma_compat and path in COMPATIBLE:
            return COMPATIBLE[path]
        return verbs[method]

    def _bank(self, path: str) -> Mapping[str, hma.Handler] | None:
        if not path.startswith(BANK):
            return None
        return None if "/" in path.removeprefix(BANK) or path == BANK else {"GET": hma.bank}
