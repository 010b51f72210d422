"""The evidence store: sealed files in a local folder, which never acknowledges what it has not read back.

A file lies at UNIT/XX/ADDRESS.SUFFIX: the address is a keyed digest of the content, the suffix is drawn for
every keeping. So file and wrapped key always belong together; of two that keep the same content at once, one
leaves an orphan that `verify` names, and neither breaks the other.
"""

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import BinaryIO, TypeVar

from havre.errors import Broken, HavreError, Invalid, Unavailable
from havre.media.disk import FULL, Files, overwrite, write_all
from havre.sealing.envelope import (
    KEY_BYTES,
    Context,
    Random,
    Read,
    address,
    chunked,
    seal_chunks,
    slices,
    unseal_chunks,
    unwrap_key,
    wrap_key,
)

UNIT = re.compile(r"[A-Za-z0-9_-]{1,30}")
BLOB = re.compile(r"[A-Za-z0-9_-]{1,30}/[0-9a-f]{2}/[0-9a-f]{64}\.[0-9a-f]{16}")
"""What the name of a kept file looks like; at most 114 characters."""

TEMPORARY = ".part"
"""How the name of a file that is still being written ends."""

ORPHAN_AGE = timedelta(hours=1)
"""A file untouched for so long is no longer being written or about to be recorded."""

