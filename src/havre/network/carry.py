"""Mutual TLS between nodes: each shows a certificate that its own log key signed, and trusts whom it was introduced to.

Names and dates in certificates count for nothing; who speaks is known by the authority alone.
"""

import http.client
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from havre.errors import Refused, Unavailable
from havre.network.models import Peer, State
from havre.sealing.certificate import Shown, shown_by

SECONDS = 30.0
"""How long a peer may take to answer."""

MOST_ANSWER = 1 << 20
"""Bytes of an answer."""

HANDSHAKE_SECONDS = 5.0
"""How long a stranger may take to show who it is, in all."""

REQUEST_SECONDS = 30.0
"""How long a peer that showed it may say nothing in the middle of a request."""

PATH = "/peer/1/messages"
RELAY = "/peer/1/relay/"
"""The id of the node that a request is for follows."""

Door = Callable[[], bytes]
"""Key and certificate (PEM) that this node shows now."""


class Hurried(ssl.SSLContext):
    """The side of a server: who does not show a certificate in time is gone, and holds nobody up."""

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool = True,
        do_handshake_on_connect: bool = True,  # noqa: ARG002 - always at once
        suppress_ragged_eofs: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """The line, once both sides are known. Raises SSLEOFError for whoever takes longer, or goes before."""
        sock.settimeout(HANDSHAKE_SECONDS)
        try:
            line = super().wrap_socket(sock, server_side, True, suppress_ragged_eofs, server_hostname, session)
        except (TimeoutError, ssl.SSLZeroReturnError):  # some Pythons call it the one, some the other: nobody is warned
            raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "nobody showed a certificate in time") from None
        line.settimeout(REQUEST_SECONDS)
        return line


def context(door: bytes, authorities: Iterable[bytes], *, server: bool) -> ssl.SSLContext:
    """TLS 1.3 in which both sides show a certificate of one of these authorities."""
    made = Hurried(ssl.PROTOCOL_TLS_SERVER) if server else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False
    made.verify_mode = ssl.CERT_REQUIRED
    for authority in authorities:
        made.load_verify_locations(cadata=authority)
    _show(made, door)
    return made


def _show(made: ssl.SSLContext, door: bytes) -> None:
    # ssl reads keys from files alone: this one is in memory, and gone with its descriptor.
    descriptor = os.memfd_create("door", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, door)
        made.load_cert_chain(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def authorities() -> dict[str, bytes]:
    """Who may come in: the authority of each accepted peer, by its node."""
    rows = Peer.objects.filter(state=State.ACCEPTED).values_list("node", "certificate")
    return {node: bytes(certificate) for node, certificate in rows}


def who_shows(certificate: bytes | None) -> Shown | None:
    """Which accepted peer shows this certificate."""
    for authority in authorities().values() if certificate else ():
        try:
            return shown_by(certificate or b"", authority)
        except Refused:
            continue
    return None


def carrier(door: Door) -> Callable[[Peer, str], str]:
    """What carries requests to peers over mutual TLS: to their own addresses, or through their hub."""

    def carry(peer: Peer, text: str) -> str:
        via = Peer.objects.filter(node=peer.hub, state=State.ACCEPTED).first() if peer.hub else peer
        if via is None:
            raise Unavailable("%(name)s is reached through a node that is not accepted here", name=peer.name)
        path = PATH if via is peer else f"{RELAY}{peer.node}"
        return post(via, path, text, door())

    return carry


def post(peer: Peer, path: str, text: str, door: bytes) -> str:
    """The answer of the peer's first address that gives one. Raises Unavailable, or Refused where it says no."""
    trouble = "it has no address"
    for address in peer.addresses:
        try:
            return _post(peer, address, path, text, door)
        except (OSError, http.client.HTTPException) as error:
            trouble = f"{address}: {_why(error)}"
    raise Unavailable("%(name)s does not answer (%(trouble)s)", name=peer.name, trouble=trouble)


def _why(error: OSError | http.client.HTTPException) -> str:
    """What a person can do something about: in TLS 1.3 a node hears only by silence that it is not let in."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "another node answers there, or one whose introduction was never read here"
    if isinstance(error, ssl.SSLError | ConnectionResetError | http.client.RemoteDisconnected):
        return "it cut the connection; perhaps it has not accepted this node, or revoked it"
    return str(getattr(error, "strerror", "") or getattr(error, "reason", "") or error)


def _post(peer: Peer, address: str, path: str, text: str, door: bytes) -> str:
    where = urlsplit(address)
    trust = context(door, [bytes(peer.certificate)], server=False)
    host, port = where.hostname or "", where.port or 443
    line = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=trust)
    plain = socket.create_connection((host, port), SECONDS)
    watched, over = plain.dup(), threading.Event()
    end = threading.Timer(2 * SECONDS, _end, [watched, over])
    end.daemon = True
    end.start()
    try:
        line.sock = trust.wrap_socket(plain, server_hostname=host)
        _must_be_new_enough(peer, line)
        line.request("POST", path, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        answer = line.getresponse()
        said = answer.read(MOST_ANSWER + 1)
        if over.is_set():
            raise TimeoutError("it did not end its answer in time")
    finally:
        end.cancel()
        end.join()
        watched.close()
        line.close()
        plain.close()
    if answer.status != http.HTTPStatus.OK or len(said) > MOST_ANSWER:
        words = said[:200].decode("utf-8", "replace").strip()
        sentence = f"{peer.name} answers {answer.status}: {words}"
        raise Refused(sentence) if answer.status in (400, 403, 404) else Unavailable(sentence)
    return said.decode("utf-8", "replace")


def _end(line: socket.socket, over: threading.Event) -> None:
    """Who gives one byte now and then is not listened to for ever."""
    over.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _must_be_new_enough(peer: Peer, line: http.client.HTTPSConnection) -> None:
    assert isinstance(line.sock, ssl.SSLSocket)
    shown = shown_by(line.sock.getpeercert(binary_form=True) or b"", bytes(peer.certificate))
    if shown.generation < peer.generation:
        raise Refused("%(name)s shows a certificate of a generation that no longer counts", name=peer.name)
