"""`/cybertip/…`: platforms report here as they do to NCMEC's CyberTipline (formats.md c2); everything answers in XML.

Nothing is decoded and nothing is compared: what is answered follows from the form of what came, never from what it is.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from pathlib import Path
from threading import BoundedSemaphore

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from havre.cybertip.check import Document, Problem, refuse
from havre.cybertip.files import FileDetails, Files, ReportDoneResponse, ReportResponse
from havre.cybertip.form import Part, boundary_of, fields_of
from havre.cybertip.read import Read, read
from havre.cybertip.report import Report
from havre.cybertip.told import details_of, gist_of
from havre.cybertip.tree import MOST_BYTES
from havre.cybertip.write import xml_of
from havre.cybertip.xsd import schema
from havre.entrypoints.platform import node
from havre.entrypoints.platform.door import bearer
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.hotline import tips
from havre.hotline.models import Partner
from havre.hotline.tip_files import MOST_BYTES as MOST_OF_FILE
from havre.hotline.tip_files import TooLarge, discard, must_have_room, take_file
from havre.hotline.tip_sealed import Came

SUCCESS, SERVER, NOT_SAVED, NO_ROOM = 0, 1000, 1100, 1110
STRANGER, MAY_NOT, NOT_UNDERSTOOD, NOT_VALID, NO_XML, BAD_FILE = 2000, 3100, 4000, 4100, 4110, 4200
NO_REPORT, NO_FILE, TAKEN_BACK, FINISHED = 5001, 5002, 5101, 5102
CODES: tuple[tuple[type[HavreError], int], ...] = (
    (tips.Finished, FINISHED),
    (tips.TakenBack, TAKEN_BACK),
    (tips.NoFile, NO_FILE),
    (NotFound, NO_REPORT),
    (Refused, MAY_NOT),
    (Invalid, NOT_VALID),
    (Unavailable, NOT_SAVED),
)
"""The code of each error that has no other; the first that fits."""
FILES: tuple[tuple[type[HavreError], int], ...] = (
    (TooLarge, BAD_FILE),
    (Invalid, NOT_UNDERSTOOD),
    (Unavailable, NO_ROOM),
)
"""The same while a file comes."""
UPLOADS = 4
"""Files that come in at once, to one process: half of its threads, so that what is short is never kept waiting."""
TURNS = BoundedSemaphore(UPLOADS)
LONGEST_DESCRIPTION = 500
PIECE = 1 << 16
XML = "text/xml; charset=utf-8"
CHALLENGE = 'Basic realm="reports of platforms", charset="UTF-8"'

Act = Callable[[HttpRequest, Partner], Document]


class Coded(Exception):
    """An answer of this code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def _answers(act: Act) -> Callable[[HttpRequest], HttpResponse]:
    """Answer whoever shows a key in XML, whatever happens."""

    @csrf_exempt
    @wraps(act)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            try:
                partner = tips.reporter_of(_key(request))
            except Refused as error:
                return _said(STRANGER, str(error), status=401, **{"WWW-Authenticate": CHALLENGE})
            return HttpResponse(xml_of(act(request, partner)), content_type=XML)
        except Coded as error:
            return _said(error.code, str(error))
        except HavreError as error:
            code = _code_of(error, CODES)
            return _said(code, str(error) if code != SERVER else "this can't be answered now: ask again later")
        except (DatabaseError, OSError):
            return _said(SERVER, "this can't be answered now: ask again later")

    return answered


def _code_of(error: HavreError, codes: tuple[tuple[type[HavreError], int], ...]) -> int:
    return next((code for kind, code in codes if isinstance(error, kind)), SERVER)


def _said(code: int, sentence: str, status: int = 200, **headers: str) -> HttpResponse:
    return HttpResponse(xml_of(_response(code, sentence)), status=status, content_type=XML, headers=headers)


def _response(code: int, sentence: str, number: int | None = None) -> ReportResponse:
    told = "".join(sign if sign.isprintable() else " " for sign in sentence)[:LONGEST_DESCRIPTION]
    return ReportResponse(response_code=code, response_description=told, report_id=number)


