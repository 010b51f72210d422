"""A ZIP whose directory is lost, read from its front: each member has a header of its own before its data."""

import struct
import zlib
from typing import IO

from havre.media.decode.members import PIECE, Members, is_bomb, swollen

LOCAL = struct.Struct("<4s5H3I2H")
"""Signature, version, flags, method, time, date, checksum, packed and unpacked size, name and extra length."""
SIGNATURE = b"PK\x03\x04"
ENCRYPTED, SIZES_FOLLOW, UTF8 = 0x1, 0x8, 0x800
STORED, DEFLATED = 0, 8


def read(archive: IO[bytes], sent: Members) -> None:
    """Send every member that can still be found, up to the first gap."""
    archive.seek(0)
    while True:
        header = archive.read(LOCAL.size)
        if len(header) < LOCAL.size or not header.startswith(SIGNATURE):
            return
        _, _, flags, method, _, _, _, packed, size, name_length, extra_length = LOCAL.unpack(header)
        name = archive.read(name_length).decode("utf-8" if flags & UTF8 else "cp437", errors="replace")
        archive.read(extra_length)
        if name.endswith("/") and not packed:
            continue
        sent.open(name, size or None, None)
        if not _content(archive, flags, method, packed, sent):
            return


def _content(archive: IO[bytes], flags: int, method: int, packed: int, sent: Members) -> bool:
    """Send the content; whether the next header stands right after it."""
    if flags & ENCRYPTED or method not in (STORED, DEFLATED) or (method == STORED and flags & SIZES_FOLLOW):
        sent.close("encrypted: it needs a password" if flags & ENCRYPTED else "unreadable: packed in an unknown way")
        archive.seek(packed, 1)
        return not flags & SIZES_FOLLOW
    whole = _stored(archive, packed, sent) if method == STORED else _inflated(archive, sent)
    sent.close(None if whole else "unreadable: it is cut off")
    if whole and flags & SIZES_FOLLOW:
        _skip_descriptor(archive)
    return whole


def _stored(archive: IO[bytes], left: int, sent: Members) -> bool:
    while left and (data := archive.read(min(left, PIECE))):
        sent.piece(data)
        left -= len(data)
    return not left


def _inflated(archive: IO[bytes], sent: Members) -> bool:
    inflate, packed, unpacked = zlib.decompressobj(-15), 0, 0
    while not inflate.eof and (data := archive.read(PIECE)):
        packed += len(data)
        while data and not inflate.eof:
            try:
                out = inflate.decompress(data, PIECE)
            except zlib.error:
                return False
            data, unpacked = inflate.unconsumed_tail, unpacked + len(out)
            sent.piece(out)
            if is_bomb(packed, unpacked):
                sent.close(swollen(packed, unpacked))
                return False
    archive.seek(-len(inflate.unused_data), 1)
    return inflate.eof


def _skip_descriptor(archive: IO[bytes]) -> None:
    """After a member whose sizes were not known: checksum and sizes, with or without a signature."""
    begin = archive.read(4)
    archive.seek(12 if begin == b"PK\x07\x08" else 8, 1)
