"""The log as a file that anybody can verify without the database: one JSON object a line.

The first line names the log and its public key; entries, checkpoints and the end follow in order
(docs/protocols/log.md). Reading believes nothing: a line that is none of these comes back as Unreadable.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_type_hints

from havre.audit.entry import End, Entry, Line, Seal, Unreadable
from havre.errors import Invalid
from havre.sealing.sign import Verifier, verifier_of

FORMAT = "havre audit log 1"
LONGEST_LINE = 16 << 20
"""Characters beyond which a line is not parsed."""

KINDS: Mapping[str, type[Line]] = {"entry": Entry, "checkpoint": Seal, "end": End, "unreadable": Unreadable}
"""What a line may be: an object with this one key, and below it the fields of the value."""

FIELDS = {kind: get_type_hints(KINDS[kind]) for kind in KINDS}
NAMES = {made: kind for kind, made in KINDS.items()}


def write_export(lines: Iterable[Line], verifier: Verifier) -> Iterator[str]:
    """The log as lines of text, each with its newline; what could not be read from the database is said so."""
    yield json.dumps({"log": FORMAT, "key": verifier.text()}) + "\n"
    for line in lines:
        yield json.dumps({NAMES[type(line)]: written(line)}) + "\n"


def written(line: Line) -> dict[str, object]:
    """The fields of a line as JSON has them; bytes in base64."""
    return {name: _written(getattr(line, name)) for name in FIELDS[NAMES[type(line)]]}


def read_key(first_line: str) -> Verifier:
    """The public key that an exported file claims: to be compared with the one known, not to be believed.

    Raises Invalid where the file does not begin as an exported log does.
    """
    try:
        header = json.loads(first_line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("log") != FORMAT or not isinstance(header.get("key"), str):
        raise Invalid("the file does not begin as an exported log does")
    return verifier_of(header["key"])


def read_export(texts: Iterable[str]) -> Iterator[Line]:
    """The lines of an exported file behind its first; what cannot be read comes back as Unreadable."""
    for number, text in enumerate(texts, start=2):
        yield _line(text) or Unreadable(f"line {number} of the file is no line of a log")


def _line(text: str) -> Line | None:
    try:
        read = json.loads(text) if len(text) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or len(read) != 1:
        return None
    kind, fields = next(iter(read.items()))
    if kind not in KINDS or not isinstance(fields, dict) or set(fields) != set(FIELDS[kind]):
        return None
    values: dict[str, Any] = {name: _read(fields[name], FIELDS[kind][name]) for name in fields}
    if any(not isinstance(value, FIELDS[kind][name]) for name, value in values.items()):
        return None
    return KINDS[kind](**values)


def _written(value: object) -> object:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _read(value: object, expected: object) -> object:
    if expected is not bytes or not isinstance(value, str):
        return value
    try:
        decoded = base64.b64decode(value, validate=True)
    except ValueError:
        return None
    return decoded if _written(decoded) == value else None
