"""How the members of an archive travel from the sandbox to the parent: begun, in pieces, ended."""

from collections.abc import Callable
from typing import Any

from havre.media.decode.plain import plain

Emit = Callable[[dict[str, Any], bytes], None]

PIECE = 256 << 10
"""Bytes read and sent at a time."""

BOMB_RATIO = 200
"""Unpacked to packed. Photographs and films stay below 2, text below 20, only fill reaches hundreds."""
BOMB_BYTES = 10_000_000
"""Below this a swelling member is harmless whatever its ratio."""

NAME_LENGTH = 1_000


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether so much came, or is said to come, out of so little that nobody means it."""
    return unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * max(packed, 1)


def swollen(packed: int, unpacked: int) -> str:
    """The reason given for stopping a member."""
    return f"expansion: {unpacked:,} bytes or more out of {packed:,}"


class Members:
    """The sending end. One member is open at a time."""

    class Stopped(Exception):
        """The rest of the archive is not read, for the reason given."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._open = False
        self._sent = 0

    def open(self, name: str, size: int | None, modified: str | None) -> None:
        """Begin a member."""
        self._emit({"member": plain(name, NAME_LENGTH), "size": size, "modified": modified}, b"")
        self._open, self._sent = True, 0

    def piece(self, data: bytes) -> None:
        """Send some of its content."""
        for start in range(0, len(data), PIECE):
            self._emit({"piece": True}, data[start : start + PIECE])
        self._sent += len(data)

    def pour(self, read: Callable[[int], bytes], packed: Callable[[], int], skip_rest: bool = False) -> None:
        """Send all that `read` gives; stop at a bomb. `skip_rest`: what follows in the stream is wanted, read on."""
        while data := read(PIECE):
            self.piece(data)
            if is_bomb(packed(), self._sent):
                break
        else:
            return
        reason = swollen(packed(), self._sent)
        self.close(reason)
        if not skip_rest:
            return
        while data := read(PIECE):
            self._emit({"skipped": len(data)}, b"")

    def close(self, trouble: str | None = None) -> None:
        """End the open member, if one is open; `trouble` says why it is not whole."""
        if self._open:
            self._emit({"end": True, "trouble": trouble}, b"")
        self._open = False