def _key(request: HttpRequest) -> str:
    """The password of HTTP Basic, whatever the name; or a bearer token."""
    kind, _space, shown = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return bearer(request)
    try:
        return base64.b64decode(shown, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


# ---- what is asked ----


@require_GET
@_answers
def status(_request: HttpRequest, _partner: Partner) -> Document:
    """Whether it is there and lets whoever asks in."""
    return _response(SUCCESS, "Remote User Verified")


@require_GET
def xsd(_request: HttpRequest) -> HttpResponse:
    """The schema of everything that is sent and answered here."""
    return HttpResponse(schema(), content_type=XML)


@require_POST
@_answers
def submit(request: HttpRequest, partner: Partner) -> Document:
    """Begin a report; it is none before it is finished."""
    body = _xml(request)
    _right(body, Report)
    tip, code = tips.open_tip(partner, _key(request), gist_of(body), node.now())
    return _response(SUCCESS, f"Success. The hotline's answers to it open with the code {code}", tip.number)


@require_POST
@_answers
def upload(request: HttpRequest, partner: Partner) -> Document:
    """Add a file. What was kept of one that can't be added is removed; where too many come at once it is not begun."""
    if not TURNS.acquire(blocking=False):
        raise Coded(NO_ROOM, "very many files come in at this moment: send it again later")
    try:
        return _uploaded(request, partner)
    finally:
        TURNS.release()


def _uploaded(request: HttpRequest, partner: Partner) -> Document:
    folder = node.front().tips
    number, name, came = _file_in(request, partner, folder)
    if came is None:
        raise Coded(NOT_UNDERSTOOD, "this form holds no file: send it as `file`")
    try:
        kept = tips.add_file(partner, _number(number), came, name, node.now())
    except BaseException:
        discard(folder, came.blob)
        raise
    return ReportResponse(
        response_code=SUCCESS,
        response_description="Success",
        report_id=int(number),
        file_id=kept.file_id,
        hash=came.md5,
    )


@require_POST
@_answers
def fileinfo(request: HttpRequest, partner: Partner) -> Document:
    """Say something of a file that is there; said again, the newest counts."""
    body = _xml(request)
    details = _right(body, FileDetails).document
    assert isinstance(details, FileDetails)
    tips.say_of_file(partner, details.report_id, details.file_id, details_of(body), node.now())
    return _response(SUCCESS, "Success", details.report_id)


@require_POST
@_answers
def finish(request: HttpRequest, partner: Partner) -> Document:
    """The report is one from now on; it can't be undone."""
    number = _named(request)
    files = tips.finish_tip(partner, number, node.now())
    return ReportDoneResponse(response_code=SUCCESS, report_id=number, files=Files(file_id=tuple(files)))


@require_POST
@_answers
def retract(request: HttpRequest, partner: Partner) -> Document:
    """Take back a report that is not finished."""
    number = _named(request)
    for blob in tips.retract_tip(partner, number, node.now()):
        discard(node.front().tips, blob)
    return _response(SUCCESS, "Success", number)


@require_POST
@_answers
def preserved(request: HttpRequest, partner: Partner) -> Document:
    """Its platform says until when it keeps what it reported: this NCMEC's API does not have."""
    fields = _fields(request)
    number = _number(fields.get("id", ""))
    try:
        until = date.fromisoformat(fields.get("until", ""))
    except ValueError:
        raise Coded(NOT_UNDERSTOOD, "say until when it is kept: until, as 2027-03-02") from None
    tips.keep_until(partner, number, until)
    return _response(SUCCESS, "Success", number)


# ---- what comes ----


def _xml(request: HttpRequest) -> bytes:
    if request.content_type not in ("text/xml", "application/xml"):
        raise Coded(NOT_UNDERSTOOD, "send XML, as text/xml")
    body = b"".join(iter(lambda: request.read(PIECE), b"")) if _length(request) <= MOST_BYTES else b""
    if not body:
        raise Coded(NO_XML, f"send XML of at most {MOST_BYTES} bytes")
    return body


def _length(request: HttpRequest) -> int:
    return int(request.META.get("CONTENT_LENGTH") or 0)


def _right(body: bytes, kind: type[Document]) -> Read:
    """A document of this kind with everything in the schema; one sentence says what is not."""
    try:
        found = read(body)
    except Invalid as error:
        raise Coded(NO_XML, str(error)) from None
    wrong = [*found.problems, *found.dropped]
    if not wrong and not isinstance(found.document, kind):
        wrong = [Problem(found.root, "is not what is sent to this address")]
    try:
        refuse(wrong)
    except Invalid as error:
        raise Coded(NOT_VALID, str(error)) from None
    return found


def _form(request: HttpRequest) -> Iterator[Part]:
    return fields_of(request.read, boundary_of(request.headers.get("Content-Type", "")))


def _named(request: HttpRequest) -> int:
    """The report that a form names."""
    return _number(_fields(request).get("id", ""))


def _fields(request: HttpRequest) -> dict[str, str]:
    """The short fields of a form."""
    try:
        return {part.name: part.value() for part in _form(request)}
    except Invalid as error:
        raise Coded(NOT_UNDERSTOOD, str(error)) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise NotFound(tips.NO_REPORT)
    return int(text)


def _file_in(request: HttpRequest, partner: Partner, folder: Path) -> tuple[str, str, Came | None]:
    """Which report a form names, and its file, sealed; nothing is kept of a form that ends early."""
    number, name, came, left = "", "", None, MOST_OF_FILE
    try:
        must_have_room(folder)
        for part in _form(request):
            if part.name == "id":
                number = part.value()
                left = _may_add(partner, number)
            elif part.name == "file" and came is None:
                name, came = part.filename or "", _take(folder, partner, part, left)
            elif part.name == "file":
                raise Invalid("send one file at a time")
    except BaseException as error:
        if came is not None:
            discard(folder, came.blob)
        if isinstance(error, HavreError):
            raise Coded(_code_of(error, FILES), str(error)) from None
        raise
    return number, name, came


def _may_add(partner: Partner, number: str) -> int:
    """Bytes that may still come to this report: asked before a file lies on the disk, where its number came first."""
    try:
        return tips.may_add(partner, _number(number), node.now())
    except HavreError as error:
        raise Coded(_code_of(error, CODES), str(error)) from None


def _take(folder: Path, partner: Partner, part: Part, left: int) -> Came:
    try:
        return take_file(folder, str(partner.unit_id), part.pieces, most=min(left, MOST_OF_FILE))
    except TooLarge:
        if left < MOST_OF_FILE:
            raise Unavailable(tips.VERY_MUCH) from None
        raise
