"""Speaks to a service that takes CyberTipline reports (formats.md c2): over TLS, with a password, to no redirection.

Of everything that is sent one knows whether it arrived, did not, or may have: a file's last bytes leave only after
`leaving`, and without them a service has nothing.
"""

import base64
import http.client
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import md5
from pathlib import Path
from urllib.parse import urlsplit

from havre.cybertip.codes import code_of_status
from havre.cybertip.files import FileDetails, ReportDoneResponse, ReportResponse
from havre.cybertip.read import document_of
from havre.cybertip.report import Report
from havre.cybertip.write import xml_of
from havre.errors import Invalid, Refused, Unavailable
from havre.settings import LOOPBACK, Egress

TEST = "https://exttest.cybertip.org/ispws"
PRODUCTION = "https://report.cybertip.org/ispws"

SECONDS = 60.0
LONGEST_ANSWER = 4 << 20
PIECE = 1 << 16
XML = "text/xml; charset=utf-8"
BOUNDARY = "havre-form"
"""Of a form that holds digits alone."""
BARE = (*LOOPBACK, "::1")
"""This machine: the only one that is spoken to without TLS."""

Answer = ReportResponse | ReportDoneResponse


class NeverLeftError(Exception):
    """Nothing of it can have arrived."""


class ChangedError(Exception):
    """The file is not what it was when the report was made ready; nothing of it arrived."""


class PerhapsError(Exception):
    """It may have arrived: no answer came that says so."""


@dataclass(frozen=True, slots=True)
class Tipline:
    """Where reports go, and as whom."""

    address: str
    authorization: str = field(repr=False)
    egress: Egress | None = None

    @property
    def host(self) -> str:
        """The host that is spoken to."""
        return urlsplit(self.address).hostname or ""


def tipline_of(to: str, credential: str, egress: Egress | None, *, production: bool = False) -> Tipline:
    """A service by its address and a `user:password`. Raises Invalid for what is none, Refused for production unasked.

    Without an address it is the test environment, and production only where that is said.
    """
    address = (to or (PRODUCTION if production else TEST)).rstrip("/")
    parts = urlsplit(address)
    fine = parts.hostname and "@" not in parts.netloc and not parts.query and not parts.fragment
    if not fine or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in BARE)):
        raise Invalid("a service is an https:// address such as %(test)s", test=TEST)
    if parts.hostname == urlsplit(PRODUCTION).hostname and not production:
        raise Refused("this is the production environment, where reports are real: say --production")
    if parts.hostname == urlsplit(TEST).hostname and production:
        raise Refused("this is the test environment, and --production was said: name one of the two")
    user, colon, password = credential.strip("\r\n").partition(":")
    if not (user and colon and password) or not credential.strip("\r\n").isprintable():
        raise Invalid("a credential is a file with one line, user:password")
    basic = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return Tipline(address, f"Basic {basic}", None if parts.hostname in BARE else egress)


# ---- what one asks ----


def status(service: Tipline) -> Answer:
    """Whether it is there and lets us in."""
    return _asked(service, "GET", "/status")


def schema(service: Tipline) -> bytes:
    """Its XML schema, as it stands now."""
    got, body = _spoken(service, "GET", "/xsd", b"", "")
    if got != 200:
        raise Unavailable("the service gives no schema (%(status)s)", status=got)
    return body


def submit(service: Tipline, report: Report) -> Answer:
    """Open a report."""
    return _asked(service, "POST", "/submit", xml_of(report), XML)


def fileinfo(service: Tipline, details: FileDetails) -> Answer:
    """Say something of a file that is there; said again, it is the same."""
    return _asked(service, "POST", "/fileinfo", xml_of(details), XML)


def finish(service: Tipline, report_id: int) -> Answer:
    """End a report; it can't be undone."""
    return _asked(service, "POST", "/finish", *_id_of(report_id))


def retract(service: Tipline, report_id: int) -> Answer:
    """Take a report back that is not finished."""
    return _asked(service, "POST", "/retract", *_id_of(report_id))


def preserved(service: Tipline, report_id: int, until: date) -> None:
    """Tell a hotline until when a finished report is kept; NCMEC does not take that. Raises where it is not taken."""
    try:
        answer = _asked(service, "POST", "/preserved", *_id_of(report_id, until=until.isoformat()))
    except (NeverLeftError, PerhapsError) as error:
        raise Unavailable("the service was not told until when it is kept (%(why)s)", why=error) from None
    if answer.response_code != 0:
        raise Refused(
            "the service does not take until when a report is kept (%(code)s): leave out --tell-preserved",
            code=answer.response_code,
        )


def _id_of(report_id: int, **more: str) -> tuple[bytes, str]:
    """A form that holds a report's number, and its type."""
    fields = {"id": str(report_id)} | more
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'
        for name, said in fields.items()
    )
    return f"{''.join(parts)}--{BOUNDARY}--\r\n".encode("ascii"), f"multipart/form-data; boundary={BOUNDARY}"


