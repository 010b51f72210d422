"""How many requests one process works on at once: pages drawn side by side by one interpreter only slow each other."""

from collections import deque
from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponseBase

from havre.entrypoints.analyst.lines import AT_ONCE, LARGE


class Gate:
    """Lets a few in at once, in the order in which they came.

    A semaphore of Python lets whoever comes just then in before those who wait: some answers would take ten times as
    long as others.
    """

    def __init__(self, most: int) -> None:
        self._free, self._waiting, self._changing = most, deque[Lock](), Lock()

    def __enter__(self) -> None:
        with self._changing:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # until whoever leaves hands their place over

    def __exit__(self, *_error: object) -> None:
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


Answer = Callable[[HttpRequest], HttpResponseBase]


def few(answer: Answer) -> Answer:
    """A few requests at a time; those who send files are not counted."""
    gate = Gate(AT_ONCE)

    def in_turn(request: HttpRequest) -> HttpResponseBase:
        if _large(request):
            return answer(request)
        with gate:
            return answer(request)

    return in_turn


def _large(request: HttpRequest) -> bool:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return True
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return not length.isdecimal() or int(length) > LARGE
