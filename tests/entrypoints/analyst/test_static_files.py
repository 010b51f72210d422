"""Files that browsers load are whole, also where they changed under a running process."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from havre.entrypoints.analyst.static_files import StaticFiles

KNOWN = SimpleNamespace(DEBUG=False, STATIC_URL="/static/", FORCE_SCRIPT_NAME=None, WHITENOISE_USE_FINDERS=False)


def serving(root: Path, kind: type[WhiteNoiseMiddleware] = StaticFiles) -> WhiteNoiseMiddleware:
    """A process that has just begun, with these files."""
    return kind(lambda _: HttpResponse("no page", status=404), SimpleNamespace(**vars(KNOWN), STATIC_ROOT=str(root)))


def asked(server: WhiteNoiseMiddleware, url: str = "/static/a.js", **headers: str) -> tuple[int, int, bytes]:
    """The state of an answer, the length that it states, and its bytes up to there, as a browser reads them."""
    answer = cast("HttpResponseBase", server(RequestFactory().get(url, headers=headers)))
    content = b"".join(cast("FileResponse", answer)) if answer.streaming else cast("HttpResponse", answer).content
    stated = int(answer.get("Content-Length", str(len(content))))
    answer.close()
    return answer.status_code, stated, content[:stated]


def test_a_file_that_grew_or_shrank_is_sent_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("let a = 1;")
    server = serving(tmp_path)
    assert asked(server) == (200, 10, b"let a = 1;")
    for text in (b"let a = 1; let more = 2;", b"let a;"):
        file.write_bytes(text)
        assert asked(server) == (200, len(text), text)


def test_without_it_a_file_that_grew_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("let a = 1;")
    server = serving(tmp_path, WhiteNoiseMiddleware)
    (tmp_path / "a.js").write_text("let a = 1; let more = 2;")
    assert asked(server) == (200, 10, b"let a = 1;")  # once this fails, WhiteNoise does it itself


def test_who_has_the_old_file_gets_the_new_one_and_who_has_the_new_one_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("one")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    server = serving(tmp_path)
    first = cast("HttpResponseBase", server(RequestFactory().get("/static/a.js")))
    old = first["ETag"]
    first.close()
    assert asked(server, **{"If-None-Match": old})[0] == 304
    file.write_text("two, and longer")
    assert asked(server, **{"If-None-Match": old}) == (200, 15, b"two, and longer")
    assert asked(server, Range="bytes=0-2") == (206, 3, b"two")


def test_a_file_that_is_gone_is_no_page_and_one_that_was_never_there(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one")
    server = serving(tmp_path)
    (tmp_path / "a.js").unlink()
    assert asked(server) == asked(server, "/static/b.js") == (404, 7, b"no page")
    (tmp_path / "a.js").write_text("again")
    assert asked(server) == (200, 5, b"again")


@pytest.mark.parametrize("method", ["post", "delete"])
def test_files_are_only_read(tmp_path: Path, method: str) -> None:
    (tmp_path / "a.js").write_text("one")
    answer = serving(tmp_path)(getattr(RequestFactory(), method)("/static/a.js"))
    assert answer.status_code == 405
