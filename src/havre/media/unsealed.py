"""A sealed content as a file to read from anywhere: what a film of many gigabytes is decoded from."""

import io
import os
from functools import partial

from havre.media.store import Kept, Store, cannot_read, naming
from havre.sealing.envelope import CHUNK_BYTES, Chunks, unwrap_key


class Unsealed(io.RawIOBase):
    """The plain bytes of a stored file, opened chunk by chunk as they are read, each proven genuine before.

    Whether they have the digest that the database states is not asked: `Store.stream` does that. To be closed.
    """

    def __init__(self, store: Store, kept: Kept, unit_key: bytes) -> None:
        """Raises Broken, naming the file, where it is missing, altered at its start or end; Unavailable."""
        key = naming(kept.blob, lambda: unwrap_key(kept.wrapped_key, unit_key, kept.context))
        self._store, self._blob = store, kept.blob
        self._descriptor = store.descriptor(kept.blob)
        try:
            size = os.fstat(self._descriptor).st_size
            self._chunks = naming(kept.blob, lambda: Chunks(self._sealed, size, key, kept.context))
        except BaseException:
            self.close()
            raise
        self._at = 0
        self._number, self._chunk = -1, b""

    def _sealed(self, count: int, at: int) -> bytes:
        try:
            return self._store.files.pread(self._descriptor, count, at)
        except OSError as error:
            raise cannot_read(self._blob, error) from error

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place in the plain bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._chunks.length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """The next plain bytes. Raises Broken, naming the file, where they were altered; Unavailable."""
        left = max(self._chunks.length - self._at, 0)
        left = left if size is None or size < 0 else min(size, left)
        parts = []
        while left:
            number, skipped = divmod(self._at, CHUNK_BYTES)
            part = self._opened(number)[skipped : skipped + left]
            parts.append(part)
            self._at += len(part)
            left -= len(part)
        return b"".join(parts)

    def _opened(self, number: int) -> bytes:
        if number != self._number:
            self._chunk = naming(self._blob, partial(self._chunks.chunk, number))
            self._number = number
        return self._chunk

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            super().close()
            self._store.files.close(self._descriptor)
