"""Restore a backup into an empty home: nothing counts until log, rows and sealed files were proven.

All of it is written beside its place, in HOME/restoring, the rows in one transaction; what goes wrong leaves the
home as empty as it was. A log that would go back behind a checkpoint already seen is refused.
"""

import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

import pyrage
from django.db import DatabaseError, connection, transaction

from havre.audit.seen import read_seen
from havre.errors import Broken, Invalid, Refused, Unavailable
from havre.exchange.restored import open_again
from havre.feeds.restored import go_ahead
from havre.flows.age import CHUNK, decrypted
from havre.flows.backup import END, FORMAT, HEAD, KEYS_FORMAT, keys_beside
from havre.flows.cybertip_moved import MEMBER
from havre.flows.home import Home, first_line, log, seal_log
from havre.flows.logbook import prove
from havre.flows.portable import KEYS, OTHER_VERSION, clear, go_on_counting, load, migrations
from havre.flows.reindex import rebuild_all
from havre.flows.restored import has_witnesses, wait_for_witnesses
from havre.flows.scrub import Scrubbed, read_all
from havre.flows.staging import CHECKPOINT, move_up
from havre.flows.tables import make_tables
from havre.media.keys import NAME as KEY_NAME
from havre.media.store import BLOB
from havre.settings import TIPS, Settings
from havre.units.acting import Acting
from havre.units.models import Person, RoleName, Unit

MOST_TEXT = 64 << 20
"""Bytes of a member that is read at once; pieces of tables stay far below."""

ROWS = re.compile(r"rows/[0-9]{8}")
POLICY = re.compile(r"[A-Za-z0-9_-]{1,40}\.toml")


@dataclass
class Restored:
    """What came back."""

    made_at: str = ""
    log: str = ""
    """The public key of the log that came back: to be compared with the one known."""
    rows: int = 0
    files: int = 0
    entries: int = 0
    waits: bool = False
    """Whether it signs nothing before it has heard from the nodes that witnessed its log."""
    destroyed: int = 0
    """Things that sources told, whose keys are not there any more."""
    problems: list[str] = field(default_factory=list)
    """Sealed files that were damaged or missing already when the backup was made."""


def restore(
    staged: Settings,
    backup: Path,
    identities: list[pyrage.x25519.Identity],
    acting: Callable[[], Acting],
    seen: str = "",
    keys: Path | None = None,
) -> Restored:
    """Bring back a backup into the home that `prepared` gave, whose database is the one at work; then move it up.

    `keys` is the newest file of keys of this node, else the one beside the backup: what is on the board and it does
    not open is destroyed. `seen` is a checkpoint kept elsewhere; the one lying in the home is compared too. Raises
    Refused where the log is behind either or of another history, Broken where it was altered.
    """
    notes = [note for note in (seen, read_seen(staged.home.parent / CHECKPOINT)) if note]
    home, found = Home(staged), Restored()
    _make_empty_tables()
    with _whole_or_nothing():
        clear()
        with decrypted(backup, identities) as plain:
            _take_all(plain, staged, found)  # (1) rows, keys, checkpoint, sealed files
        _take_keys(keys or keys_beside(backup), identities)
        go_on_counting()
        found.destroyed = open_again(acting().now())
        go_ahead(acting().now())
        _prove_log(home, found, notes)  # (2) the log is whole and not behind what was seen
        found.problems = _prove_store(home)  # (3) every file opens and is what its rows say
        rebuild_all(home)  # (4) the indexes, from the rows
        _write_down(home, acting(), backup, found)  # (5) the restore itself is logged, now or later
    connection.close()
    move_up(staged)
    return found


def _make_empty_tables() -> None:
    make_tables()
    if Unit.objects.exists() or Person.objects.exists():
        raise Refused("the database holds a node already: name an empty one in HAVRE_DATABASE")


@contextmanager
def _whole_or_nothing() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        raise Unavailable(
            f"the database did not take the backup ({first_line(error)}): nothing was restored"
        ) from error


# ---- reading ----


def _take_all(plain: BinaryIO, staged: Settings, found: Restored) -> None:
    """Write everything down; each member only under a name a backup gives."""
    ended = False
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if not member.isreg() or content is None or ended:
                raise Invalid(f"the backup holds {member.name!r}, which no backup of Havre does")
            ended = _take(member, content, staged, found)
    if not ended:
        raise Invalid("the backup ends before its last member")


