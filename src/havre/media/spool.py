"""Room for a file that comes out of an archive and is too large for memory: sealed while it waits.

The bytes lie in an unnamed file, encrypted under a key that exists only in this process: a power cut leaves noise.
"""

import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from havre.errors import Unavailable

BLOCK = 16
"""Bytes of one AES block: the counter moves by one a block, so that reading can begin at any of them."""


class Spool(io.RawIOBase):
    """A file that was written once and can be read any number of times, seekable, gone when closed."""

    def __init__(self, chunks: Iterable[bytes], folder: Path) -> None:
        """Raises Unavailable where the folder's disk has no room for it."""
        self._key = os.urandom(32)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in close()
        self._folder = folder
        self._sealing = self._cipher(0)
        self.length = 0
        self._at = 0
        for chunk in chunks:
            self.add(chunk)

    def add(self, chunk: bytes) -> None:
        """Write more behind what is there."""
        self._file.seek(0, os.SEEK_END)
        self._write(self._sealing.update(chunk), self._folder)
        self.length += len(chunk)

    def _write(self, sealed: bytes, folder: Path) -> None:
        """Nothing stays in a buffer: what the disk does not take shows here."""
        try:
            self._file.write(sealed)
            self._file.flush()
        except OSError as error:
            raise Unavailable(
                "there is no room in %(folder)s (%(error)s): make room, then run this again",
                folder=folder,
                error=error.strerror,
            ) from error

    def _cipher(self, block: int) -> CipherContext:
        counter = block.to_bytes(BLOCK, "big")
        return Cipher(algorithms.AES256(self._key), modes.CTR(counter)).encryptor()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place in the plain bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next plain bytes."""
        wanted = self.length - self._at if size is None or size < 0 else min(size, self.length - self._at)
        if wanted <= 0:
            return b""
        skipped = self._at % BLOCK
        self._file.seek(self._at - skipped)
        sealed = self._file.read(skipped + wanted)
        plain = self._cipher(self._at // BLOCK).update(sealed)[skipped:]
        self._at += len(plain)
        return plain

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
        super().close()
