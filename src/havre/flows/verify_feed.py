"""Verify a feed as a subscriber would: python-tuf's own client from a pinned root on, then every line of every file.

It needs no home and no database: nothing here asks Django for anything.
"""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import DownloadError, DownloadHTTPError, RepositoryError, UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, Targets
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface

from havre.errors import Broken, Invalid, Unavailable
from havre.hashlists.changes import Position, position_of
from havre.hashlists.digest import MODULUS, state_of
from havre.hashlists.entry import Entry
from havre.hashlists.lines import LONGEST_LINE, entry_of
from havre.settings import LOOPBACK

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HEAD = "/head.json"
SECONDS = 60
CHUNK = 1 << 16
LONGEST_ROOT = 512_000
SWELLS = 200
"""Times that a file may grow when it is unpacked."""


class Fetching(FetcherInterface):
    """Fetches by HTTPS with a token, or plainly on this machine; follows no redirection, which would take it along."""

    def __init__(self, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._opener = urllib.request.build_opener(_Stay())

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            answer = self._opener.open(urllib.request.Request(url, headers=self._headers), timeout=SECONDS)  # noqa: S310
        except urllib.error.HTTPError as error:
            raise DownloadHTTPError(f"the feed answered {error.code}", error.code) from None
        return _pieces(answer)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Nowhere."""


class Reading(FetcherInterface):
    """The same from a folder that holds `metadata` and `targets`."""

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            return _pieces(Path(unquote(urlsplit(url).path)).open("rb"))
        except FileNotFoundError:
            raise DownloadHTTPError("there is no such file", 404) from None


def _pieces(source: Any) -> Iterator[bytes]:
    with source:
        while piece := source.read(CHUNK):
            yield piece


@dataclass(frozen=True, slots=True)
class Verified:
    """One list that holds together."""

    list: str
    version: int
    entries: int
    retracted: int
    files: int

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {name: getattr(self, name) for name in self.__slots__}


def verify(where: str, root: bytes, token: str = "") -> list[Verified]:
    """Every list of a feed, at an address or in a folder. Raises Broken with what is wrong, Unavailable, Invalid."""
    base, fetcher = _source(where, token)
    with TemporaryDirectory() as folder:
        return verify_from(fetcher, base, root, Path(folder))


def verify_from(fetcher: FetcherInterface, base: str, root: bytes, folder: Path) -> list[Verified]:
    """The same by this fetcher, after what a client kept in the folder of an earlier time. Raises the same."""
    with _told():
        known, files = folder / "metadata", folder / "targets"
        for each in (known, files):
            each.mkdir(exist_ok=True)
        places = str(known), f"{base}metadata/", str(files), f"{base}targets/"
        _must_give(fetcher, base, root)
        updater = Updater(*places, fetcher, bootstrap=root)
        updater.refresh()
        targets = Metadata[Targets].from_file(str(known / "targets.json")).signed.targets
        heads = sorted(path for path in targets if path.endswith(HEAD))
        return [_verified(updater, path.removesuffix(HEAD)) for path in heads]


def _must_give(fetcher: FetcherInterface, base: str, root: bytes) -> None:
    """A feed goes on giving the root it gave. Raises Broken where it knows nothing of it, or another of its number."""
    version = Metadata[Root].from_bytes(root).signed.version
    try:
        given = fetcher.download_bytes(f"{base}metadata/{version}.root.json", LONGEST_ROOT)
    except DownloadHTTPError as error:
        if error.status_code != 404:
            raise
        given = b""
    if given != root:
        raise Broken(
            "the feed gives no root %(version)s, or another one: it may have been restored from a backup of before that"
            " root was made. Its publisher takes this one in: `havre feed root FILE`",
            version=version,
        )


def _source(where: str, token: str) -> tuple[str, FetcherInterface]:
    parts = urlsplit(where)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in (*LOOPBACK, "::1")):
        return f"{where.rstrip('/')}/", Fetching(token)
    if parts.scheme or not Path(where).is_dir():
        raise Invalid("name an https:// address, or a folder with metadata and targets")
    return f"{Path(where).resolve().as_uri()}/", Reading()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DownloadError as error:
        raise Unavailable("the feed could not be fetched: %(error)s", error=error) from error
    except UnsignedMetadataError as error:
        raise Broken(
            "the feed is signed by other keys than its root names (%(error)s): somebody else signed it, or its"
            " publisher was restored from a backup of before keys were changed, and takes the newest root in:"
            " `havre feed root FILE`",
            error=error,
        ) from error
    except (RepositoryError, ValueError) as error:
        raise Broken("the feed is not what was signed: %(error)s", error=error) from error


def _verified(updater: Updater, name: str) -> Verified:
    head = json.loads(_file(updater, name + HEAD).read_bytes())
    if head["list"] != name:
        raise ValueError(f"the head of {name} is of {head['list']}")
    living, digest = dict[int, bool](), _Digest()
    after = Position()
    for part in head["parts"]:
        after = _read_part(updater, part, after, living, digest)
    last = 0
    for delta in head["deltas"]:
        if last and delta["from"] != last:
            raise ValueError(f"the changes of {name} have a gap at version {last}")
        last = delta["to"]
        _read_delta(updater, delta, living, digest)
    # After a restore there are no changes: then the parts are as of the version.
    whole = all(part["path"].startswith(f"{name}/whole-{head['version']}-") for part in head["parts"])
    if last != head["version"] and (last or not whole):
        raise ValueError(f"the changes of {name} do not end at its version")
    counted = (sum(living.values()), len(living) - sum(living.values()))
    if counted != (head["entries"], head["retracted"]):
        raise ValueError(f"{name} holds {counted[0]} entries and {counted[1]} retractions, and says otherwise")
    if head.get("digest", digest.told) != digest.told:
        raise ValueError(f"{name} holds other entries than it says, as many as they are")
    return Verified(name, head["version"], *counted, len(head["parts"]) + len(head["deltas"]) + 1)


@dataclass(slots=True)
class _Digest:
    """The digest of the entries that were read, each as it was read last."""

    states: dict[int, int] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """As a head says it."""
        return f"{sum(self.states.values()) % MODULUS:064x}"


def _read_part(
    updater: Updater, part: Mapping[str, Any], after: Position, living: dict[int, bool], digest: _Digest
) -> Position:
    for entry, line in _entries(updater, part):
        if position_of(entry) <= after:
            raise ValueError(f"{part['path']} is out of order at {entry.number}")
        after = position_of(entry)
        living[entry.number] = not entry.retracted
        digest.states[entry.number] = state_of(line)
    return after


def _read_delta(updater: Updater, delta: Mapping[str, Any], living: dict[int, bool], digest: _Digest) -> None:
    for entry, line in _entries(updater, delta):
        if not delta["from"] < entry.version <= delta["to"]:
            raise ValueError(f"{delta['path']} holds an entry of version {entry.version}")
        living[entry.number] = not entry.retracted
        digest.states[entry.number] = state_of(line)


def _entries(updater: Updater, told: Mapping[str, Any]) -> Iterator[tuple[Entry, bytes]]:
    path, count = _file(updater, told["path"]), 0
    with path.open("rb") as packed:
        for line in _lines(packed, SWELLS * path.stat().st_size):
            count += 1
            try:
                yield entry_of(line), line
            except Invalid as error:
                raise ValueError(f"line {count} of {told['path']}: {error}") from error
    if count != told["entries"]:
        raise ValueError(f"{told['path']} holds {count} entries, and the head says {told['entries']}")


def _lines(packed: BinaryIO, most: int) -> Iterator[bytes]:
    with zstd.ZstdFile(packed) as unpacked:
        size = 0
        while line := unpacked.readline(LONGEST_LINE + 1):
            size += len(line)
            if size > most + LONGEST_LINE:
                raise ValueError("a file grows beyond measure when it is unpacked")
            yield line


def _file(updater: Updater, path: str) -> Path:
    found = updater.get_targetinfo(path)
    if found is None:
        raise ValueError(f"{path} is not signed")
    local = Path(str(updater.target_dir)) / path.replace("/", "%2F")
    return Path(updater.download_target(found, str(local)))
