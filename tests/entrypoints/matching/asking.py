"""The match service asked in this process, as gunicorn asks it."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from havre.entrypoints.matching.app import App

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Told:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Asking:
    """Somebody who asks."""

    app: App
    headers: dict[str, Any] = field(default_factory=dict)
    """Put into each environment."""

    def __call__(self, verb: str, address: str, body: bytes | object = b"", kind: str = "", **environ: object) -> Told:
        """Ask at an address; a body that is no bytes is sent as JSON."""
        if not isinstance(body, bytes):
            body, kind = json.dumps(body).encode(), kind or JSON
        path, _, query = address.partition("?")
        given = {
            "REQUEST_METHOD": verb,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:8100",
            "wsgi.input": io.BytesIO(body),
            **self.headers,
            **environ,
        }
        got: list[tuple[str, list[tuple[str, str]]]] = []
        answer = b"".join(self.app(given, lambda status, headers: got.append((status, headers))))
        ((status, headers),) = got
        assert int(dict(headers)["Content-Length"]) == len(answer)
        return Told(int(status[:3]), dict(headers), answer)


def form(**fields: bytes | str) -> tuple[bytes, str]:
    """multipart/form-data: words as words, bytes as files."""
    pieces = []
    for name, value in fields.items():
        file = f'; filename="{name}.bin"' if isinstance(value, bytes) else ""
        head = f'--frontier\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        pieces.append(head + (value if isinstance(value, bytes) else value.encode()) + b"\r\n")
    return b"".join(pieces) + b"--frontier--\r\n", "multipart/form-data; boundary=frontier"
