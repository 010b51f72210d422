"""Asking a feed over HTTP: its own address alone, over TLS unless it is this machine, and never for ever."""

import http.client
import io
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient.fetcher import FetcherInterface

from havre.errors import Invalid, Unavailable
from havre.subscription.proxy import LOOPBACK, Proxy

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SILENCE = 30.0
"""Seconds without a byte after which an answer is given up."""
LONGEST = 600.0
"""Seconds after which one answer is given up, headers and all, however it drips; of large files more is waited for."""
SLOWEST = 256 << 10
"""Bytes a second that are waited for, where a file is so large that LONGEST is too short."""
PIECE = 1 << 18
UNSAID = "it did not say why"
LONGEST_ANSWER = 1 << 16
"""Bytes read of what is said to something that was posted."""


FINAL = frozenset({400, 404, 409, 410, 413, 422})
"""What a feed answers to what it will never take, however often it is told; with a message."""


class NotTaken(Invalid):
    """The feed says why it will not take what was told."""


class _TooSlow(TimeoutError):
    """An answer has had its time."""


class _Incoming(io.RawIOBase):
    """What comes in over a socket, for as long as there is time left for it."""

    def __init__(self, there: socket.socket, left: Callable[[], float]) -> None:
        self._there, self._left = there, left
        self._bytes = there.makefile("rb", buffering=0)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What an answer of http.client is read from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        left = self._left()
        if left <= 0:
            raise _TooSlow("it sends so slowly that it was given up")
        self._there.settimeout(min(SILENCE, left))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class Fetcher(FetcherInterface):
    """Gets files of one feed, and posts to it; through a proxy where one is given. Follows nobody elsewhere.

    How long a file may be at most is known to whoever asks for it: python-tuf ends reading there.
    """

    def __init__(
        self, base: str, token: str = "", clock: Callable[[], float] = time.monotonic, proxy: Proxy | None = None
    ) -> None:
        self.base = base.rstrip("/")
        self._there = checked(self.base)
        if any(not 32 < ord(letter) < 127 for letter in token):
            raise Invalid("the token of a feed is one word without spaces: look at its file")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._clock = clock
        self._proxy = None if self._there.hostname in LOOPBACK else proxy
        self._longest = LONGEST

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """A file of at most this length, which is what its signers say; the time that it is given grows with that."""
        self._longest = max(LONGEST, max_length / SLOWEST)
        try:
            with super().download_file(url, max_length) as file:
                yield file
        finally:
            self._longest = LONGEST

    def _fetch(self, url: str) -> Iterator[bytes]:
        if not url.startswith(f"{self.base}/"):
            raise DownloadError("it lies outside the feed")
        connection = self._connection()
        try:
            connection.request("GET", _path(urlsplit(url)), headers=self._headers)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise _failed("the feed does not answer", error) from error
        if answer.status != http.client.OK:
            connection.close()
            raise DownloadHTTPError(f"the feed answered {answer.status}", answer.status)
        return self._pieces(connection, answer)

    def _pieces(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        with closing(connection), answer:
            while True:
                try:
                    piece = answer.read1(PIECE)
                except (OSError, http.client.HTTPException) as error:
                    raise _failed("the feed stopped in the middle", error) from error
                if not piece:
                    return
                yield piece

    def post(self, path: str, said: Mapping[str, object]) -> None:
        """Tell the feed something. Raises NotTaken where it will not take that, Invalid where it answers otherwise.

        Raises Unavailable where it can't be reached.
        """
        body = json.dumps(said).encode()
        headers = {**self._headers, "Content-Type": "application/json"}
        with closing(self._connection()) as connection:
            try:
                connection.request("POST", f"{_path(self._there)}/{path}", body, headers)
                answer = connection.getresponse()
                told = answer.read(LONGEST_ANSWER)
            except (OSError, http.client.HTTPException) as error:
                raise Unavailable("the feed does not answer (%(why)s): try again later", why=_why(error)) from error
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            raise Unavailable("the feed answered %(status)s: try again later", status=answer.status)
        if not http.client.OK <= answer.status < http.client.MULTIPLE_CHOICES:
            message = _message(told)
            kind = NotTaken if message and answer.status in FINAL else Invalid
            raise kind("the feed answered %(status)s: %(told)s", status=answer.status, told=message or UNSAID)

    def _connection(self) -> http.client.HTTPConnection:
        """A connection for one question, whose answer is given up at its time."""
        connection = self._line()
        until = self._clock() + self._longest

        def answer(there: socket.socket, *given: Any, **more: Any) -> http.client.HTTPResponse:
            return http.client.HTTPResponse(_Incoming(there, lambda: until - self._clock()), *given, **more)  # type: ignore[arg-type]

        connection.response_class = answer  # type: ignore[assignment]
        return connection

    def _line(self) -> http.client.HTTPConnection:
        host, port, proxy = self._there.hostname or "", self._there.port, self._proxy
        if self._there.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=SILENCE)
        if proxy is None:
            return http.client.HTTPSConnection(host, port, timeout=SILENCE, context=_secure(None))
        line = http.client.HTTPSConnection(proxy.host, proxy.port, timeout=SILENCE, context=_secure(proxy))
        line.set_tunnel(host, port or http.client.HTTPS_PORT, dict(proxy.headers))
        return line


def _secure(proxy: Proxy | None) -> ssl.SSLContext:
    """Who may answer in the name of a feed."""
    try:
        return ssl.create_default_context(cafile=(proxy.authorities if proxy else "") or None)
    except OSError as error:
        raise Invalid("the proxy's file of authorities can't be read (%(why)s)", why=_why(error)) from error


def checked(base: str) -> SplitResult:
    """The address of a feed, taken apart. Raises Invalid where it is none, or is asked in clear over a network."""
    try:
        there = urlsplit(base)
        port = there.port
    except ValueError as error:
        raise Invalid("this is no address of a feed: it is like https://feeds.example/platform") from error
    if there.scheme not in {"http", "https"} or not there.hostname or port == 0 or there.query or there.fragment:
        raise Invalid("this is no address of a feed: it is like https://feeds.example/platform")
    if there.username is not None or not base.isascii() or not base.isprintable() or " " in base:
        raise Invalid("the address of a feed has no name, password or space in it: the token stands in a file")
    if there.scheme == "http" and there.hostname not in LOOPBACK:
        raise Invalid("a feed is asked over https, unless it is on this machine")
    return there


def _path(there: SplitResult) -> str:
    return there.path


def _failed(what: str, error: Exception) -> DownloadError:
    kind = SlowRetrievalError if isinstance(error, _TooSlow) else DownloadError
    return kind(f"{what} ({_why(error)})")


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _message(told: bytes) -> str:
    try:
        said = json.loads(told)["message"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return str(said)[:300]
