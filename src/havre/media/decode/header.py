"""The size that a picture declares, read without any decoder: limits apply before one sees the file. Pure."""

from collections.abc import Callable

from havre.media.decode.outcomes import NotMedia

Size = tuple[int, int]


def declared(data: memoryview, kind: str) -> Size | None:
    """Width and height, None if this kind does not say them at a fixed place or the file ends before.

    Raises NotMedia where the header says that there is nothing to see.
    """
    reader = READERS.get(kind)
    size = reader(bytes(data[:64])) if reader else None
    if size is not None and 0 in size and kind != "gif":  # many programs draw a GIF whose screen says 0
        raise NotMedia(f"not a readable picture: it says {size[0]} × {size[1]} pixels")
    return size


def _png(head: bytes) -> Size | None:
    if len(head) < 24 or head[12:16] != b"IHDR":
        return None
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _gif(head: bytes) -> Size | None:
    return (_little(head[6:8]), _little(head[8:10])) if len(head) >= 10 else None


def _bmp(head: bytes) -> Size | None:
    if len(head) < 26:
        return None
    if _little(head[14:18]) == 12:
        return _little(head[18:20]), _little(head[20:22])
    width, height = (int.from_bytes(part, "little", signed=True) for part in (head[18:22], head[22:26]))
    return width % 2**32, abs(height)  # rows may be stored upside down


def _webp(head: bytes) -> Size | None:
    if len(head) < 30:
        return None
    match head[12:16]:
        case b"VP8X":
            return _little(head[24:27]) + 1, _little(head[27:30]) + 1
        case b"VP8 ":
            return _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF
        case b"VP8L":
            bits = _little(head[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")


READERS: dict[str, Callable[[bytes], Size | None]] = {"png": _png, "gif": _gif, "bmp": _bmp, "webp": _webp}
