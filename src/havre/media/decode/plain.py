"""Text from hostile files, made harmless for display."""


def plain(text: str, limit: int = 1000) -> str:
    """The text on one line: control and direction characters are written as escapes, the rest is cut at `limit`."""
    shown = "".join(letter if letter.isprintable() else _escaped(letter) for letter in text[:limit])
    return shown if len(shown) <= limit and len(text) <= limit else shown[: limit - 1] + "…"


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def decoded(raw: bytes) -> str:
    """Bytes of unknown encoding as text: UTF-8 where they are, Windows' western set otherwise."""
    raw = raw.split(b"\0", 1)[0]
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").strip()
