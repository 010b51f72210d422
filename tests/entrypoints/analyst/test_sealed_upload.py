"""A file that was sent waits sealed, and only so much of it."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from havre.entrypoints.analyst import sealed_upload
from havre.entrypoints.analyst.node import serve
from havre.entrypoints.analyst.sealed_upload import SealedUpload, Waiting, content_of
from havre.errors import Invalid
from havre.settings import Settings
from tests.cast import node


def received(content: bytes) -> Waiting:
    """What the handler makes of these bytes, sent in pieces."""
    handler = SealedUpload()
    handler.new_file("file", "a.jpg", "image/jpeg", len(content))
    for at in range(0, len(content), 7_000):
        handler.receive_data_chunk(content[at : at + 7_000], at)
    return handler.file_complete(len(content))


def test_it_is_read_as_it_was_sent_and_lies_sealed(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        content = b"plain words " * 5_000
        waiting = received(content)
        descriptor = content_of(waiting)._file.fileno()
        assert b"plain words" not in os.pread(descriptor, len(content), 0)
        assert content_of(waiting).read() == content
        assert not list(Path(database.home).glob("tmp*"))


def test_nothing_and_too_much_are_refused(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with node(database) as here:
        serve(here.home)
        with pytest.raises(Invalid, match="is empty"):
            content_of(received(b""))
        with pytest.raises(Invalid, match="is empty"):
            content_of(SimpleUploadedFile("a", b"x"))
        monkeypatch.setattr(sealed_upload, "MOST", 10_000)
        waiting = received(bytes(20_000))
        with pytest.raises(Invalid, match="larger than"):
            content_of(waiting)
        assert waiting.file is not None
        assert waiting.file.length <= 10_000  # type: ignore[attr-defined]
