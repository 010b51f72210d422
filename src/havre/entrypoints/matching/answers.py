"""How answers look: JSON, or a message of one sentence with the status that says who must act."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable


class TooLarge(Invalid):
    """More was sent than is read."""


class NotThisWay(Invalid):
    """The address is right, and the verb is not."""


class Unknown(Refused):
    """Nobody knows who asks."""


class TooMuch(Refused):
    """Whoever asks has asked enough for now."""

    def __init__(self, seconds: int) -> None:
        super().__init__("this is more than you may ask in a minute: ask again in %(seconds)s seconds", seconds=seconds)
        self.seconds = seconds


STATUS: tuple[tuple[type[HavreError], int], ...] = (
    (TooLarge, 413),
    (NotThisWay, 405),
    (Unknown, 401),
    (TooMuch, 429),
    (Invalid, 400),
    (NotFound, 404),
    (Refused, 403),
    (Unavailable, 503),
    (Broken, 500),
    (HavreError, 500),
)
"""The whole of error handling in this entry point; the narrower one first."""

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Status and reason."""
        return f"{self.status} {REASONS[self.status]}"

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        """What stands above the body."""
        return [
            ("Content-Type", self.kind),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *self.headers.items(),
        ]


def said(value: object, status: int = 200) -> Answer:
    """A value as JSON."""
    return Answer(status, json.dumps(value, separators=(",", ":")).encode() + b"\n")


def word(text: str, status: int = 200) -> Answer:
    """One word, as plain text."""
    return Answer(status, text.encode(), "text/plain; charset=utf-8")


def failed(error: HavreError) -> Answer:
    """Why not, in one sentence."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    headers = {}
    if isinstance(error, TooMuch):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, Unknown):
        headers["WWW-Authenticate"] = "Bearer"
    told = said({"message": str(error)}, status)
    return Answer(status, told.body, told.kind, headers)
