"""A backup: rows, keys, policies, the checkpoint seen and every sealed file in one tar, encrypted with age to one key.

It is taken from one moment while others go on working: sealed files come before their rows and go after them, so
the rows of a snapshot find their files. The log is told first, so that the backup holds the entry about itself.

The keys of what sources told lie in a small file beside it, of which only the newest is to be kept: it opens all older
backups, but nothing in them that was destroyed since.
"""

import base64
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from havre.audit.seen import read_seen
from havre.errors import Invalid, Refused, Unavailable
from havre.flows.age import CHUNK, encrypt, recipient_of
from havre.flows.cybertip_moved import journal_files
from havre.flows.holding import store_shared
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.portable import ROWS, dumped, dumped_keys, migrations, snapshot
from havre.flows.staging import CHECKPOINT
from havre.hotline.models import TipFile
from havre.media.models import SealedFile
from havre.units.acting import Acting
from havre.units.models import RoleName

FORMAT = "havre backup 1"
HEAD, END = "backup.json", "end.json"
KEYS_FORMAT = "havre backup keys 1"

Tell = Callable[[int, int], None]
"""Told (sealed files copied, sealed files to copy)."""


@dataclass
class Backup:
    """What was copied."""

    rows: int = 0
    """Pieces of tables."""
    files: int = 0
    bytes: int = 0
    keys: bool = True
    """Whether the keys are inside; not where a command provides them."""
    missing: list[str] = field(default_factory=list)
    """Sealed files whose rows are there and they are not."""


def back_up(home: Home, acting: Acting, file: Path, recipient: str, tell: Tell = lambda _done, _total: None) -> Backup:
    """Write a backup that only the holder of the recipient's secret key can open; nothing else is written anywhere.

    Raises Refused where the file is there already, Unavailable where the disk is full; then no file is left.
    """
    acting.must_be(RoleName.ADMINISTRATOR, to="make a backup")
    public = recipient_of(recipient)
    for each in (file, keys_beside(file)):
        if each.exists():
            raise Refused(f"{each} is there already: name another file")
    made = Backup(keys=not home.settings.key_command)
    with store_shared(home), _new_file(file) as sealed, _new_file(keys_beside(file)) as keys:
        with durable():
            log(home, acting, "disclosure", "node", {"act": "backup", "recipient": str(public), "file": str(file)})
        seal_log(home, acting)
        with snapshot() as using:
            encrypt(archive(_members(home, acting, using, made, tell)), sealed, public)
            encrypt(archive(_keys(acting, using)), keys, public)
    return made


def keys_beside(file: Path) -> Path:
    """Where the keys of what sources told lie, for a backup in this file."""
    return file.with_name(file.name + ".keys")


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a backup: its name, length and content in pieces."""

    name: str
    size: int
    pieces: Iterator[bytes]


def _members(home: Home, acting: Acting, using: str, made: Backup, tell: Tell) -> Iterator[Part]:
    head = {
        "format": FORMAT,
        "made_at": acting.now().isoformat(),
        "log": home.signer.verifier.text(),
        "migrations": migrations(using),
        "keys": made.keys,
    }
    yield _part(HEAD, json.dumps(head).encode())
    yield _part(CHECKPOINT, read_seen(home.settings.seen).encode())
    for name, key in sorted(home.keys.by_name.items()) if made.keys else ():
        yield _part(f"keys/{name}", base64.b64encode(key) + b"\n")
    for policy in sorted(home.settings.policies.glob("*.toml")):
        yield _part(f"policies/{policy.name}", policy.read_bytes())
    for number, piece in enumerate(dumped(using)):
        made.rows += 1
        yield _part(f"rows/{number:08}", piece)
    for name, content in journal_files(home.settings.cybertips):
        yield _part(f"cybertips/{name}", content)
    yield from _sealed_files(home, using, made, tell)
    yield from _tips(home, using, made)
    yield _part(END, json.dumps({"rows": made.rows, "files": made.files}).encode())


def _keys(acting: Acting, using: str) -> Iterator[Part]:
    yield _part(HEAD, json.dumps({"format": KEYS_FORMAT, "made_at": acting.now().isoformat()}).encode())
    for number, piece in enumerate(dumped_keys(using)):
        yield _part(f"rows/{number:08}", piece)


def _part(name: str, content: bytes) -> Part:
    return Part(name, len(content), iter([content]))


def _sealed_files(home: Home, using: str, made: Backup, tell: Tell) -> Iterator[Part]:
    files = SealedFile.objects.using(using).order_by("id")
    total = files.count()
    for done, blob in enumerate(files.values_list("blob", flat=True).iterator(ROWS), start=1):
        try:
            with (home.settings.store / blob).open("rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                yield Part(f"store/{blob}", size, iter(lambda file=file: file.read(CHUNK), b""))  # type: ignore[misc]
        except FileNotFoundError:
            made.missing.append(blob)
            continue
        made.files += 1
        made.bytes += size
        tell(done, total)


def _tips(home: Home, using: str, made: Backup) -> Iterator[Part]:
    """Files of platforms' reports, sealed as they came."""
    for blob in TipFile.objects.using(using).order_by("id").values_list("blob", flat=True).iterator(ROWS):
        try:
            with (home.settings.tips / blob).open("rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                yield Part(blob, size, iter(lambda file=file: file.read(CHUNK), b""))  # type: ignore[misc]
        except FileNotFoundError:
            made.missing.append(blob)
            continue
        made.files += 1
        made.bytes += size


def archive(parts: Iterator[Part]) -> Iterator[bytes]:
    """The parts as a tar that any tar reads. Raises Unavailable where one has not the length it was said to have."""
    for part in parts:
        head = tarfile.TarInfo(part.name)
        head.size, head.mode = part.size, 0o600
        yield head.tobuf(tarfile.PAX_FORMAT)
        length = 0
        for piece in part.pieces:
            length += len(piece)
            yield piece
        if length != part.size:
            raise Unavailable(f"{part.name} changed while it was copied: run this again")
        yield bytes(-length % tarfile.BLOCKSIZE)
    yield bytes(2 * tarfile.BLOCKSIZE)


@contextmanager
def _new_file(file: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone that appears whole or not at all."""
    unfinished = file.with_name(file.name + ".part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Invalid(f"{file} can't be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as sealed:
            yield sealed
            sealed.flush()
            os.fsync(descriptor)
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
