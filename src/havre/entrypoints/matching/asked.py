"""One request, taken in whole within its bounds; whatever it is, it is read or refused in one sentence."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import parse_qs

from havre.entrypoints.matching.answers import TooLarge
from havre.errors import Invalid

LARGEST_MEDIA = 64 << 20
LARGEST_BATCH = 256 << 20
"""Bytes of many uploads in one form, which are not in memory together."""
LARGEST_JSON = 8 << 20
MOST_FIELDS = 20
FORM, PARTS, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
Environ = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form: words, and files by the names of their fields."""

    words: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


class Incoming:
    """A body while it comes in."""

    def __init__(self, read: Callable[[int], bytes], length: int) -> None:
        self._read, self.left = read, length

    def read(self, most: int) -> bytes:
        """The next bytes, as many as were asked for or as there are. Raises Invalid where they do not come."""
        wanted = min(most, self.left)
        try:
            some = self._read(wanted) if wanted else b""
        except TimeoutError as error:
            raise Invalid("the body came too slowly") from error
        if len(some) != wanted:
            raise Invalid("the body ended early")
        self.left -= wanted
        return some


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks."""

    method: str
    path: str
    query: Mapping[str, str]
    kind: str
    """The type of the body, without its parameters."""
    parameters: Mapping[str, str]
    body: bytes = b""
    incoming: Incoming | None = None
    """In place of the body, for who takes a form in part by part."""

    def json(self) -> dict[str, Any]:
        """The body as an object of JSON. Raises Invalid where it is none."""
        if len(self.body) > LARGEST_JSON:
            raise TooLarge("JSON of more than %(most)s bytes is not read", most=LARGEST_JSON)
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Invalid("the body is no JSON") from error
        if not isinstance(said, dict):
            raise Invalid("the body is no object of JSON")
        return said

    def form(self) -> Form:
        """The body as a form of either kind. Raises Invalid where it is none."""
        if self.kind == PARTS:
            return _parts(self.body, self.parameters.get("boundary", ""))
        if self.kind == FORM:
            return Form(_fields(self.body[: LARGEST_JSON + 1].decode("latin-1")))
        if self.kind == JSON:
            return Form({name: value for name, value in self.json().items() if isinstance(value, str)})
        raise Invalid("this is asked with a form, or with a file in multipart/form-data")


def request_of(environ: Environ, *, in_parts: bool = False) -> Request:
    """The request, its body read; or that of a form `in_parts` still to be read.

    Raises TooLarge, or Invalid where it does not say how long it is.
    """
    kind, parameters = _type(str(environ.get("CONTENT_TYPE", "")))
    verb, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", ""))
    about = (verb, path, _fields(str(environ.get("QUERY_STRING", ""))), kind, parameters)
    if in_parts and kind == PARTS:
        return Request(*about, incoming=_incoming(environ, LARGEST_BATCH))
    incoming = _incoming(environ, LARGEST_MEDIA)
    return Request(*about, incoming.read(incoming.left))


def _incoming(environ: Environ, largest: int) -> Incoming:
    said = str(environ.get("CONTENT_LENGTH") or "")
    if environ.get("HTTP_TRANSFER_ENCODING"):
        raise Invalid("the body must say how long it is, in Content-Length")
    if not said:
        return Incoming(bytes, 0)
    if not (said.isascii() and said.isdigit() and len(said) < 20):
        raise Invalid("Content-Length is no number")
    if int(said) > largest:
        raise TooLarge("a body of more than %(most)s bytes is not read", most=largest)
    return Incoming(environ["wsgi.input"].read, int(said))


def _type(said: str) -> tuple[str, Mapping[str, str]]:
    message = Message()
    message["Content-Type"] = "".join(letter for letter in said[:500] if letter.isprintable())
    try:
        parameters = {name.lower(): str(value) for name, value in message.get_params() or [] if value}
    except (ValueError, LookupError, TypeError):
        parameters = {}
    return said.partition(";")[0].strip().lower(), parameters


def _fields(text: str) -> dict[str, str]:
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise Invalid("there are too many fields") from error
    return {name: values[-1] for name, values in found.items()}


def _parts(body: bytes, boundary: str) -> Form:
    """The parts of multipart/form-data (RFC 7578)."""
    delimiter = delimiter_of(boundary)
    pieces = (b"\r\n" + body).split(delimiter, MOST_FIELDS + 2)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Invalid("the form is cut off, or has too many parts")
    words: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, content = _cut(piece)
        name, file = part_of(head)
        if name in words or name in files:
            raise Invalid("a field stands twice in the form")
        if file:
            files[name] = content
        else:
            words[name] = content[:LARGEST_JSON].decode("utf-8", "replace")
    return Form(words, files)


DISPOSITION = re.compile(rb"content-disposition:[ \t]*form-data(?P<rest>[^\r\n]*)", re.IGNORECASE)
NAMED = re.compile(rb';[ \t]*name="?(?P<name>[^";\r\n]{1,100})"?', re.IGNORECASE)
FILE_NAMED = re.compile(rb";[ \t]*filename\*?=", re.IGNORECASE)
LONGEST_HEADERS = 4_096


def delimiter_of(boundary: str) -> bytes:
    """What stands before each part of a form, and behind the last. Raises Invalid where it is not said."""
    if not BOUNDARY.fullmatch(boundary):
        raise Invalid("the form does not say what stands between its parts")
    return b"\r\n--" + boundary.encode("ascii")


def _cut(piece: bytes) -> tuple[bytes, bytes]:
    at = piece.find(b"\r\n\r\n", 0, LONGEST_HEADERS)
    return (piece[:at], piece[at + 4 :]) if at >= 0 else (b"", b"")


def part_of(head: bytes) -> tuple[str, bool]:
    """The name of a part, by the lines above it, and whether it is a file. Raises Invalid where it has none."""
    disposition = DISPOSITION.search(head)
    named = NAMED.search(disposition["rest"]) if disposition else None
    if disposition is None or named is None:
        raise Invalid("a part of the form has no name")
    return named["name"].decode("utf-8", "replace"), bool(FILE_NAMED.search(disposition["rest"]))
