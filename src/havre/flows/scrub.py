"""Read the whole evidence store and the rows that describe it: every flipped bit, missing file and leftover is named.

The unit's sealed files are read and none of their content is shown. Intakes may go on meanwhile.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from havre.errors import HavreError
from havre.fingerprints.exact import Digests, digest_of
from havre.flows.holding import refuse_while_intakes_run
from havre.flows.home import Home, consulted
from havre.media.keep import kept
from havre.media.models import Medium, SealedFile
from havre.media.store import BLOB, TEMPORARY, Problem
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit

LEFTOVER_AGE = timedelta(days=1)
"""A file without a row that is older was left by an intake that died: no batch stays uncommitted for so long."""

SWEEP_AGE = timedelta(seconds=2)
"""Clocks of file systems are coarse: what is younger than this when a sweep begins may still be waiting for its row."""

ROWS = 500
"""Rows read from the database at a time."""

Tell = Callable[[int, int], None]
"""Told (files read, files to read)."""


@dataclass
class Scrubbed:
    """What a scrub found."""

    files: int = 0
    bytes: int = 0
    """Plain bytes read, decrypted and digested again."""
    problems: list[Problem] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    """Leftovers of interrupted intakes, removed: nothing in the database belonged to them."""
    waiting: int = 0
    """Files without a row that are too young to be leftovers."""


def scrub_store(
    home: Home, acting: Acting, *, sweep: bool = False, tell: Tell = lambda _done, _total: None
) -> Scrubbed:
    """Read, open and digest every sealed file of the unit; compare it with its rows; remove old leftovers.

    With `sweep`, leftovers of any age are removed, which is Refused while an intake runs.
    """
    acting.must_be(RoleName.SUPERVISOR, RoleName.AUDITOR, RoleName.ADMINISTRATOR, to="verify the store")
    oldest_kept = acting.now() - LEFTOVER_AGE
    if sweep:
        oldest_kept = acting.now() - SWEEP_AGE
        refuse_while_intakes_run(home)
    found = Scrubbed()
    read_all(home, found, tell, acting.unit)  # (1) every row has its file, and the file is what the row says
    _sort_out(home, acting.unit, oldest_kept, found)  # (2) every file has its row, or goes
    detail = {"files": found.files, "problems": len(found.problems), "removed": len(found.removed)}
    consulted(home, acting, "store", {"act": "verified", **detail})  # (3)
    return found


def read_all(home: Home, found: Scrubbed, tell: Tell = lambda _done, _total: None, unit: Unit | None = None) -> None:
    """Every sealed file the database names, of one unit or all, opened whole and compared with its rows."""
    rows, media = SealedFile.objects.select_related("medium"), Medium.objects.all()
    if unit is not None:
        rows, media = owned_by(unit, rows, "medium__unit"), owned_by(unit, media)
    total = rows.count()
    for row in rows.order_by("blob").iterator(ROWS):
        problems = list(_read(home, row, found))
        if problems and SealedFile.objects.filter(pk=row.pk).exists():  # it may have been erased meanwhile
            found.problems += problems
        found.files += 1
        tell(found.files, total)
    for medium in media.exclude(files__purpose="original").iterator(ROWS):
        sha256 = bytes(medium.sha256).hex()
        what = f"medium {medium.pk} ({sha256}) has no sealed original: restore it from a backup"
        found.problems.append(Problem(f"medium {medium.pk}", what))


def _read(home: Home, row: SealedFile, found: Scrubbed) -> Iterator[Problem]:
    """What is wrong with one file; its content is digested from the pieces, never held whole."""
    length = 0

    def pieces() -> Iterator[bytes]:
        nonlocal length
        for piece in home.store.stream(kept(row), home.keys.unit(str(row.medium.unit_id))):
            length += len(piece)
            yield piece

    try:
        digests = digest_of(pieces())
    except HavreError as error:
        yield Problem(str(row.blob), str(error))
        return
    found.bytes += length
    if row.purpose == "original":
        yield from _contradictions(row, digests, length)


def _contradictions(row: SealedFile, digests: Digests, length: int) -> Iterator[Problem]:
    """Columns of the medium that its own bytes deny."""
    medium = row.medium
    stated = {"bytes": medium.bytes, **{name: bytes(getattr(medium, name)) for name in ("sha256", "sha1", "md5")}}
    true = {"bytes": length, "sha256": digests.sha256, "sha1": digests.sha1, "md5": digests.md5}
    for column in true:
        if stated[column] != true[column]:
            what = f"medium {medium.pk}: column {column} was altered; stored file {row.blob} has another"
            yield Problem(row.blob, what)


def _sort_out(home: Home, unit: Unit, oldest_kept: datetime, found: Scrubbed) -> None:
    # A file without a row may be the one whose row was altered: leftovers go only while every row has its file.
    whole = not found.problems
    for names in _folders(home.settings.store, str(unit.pk)):
        files = {name: changed for name in names if (changed := _changed(home.settings.store / name))}
        for name in sorted(files.keys() - _recorded(list(files))):
            old = files[name] < oldest_kept
            found.problems += _leftover(home, name, found, old=old, whole=whole)


def _leftover(home: Home, name: str, found: Scrubbed, *, old: bool, whole: bool) -> list[Problem]:
    """Remove a file that belongs to nothing, or say why not."""
    if not BLOB.fullmatch(name.removesuffix(TEMPORARY)):
        return [Problem(name, f"stored file {name} has no name that the store gives: find out where it comes from")]
    if not old:
        found.waiting += 1
        return []
    if not whole:
        why = "it is kept, because something else in the store is wrong"
        return [Problem(name, f"stored file {name} belongs to nothing in the database; {why}")]
    if name.endswith(TEMPORARY):
        (home.settings.store / name).unlink(missing_ok=True)
    else:
        home.store.forget(name)
    found.removed.append(name)
    return []


def _folders(root: Path, unit: str) -> Iterator[list[str]]:
    """The files of every folder but those of other units, by their path from the store."""
    for folder, folders, names in os.walk(root):
        folders.sort()
        if folder == str(root):
            folders[:] = [name for name in folders if name == unit or not name.isdecimal()]
        yield [os.path.relpath(os.path.join(folder, name), root) for name in sorted(names)]  # noqa: PTH118 - many


def _changed(path: Path) -> datetime | None:
    """When a file was last written; none where it is gone by now."""
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _recorded(names: list[str]) -> set[str]:
    """Those of these files that the database knows; asked for after their folder was listed."""
    known: set[str] = set()
    for start in range(0, len(names), ROWS):
        part = SealedFile.objects.filter(blob__in=names[start : start + ROWS])
        known |= set(part.values_list("blob", flat=True))
    return known


def summary(found: Scrubbed) -> dict[str, object]:
    """The fields of the command line."""
    return {
        "files": found.files,
        "bytes": found.bytes,
        "problems": _described(found.problems),
        "removed": found.removed,
        "waiting": found.waiting,
    }


def _described(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"file": problem.blob, "what": problem.what} for problem in problems]
