"""What browsers load, as it lies on the disk now: a file that changed since this process began is sent whole."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

Stats = Mapping[str, os.stat_result]
Seen = tuple[int, int]
"""When a file was written, in nanoseconds, and its length."""


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise states of each file the length that it had when the process began, and browsers stop reading there.

    An update under a running process cut scripts in the middle. So each answer looks whether the file is the one whose
    length is stated; what it says of files is otherwise WhiteNoise's own.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        self._seen: dict[str, tuple[str, Seen]] = {}
        super().__init__(*given, **named)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The file of this address; of what is none, or gone, what comes next says so."""
        url = request.path_info
        if url in self._seen and not self._as_stated(url):
            answer: HttpResponseBase = self.get_response(request)
            return answer
        told: HttpResponseBase = super().__call__(request)
        return told

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Stats | None = None) -> None:
        """What is stated of a file, and of which state of it."""
        self._seen[url] = path, _seen(Path(path).stat() if stat_cache is None else stat_cache[path])
        super().add_file_to_dictionary(url, path, stat_cache)

    def _as_stated(self, url: str) -> bool:
        """Whether the file is there, and what is stated of it holds: read again where it does not."""
        path, seen = self._seen[url]
        try:
            if seen != _seen(Path(path).stat()):
                self.add_file_to_dictionary(url, path)
        except OSError:
            return False
        return True


def _seen(found: os.stat_result) -> Seen:
    return found.st_mtime_ns, found.st_size