FEW_FOLDERS = 4
"""Up to so many folders are synced one by one; more would each wait for the disk in turn."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a content lies and what opens it: everything the database must remember of it."""

    blob: str
    wrapped_key: bytes
    unit: str
    sha256: bytes
    purpose: str

    @property
    def context(self) -> Context:
        """What the file and its key are bound to."""
        return Context(self.unit, self.sha256, self.purpose)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the store: the name of the file, and one sentence."""

    blob: str
    what: str


class Store:
    """One folder of sealed files; several threads and processes may keep and read at once."""

    def __init__(self, root: Path, random: Random = os.urandom, files: Files | None = None) -> None:
        self.root = root
        self.random = random
        self.files = files or Files()
        self._lock = threading.Lock()
        self._settling = threading.Lock()
        self._made: set[str] = set()
        self._unsettled: set[str] = set()

    def keep(self, source: bytes | BinaryIO, sha256: bytes, *, unit: str, unit_key: bytes, purpose: str) -> Kept:
        """Seal a content into the store: written, synced, read back from the disk, digested, then renamed.

        It survives a power cut once `settle` has returned. Raises Invalid where the source cannot be read or
        has another digest, Unavailable where the disk is full or fails; then nothing is left under its name.
        """
        if not UNIT.fullmatch(unit):
            raise Invalid("a unit is called by letters, digits, - and _ in the store, not %(unit)r", unit=unit)
        context = Context(unit, sha256, purpose)
        key = self.random(KEY_BYTES)
        wrapped = wrap_key(key, unit_key, context, self.random)
        name = address(unit_key, context)
        blob = f"{unit}/{name[:2]}/{name}.{self.random(8).hex()}"
        chunks = slices(source) if isinstance(source, bytes) else chunked(_source(source))
        self._write(blob, seal_chunks(chunks, key, context, self.random), key, context)
        return Kept(blob, wrapped, unit, sha256, purpose)

    def settle(self) -> None:
        """Make every name given since the last settling survive a power cut; one call pays for a whole batch.

        Raises Unavailable where the disk fails; the same names are then tried again by the next call.
        """
        with self._settling:  # whoever comes second must wait: what it kept may be in the first one's hands
            with self._lock:
                folders, self._unsettled = self._unsettled, set()
            try:
                with self._writing():
                    self._sync_folders(folders)
            except BaseException:
                with self._lock:
                    self._unsettled |= folders
                raise

    def read(self, kept: Kept, unit_key: bytes) -> bytes:
        """The content. Raises Broken, naming the file, where it is missing or a single bit was altered."""
        return b"".join(self.stream(kept, unit_key))

    def stream(self, kept: Kept, unit_key: bytes) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB, each proven genuine before it is given out.

        Raises Broken, naming the file, at the first piece that is not, and at the end if the digest differs.
        """
        key = naming(kept.blob, lambda: unwrap_key(kept.wrapped_key, unit_key, kept.context))
        digest = new_sha256()
        for piece in self._pieces(self._path(kept.blob), key, kept.context, kept.blob):
            digest.update(piece)
            yield piece
        if digest.digest() != kept.sha256:
            raise Broken("stored file %(blob)s: its content has another digest than the database says", blob=kept.blob)

    def forget(self, blob: str) -> None:
        """Overwrite and remove a file; one already gone is no error, so that an erasure can be resumed.

        Some file systems and disks keep old blocks: what makes it unreadable is the loss of its wrapped key.
        """
        path = self._path(blob)
        with self._writing():
            try:
                descriptor = self.files.open(path, os.O_RDWR | os.O_NOFOLLOW, 0)
            except FileNotFoundError:
                return
            try:
                overwrite(self.files, descriptor)
            finally:
                self.files.close(descriptor)
            self.files.unlink(path)
        self._note(str(Path(path).parent))

    def verify(self, records: Iterable[Kept], unit_key: Callable[[str], bytes], now: datetime) -> Iterator[Problem]:
        """Everything that is wrong in the store: each record's file opened whole, then files without a record.

        Every flipped bit of a file, its wrapped key, its digest or its name is found. Files younger than
        ORPHAN_AGE are not missed by a record yet: an intake may be at work. 8 bytes of memory a record and more.
        """
        known: set[bytes] = set()
        for kept in records:
            known.add(_suffix(kept.blob))
            try:
                for _ in self.stream(kept, unit_key(kept.unit)):
                    pass
            except HavreError as error:
                yield Problem(kept.blob, str(error))
        yield from self._unrecorded(known, now)

    def sweep_temporary(self, now: datetime) -> list[str]:
        """Remove what a process that died left half-written; the names removed. Whoever still writes keeps theirs."""
        old = [name for name, age in self._names(now) if name.endswith(TEMPORARY) and age > ORPHAN_AGE]
        with self._writing():
            for name in old:
                with suppress(FileNotFoundError):
                    self.files.unlink(f"{self.root}/{name}")
        return old

    def strays(self, blobs: Iterable[str], now: datetime) -> Iterator[str]:
        """Names of files, finished and older than ORPHAN_AGE, that are none of these; 8 bytes of memory a name."""
        known = {_suffix(blob) for blob in blobs}
        for name, age in self._names(now):
            if BLOB.fullmatch(name) and _suffix(name) not in known and age > ORPHAN_AGE:
                yield name

    def _unrecorded(self, known: set[bytes], now: datetime) -> Iterator[Problem]:
        for name, age in self._names(now):
            if BLOB.fullmatch(name) and _suffix(name) in known:
                continue
            if age <= ORPHAN_AGE:
                continue
            if name.endswith(TEMPORARY):
                yield Problem(name, f"stored file {name} was never finished: it may be removed")
                continue
            yield Problem(name, f"stored file {name} belongs to nothing in the database: it may be removed")

    def _names(self, now: datetime) -> Iterator[tuple[str, timedelta]]:
        """Every file below the root, in order, with its age."""
        for folder, folders, names in os.walk(self.root):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                with suppress(FileNotFoundError):  # finished or removed meanwhile
                    changed = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
                    yield str(path.relative_to(self.root)), now - changed

    def _write(self, blob: str, pieces: Iterator[bytes], key: bytes, context: Context) -> None:
        final = self._path(blob)
        temporary = final + TEMPORARY
        with self._writing():
            self._make_folder(str(Path(final).parent))
            try:
                self._write_synced(temporary, pieces)
                self._check(temporary, key, context, blob)
                self.files.rename(temporary, final)
            except BaseException:
                with suppress(OSError):
                    self.files.unlink(temporary)
                raise
        self._note(str(Path(final).parent))

    def _write_synced(self, path: str, pieces: Iterator[bytes]) -> None:
        descriptor = self.files.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            for piece in pieces:
                write_all(self.files, descriptor, piece)
            self.files.fsync(descriptor)
            self.files.drop_from_cache(descriptor)
        finally:
            self.files.close(descriptor)

    def _check(self, path: str, key: bytes, context: Context, blob: str) -> None:
        digest = new_sha256()
        for piece in self._pieces(path, key, context, blob):
            digest.update(piece)
        # The disk gave back what was sealed, or _pieces had refused: a digest that differs is the source's.
        if digest.digest() != context.sha256:
            raise Invalid("the source does not have the digest it was announced with: it changed meanwhile")

    def _pieces(self, path: str, key: bytes, context: Context, blob: str) -> Iterator[bytes]:
        descriptor = self._descriptor(path, blob)
        try:
            yield from unseal_chunks(lambda count: self.files.read(descriptor, count), key, context)
        except Broken as error:
            raise Broken("stored file %(blob)s: %(error)s", blob=blob, error=error) from None
        except OSError as error:
            raise cannot_read(blob, error) from error
        finally:
            self.files.close(descriptor)

    def descriptor(self, blob: str) -> int:
        """The sealed file, open for reading. Raises Broken where it is missing, Unavailable."""
        return self._descriptor(self._path(blob), blob)

    def _descriptor(self, path: str, blob: str) -> int:
        try:
            return self.files.open(path, os.O_RDONLY | os.O_NOFOLLOW, 0)
        except FileNotFoundError:
            raise Broken("stored file %(blob)s is missing: restore it from a backup", blob=blob) from None
        except OSError as error:
            raise cannot_read(blob, error) from error

    def _path(self, blob: str) -> str:
        if not BLOB.fullmatch(blob):
            raise Broken("the database names a stored file %(blob)r, which is no name this store gives", blob=blob)
        return f"{self.root}/{blob}"

    def _make_folder(self, folder: str) -> None:
        if folder in self._made:
            return
        self.files.makedirs(folder, 0o700)
        # Another process may have made some of these and not have settled: the name needs all of them.
        for above in (folder, *(str(self.root / part) for part in ("", Path(folder).parent.name, ".."))):
            self._note(above)
        self._made.add(folder)

    def _note(self, folder: str) -> None:
        with self._lock:
            self._unsettled.add(folder)

    def _sync_folders(self, folders: set[str]) -> None:
        """Each folder by itself where they are few; else the file system at once, which costs the same once."""
        if len(folders) > FEW_FOLDERS:
            self._sync(str(self.root), self.files.syncfs)
            return
        for folder in sorted(folders, reverse=True):
            self._sync(folder, self.files.fsync)

    def _sync(self, folder: str, how: Callable[[int], None]) -> None:
        descriptor = self.files.open(folder, os.O_RDONLY | os.O_DIRECTORY, 0)
        try:
            how(descriptor)
        finally:
            self.files.close(descriptor)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in FULL:
                raise Unavailable(
                    "the disk of the store is full: free space on %(root)s, run this again; nothing was lost",
                    root=self.root,
                ) from error
            raise Unavailable(
                "the store could not write to %(root)s (%(error)s): look at its disk, run this again; nothing was lost",
                root=self.root,
                error=error.strerror,
            ) from error


def _suffix(blob: str) -> bytes:
    # Drawn at random for every file, so it alone tells files apart, in less memory than the name.
    return blob[-16:].encode()


def _source(source: BinaryIO) -> Read:
    # Told apart from the store's own disk: a source that cannot be read is that file's trouble alone.
    def read(count: int) -> bytes:
        try:
            return source.read(count)
        except OSError as error:
            raise Invalid("the source could not be read to its end (%(error)s)", error=error.strerror) from error

    return read


def cannot_read(blob: str, error: OSError) -> Unavailable:
    """What to say where the disk does not give a file."""
    return Unavailable(
        "stored file %(blob)s could not be read (%(error)s): look at the store's disk", blob=blob, error=error.strerror
    )


def naming(blob: str, opened: Callable[[], T]) -> T:
    """What `opened` gives; where it is Broken, with the name of the file."""
    try:
        return opened()
    except Broken as error:
        raise Broken("stored file %(blob)s: %(error)s", blob=blob, error=error) from None
