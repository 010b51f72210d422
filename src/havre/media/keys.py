"""The keys of a node: one per unit, and the one that signs the log. They are never printed.

They are files in HOME/keys (folder 0700, files 0600), or lines `name base64` that HAVRE_KEY_COMMAND prints.
"""

import base64
import binascii
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.sealing.certificate import authority, door_of
from havre.sealing.envelope import KEY_BYTES, Random
from havre.sealing.letter_key import LetterKey
from havre.sealing.secret import Secrets, secrets_of
from havre.sealing.sign import Signer
from havre.settings import Settings

NODE = "node"
"""The name of the key that signs the log: an Ed25519 seed of 32 bytes."""

UNIT = "unit-"
"""How the name of a unit's AES-256 key begins; the unit's id follows."""

NAME = re.compile(r"node|unit-[A-Za-z0-9_-]{1,30}")
COMMAND_SECONDS = 30
"""How long a key command may take: a person may have to touch a token."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys this process may use."""

    by_name: Mapping[str, bytes] = field(repr=False)
    folder: Path | None = field(default=None, repr=False)
    """Where a key made since is looked for; none where a command prints them."""

    def unit(self, unit: str) -> bytes:
        """The AES-256 key of this unit. Raises NotFound where there is none."""
        return self._named(f"{UNIT}{unit}")

    def signer(self) -> Signer:
        """What signs the log. Raises NotFound where the node has no key."""
        return Signer(self._named(NODE))

    def letters(self) -> LetterKey:
        """What signs letters on paper. Raises NotFound where the node has no key."""
        return LetterKey(self._named(NODE))

    def peer(self, generation: int) -> Secrets:
        """With what the node speaks to others, of this generation. Raises NotFound where the node has no key."""
        return secrets_of(self._named(NODE), generation)

    def authority(self) -> bytes:
        """What vouches for the certificates that this node shows (DER)."""
        return authority(self._named(NODE))

    def door(self, generation: int) -> bytes:
        """Key and certificate of this generation for mutual TLS (PEM)."""
        return door_of(self._named(NODE), self.peer(generation))

    def _named(self, name: str) -> bytes:
        # A process that serves for weeks must find the keys of units that were added since it began.
        if name not in self.by_name and self.folder is not None and (self.folder / name).is_file():
            return _read(self.folder / name)
        if name not in self.by_name:
            raise NotFound(
                "there is no key %(name)s: it must lie in the folder of keys, or be printed by the key command",
                name=name,
            )
        return self.by_name[name]


def read_keys(settings: Settings) -> Keys:
    """All keys of this home, or those its key command prints; the command runs once.

    Raises Refused where others may read the files, Invalid where one is not a key, Unavailable where the
    command fails.
    """
    if settings.key_command:
        return Keys(dict(_parsed(_printed(settings.key_command), "the key command")))
    if not settings.keys.is_dir():
        raise NotFound("there are no keys in %(keys)s: run `havre init`, or put the keys back", keys=settings.keys)
    _refuse_looser(settings.keys, 0o700)
    found = {path.name: _read(path) for path in sorted(settings.keys.iterdir()) if NAME.fullmatch(path.name)}
    return Keys(found, settings.keys)


def create_node_key(settings: Settings, random: Random = os.urandom) -> None:
    """Make the key that signs this node's log. Raises Refused where there is one."""
    _create(settings, NODE, random)


def create_unit_key(settings: Settings, unit: str, random: Random = os.urandom) -> None:
    """Make the key that all files of this unit are sealed under. Raises Refused where there is one."""
    _create(settings, f"{UNIT}{unit}", random)


def _create(settings: Settings, name: str, random: Random) -> None:
    if not NAME.fullmatch(name):
        raise Invalid("a key cannot be called %(name)r", name=name)
    if settings.key_command:
        raise Refused(
            "keys come from HAVRE_KEY_COMMAND: make it print `%(name)s BASE64`, of %(count)s random bytes",
            name=name,
            count=KEY_BYTES,
        )
    settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_looser(settings.keys, 0o700)
    path = settings.keys / name
    if path.exists():
        raise Refused("there is a key %(path)s already; what it sealed would be lost with it", path=path)
    _write(path, base64.b64encode(random(KEY_BYTES)) + b"\n", random)


def _write(path: Path, content: bytes, random: Random) -> None:
    temporary = path.with_name(f".{path.name}.{random(8).hex()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        # A link, not a rename: it never replaces the key that another process made meanwhile.
        os.link(temporary, path)
    except FileExistsError:
        raise Refused("there is a key %(path)s already; what it sealed would be lost with it", path=path) from None
    except OSError as error:
        raise Unavailable(
            "the key %(path)s could not be written (%(error)s): nothing was made", path=path, error=error.strerror
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    _refuse_looser(path, 0o600)
    return _key(path.read_bytes().strip(), str(path))


def _refuse_looser(path: Path, mode: int) -> None:
    found = stat.S_IMODE(path.stat().st_mode)
    if found & ~mode:
        raise Refused(
            "others may reach %(path)s (mode %(found)s): run `chmod %(mode)s %(quoted)s`",
            path=path,
            found=f"{found:04o}",
            mode=f"{mode:o}",
            quoted=shlex.quote(str(path)),
        )


def _printed(command: str) -> list[bytes]:
    try:
        done = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except ValueError as error:
        raise Invalid("HAVRE_KEY_COMMAND cannot be split into words (%(error)s)", error=error) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        # Not the error's own words: those of a timeout may hold what was printed so far.
        raise Unavailable(
            "the key command did not answer (%(error)s): run it by hand", error=type(error).__name__
        ) from None
    if done.returncode != 0:
        raise Unavailable(
            "the key command ended with %(returncode)s: run it by hand to see why", returncode=done.returncode
        )
    return done.stdout.splitlines()


def _parsed(lines: Iterable[bytes], source: str) -> Iterable[tuple[str, bytes]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        words = line.split()
        if len(words) != 2 or not NAME.fullmatch(words[0].decode("ascii", "replace")):
            raise Invalid(
                "line %(number)s of %(source)s is not `node BASE64` or `unit-ID BASE64`", number=number, source=source
            )
        yield words[0].decode("ascii"), _key(words[1], f"line {number} of {source}")


def _key(text: bytes, place: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Invalid("%(place)s does not hold a key in base64", place=place) from None
    if len(key) != KEY_BYTES:
        raise Invalid("%(place)s does not hold a key of %(count)s bytes", place=place, count=KEY_BYTES)
    return key
