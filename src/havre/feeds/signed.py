"""Metadata of The Update Framework, made and signed with python-tuf: which files are of a feed, and that none is older.

Values in, bytes out: the same values always give the same bytes (Ed25519 signs without chance).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, Key, SSlibKey
from tuf.api.metadata import Metadata, MetaFile, Role, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

ROOT_LASTS = timedelta(days=365)
TARGETS_LAST = timedelta(days=30)
SNAPSHOT_LASTS = timedelta(days=7)
TIMESTAMP_LASTS = timedelta(days=1)
"""Whoever is kept from newer metadata notices after so long (freeze attack)."""

COMPACT = JSONSerializer(compact=True)


@dataclass(frozen=True, slots=True)
class Signing:
    """A key that signs."""

    seed: bytes

    @property
    def public(self) -> str:
        """Its public half, in hexadecimal digits."""
        return self.private.public_key().public_bytes_raw().hex()

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key itself."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def __repr__(self) -> str:
        return "Signing()"


@dataclass(frozen=True, slots=True)
class Served:
    """A file of a feed, by its path."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs what: public keys, in hexadecimal digits."""

    roots: Sequence[str]
    threshold: int
    targets: str
    online: str


def root(version: int, keys: Keys, at: datetime, signers: Iterable[Signing]) -> bytes:
    """What everything else is trusted by; a new version is signed by keys of the one before it too."""
    roles = {
        "root": Role([_id(each) for each in keys.roots], keys.threshold),
        "targets": Role([_id(keys.targets)], 1),
        "snapshot": Role([_id(keys.online)], 1),
        "timestamp": Role([_id(keys.online)], 1),
    }
    known: dict[str, Key] = {_id(each): _key(each) for each in (*keys.roots, keys.targets, keys.online)}
    made = Root(version, expires=_until(at, ROOT_LASTS), keys=known, roles=roles, consistent_snapshot=True)
    return _signed(made, signers)


def metadata(number: int, files: Iterable[Served], at: datetime, targets: Signing, online: Signing) -> dict[str, bytes]:
    """Targets, snapshot and timestamp of this number, by file name, in the order in which they are to be written."""
    held = {each.path: TargetFile(each.bytes, {"sha256": each.sha256}, each.path) for each in files}
    first = _signed(Targets(number, expires=_until(at, TARGETS_LAST), targets=held), [targets])
    meta = {"targets.json": _meta(number, first)}
    second = _signed(Snapshot(number, expires=_until(at, SNAPSHOT_LASTS), meta=meta), [online])
    third = Timestamp(number, expires=_until(at, TIMESTAMP_LASTS), snapshot_meta=_meta(number, second))
    names = (f"{number}.targets.json", f"{number}.snapshot.json", "timestamp.json")
    return dict(zip(names, (first, second, _signed(third, [online])), strict=True))


def read_root(told: bytes) -> Root:
    """A version of root as it was made."""
    return Metadata[Root].from_bytes(told).signed


def _meta(number: int, content: bytes) -> MetaFile:
    return MetaFile.from_data(number, content, ["sha256"])


def _until(at: datetime, lasts: timedelta) -> datetime:
    return (at + lasts).replace(microsecond=0)


def _key(public: str) -> SSlibKey:
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))


def _id(public: str) -> str:
    return str(_key(public).keyid)


def _signed(what: Root | Targets | Snapshot | Timestamp, signers: Iterable[Signing]) -> bytes:
    made: Metadata[Any] = Metadata(what)
    for each in signers:
        made.sign(CryptoSigner(each.private), append=True)
    return made.to_bytes(COMPACT)