def _take_keys(file: Path, identities: list[pyrage.x25519.Identity]) -> None:
    """Write down the keys of what sources told, if there is a file of them."""
    if not file.exists():
        return
    with decrypted(file, identities) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            text = _text(member, content) if content is not None else b""
            if member.name == HEAD and json.loads(text).get("format") == KEYS_FORMAT:
                continue
            if not ROWS.fullmatch(member.name) or json.loads(text.split(b"\n", 1)[0])["table"] != KEYS:
                raise Invalid(f"{file} is no file of keys that a backup of Havre wrote")
            load(text)


def _take(member: tarfile.TarInfo, content: IO[bytes], staged: Settings, found: Restored) -> bool:
    """Take one member; whether it is the last."""
    folder, _, name = member.name.partition("/")
    if member.name == HEAD:
        _begin(json.loads(_text(member, content)), staged, found)
    elif not found.made_at:
        raise Invalid("the backup does not begin as one of Havre does")
    elif member.name == CHECKPOINT:
        _write_file(staged.seen, iter([_text(member, content)]))
    elif folder == "keys" and KEY_NAME.fullmatch(name):
        _write_file(staged.keys / name, iter([_text(member, content)]))
    elif folder == "policies" and POLICY.fullmatch(name):
        _write_file(staged.policies / name, iter([_text(member, content)]))
    elif folder == "cybertips" and (journal := MEMBER.fullmatch(name)):
        _write_file(staged.cybertips / journal[1] / journal[2], iter([_text(member, content)]))
    elif folder == TIPS and BLOB.fullmatch(member.name):
        _write_file(staged.tips / member.name, iter(lambda: content.read(CHUNK), b""))
        found.files += 1
    elif ROWS.fullmatch(member.name):
        found.rows += load(_text(member, content))
    elif folder == "store" and BLOB.fullmatch(name):
        _write_file(staged.store / name, iter(lambda: content.read(CHUNK), b""))
        found.files += 1
    elif member.name == END:
        return _is_complete(json.loads(_text(member, content)), found)
    else:
        raise Invalid(f"the backup holds {member.name!r}, which no backup of Havre does")
    return False


def _begin(head: dict[str, Any], staged: Settings, found: Restored) -> None:
    if head.get("format") != FORMAT:
        raise Invalid("this is no backup of Havre, or one of a later version")
    if head["migrations"] != migrations():
        raise Invalid(OTHER_VERSION)
    if not head["keys"] and not staged.key_command:
        raise Invalid("this backup holds no keys: set HAVRE_KEY_COMMAND to the command that prints them")
    found.made_at, found.log = head["made_at"], head["log"]


def _is_complete(end: dict[str, Any], found: Restored) -> bool:
    if end["files"] != found.files:
        raise Invalid(f"the backup lacks {end['files'] - found.files} of its sealed files")
    return True


def _text(member: tarfile.TarInfo, content: IO[bytes]) -> bytes:
    if member.size > MOST_TEXT:
        raise Invalid(f"the backup's {member.name!r} is larger than any backup's")
    return content.read()


def _write_file(place: Path, pieces: Iterator[bytes]) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        raise Unavailable(f"{place} could not be written ({error.strerror}): nothing was restored") from error


# ---- proving ----


def _prove_log(home: Home, found: Restored, seen: list[str]) -> None:
    verifier = home.signer.verifier
    if verifier.text() != found.log:
        raise Broken("the log in this backup was signed by another key than the one at hand")
    own = prove(verifier, [read_seen(home.settings.seen)])
    if not own.sound:
        raise Broken(f"the log in this backup was altered: {own.verdict.problems[0].what}")
    for note in seen:
        proof = prove(verifier, [note])
        if not proof.sound:
            raise Refused(f"the log would go back: {proof.verdict.problems[0].what}; find a newer backup")
    found.entries = own.verdict.entries


def _prove_store(home: Home) -> list[str]:
    scrubbed = Scrubbed()
    read_all(home, scrubbed)
    return [problem.what for problem in scrubbed.problems]


def _write_down(home: Home, acting: Acting, backup: Path, found: Restored) -> None:
    acting.must_be(RoleName.ADMINISTRATOR, to="restore a backup")
    detail: dict[str, object] = {"act": "restored", "file": str(backup), "made_at": found.made_at}
    detail |= {"problems": len(found.problems), "destroyed": found.destroyed}
    if has_witnesses():
        found.waits = True
        wait_for_witnesses(home, detail)
        return
    log(home, acting, "change", "node", detail)
    seal_log(home, acting)