def upload(service: Tipline, report_id: int, path: Path, digest: str, leaving: Callable[[], None]) -> Answer:
    """Send a file. `leaving` is called when all but its last bytes are sent; what it raises before sends nothing.

    Raises NeverLeftError where the file did not come whole, and ChangedError where its MD5 is not this one.
    """
    # At most 70 characters (RFC 2046, 5.1.1), and none that a file could hold.
    boundary = f"h-{md5(f'{report_id} {digest}'.encode(), usedforsecurity=False).hexdigest()}-{digest}"
    head, tail = _around(boundary, report_id, path.name)
    line = _line(service)
    try:
        _begin(service, line, boundary, len(head) + path.stat().st_size + len(tail))
        refused = _streamed(line, head, path, digest)
        if refused is not None:
            return refused
        leaving()
    except (OSError, http.client.HTTPException) as error:
        line.close()
        raise NeverLeftError(_why(error)) from error
    except BaseException:
        line.close()
        raise
    try:
        line.send(tail)
        return _answer(*_got(line))
    except (OSError, http.client.HTTPException) as error:
        raise PerhapsError(_why(error)) from error
    finally:
        line.close()


def _around(boundary: str, report_id: int, name: str) -> tuple[bytes, bytes]:
    """What stands before a file and behind it in a form (RFC 7578)."""
    safe = name.encode("utf-8", "replace").replace(b"\r", b"%0D").replace(b"\n", b"%0A").replace(b'"', b"%22")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="id"\r\n\r\n{report_id}\r\n--{boundary}\r\n'.encode()
    head += b'Content-Disposition: form-data; name="file"; filename="' + safe + b'"\r\n'
    head += b"Content-Type: application/octet-stream\r\n\r\n"
    return head, f"\r\n--{boundary}--\r\n".encode()


def _begin(service: Tipline, line: http.client.HTTPConnection, boundary: str, length: int) -> None:
    line.connect()
    line.putrequest("POST", f"{urlsplit(service.address).path}/upload")
    line.putheader("Authorization", service.authorization)
    line.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
    line.putheader("Content-Length", str(length))
    line.endheaders()


def _streamed(line: http.client.HTTPConnection, head: bytes, path: Path, digest: str) -> Answer | None:
    """Send all but the last bytes; what the service answered, where it did not wait for them."""
    seen = md5(usedforsecurity=False)
    try:
        line.send(head)
        for piece in _pieces(path):
            seen.update(piece)
            line.send(piece)
    except (BrokenPipeError, ConnectionResetError):
        return _answer(*_got(line))
    if seen.hexdigest() != digest:
        raise ChangedError
    return None


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


# ---- the line ----


def _asked(service: Tipline, method: str, what: str, body: bytes = b"", kind: str = "") -> Answer:
    return _answer(*_spoken(service, method, what, body, kind))


def _spoken(service: Tipline, method: str, what: str, body: bytes, kind: str) -> tuple[int, bytes]:
    """One request and the answer to it. Raises NeverLeftError or PerhapsError where none came."""
    line = _line(service)
    try:
        line.connect()
    except (OSError, http.client.HTTPException) as error:
        line.close()
        raise NeverLeftError(_why(error)) from error
    headers = {"Authorization": service.authorization} | ({"Content-Type": kind} if kind else {})
    try:
        line.request(method, f"{urlsplit(service.address).path}{what}", body or None, headers)
        return _got(line)
    except (OSError, http.client.HTTPException) as error:
        raise PerhapsError(_why(error)) from error
    finally:
        line.close()


def _line(service: Tipline) -> http.client.HTTPConnection:
    """To the service: through the proxy where there is one, and without TLS to this machine alone."""
    parts = urlsplit(service.address)
    host, egress = parts.hostname or "", service.egress
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port or 80, timeout=SECONDS)
    context = ssl.create_default_context(cafile=(egress.authorities or None) if egress is not None else None)
    if egress is None:
        return http.client.HTTPSConnection(host, parts.port or 443, timeout=SECONDS, context=context)
    line = http.client.HTTPSConnection(egress.host, egress.port, timeout=SECONDS, context=context)
    line.set_tunnel(host, parts.port or 443)
    return line


def _got(line: http.client.HTTPConnection) -> tuple[int, bytes]:
    answer = line.getresponse()
    body = answer.read(LONGEST_ANSWER + 1)
    if len(body) > LONGEST_ANSWER:
        raise http.client.HTTPException("the answer is too long")
    return answer.status, body


def _answer(status: int, body: bytes) -> Answer:
    """What the service says; a status without a document is the code that it stands for."""
    try:
        found = document_of(body)
    except Invalid:
        found = None
    if isinstance(found, ReportResponse | ReportDoneResponse):
        return found
    if 200 <= status < 300:
        raise PerhapsError("the service answered something that is not understood")
    return ReportResponse(response_code=code_of_status(status), response_description=f"HTTP {status}")


def _why(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
