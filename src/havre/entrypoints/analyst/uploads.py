"""Files sent to an intake: announced, sent piece by piece from where each ends, then handed over.

The protocol is that of tus 1.0 as far as it goes (an offset, a piece behind it), with the SHA-256 of each piece.
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from havre.cases.models import Chunk, Upload
from havre.cases.queries import upload_for
from havre.cases.upload import CHUNK
from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.asked import number
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import Invalid
from havre.flows import uploading
from havre.flows.intake_shown import gathering
from havre.flows.ordering import send_off
from havre.units.models import RoleName

CHECKSUM = "sha256 "
"""How the header Upload-Checksum begins; base64 follows (tus 1.0, extension checksum)."""

NUMBERS = 2**63


@page(RoleName.ANALYST)
def intake_upload(visit: Visit, order: int) -> HttpResponse:
    """Choose files or a folder, watch them go; what was sent before is listed and goes on."""
    found, files = gathering(visit.acting(), order, number(visit, "after"))
    if found.state != "gathering":
        return redirect("intake_asked", order=found.pk)
    whole = bool(files.rows) and all(file.received == file.size for file in files.rows)
    context = {"order": found, "files": files, "chunk": CHUNK, "whole": whole}
    return visit.show("intake_upload_files.html" if visit.partial else "intake_upload.html", context)


@page(RoleName.ANALYST)
def uploads(visit: Visit) -> HttpResponse:
    """Announce files: for each its number and how far it is, or why it can't be sent."""
    order, files = _announcement(visit.request)
    found = uploading.announced(visit.home, visit.acting(), order, files)
    return JsonResponse({"files": [_file(visit, each) for each in found]}, status=201)


def _announcement(request: HttpRequest) -> tuple[int, list[uploading.File]]:
    try:
        told = json.loads(request.body)
        files = [
            uploading.File(_text(f["name"]), _whole(f["size"]), float(f.get("modified", 0))) for f in told["files"]
        ]
        return _whole(told["order"]), files
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Invalid(_("This is no announcement of files: reload the page.")) from None


def _announced(file: dict[str, object]) -> uploading.File:
    modified = file.get("modified", 0)
    return uploading.File(_text(file["name"]), _whole(file["size"]), _whole(modified))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half a character is none
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < NUMBERS:
        raise TypeError
    return value


def _file(visit: Visit, found: "Upload | Invalid") -> dict[str, object]:
    if isinstance(found, Invalid):
        return {"sentence": sentence(found)}
    first = uploading.first_piece(visit.acting(), found) if found.received else None
    return _state(found, first)


def _state(upload: Upload, first: Chunk | None) -> dict[str, object]:
    """How far an upload is; the first piece's digest tells whether a file chosen again is the same."""
    told: dict[str, object] = {"id": upload.pk, "name": upload.name, "size": upload.size, "offset": upload.received}
    if first is not None:
        told["first"] = {"bytes": first.bytes, "sha256": bytes(first.sha256).hex()}
    return told


@page(RoleName.ANALYST)
def upload(visit: Visit, number: int) -> HttpResponse:
    """How far an upload is (GET, HEAD); or its next piece (PATCH)."""
    if visit.request.method != "PATCH":
        found = upload_for(visit.person, number)
        return _told(found, _state(found, uploading.first_piece(visit.acting(), found)))
    try:
        found = uploading.take_piece(visit.home, visit.acting(), number, _piece(visit.request))
    except uploading.ElsewhereError as error:
        answer = JsonResponse({"sentence": sentence(error), "offset": error.received}, status=409)
        answer.headers["Upload-Offset"] = str(error.received)
        return answer
    return _told(found, _state(found, None))


def _told(upload: Upload, body: dict[str, object]) -> HttpResponse:
    answer = JsonResponse(body)
    answer.headers["Upload-Offset"] = str(upload.received)
    answer.headers["Upload-Length"] = str(upload.size)
    return answer


def _piece(request: HttpRequest) -> uploading.Piece:
    offset, length = request.headers.get("Upload-Offset", ""), request.headers.get("Content-Length", "")
    checksum = request.headers.get("Upload-Checksum", "")
    if not all(each.isascii() and each.isdecimal() and len(each) < 19 for each in (offset, length)):
        raise Invalid(_("A piece says where it begins and how long it is."))
    try:
        digest = b64decode(checksum.removeprefix(CHECKSUM), validate=True)
    except (NotBase64, ValueError):
        raise Invalid(_("A piece comes with its SHA-256.")) from None
    return uploading.Piece(int(offset), int(length), digest, cast(BinaryIO, _Body(request)))


class _Body:
    """The body of a request as it arrives; one that breaks off is an OSError like any other."""

    def __init__(self, request: HttpRequest) -> None:
        self._read: Callable[[int], bytes] = request.read

    def read(self, count: int) -> bytes:
        """The next bytes."""
        try:
            return self._read(count)
        except UnreadablePostError as error:
            raise OSError("the connection was cut") from error


@page(RoleName.ANALYST)
def intake_send(visit: Visit, order: int) -> HttpResponse:
    """All files are here: the intake waits for its turn."""
    found = send_off(visit.home, visit.acting(), order)
    address = reverse("intake_asked", kwargs={"order": found.pk})
    if "application/json" in visit.request.headers.get("Accept", ""):
        return JsonResponse({"address": address})
    return redirect(address)


ADDRESSES = [
    path("intakes/upload/<int:order>", intake_upload, name="intake_upload"),
    path("intakes/upload/<int:order>/send", require_POST(intake_send), name="intake_send"),
    path("uploads", require_POST(uploads), name="uploads"),
    path("uploads/<int:number>", require_http_methods(["GET", "HEAD", "PATCH"])(upload), name="upload"),
]
