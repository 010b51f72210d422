"""What every answer carries, and how an error looks: the whole of error handling of these pages."""

import sys
from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from havre.entrypoints.public.pages import calling
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable

Answer = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
STATUS: dict[type[HavreError], int] = {Invalid: 400, Refused: 403, NotFound: 404, Broken: 500, Unavailable: 503}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""One sheet and one small script of ours, and nothing else whatever a page says."""

MAKING_HASHES = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; media-src blob:; "
    "connect-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Where hashes are made of pictures: WebAssembly of ours, films that somebody chose, and no connection to anywhere.
What leaves such a page leaves by its form."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

HSTS = "max-age=31536000"


def headers(answer: Answer) -> Answer:
    """Every answer says what it may load, that nobody keeps it, and never sets a cookie."""

    def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if getattr(response, "makes_hashes", False):
            response.headers["Content-Security-Policy"] = MAKING_HASHES
        if request.is_secure():
            response.headers["Strict-Transport-Security"] = HSTS
        if isinstance(response, HttpResponse):
            response.headers["Content-Length"] = str(len(response.content))
            if request.method == "HEAD":
                response.content = b""
        return response

    return with_headers


class errors:  # noqa: N801 - Django finds process_exception on what it calls
    """An error becomes one sentence with the next step."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Whatever the page answers; a page that is not there is told in our words."""
        response = self._answer(request)
        if response.status_code == 404 and not getattr(response, "of_ours", False):
            return refused(request, 404, _("There is no page here."))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """The page of an error; of a fault of Havre its kind is printed and nothing of the request."""
        if isinstance(error, Http404):
            return refused(request, 404, _("There is no page here."))
        if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
            return refused(
                request, 413, _("This is too much at once. Send less: the addresses and a few words are enough.")
            )
        if isinstance(error, SuspiciousOperation | BadRequest | UnicodeError):
            return refused(request, 400, _("This can't be read. Please fill in the form again."))
        if isinstance(error, HavreError):
            return refused(request, status_of(error), sentence(error))
        return refused(request, 503 if isinstance(error, DatabaseError) else 500, not_now(error))


def not_now(error: Exception) -> str:
    """What is said where something of ours failed; its kind is printed, and nothing that was sent."""
    sys.stderr.write(f"havre public: {type(error).__name__}\n")
    return _("We can't take this now. Nothing was lost on your side: try again in a minute.")


def status_of(error: HavreError) -> int:
    """The number under which browsers know this kind of error."""
    return next(number for kind, number in STATUS.items() if isinstance(error, kind))


def refused(request: HttpRequest, status: int, said: str) -> HttpResponse:
    """One sentence, as a page, or as JSON for a partner's program."""
    if request.path_info.startswith(API):
        return _ours(JsonResponse({"sentence": said}, status=status))
    return _ours(
        render(request, "public/error.html", calling() | {"said": said, "page": "start", "problems": ()}, status=status)
    )


def _ours(response: HttpResponse) -> HttpResponse:
    response.of_ours = True  # type: ignore[attr-defined]
    return response


def sentence(error: HavreError) -> str:
    """What a person reads, in their language; begun and ended as a sentence is."""
    text = _(error.sentence) if error.sentence else ""
    text = text % error.values if error.values else text
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
