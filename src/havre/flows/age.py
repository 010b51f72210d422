"""Backups as age files: encrypted to a public key and opened with its secret one, in constant memory."""

import io
import os
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyrage

from havre.errors import HavreError, Invalid, Refused, Unavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 1 << 20


def recipient_of(text: str) -> pyrage.x25519.Recipient:
    """The age public key written so. Raises Invalid, which does not repeat it: it may be a secret one."""
    if text.strip().upper().startswith("AGE-SECRET-KEY"):
        raise Invalid("that is a secret key: give the public one, which begins with age1, and make a new pair")
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise Invalid("the recipient is not an age public key: it begins with age1; `age-keygen` makes one") from None


def encrypt(pieces: Iterator[bytes], sealed: BinaryIO, public: pyrage.x25519.Recipient) -> None:
    """Write the pieces so that only the recipient's secret key opens them; constant memory.

    Raises what the pieces raise, and Unavailable where the disk is full.
    """
    plain = _Reading(pieces)
    try:
        pyrage.encrypt_io(plain, sealed, [public])
    except (pyrage.EncryptError, OSError) as error:
        if plain.failure is not None:
            raise plain.failure from error
        raise Unavailable(f"the backup could not be written ({error}): free space and run this again") from error


def identities_in(file: Path) -> list[pyrage.x25519.Identity]:
    """The age secret keys in a file. Raises Invalid, which never repeats one, where there is none."""
    try:
        lines = file.read_text("utf-8", errors="replace").splitlines()
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except OSError as error:
        raise Invalid(f"the identity {file} can't be read: {error.strerror}") from error
    except pyrage.IdentityError:
        raise Invalid(f"{file} holds a damaged age secret key") from None
    if not found:
        raise Invalid(f"{file} holds no age secret key: a line that begins with AGE-SECRET-KEY-1")
    return found


@contextmanager
def decrypted(backup: Path, identities: list[pyrage.x25519.Identity]) -> Iterator[BinaryIO]:
    """The tar inside a backup as it is decrypted, on another thread; proven to its end when this returns."""
    readable, writable = os.pipe()
    with ThreadPoolExecutor(1) as decrypting:
        plain = os.fdopen(readable, "rb")
        ended = decrypting.submit(_decrypt, backup, writable, identities)
        try:
            with plain:
                yield plain
                while plain.read(CHUNK):  # behind the tar's end there is only padding
                    pass
        except (Invalid, tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
            # What is wrong inside may be the consequence of an encrypted file that was cut off or altered.
            own = error if isinstance(error, Invalid) else Invalid(f"{backup} is no backup of Havre ({error})")
            raise ended.result() or own from error
        trouble = ended.result()
        if trouble is not None:
            raise trouble


def _decrypt(backup: Path, into: int, identities: list[pyrage.x25519.Identity]) -> HavreError | None:
    """Why the backup could not be decrypted to its end; none where it could, or nobody wanted its end."""
    try:
        with os.fdopen(into, "wb") as plain, backup.open("rb") as sealed:
            pyrage.decrypt_io(sealed, plain, identities)
    except BrokenPipeError:
        return None
    except pyrage.DecryptError as error:
        if "matching keys" in str(error):
            return Refused(f"this identity does not open {backup}: it was made for another recipient")
        return Invalid(f"{backup} is no whole age file: {error}")
    except OSError as error:
        return Invalid(f"{backup} can't be read to its end ({error.strerror or error}): it is cut off or was altered")
    return None


class _Reading(io.RawIOBase):
    """Pieces as something to read from; an error of theirs is kept, because age reports it as one of its own."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = memoryview(b"")
        self.failure: HavreError | OSError | None = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        """Fill as much as the piece at hand gives."""
        try:
            while not self._held:
                self._held = memoryview(next(self._pieces))
        except StopIteration:
            return 0
        except (HavreError, OSError) as error:
            self.failure = error
            raise
        room = memoryview(into).cast("B")
        count = min(len(room), len(self._held))
        room[:count], self._held = self._held[:count], self._held[count:]
        return count
