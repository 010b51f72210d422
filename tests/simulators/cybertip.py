"""A service that takes CyberTipline reports, on loopback, with faults and a clock that is moved (formats.md c2).

It holds to the documentation as far as that goes: what is not finished is deleted 24 hours after it was opened or an
hour after its last change, whichever is later; a file whose form ends early never came.
"""

import base64
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from havre.cybertip.check import Document
from havre.cybertip.files import FileDetails, Files, ReportDoneResponse, ReportResponse
from havre.cybertip.read import read
from havre.cybertip.report import Report
from havre.cybertip.write import xml_of
from havre.cybertip.xsd import schema

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""As in the cast, which this does without: a platform has no database."""

CREDENTIAL = "platform:a long password"
HOUR = timedelta(hours=1)
UNREAD = frozenset({"cut", "half", "early"})


@dataclass
class Clock:
    """The time at the service and at whoever sends."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def go(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


@dataclass
class Held:
    """One report at the service."""

    report: Report
    opened: datetime
    changed: datetime
    files: dict[str, bytes] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    said: dict[str, list[FileDetails]] = field(default_factory=lambda: defaultdict(list))
    state: str = "open"


@dataclass
class Hotline:
    """What the service holds, and how it behaves."""

    clock: Callable[[], datetime] = field(default_factory=Clock)
    reports: dict[int, Held] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By path, what happens to the next requests: a code, `http 503`, `cut` (nothing is read), `half` (a piece is),
    `early` (refused before it is read), `deaf` (done, and never answered), `junk`, `twice` (done two times), `other
    md5`; an empty one is none."""
    asked: list[str] = field(default_factory=list)
    schema: bytes = field(default_factory=lambda: schema().encode())
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/ispws"

    @property
    def finished(self) -> list[Held]:
        """What was reported."""
        return [held for held in self.reports.values() if held.state == "finished"]

    def tidy(self) -> None:
        """Delete what was not finished in time."""
        for held in self.reports.values():
            if held.state == "open" and self.clock() >= max(held.opened + 24 * HOUR, held.changed + HOUR):
                held.state = "deleted"

    # ---- what it does ----

    def answer(self, path: str, kind: str, body: bytes) -> Document:
        """What it says to a request."""
        self.tidy()
        if path == "/status":
            return said(0)
        if path == "/submit":
            return self._submit(body) if kind.startswith("text/xml") else said(4000)
        if path == "/fileinfo":
            return self._fileinfo(body)
        if path not in ("/upload", "/finish", "/retract"):
            return said(1210)
        fields = _form(kind, body)
        if fields is None:
            return said(4000)
        number = int(fields["id"][0])
        held = self.reports.get(number)
        if held is None or held.state == "deleted":
            return said(5001)
        if held.state != "open":
            return said(5101 if held.state == "retracted" else 5102, number)
        return {"/upload": self._upload, "/finish": self._finish, "/retract": self._retract}[path](number, held, fields)

    def _submit(self, body: bytes) -> Document:
        found = read(body)
        if found.problems or found.notes or not isinstance(found.document, Report):
            return said(4100, why="; ".join(map(str, [*found.problems, *found.notes])))
        number = 4_564_654 + len(self.reports)
        self.reports[number] = Held(found.document, self.clock(), self.clock())
        return said(0, number)

    def _upload(self, number: int, held: Held, fields: dict[str, list[bytes]]) -> Document:
        file_id, content = f"{len(held.files):032x}", fields["file"][0]
        held.files[file_id], held.changed = content, self.clock()
        held.names.append(fields["name"][0].decode())
        digest = md5(content, usedforsecurity=False).hexdigest()
        return ReportResponse(
            response_code=0, response_description="Success", report_id=number, file_id=file_id, hash=digest
        )

    def _fileinfo(self, body: bytes) -> Document:
        found = read(body)
        details = found.document
        if not isinstance(details, FileDetails):
            return said(4100)
        held = self.reports.get(details.report_id)
        if held is None or held.state == "deleted":
            return said(5001)
        if held.state != "open":
            return said(5101 if held.state == "retracted" else 5102)
        if details.file_id not in held.files:
            return said(5002)
        held.said[details.file_id].append(details)
        held.changed = self.clock()
        return said(0, details.report_id)

    def _finish(self, number: int, held: Held, _fields: dict[str, list[bytes]]) -> Document:
        held.state = "finished"
        return ReportDoneResponse(response_code=0, report_id=number, files=Files(file_id=tuple(held.files)))

    def _retract(self, number: int, held: Held, _fields: dict[str, list[bytes]]) -> Document:
        held.state = "retracted"
        return said(0, number)


def said(code: int, number: int | None = None, why: str = "") -> ReportResponse:
    """An answer of this code."""
    return ReportResponse(response_code=code, response_description=why or f"code {code}", report_id=number)


def _form(kind: str, body: bytes) -> dict[str, list[bytes]] | None:
    """The fields of a form; None where it ends early or is none."""
    mark = b"--" + kind.partition("boundary=")[2].encode()
    if not body.endswith(b"\r\n" + mark + b"--\r\n"):
        return None
    fields: dict[str, list[bytes]] = {}
    for part in body[len(mark) : -len(mark) - 6].split(b"\r\n" + mark):
        head, _, content = part.partition(b"\r\n\r\n")
        fields[head.split(b'name="')[1].split(b'"')[0].decode()] = [content]
        if b"filename=" in head:
            fields["name"] = [head.split(b'filename="')[1].split(b'"')[0]]
    return fields


class _Speaks(BaseHTTPRequestHandler):
    hotline: Hotline
    wbufsize = 1 << 16  # an answer leaves as one piece, and nobody waits for the rest of it

    def do_GET(self) -> None:
        if self.path.endswith("/xsd"):
            self._send(200, self.hotline.schema)
        else:
            self._answer(b"")

    def do_POST(self) -> None:
        path, length = self._path(), int(self.headers["Content-Length"])
        with self.hotline.lock:
            waits = self.hotline.faults[path]
            if waits and waits[0] in UNREAD:
                fault = waits.pop(0)
                if fault == "half":
                    self.rfile.read(length // 2)
                if fault == "early":
                    self._send(413, b"")
                self.close_connection = True
                return
        self._answer(self.rfile.read(length))

    def _path(self) -> str:
        return self.path.removeprefix("/ispws")

    def _answer(self, body: bytes) -> None:
        path, hotline = self._path(), self.hotline
        expected = "Basic " + base64.b64encode(CREDENTIAL.encode()).decode()
        if self.headers["Authorization"] != expected:
            self._send(401, b"")
            return
        with hotline.lock:
            hotline.asked.append(path)
            fault = hotline.faults[path].pop(0) if hotline.faults[path] else ""
            kind = self.headers["Content-Type"] or ""
            if fault.isdecimal():
                self._send(200, xml_of(said(int(fault))))
                return
            if fault.startswith("http "):
                self._send(int(fault[5:]), b"<html>trouble</html>")
                return
            made = hotline.answer(path, kind, body)
            if fault == "twice":
                made = hotline.answer(path, kind, body)
        if fault == "deaf":
            self.close_connection = True
        elif fault == "junk":
            self._send(200, b"fine!")
        else:
            self._send(200, xml_of(made).replace(b"<hash>", b"<hash>0" if fault == "other md5" else b"<hash>"))

    def _send(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def cybertip(clock: Callable[[], datetime] | None = None) -> Iterator[Hotline]:
    """The service, until the end of the context."""
    made = Hotline(clock or Clock())
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Speaks", (_Speaks,), {"hotline": made}))
    server.daemon_threads = True
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
