"""What a browser sends waits sealed in an unnamed file, whatever its size: no plain copy ever lies on a disk."""

from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.node import served
from havre.errors import Invalid
from havre.media.spool import Spool

MOST = 2 << 30
"""Bytes of one file that is sent with a form; what is to be kept comes through an intake."""


class Waiting(UploadedFile):  # type: ignore[type-arg]
    """One file that was sent, sealed; it is gone when the request ends."""


class SealedUpload(FileUploadHandler):
    """Takes files out of a form into sealed, unnamed files of the home."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._spool = Spool([], served().waiting)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it; what is too much is read and dropped, so that the page can say so."""
        if start + len(raw_data) <= MOST:
            self._spool.add(raw_data)

    def file_complete(self, file_size: int) -> Waiting:
        """All of it is here."""
        return Waiting(cast("IO[bytes]", self._spool), self.file_name, self.content_type, file_size)


def content_of(file: "UploadedFile[Any]") -> Spool:
    """What was sent. Raises Invalid where it is empty or too large."""
    if not isinstance(file, Waiting) or not file.size:
        raise Invalid(_("the file is empty: choose another"))
    if file.size > MOST:
        raise Invalid(_("the file is larger than %(most)s GiB: take it in through an intake") % {"most": MOST >> 30})
    return cast(Spool, file.file)
