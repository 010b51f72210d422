"""Sending files to an order as a browser does, through Django's client or over a real connection."""

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from django.test import Client

from havre.cases.models import Order, Upload
from havre.cases.upload import CHUNK, pieces_of
from havre.flows.brought import opened
from tests.cast import Node


def announce(client: Client, order: Order, *files: tuple[str, int]) -> list[dict[str, Any]]:
    """What the server says of these files."""
    told = {"order": order.pk, "files": [{"name": name, "size": size} for name, size in files]}
    answer = client.post("/uploads", json.dumps(told), content_type="application/json")
    assert answer.status_code == 201, answer.text
    found: list[dict[str, Any]] = answer.json()["files"]
    return found


def headers(offset: int, piece: bytes) -> dict[str, str]:
    """What a piece comes with."""
    checksum = f"sha256 {b64encode(sha256(piece).digest()).decode()}"
    return {"Upload-Offset": str(offset), "Upload-Checksum": checksum}


def patch(client: Client, upload: int, offset: int, piece: bytes, **more: str) -> Any:
    """The answer to one piece."""
    told = {**headers(offset, piece), **{name.replace("_", "-"): value for name, value in more.items()}}
    return client.patch(f"/uploads/{upload}", piece, content_type="application/offset+octet-stream", headers=told)


def send(client: Client, order: Order, name: str, content: bytes, chunk: int = CHUNK) -> int:
    """The number of an upload of which everything was sent."""
    (told,) = announce(client, order, (name, len(content)))
    for offset in range(told["offset"], len(content), chunk):
        answer = patch(client, told["id"], offset, content[offset : offset + chunk])
        assert answer.status_code == 200, answer.text
    return int(told["id"])


def arrived(node: Node, upload: int) -> bytes:
    """What lies sealed of an upload."""
    found = Upload.objects.select_related("order__case").get(pk=upload)
    with opened(node.home, found.order, pieces_of([upload])[upload]) as file:
        return file.read()
