"""What is refused before anything of it is parsed: too much, files, and forms that another site sends."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from havre.entrypoints.public.answers import API, refused
from havre.entrypoints.public.gathering import MOST_BODY

Answer = Callable[[HttpRequest], HttpResponseBase]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
XML = frozenset({"text/xml", "application/xml"})
"""A report as the CyberTipline has it (RFC 7303)."""
METHODS = frozenset({"GET", "HEAD", "POST"})


def limits(answer: Answer) -> Answer:
    """Answer what is small enough, no file, and no other site's form; refuse the rest with one sentence."""

    def within(request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost:  # a name that is not ours is nobody's
            return HttpResponse(status=400)
        if request.method not in METHODS:
            return refused(request, 405, _("This page does not do that."))
        if request.method != "POST":
            return answer(request)
        return _over(request) or answer(request)

    return within


def _over(request: HttpRequest) -> HttpResponseBase | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BODY:
        return refused(
            request, 413, _("This is too much at once. Send less: the addresses and a few words are enough.")
        )
    wanted = {JSON, *XML} if request.path_info.startswith(API) else {FORM}
    if int(length) and (request.content_type or "") not in wanted:
        return refused(request, 415, _("No files can be sent here. Please send no pictures: the address is enough."))
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return refused(request, 403, _("Another site sent this form. Please fill it in on our own page."))
    return None
