"""What every answer carries, and how an error looks: the whole of error handling of these pages."""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable

Answer = Callable[[HttpRequest], HttpResponseBase]

STATUS: dict[type[HavreError], int] = {Invalid: 400, Refused: 403, NotFound: 404, Broken: 500, Unavailable: 503}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing from elsewhere, nothing inline: what a page may load."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def headers(answer: Answer) -> Answer:
    """Every answer says what it may load; none but those of /static is kept by anybody."""

    def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Cache-Control"] = response.headers.get("Cache-Control") or "no-store"
        return response

    return with_headers


class errors:  # noqa: N801 - Django finds process_exception on what it calls
    """An error becomes one sentence with the next step."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Whatever the page answers."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error that a person can be told; None for a fault of Havre, which Django answers with 500."""
        if isinstance(error, DatabaseError):
            error = Unavailable(_("The database does not answer. Nothing was lost: try again in a minute."))
        if not isinstance(error, HavreError):
            return None
        return failed(request, error)


def failed(request: HttpRequest, error: HavreError) -> HttpResponse:
    """One sentence; as a piece of a page where htmx asked for one, as JSON where a script did."""
    status = next(number for kind, number in STATUS.items() if isinstance(error, kind))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"sentence": _sentence(str(error))}, status=status)
    template = "analyst/error_piece.html" if request.headers.get("HX-Request") == "true" else "analyst/error.html"
    return render(request, template, {"sentence": _sentence(str(error)), "status": status}, status=status)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
