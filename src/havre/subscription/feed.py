"""A subscription: a feed's lists in a folder, refreshed as a whole or not at all, and acknowledged once in use."""

import fcntl
import http.client
import os
from array import array
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from tuf.api.exceptions import DownloadError
from tuf.api.metadata import Metadata, Root

from havre.errors import HavreError, Invalid, Unavailable
from havre.hashlists.outline import Outline
from havre.matching.files import write_whole
from havre.subscription.fetcher import Fetcher, NotTaken
from havre.subscription.head import Head, Piece, head_of
from havre.subscription.kept import Kept, Shelf
from havre.subscription.pieces import entries_of
from havre.subscription.trusted import Trusted, check_root
from havre.subscription.votes import MOST_TOLD, Told, Votes
from havre.subscription.words import Word

ROOT = "root.json"
LOCK = "refreshing"
LONGEST_ROOT = 512_000
STALE_AFTER = 3_600
"""Seconds after which lists that could not be refreshed are called stale; they are still asked."""
CHECKED = "checked"
"""The fact that says when the feed was last found to say what it says, in seconds of the epoch."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What refreshing brought: lists that moved with their versions, and lists that are no longer given."""

    moved: tuple[tuple[str, int], ...] = ()
    dropped: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    """Those of which this folder had another history than their publisher, and that were read again as a whole."""


class Busy(Unavailable):
    """Somebody else is refreshing: what they bring will be seen."""


class _Apart(Invalid):
    """What a list's deltas lead to is not what it says: its publisher may have another history than this folder."""

    def __init__(self, head: Head, shelf: Shelf) -> None:
        as_many = (shelf.living, shelf.retracted) == (head.entries, head.retracted)
        super().__init__(
            "the feed is refused: %(name)s says that it has %(said)s entries, and it has %(found)s",
            name=head.name,
            said=f"{head.entries} and {head.retracted} retracted",
            found="others, as many" if as_many else f"{shelf.living} and {shelf.retracted} retracted",
        )
        self.name = head.name


