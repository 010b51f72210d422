"""What a feed's signers say now: TUF, as python-tuf's client checks it, from a root that was pinned.

The pinned root is the only thing that is trusted without a signature. Whatever is refused here changes nothing of what
was in use before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, Targets
from tuf.ngclient import TargetFile, Updater, UpdaterConfig

from havre.errors import HavreError, Invalid, Unavailable
from havre.subscription.fetcher import Fetcher

HEAD = "head.json"
LONGEST_TARGETS = 20_000_000
"""Bytes of the metadata that names every file of a feed: some 80,000 files."""
LONGEST_FILE = 1 << 31
"""Bytes of one file."""
LONGEST_HEAD = 16 << 20
UNAUTHORIZED = (401, 403)

_CONFIG = UpdaterConfig(targets_max_length=LONGEST_TARGETS, prefix_targets_with_hash=True)


class Trusted:
    """The files of a feed that its signers vouch for, as of the moment this was made."""

    def __init__(self, folder: Path, fetcher: Fetcher, root: bytes) -> None:
        """Ask the feed and check what it says. Raises Invalid where that is refused, Unavailable without an answer."""
        self._metadata, self._files = folder / "metadata", folder / "files"
        for path in (self._metadata, self._files):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _told():
            self._updater = Updater(
                str(self._metadata),
                f"{fetcher.base}/metadata",
                str(self._files),
                f"{fetcher.base}/targets",
                fetcher=fetcher,
                config=_CONFIG,
                bootstrap=root,
            )
            self._updater.refresh()
            signed = Metadata[Targets].from_file(str(self._metadata / "targets.json")).signed
        self.lists = sorted(_lists(signed))

    def fits(self, path: str) -> bool:
        """Whether a file that is vouched for is no larger than is read."""
        with _told(path):
            info = self._updater.get_targetinfo(path)
        return info is None or info.length <= LONGEST_FILE

    def length(self, path: str) -> int:
        """Bytes of a file. Raises Invalid where nobody vouches for one of this name."""
        return self._info(path).length

    def head(self, name: str) -> bytes:
        """What a list says of itself."""
        path = f"{name}/{HEAD}"
        if self.length(path) > LONGEST_HEAD:
            raise Invalid("the feed is refused: %(path)s is larger than it may be", path=path)
        return self.file(path).read_bytes()

    def file(self, path: str) -> Path:
        """A file as its signers vouch for it: fetched, or fetched before and checked again."""
        info = self._info(path)
        with _told(path):
            return Path(self._updater.find_cached_target(info) or self._updater.download_target(info))

    def sweep(self) -> None:
        """Remove what an earlier reading left that was never finished."""
        for path in self._files.iterdir():
            path.unlink(missing_ok=True)

    def _info(self, path: str) -> TargetFile:
        with _told(path):
            info = self._updater.get_targetinfo(path)
        if info is None:
            raise Invalid("the feed is refused: nobody has signed %(path)s", path=path)
        if info.length > LONGEST_FILE:
            raise Invalid("the feed is refused: %(path)s is larger than it may be", path=path)
        return info


def check_root(root: bytes) -> None:
    """Raise Invalid where this is no root of a feed."""
    try:
        metadata = Metadata[Root].from_bytes(root)
        metadata.signed.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
    except (exceptions.RepositoryError, ValueError, TypeError, AttributeError) as error:
        raise Invalid("this is no root of a feed: take the file that the feed's publisher gave you") from error


def _lists(signed: Targets) -> Iterator[str]:
    for path in signed.targets:
        name, _, file = path.partition("/")
        if file == HEAD:
            yield name


REFUSED: tuple[tuple[type[Exception], str], ...] = (
    (
        exceptions.ExpiredMetadataError,
        "the feed is refused: what its signers said has expired (%(why)s), so newer lists may be held back from you",
    ),
    (exceptions.BadVersionNumberError, "the feed is refused: it goes back to what was before (%(why)s)"),
    (exceptions.UnsignedMetadataError, "the feed is refused: it is not signed by its signers (%(why)s)"),
    (exceptions.LengthOrHashMismatchError, "the feed is refused: a file is not what was signed (%(why)s)"),
    (exceptions.DownloadLengthMismatchError, "the feed is refused: a file is longer than was signed (%(why)s)"),
    (exceptions.RepositoryError, "the feed is refused: its metadata is not right (%(why)s)"),
)
"""Why a feed is refused, the narrower reason first."""


@contextmanager
def _told(path: str = "") -> Iterator[None]:
    """Say in one sentence what python-tuf found wrong."""
    try:
        yield
    except exceptions.DownloadHTTPError as error:
        raise _answered(error.status_code, path) from error
    except (exceptions.RepositoryError, exceptions.DownloadError) as error:
        raise _refusal(error, path) from error


def _answered(status: int, path: str) -> HavreError:
    if status in UNAUTHORIZED:
        return Unavailable("the feed does not let you in (%(status)s): look at the token", status=status)
    return Unavailable(
        "the feed answered %(status)s where %(path)s should be: look at its address and the token, or try again later",
        status=status,
        path=path or "metadata",
    )


def _refusal(error: Exception, path: str) -> HavreError:
    why = f"{path}: {error}" if path else str(error)
    for kind, sentence in REFUSED:
        if isinstance(error, kind):
            return Invalid(sentence, why=why)
    return Unavailable("the feed can't be fetched (%(why)s): try again later", why=why)
