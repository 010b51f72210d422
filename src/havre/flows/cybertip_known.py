"""By what a report is known when it is filed again: its reference, else what it says and the digests of its files."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from havre.cybertip.as_json import json_of
from havre.cybertip.filing import Enclosed, Filing
from havre.cybertip.write import xml_of
from havre.errors import Invalid, Refused

PIECE = 1 << 20
SHOWN = 20
"""Names of files that one sentence names."""


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a report from others, and from itself before it was changed. No path of a file is in it."""

    name: str
    """The reference; without one the digest of the report's XML and of its files, in no order."""
    said: str
    """The digest of the report and of what it says of its files."""
    media: str
    """The digest of the files, each with what is said of it."""
    missing: bool
    """Whether a file is not there, so that nothing tells whether it was changed."""

    @property
    def source(self) -> str:
        """What is written down of it."""
        return f"{self.said}.{self.media}"

    def was(self, source: str) -> bool:
        """Whether that was this; files that are not there any more are taken for what they were."""
        return source == self.source or (self.missing and source.startswith(f"{self.said}."))


def known(filing: Filing, folder: Path) -> Known:
    """What tells this report from others. Raises Refused where it has no reference, and files are missing."""
    report = xml_of(filing.report).decode()
    details = [json_of(each.details) if each.details is not None else None for each in filing.files]
    digests = [digest_of(lies_at(folder, each)) for each in filing.files]
    missing = [each.path for each, digest in zip(filing.files, digests, strict=True) if not digest]
    if missing and not filing.reference:
        raise Refused(
            "a report without a reference is known again by its files, and these are not there: %(names)s; put them"
            " there, or say --reference",
            names=named(missing),
        )
    said = [json.dumps(each, sort_keys=True) for each in details]
    return Known(
        filing.reference or _digest([report, *sorted(set(digests))]),
        _digest([report, *sorted(said)]),
        _digest(sorted(map("{} {}".format, digests, said))),
        bool(missing),
    )


def lies_at(folder: Path, enclosed: Enclosed) -> Path:
    """Where a file lies. Raises Invalid where that is outside the folder, be it by a link."""
    path = (folder / enclosed.path).resolve()
    if not enclosed.elsewhere and not path.is_relative_to(folder.resolve()):
        raise Invalid(
            "%(path)s leads out of the folder of the report, and was not read: only --media may", path=enclosed.path
        )
    return path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; nothing where it is not there."""
    if not path.is_file():
        return ""
    made = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            made.update(piece)
    return made.hexdigest()


def named(paths: list[str]) -> str:
    """The first of these files, and how many more there are."""
    return ", ".join(paths[:SHOWN]) + (f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else "")


def _digest(said: list[str]) -> str:
    return sha256(json.dumps(said).encode()).hexdigest()
