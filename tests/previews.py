"""A case with pictures, their previews, and the answers about them as a browser reads them."""

import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from PIL import Image

from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.media.keep import kept
from havre.media.models import Medium, SealedFile
from havre.sealing.ticket import TICKET_BYTES
from tests.cast import Node
from tests.pictures import landscape

PAGES = "tests.veiled_page:named()"
"""The pages with one that is nothing but veils."""

MEDIA = 3


def with_media(here: Node, folder: Path, count: int = MEDIA) -> list[Medium]:
    """A case of Belgium's with a few pictures."""
    folder.mkdir(exist_ok=True)
    for seed in range(count):
        Image.fromarray(landscape(seed, 480, 640)).save(folder / f"{seed}.png", compress_level=1)
    open_dossier(here.home, here.anke, "A", "a warrant", "a test")
    take_in(here.home, here.anke, "A", str(folder), workers=1)
    return list(Medium.objects.order_by("id"))


def preview(here: Node, medium: Medium) -> bytes:
    """The plain preview, as JPEG."""
    file = SealedFile.objects.select_related("medium").get(medium=medium, purpose="preview")
    return here.home.store.read(kept(file), here.home.keys.unit(str(medium.unit_id)))


@dataclass
class Got:
    """One sealed preview."""

    medium: int
    ticket: str
    body: bytes


def unpacked(answer: Any) -> list[Got]:
    """What a batch of sealed previews holds."""
    data, at, found = answer.content, 0, []
    while at < len(data):
        medium, size = struct.unpack_from(">QI", data, at)
        whole = data[at + 12 : at + 12 + size]
        found.append(Got(medium, urlsafe_b64encode(whole[:TICKET_BYTES]).decode(), whole[TICKET_BYTES:]))
        at += 12 + size
    return found


def revealed(client: Client, medium: int, ticket: str, hold: str = "one", **more: str) -> Any:
    """The answer to a reveal."""
    return client.post(
        f"/media/{medium}/reveal", {"ticket": ticket, "hold": hold, **more}, headers={"Accept": "application/json"}
    )
