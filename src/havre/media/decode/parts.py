"""How preview, veil, storyboard and imprints lie in the body of an answer; `answers` takes them apart again."""

from collections.abc import Sequence
from typing import Any

from havre.media.decode.outcomes import Imprint, View
from havre.media.decode.preview import veil


def laid(preview: bytes, views: Sequence[View], imprints: Sequence[Imprint]) -> tuple[dict[str, Any], bytes]:
    """What the head says of the parts, and the parts one after the other; the look of an imprint follows it."""
    about = {
        "preview": len(preview),
        "veil": veil(preview).hex() if preview else "",
        "storyboard": [[view.at, len(view.jpeg)] for view in views],
        "imprints": [[made.method, made.version, made.at, len(made.data), len(made.look)] for made in imprints],
    }
    parts = [preview, *(view.jpeg for view in views), *(part for made in imprints for part in (made.data, made.look))]
    return about, b"".join(parts)