class Subscription:
    """One feed in one folder. Whoever refreshes holds the folder; whoever reads waits for nobody."""

    def __init__(self, folder: Path, fetcher: Fetcher, root: bytes | None = None, fingerprint: str = "") -> None:
        """Open a folder, or begin one from a root: its bytes, or those the feed has of this SHA-256.

        A folder that was begun keeps its root. Raises Invalid where another one is given, or none at the beginning.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self.fetcher = folder, fetcher
        self._root = self._pinned(root, fingerprint)
        Kept(folder).close()

    def _pinned(self, root: bytes | None, fingerprint: str) -> bytes:
        path = self.folder / ROOT
        if path.exists():
            pinned = path.read_bytes()
            if (root is not None and root != pinned) or (fingerprint and not _is(pinned, fingerprint)):
                raise Invalid("this folder has another root: use another folder for another feed")
            return pinned
        if root is None:
            root = self._first(fingerprint)
        elif fingerprint and not _is(root, fingerprint):
            raise Invalid("the root has not this fingerprint: ask the feed's publisher which is right")
        check_root(root)
        write_whole(path, [root])
        return root

    def _first(self, fingerprint: str) -> bytes:
        """The feed's own first root, which is trusted for its fingerprint alone."""
        if not fingerprint:
            raise Invalid("subscribing needs the feed's root: give the file with --root, or its SHA-256")
        try:
            root = self.fetcher.download_bytes(f"{self.fetcher.base}/metadata/1.root.json", LONGEST_ROOT)
        except DownloadError as error:
            raise Unavailable("the feed's root can't be fetched (%(why)s)", why=error) from error
        if not _is(root, fingerprint):
            raise Invalid("the feed's root has not this fingerprint: ask its publisher which is right")
        return root

    def refresh(self, now: int) -> Changed:
        """Bring every list to where the feed is now. Killed at any moment and run again, it ends the same.

        Raises Invalid where the feed is refused, Unavailable where it or the folder can't be had; nothing has changed
        then.
        """
        with self._alone(), closing(Kept(self.folder)) as kept:
            trusted = Trusted(self.folder, self.fetcher, self._root)
            shelves = {shelf.name: shelf for shelf in kept.shelves()}
            held = {name: shelf.version for name, shelf in shelves.items()}
            heads = [head_of(trusted.head(name), name) for name in trusted.lists]
            moving = [head for head in heads if head.name not in shelves or not _agrees(head, shelves[head.name])]
            for head in moving:
                _must_go_on(head, held.get(head.name, 0))
            dropped = tuple(sorted(held.keys() - set(trusted.lists)))
            anew = self._take(trusted, kept, moving, dropped, now)
        return Changed(tuple((head.name, head.version) for head in moving), dropped, tuple(sorted(anew)))

    def _take(self, trusted: Trusted, kept: Kept, moving: list[Head], dropped: tuple[str, ...], now: int) -> set[str]:
        anew: set[str] = set()  # lists that are read as a whole, whatever is held
        if not moving and not dropped:
            kept.keep_fact(CHECKED, now)
            return anew
        while not self._taken(trusted, kept, moving, dropped, anew, now):
            pass
        trusted.sweep()
        return anew

    def _taken(
        self, trusted: Trusted, kept: Kept, moving: list[Head], dropped: tuple[str, ...], anew: set[str], now: int
    ) -> bool:
        """Take everything in; or nothing, where one more list must be read `anew`."""
        # Everything is fetched first: other readers of the folder are kept from nothing while the network is slow.
        for head in moving:
            for piece in head.reading(0 if head.name in anew else kept.version_of(head.name), trusted.fits)[0]:
                trusted.file(piece.path)
        try:
            with kept.changing():
                for name in dropped:
                    kept.drop(name)
                for head in moving:
                    _read(trusted, kept, head, anew=head.name in anew)
                kept.keep_fact(CHECKED, now)
        except _Apart as apart:
            # A list that is new here was read as a whole already: its counts are wrong in themselves.
            if apart.name in anew or not kept.version_of(apart.name):
                raise
            anew.add(apart.name)
            return False
        return True

    def acknowledge(self, in_use: Mapping[str, int]) -> list[str]:
        """Tell the publisher which versions are in use, where it does not know yet; what it did not take, with why.

        What was not taken is told again next time.
        """
        trouble = []
        with closing(Kept(self.folder)) as kept:
            for shelf in kept.shelves():
                version = in_use.get(shelf.name, 0)  # the folder may have moved on since, in another process
                if version <= shelf.told:
                    continue
                try:
                    self.fetcher.post("receipts", {"list": shelf.name, "version": version})
                except HavreError as error:
                    trouble.append(f"{shelf.name}: {error}")
                else:
                    kept.taken(shelf.name, version)
        return trouble

    @property
    def votes(self) -> Votes:
        """What was said of entries and the publisher does not have."""
        return Votes(self.folder)

    def tell(self, most: int = MOST_TOLD) -> Told:
        """Tell the publisher what was said of entries, as far as it does not have it."""
        here = cache(self._is_here)

        def post(word: Word) -> None:
            try:
                self.fetcher.post("votes", word.fields())
            except NotTaken as error:
                # A publisher says 404 of an entry that it has not, and of any address that is not a feed's.
                if error.values.get("status") == http.client.NOT_FOUND and not here():
                    raise Unavailable("this feed is not at its address (%(why)s): look at that", why=error) from error
                raise

        return self.votes.tell(post, most)

    def _is_here(self) -> bool:
        """Whether the address is that of the feed whose root was pinned."""
        version = Metadata[Root].from_bytes(self._root).signed.version
        try:
            found = self.fetcher.download_bytes(f"{self.fetcher.base}/metadata/{version}.root.json", LONGEST_ROOT)
        except DownloadError:
            return False
        return found == self._root

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise Busy("another process is refreshing this folder: it sees to it") from error
        finally:
            os.close(descriptor)


def _must_go_on(head: Head, held: int) -> None:
    if head.version < held:
        raise Invalid(
            "the feed is refused: %(name)s goes back from version %(held)s to %(version)s",
            name=head.name,
            held=held,
            version=head.version,
        )


def _read(trusted: Trusted, kept: Kept, head: Head, *, anew: bool) -> None:
    """Take a list's pieces in, and see that it then holds what it said. Inside one change."""
    held = kept.version_of(head.name)
    pieces, whole = head.reading(0 if anew else held, trusted.fits)
    numbers = array("Q")  # millions of them, where a list that is held is read anew
    for piece in pieces:
        kept.put_read(head.name, _noted(trusted, piece, numbers if whole and held else None))
    if whole and held:
        kept.keep_only(head.name, numbers)
    kept.stand_at(head.name, head.version, head.at)
    (shelf,) = (shelf for shelf in kept.shelves() if shelf.name == head.name)
    if (shelf.living, shelf.retracted) != (head.entries, head.retracted) or not _agrees(head, shelf):
        raise _Apart(head, shelf)


def _agrees(head: Head, shelf: Shelf) -> bool:
    """Whether a list is held at its version and, as far as both sides can tell, with its very entries."""
    same = not head.digest or not shelf.digest or head.digest == shelf.digest
    return head.version == shelf.version and same


def _noted(trusted: Trusted, piece: Piece, numbers: "array[int] | None") -> Iterator[tuple[Outline, bytes]]:
    for entry, line in entries_of(trusted.file(piece.path), piece):
        if numbers is not None:
            numbers.append(entry.number)
        yield entry, line


def _is(root: bytes, fingerprint: str) -> bool:
    return sha256(root).hexdigest() == fingerprint.lower()
