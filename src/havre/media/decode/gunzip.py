"""gzip, one member after the other, as crawlers write them: what comes before a break is not lost to it."""

import io
import zlib
from typing import IO, Any

PIECE = 64 << 10


class Gunzipped(io.RawIOBase):
    """The bytes of a gzipped file. Where it breaks off it ends, and `trouble` says so."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._waiting = b""
        self._begun = False
        self.trouble = ""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: Any) -> int:
        """Some bytes; none at the end, or where nothing more can be had."""
        while not self.trouble:
            if not self._waiting and not self._member.unconsumed_tail:
                self._waiting = self._file.read(PIECE)
            if not self._waiting and not self._member.unconsumed_tail:
                self.trouble = "it breaks off inside a gzip member" if self._begun else ""
                return 0
            data = self._some(len(into))
            if data:
                into[: len(data)] = data
                return len(data)
        return 0

    def _some(self, most: int) -> bytes:
        given = self._member.unconsumed_tail + self._waiting
        self._waiting, self._begun = b"", True
        try:
            data = self._member.decompress(given, most)
        except zlib.error as problem:
            self.trouble = f"its gzip is broken: {problem}"[:200]
            return b""
        if self._member.eof:
            self._waiting = self._member.unused_data.lstrip(b"\0")
            self._member, self._begun = zlib.decompressobj(zlib.MAX_WBITS | 16), False
        return data


def gunzipped(file: IO[bytes]) -> tuple[io.BufferedReader, Gunzipped]:
    """The bytes of a gzipped file, buffered, and who says whether it breaks off."""
    raw = Gunzipped(file)
    return io.BufferedReader(raw, PIECE), raw
