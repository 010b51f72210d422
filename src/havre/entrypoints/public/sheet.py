"""The sheets and scripts of these pages, read once; nobody keeps them, so that no device remembers the visit."""

from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse

CSS, SCRIPT, WASM = "text/css; charset=utf-8", "text/javascript; charset=utf-8", "application/wasm"
KINDS = {
    "public.css": CSS,
    "protect.css": CSS,
    **dict.fromkeys(("work.js", "protect.js", "hasher.js", "kernel.js", "strip.js"), SCRIPT),
    # What kernel.js carries, for whoever wants to compare it with what the sources give.
    **dict.fromkeys(("kernel.wasm", "kernel-simd.wasm"), WASM),
}

WORKER = "hasher.js"
"""What runs beside a page has a policy of its own: that of the answer with which it came."""


def sheet(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    if name not in KINDS:
        raise Http404
    response = HttpResponse(_read(name), content_type=KINDS[name])
    response.makes_hashes = name == WORKER  # type: ignore[attr-defined]
    return response


@cache
def _read(name: str) -> bytes:
    return (files("havre.entrypoints.public") / "static" / name).read_bytes()
