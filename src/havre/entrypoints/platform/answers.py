"""What every answer carries, and how an error looks: one sentence as `{"message"}`."""

import sys
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable

Answer = Callable[[HttpRequest], HttpResponseBase]

STATUS: dict[type[HavreError], int] = {Invalid: 400, Refused: 403, NotFound: 404, Broken: 503, Unavailable: 503}

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Stranger(Refused):
    """Whoever asks showed no token, or none that is known here."""


def headers(answer: Answer) -> Answer:
    """Every answer says that nobody keeps it on its way."""

    def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.is_secure():
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return with_headers


class errors:  # noqa: N801 - Django finds process_exception on what it calls
    """An error becomes one sentence."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Whatever the address answers; one that is not there is told in our words."""
        response = self._answer(request)
        if response.status_code == 404 and "message" not in getattr(response, "content", b"").decode(
            "utf-8", "replace"
        ):
            return said(404, "there is nothing at this address")
        if response.status_code == 405:
            response.headers["Content-Type"] = "application/json"
            return said(405, "this address is asked otherwise: see the header Allow", Allow=response.headers["Allow"])
        return response

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse:
        """The answer to an error; of a fault of Havre its kind is printed and nothing of the request."""
        if isinstance(error, Stranger):
            return said(401, str(error), **{"WWW-Authenticate": "Bearer"})
        if isinstance(error, HavreError):
            status = next(number for kind, number in STATUS.items() if isinstance(error, kind))
            return said(status, str(error) if status < 500 else "this can't be answered now: ask again in a minute")
        return _of_django(error)


def _of_django(error: Exception) -> HttpResponse:
    if isinstance(error, Http404):
        return said(404, "there is nothing at this address")
    if isinstance(error, RequestDataTooBig):
        return said(413, "this is too much at once")
    if isinstance(error, SuspiciousOperation | BadRequest | UnicodeError):
        return said(400, "this can't be read")
    sys.stderr.write(f"havre platform: {type(error).__name__}\n")
    return said(503 if isinstance(error, DatabaseError) else 500, "this can't be answered now: ask again in a minute")


def said(status: int, sentence: str, **headers: str) -> HttpResponse:
    """One sentence, for whoever wrote the program that asks."""
    return JsonResponse({"message": sentence}, status=status, headers=headers)
