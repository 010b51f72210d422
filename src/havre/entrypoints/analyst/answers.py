"""What every answer carries, and how an error looks: the whole of error handling of these pages."""

import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.troubles import in_words
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
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            response.content = b""  # its length is said all the same
        return response

    return with_headers


OF_DJANGO = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)
PLACES = 6
"""Places in the code that are named of a fault."""

FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?=[\s,:;.!?…]*(?:\s|$))")
"""A word, as "d'autres" is one and "photo.jpg" is none."""


class errors:  # noqa: N801 - Django finds process_exception on what it calls
    """An error becomes one sentence with the next step."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Whatever the page answers."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error; of a fault of Havre, where it lies is printed, and nothing that was asked or held.

        None for what is no error of a page: Django says that there is none, or that what was sent cannot be read.
        """
        return None if isinstance(error, OF_DJANGO) else failed(request, _as_ours(error))


def _as_ours(error: BaseException) -> HavreError:
    if isinstance(error, HavreError):
        return error
    if isinstance(error, DatabaseError):
        return Unavailable(_("The database does not answer. Nothing was lost: try again in a minute."))
    sys.stderr.write(f"havre pages: {fault(error)}\n")
    return Broken(
        _(
            "This page failed, and the fault is Havre's. Try again; if it fails again, say so to whoever looks"
            " after this node, with the time."
        )
    )


def before_pages(request: HttpRequest) -> HttpResponse:
    """The answer where no page was reached, instead of Django's own: as where no database says whose session it is."""
    error = sys.exception()
    assert error is not None  # Django asks while it is handled
    request.user = AnonymousUser()  # who it is would be asked again
    return failed(request, _as_ours(error))


def no_such_page(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """The answer to an address that is none of ours, instead of Django's own."""
    return failed(request, NotFound(_("There is no such page: the address is wrong, or what was there is gone.")))


def unread(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """The answer to what cannot be read as what a browser sends, instead of Django's own."""
    return failed(request, Invalid(_("What was sent cannot be read. Go back, reload the page and send it again.")))


def not_of_this_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to an act that comes from no page as it stands now: as after signing in anew elsewhere."""
    if reason == REASON_NO_CSRF_COOKIE:
        error = Refused(
            _(
                "Nothing was done: your browser sent no cookie. Allow cookies of this address, reload the page and do"
                " it again."
            )
        )
    elif reason.startswith(("Origin", "Referer")):
        error = Refused(
            _("Nothing was done: this was sent from no page of this address. Open Havre anew and do it there.")
        )
    else:
        error = Refused(
            _(
                "Nothing was done: this page was opened before you last signed in. Go back, copy what you typed, reload"
                " the page and do it again."
            )
        )
    return failed(request, error)


def fault(error: BaseException) -> str:
    """What kind of fault it is and through where in the code it came, without what it speaks of."""
    came = traceback.extract_tb(error.__traceback__)[-PLACES:]
    through = " < ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(came))
    return f"{type(error).__name__} at {through}" if through else type(error).__name__


def failed(request: HttpRequest, error: HavreError) -> HttpResponse:
    """One sentence; as a piece of a page where htmx asked for one, as JSON where a script did."""
    status, said = status_of(error), sentence(error)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"sentence": said}, status=status)
    template = "analyst/error_piece.html" if request.headers.get("HX-Request") == "true" else "analyst/error.html"
    return render(request, template, {"sentence": said, "status": status}, status=status)


def status_of(error: HavreError) -> int:
    """The number under which browsers know this kind of error."""
    return next(number for kind, number in STATUS.items() if isinstance(error, kind))


def sentence(error: HavreError) -> str:
    """What a person reads of an error, in their language."""
    return as_sentence(_told(error))


def as_sentence(text: str) -> str:
    """The same begun as a sentence begins and ended as one ends."""
    text = begun(text)
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _told(error: HavreError) -> str:
    """Its words; those of what works without Django are looked up here."""
    if not error.sentence:
        return ""
    values = {name: _value(name, value) for name, value in error.values.items()}
    words = _(error.sentence)
    return words % values if values else words


def _value(name: str, value: object) -> object:
    if isinstance(value, HavreError):
        return _told(value)
    return in_words(value) if name == "why" and isinstance(value, str) else value


def begun(text: str) -> str:
    """With a capital letter, unless it begins with the name of a file, a number or what somebody typed."""
    first = FIRST_WORD.match(text)
    if first is None:
        return text
    capital = 2 if first[0].startswith("ij") and (get_language() or "").startswith("nl") else 1
    return text[:capital].upper() + text[capital:]
