"""The sheet and the script of these pages, read once; nobody keeps them, so that no device remembers the visit."""

from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse

KINDS = {"public.css": "text/css; charset=utf-8", "work.js": "text/javascript; charset=utf-8"}


def sheet(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the two files."""
    if name not in KINDS:
        raise Http404
    return HttpResponse(_read(name), content_type=KINDS[name])


@cache
def _read(name: str) -> bytes:
    return (files("havre.entrypoints.public") / "static" / name).read_bytes()
