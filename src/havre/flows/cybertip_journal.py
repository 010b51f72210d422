"""What was done of one report to the CyberTipline, line by line in a folder: it outlives a kill at any moment.

A line counts once it ends with its line end and lies on the disk. There is one folder for each report, which one
process holds at a time, and no database: a platform files from its own house, where there may be none (decision 0258).
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from havre.cybertip.life import Event, What
from havre.errors import Broken, Invalid, Unavailable

LINES, KEPT, LOCK = "journal.jsonl", "filing.json", "lock"


def key_of(service: str, reference: str) -> str:
    """The folder of what is called so at this service."""
    return sha256(json.dumps([service, reference]).encode()).hexdigest()[:32]


@dataclass
class Journal:
    """The journal of one report, held by this process."""

    folder: Path
    events: list[Event] = field(default_factory=list)

    def write(self, event: Event) -> None:
        """One more line; it is on the disk when this returns."""
        said = {name: value for name, value in asdict(event).items() if value}
        line = json.dumps(said | {"at": event.at.isoformat()}, ensure_ascii=True) + "\n"
        with (self.folder / LINES).open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        self.events.append(event)

    def keep(self, filing: dict[str, Any]) -> None:
        """Keep what is sent, whole or not at all."""
        waiting = self.folder / f".{KEPT}"
        with waiting.open("w", encoding="utf-8") as file:
            json.dump(filing, file)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(self.folder / KEPT)
        _settle(self.folder)

    def forget(self) -> None:
        """Keep nothing more of what was sent than the lines."""
        for name in (KEPT, f".{KEPT}"):
            (self.folder / name).unlink(missing_ok=True)
        _settle(self.folder)

    def kept(self) -> dict[str, Any] | None:
        """What was kept last."""
        return kept_in(self.folder)


@contextmanager
def held(root: Path, key: str) -> Iterator[Journal]:
    """The journal of this key, made where there is none. Raises Unavailable while another process holds it."""
    folder = root / key
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _settle(root)
        with (folder / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Unavailable("another process is sending this report: wait until it is done") from None
            _cut(folder / LINES)
            yield Journal(folder, events_in(folder))
    except OSError as error:
        raise Unavailable(
            "the journal at %(root)s can't be used (%(error)s): nothing was lost, run this again when it can",
            root=root,
            error=error.strerror or type(error).__name__,
        ) from error


def events_in(folder: Path) -> list[Event]:
    """What was written down; a last line that a kill cut off was never said. Raises Broken where it was altered."""
    path = folder / LINES
    return events_of(path.read_bytes() if path.exists() else b"", path)


def events_of(written: bytes, path: Path) -> list[Event]:
    """The same of what such a file holds."""
    try:
        return [_event(json.loads(line)) for line in written.splitlines(keepends=True) if line.endswith(b"\n")]
    except (ValueError, TypeError, KeyError, Invalid) as error:
        raise Broken(f"the journal {path} was altered: somebody must look at it") from error


def kept_in(folder: Path) -> dict[str, Any] | None:
    """What was kept of a filing."""
    path = folder / KEPT
    return kept_of(path.read_bytes(), path) if path.exists() else None


def kept_of(written: bytes, path: Path) -> dict[str, Any]:
    """The same of what such a file holds."""
    try:
        return dict(json.loads(written))
    except (ValueError, TypeError) as error:
        raise Broken(f"{path} was altered: somebody must look at it") from error


def folders_in(root: Path) -> list[Path]:
    """The folder of every report there, in no order that means anything."""
    return sorted(each.parent for each in root.glob(f"*/{LINES}"))


def service_of(folder: Path) -> str:
    """To which service it goes, or went; empty where neither was written down."""
    kept = kept_in(folder) or {}
    opened = [each.said for each in events_in(folder) if each.what is What.OPENED]
    return str(kept.get("to") or (opened[-1] if opened else ""))


def _event(said: dict[str, Any]) -> Event:
    return Event(**said | {"what": What(said["what"]), "at": datetime.fromisoformat(said["at"])})


def _cut(path: Path) -> None:
    """Take away a last line that is none, so that the next one begins on its own."""
    written = path.read_bytes() if path.exists() else b""
    if written and not written.endswith(b"\n"):
        os.truncate(path, written.rfind(b"\n") + 1)


def _settle(folder: Path) -> None:
    """What was named in a folder is named there after a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
