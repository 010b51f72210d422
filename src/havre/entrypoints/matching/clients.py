"""Who may ask what, and how much: a file of clients, each known by a key's digest or a certificate's."""

import hmac
import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from havre.entrypoints.matching.answers import TooMuch, Unknown
from havre.errors import Invalid, Refused

DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
MINUTE = 60.0
LOCAL_ADDRESSES = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1", ""})
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Scope(StrEnum):
    """What a client may do."""

    MATCH = "match"
    """Ask whether something is in the lists."""
    DETAIL = "detail"
    """Be told by what it matched, and how near."""
    BANKS = "banks"
    """See which lists there are."""
    VOTE = "vote"
    """Say that entries are right, or wrong and why."""


@dataclass(slots=True)
class Client:
    """One client, and what it asked in this minute."""

    name: str
    scopes: frozenset[Scope]
    per_minute: int | None = None
    key: str = ""
    """SHA-256 of its key."""
    certificate: str = ""
    """SHA-256 of its certificate, where it shows one in TLS."""
    _began: float = 0.0
    _asked: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def must(self, scope: Scope) -> None:
        """Raise Refused where this client may not."""
        if scope not in self.scopes:
            raise Refused("your key is not for this: it lacks the scope %(scope)s", scope=scope)

    def take(self, looks: int, now: float) -> None:
        """Count so many look-ups. Raises TooMuch where they are more than its minute allows; none is counted then."""
        if self.per_minute is None:
            return
        with self._counting:
            self._begin(now)
            if self._asked + looks > self.per_minute:
                raise TooMuch(max(1, round(self._began + MINUTE - now)))
            self._asked += looks

    def owe(self, looks: int, now: float) -> None:
        """Count what turned out to have been asked; what this minute does not hold is taken from the next ones."""
        with self._counting:
            self._begin(now)
            self._asked += looks

    def _begin(self, now: float) -> None:
        minutes = int((now - self._began) // MINUTE)
        if minutes:  # also where the clock was set back
            paid = minutes * (self.per_minute or 0)
            self._began, self._asked = now, max(0, self._asked - paid) if minutes > 0 else 0


ANYBODY_HERE = (Scope.MATCH, Scope.BANKS)
"""What programs of this machine may do where no clients are named."""


class Clients:
    """Everybody who may ask."""

    def __init__(self, named: Mapping[str, Client] | None) -> None:
        """Without names, whoever asks from this machine, and is no page in a browser."""
        self._named = named
        self._here = Client("this machine", frozenset(ANYBODY_HERE))
        self._by_key = {client.key: client for client in (named or {}).values() if client.key}
        self._by_certificate = {client.certificate: client for client in (named or {}).values() if client.certificate}

    def of(self, environ: Mapping[str, Any]) -> Client:
        """Who asks. Raises Unknown where that is nobody who may."""
        if self._named is None:
            return self._local(environ)
        if self._by_certificate and (shown := _certificate(environ)) in self._by_certificate:
            return self._by_certificate[shown]
        scheme, _, key = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        digest = sha256(key.strip().encode("utf-8", "replace")).hexdigest() if scheme.lower() == "bearer" else ""
        for known, client in self._by_key.items():
            if hmac.compare_digest(known, digest):
                return client
        raise Unknown("this needs a key: send it as `Authorization: Bearer …`")

    def _local(self, environ: Mapping[str, Any]) -> Client:
        host = re.sub(r":\d+\Z", "", str(environ.get("HTTP_HOST", "localhost")))
        if str(environ.get("REMOTE_ADDR", "")) not in LOCAL_ADDRESSES or host not in LOCAL_NAMES:
            raise Unknown("without a file of clients only programs of this machine are answered")
        if "HTTP_ORIGIN" in environ or environ.get("HTTP_SEC_FETCH_SITE", "none") not in {"none", "same-origin"}:
            raise Unknown("pages in browsers are not answered")
        return self._here


def _certificate(environ: Mapping[str, Any]) -> str:
    peer = getattr(environ.get("gunicorn.socket"), "getpeercert", None)
    shown = peer(True) if peer is not None else None
    return sha256(shown).hexdigest() if shown else ""


def clients_of(path: Path | None) -> Clients:
    """The clients that a file names; without a file those of this machine. Raises Invalid where it is wrong."""
    if path is None:
        return Clients(None)
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid("the file of clients can't be read (%(why)s)", why=error) from error
    found: dict[str, Client] = {}
    listed = said.get("client")
    if not isinstance(listed, list) or set(said) != {"client"}:
        raise Invalid("the file of clients has a [[client]] for each")
    for each in listed:
        client = _client(each)
        if client.name in found:
            raise Invalid("the file of clients names %(name)s twice", name=client.name)
        found[client.name] = client
    return Clients(found)


KNOWN = {"name", "scopes", "per_minute", "key_sha256", "certificate_sha256"}


def _client(said: Mapping[str, Any]) -> Client:
    name = said.get("name")
    if not isinstance(name, str) or not name or not set(said) <= KNOWN:
        raise Invalid("a client has a name, scopes, per_minute, and key_sha256 or certificate_sha256")
    scopes, most = said.get("scopes", ["match"]), said.get("per_minute")
    if not isinstance(scopes, list) or not scopes or not set(scopes) <= set(Scope):
        raise Invalid("the scopes of %(name)s are some of: %(scopes)s", name=name, scopes=", ".join(Scope))
    if most is not None and (type(most) is not int or most < 1):
        raise Invalid("per_minute of %(name)s is a number of look-ups", name=name)
    digests = [str(said.get(field, "")) for field in ("key_sha256", "certificate_sha256")]
    if not any(digests) or not all(DIGEST.fullmatch(digest) for digest in digests if digest):
        raise Invalid("%(name)s has neither a SHA-256 of its key nor of its certificate", name=name)
    return Client(name, frozenset(Scope(scope) for scope in scopes), most, digests[0], digests[1])
