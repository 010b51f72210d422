"""What is about to be sent, made ready once: enriched, checked, its files measured, and kept beside the journal."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

from havre.cybertip.filing import Enclosed, Filing, as_json, elsewhere, enriched, filing_of
from havre.cybertip.life import Standing, standing_of
from havre.errors import Broken, Refused
from havre.flows.cybertip_journal import Journal
from havre.flows.cybertip_known import PIECE, lies_at, named

Hook = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Media:
    """One file that is there, as it was when the report was made ready."""

    path: Path
    size: int
    md5: str
    sha256: str
    enclosed: Enclosed


@dataclass(frozen=True, slots=True)
class Ready:
    """What is sent."""

    source: str
    """The digests of what the platform wrote and of its files."""
    filing: Filing
    media: tuple[Media, ...]
    missing: tuple[str, ...] = ()
    """Files that it names and that are not there."""
    described: frozenset[int] = field(default_factory=frozenset)
    """Which of the media have details, from 1."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        media = [
            {
                "path": str(each.path),
                "size": each.size,
                "md5": each.md5,
                "sha256": each.sha256,
                "as": each.enclosed.path,
            }
            for each in self.media
        ]
        return {
            "source": self.source,
            "filing": as_json(self.filing),
            "elsewhere": sorted(elsewhere(self.filing)),
            "media": media,
            "missing": list(self.missing),
        }


def made_ready(filing: Filing, source: str, folder: Path, enrich: Hook | None, *, partial: bool = False) -> Ready:
    """Ask what else is known, and measure the files. Raises Refused where one of them is not there.

    With `partial` it does so only where none of them is.
    """
    if enrich is not None:
        filing = enriched(filing, enrich(as_json(filing)))
    media, missing = [], []
    for each in filing.files:
        path = lies_at(folder, each)
        if path.is_file():
            media.append(_measured(path, each))
        else:
            missing.append(each.path)
    if missing and not media:
        raise Refused(
            "none of the files of this report is there (%(names)s): a report without them is of no use, and was not"
            " sent",
            names=named(missing),
        )
    if missing and not partial:
        raise Refused(
            "these files of the report are not there: %(names)s; nothing was finished, for what is finished can't be"
            " added to: put them there, or say --partial",
            names=named(missing),
        )
    return _ready(source, filing, media, missing)


def kept_ready(journal: Journal) -> Ready | None:
    """What was made ready before; None where nothing was."""
    return read_kept(journal.kept())


def read_kept(said: dict[str, Any] | None) -> Ready | None:
    """What a journal kept."""
    if said is None:
        return None
    try:
        filing = filing_of(said["filing"], frozenset(said["elsewhere"])).must_be_right()
        by_path = {each.path: each for each in filing.files}
        media = [
            Media(Path(each["path"]), each["size"], each["md5"], each["sha256"], by_path[each["as"]])
            for each in said["media"]
        ]
        return _ready(said["source"], filing, media, said["missing"])
    except (KeyError, TypeError) as error:
        raise Broken("what was kept of this report was altered: somebody must look at the journal") from error


def standing(journal: Journal, ready: Ready | None) -> Standing:
    """How far it is."""
    return standing_of(journal.events, len(ready.media) if ready else 0, described_of(ready))


def described_of(ready: Ready | None) -> frozenset[int]:
    """Which of the files have details."""
    return ready.described if ready is not None else frozenset()


def _ready(source: str, filing: Filing, media: list[Media], missing: list[str]) -> Ready:
    described = frozenset(number for number, each in enumerate(media, start=1) if each.enclosed.details is not None)
    return Ready(source, filing, tuple(media), tuple(missing), described)


def _measured(path: Path, enclosed: Enclosed) -> Media:
    short, long = md5(usedforsecurity=False), sha256()
    size = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            short.update(piece)
            long.update(piece)
            size += len(piece)
    return Media(path, size, short.hexdigest(), long.hexdigest(), enclosed)


def with_files(filing: Filing, paths: list[Path]) -> Filing:
    """The filing with further files, wherever they lie, of which nothing is said."""
    there = {each.path for each in filing.files}
    further = dict.fromkeys(str(path.resolve()) for path in paths)
    more = tuple(Enclosed(path, elsewhere=True) for path in further if path not in there)
    return replace(filing, files=filing.files + more)
