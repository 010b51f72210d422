"""How many requests one process works on at once: pages drawn side by side by one interpreter only slow each other."""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponseBase

AT_ONCE = 2
"""One that draws while another waits for the database or the disk."""

LARGE = 256 * 1024
"""Bytes sent; whoever sends more is waited for, and holds nobody else up meanwhile."""

Answer = Callable[[HttpRequest], HttpResponseBase]


def few(answer: Answer) -> Answer:
    """A few requests at a time; those who send files are not counted."""
    gate = BoundedSemaphore(AT_ONCE)

    def in_turn(request: HttpRequest) -> HttpResponseBase:
        if _large(request):
            return answer(request)
        with gate:
            return answer(request)

    return in_turn


def _large(request: HttpRequest) -> bool:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return not length.isdecimal() or int(length) > LARGE
