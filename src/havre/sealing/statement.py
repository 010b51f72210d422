"""What a node states to another: one line of JSON that only one value has, and a signature line below it.

Who reads it verifies the line as it came, so that fields nobody knows yet are kept and covered.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from havre.errors import Invalid, Refused

SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Statement:
    """A line and its signature, unproven."""

    line: str
    signature: bytes

    def text(self) -> str:
        """The two lines."""
        return f"{self.line}\n{encoded(self.signature)}\n"

    def fields(self) -> dict[str, Any]:
        """What the line says, believed or not. Raises Invalid where it is no object."""
        try:
            found = json.loads(self.line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Invalid("a statement of a node is one line of JSON: this is none")
        return found

    def proven(self, kind: str, accepts: Callable[[bytes, bytes], bool]) -> dict[str, Any]:
        """What it says, once the signature is proven. Raises Refused where it is not."""
        if not accepts(covered(kind, self.line), self.signature):
            raise Refused("this was altered, or another key signed it")
        return self.fields()


def stated(kind: str, fields: Mapping[str, object], sign: Callable[[bytes], bytes]) -> Statement:
    """These fields, signed as a statement of this kind."""
    line = canonical(fields)
    return Statement(line, sign(covered(kind, line)))


def covered(kind: str, line: str) -> bytes:
    """What is signed: the kind stands before the line, so that no statement passes for one of another kind."""
    return f"havre {kind} 1\n{line}".encode()


def statement_of(line: str, signature: str) -> Statement:
    """The statement in two lines. Raises Invalid where the second is no signature."""
    return Statement(line, decoded(signature, SIGNATURE_BYTES))


def canonical(value: object) -> str:
    """The one text of a value: sorted keys, no spaces, ASCII alone."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid("nodes tell each other JSON: %(error)s", error=error) from None


def encoded(value: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(value).decode("ascii")


def decoded(text: object, length: int | None = None) -> bytes:
    """The bytes of a base64 text. Raises Invalid where it is not the one text of so many bytes."""
    try:
        value = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        value = b""
    if not value or encoded(value) != text or (length is not None and len(value) != length):
        raise Invalid("this is not the base64 text of a key, a signature or sealed bytes")
    return value
