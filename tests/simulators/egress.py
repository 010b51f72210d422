"""An egress proxy and the web behind it, on loopback: every number leads to one server that we made."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from havre.settings import Egress
from tests.cast import NOON

HOST = "site.example"
Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Web:
    """What pages there are, and everything that was asked."""

    pages: dict[str, Answer] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    """Answers to the byte, after which the connection ends as it is: over TLS without a word of goodbye."""
    asked: list[str] = field(default_factory=list)
    taken: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    """What was posted: its headers and its body."""
    tunnels: list[str] = field(default_factory=list)
    refuses: bool = False
    refusal: bytes = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    """What the proxy says where it refuses."""
    egress: Egress = field(default_factory=lambda: Egress("", 0))


class _Pages(BaseHTTPRequestHandler):
    web: Web

    def do_GET(self) -> None:
        self.web.asked.append(f"{self.headers['Host']} {self.path}")
        if self.path in self.web.raw:
            self.wfile.write(self.web.raw[self.path])
            return
        status, headers, body = self.web.pages.get(self.path, (404, {}, b"no"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.web.taken.append((dict(self.headers), body))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


def _proxy(web: Web, plain: int, secure: int) -> type[socketserver.StreamRequestHandler]:
    class Proxy(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _verb, there, _version = self.rfile.readline().decode().split()
            while self.rfile.readline().strip():
                pass
            web.tunnels.append(there)
            if web.refuses:
                self.wfile.write(web.refusal)
                return
            port = secure if there.endswith(":443") else plain
            with socket.create_connection(("127.0.0.1", port)) as server:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pass, args=(server, self.connection))
                back.start()
                _pass(self.connection, server)
                back.join()

    return Proxy


def _pass(one: socket.socket, other: socket.socket) -> None:
    try:
        while piece := one.recv(1 << 16):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def _certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(7).not_valid_before(NOON - timedelta(days=900)).not_valid_after(NOON + timedelta(days=9000))
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


@contextmanager
def web(folder: Path) -> Iterator[Web]:
    """The proxy and the web, until the end of the context; `egress` says where the proxy is."""
    made = Web()
    certificate, private = _certificate(folder, HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    with ExitStack() as stack:
        pages = type("Pages", (_Pages,), {"web": made})
        plain, secure = (stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), pages)) for _ in range(2))
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        handler = _proxy(made, plain.server_address[1], secure.server_address[1])
        proxy = stack.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler))
        for server in (plain, secure, proxy):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
        made.egress = Egress("127.0.0.1", proxy.server_address[1], str(certificate))
        yield made
