"""Journals of reports as one file, for a copy or another machine; in a backup of a node they are as well.

A platform that has no node has no backup of one: this is its copy. It holds what was reported in clear.
"""

import os
import re
import tarfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO

from havre.errors import HavreError, Invalid, Refused, Unavailable
from havre.flows.cybertip_journal import KEPT, LINES, Journal, events_of, folders_in, held, kept_of
from havre.flows.cybertip_prepare import read_kept, standing
from havre.flows.cybertip_waiting import unread

FOLDER = re.compile(r"[0-9a-f]{32}", re.ASCII)
MEMBER = re.compile(rf"({FOLDER.pattern})/({re.escape(LINES)}|{re.escape(KEPT)})", re.ASCII)
"""What a journal's file is called, in a folder of journals and in what is made of it."""
END = "end"
"""What the last member is called, which says how many journals are in the file: one that was cut has none."""
MOST = 64 << 20
"""Bytes of one of them."""
MOST_DIGITS = 20
MOST_NAMED = 5
"""Journals that a refusal names; the others it counts."""


def journal_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Each file of each journal with its content, the lines first: what is cut between the two goes on like a kill."""
    for folder in folders_in(root):
        yield from _of(folder)


def export_journals(root: Path, file: Path) -> int:
    """Write every journal into a file; how many. Raises Refused where it is there or a journal was altered, Unavailable
    where it can't."""
    count, folders = 0, [each for each in folders_in(root) if FOLDER.fullmatch(each.name)]
    if spoilt := [each.name for each in folders if unread(each)]:
        raise _altered(root, spoilt)
    try:
        with file.open("xb") as out, tarfile.open(fileobj=out, mode="w") as tar:
            os.chmod(file, 0o600)  # noqa: PTH101 - before anything is in it
            for folder in folders:
                with held(root, folder.name):
                    if unread(folder):  # since it was looked at
                        raise _altered(root, [folder.name])
                    count += 1
                    for name, content in _of(folder):
                        _add(tar, name, content)
            _add(tar, END, str(count).encode())
            tar.close()
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise Refused(f"{file} is there already: name another file") from None
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Unavailable(f"{file} could not be written ({error.strerror}): nothing was exported") from error
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return count


def _altered(root: Path, names: Sequence[str]) -> Refused:
    """What a person reads: which, and how to go on."""
    first, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    which = f"{first} and {more} more" if more > 0 else first
    one = len(names) == 1
    was, folder, it = ("was", "its folder", "it") if one else ("were", "their folders", "them")
    return Refused(
        f"nothing was exported, for {which} in {root} {was} altered, or written by another release: put"
        f" {folder} back from an earlier export or backup, or move {it} out of there and keep {it} for whoever looks,"
        " then export again"
    )


def import_journals(root: Path, file: Path) -> tuple[int, int]:
    """Take the journals of a file: how many are new, and how many were there before and stay as they are.

    One that was altered stays out and costs no other: raises Invalid that names it, once the others are there.
    """
    there = {folder.name for folder in folders_in(root)}
    new: set[str] = set()
    known: set[str] = set()
    altered: list[str] = []
    for key, content in _journals(file):
        if key in there:
            known.add(key)
        elif _reads(root / key, content):
            new.add(key)
            _take(root, key, content)
        else:
            altered.append(key)
    if altered:
        raise Invalid(
            f"{file} holds what was altered: {', '.join(altered)} stays out and somebody must look at it; {len(new)}"
            " others are here now"
        )
    return len(new), len(known)


def _journals(file: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Each journal of a file, whole. Raises Invalid before the first where the file was cut off."""
    found: dict[str, dict[str, bytes]] = {}
    said = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                if member.name == END and member.isreg() and member.size <= MOST_DIGITS:
                    said = _content(tar, member)
                    continue
                key, name, content = _read(member, tar.extractfile(member))
                found.setdefault(key, {})[name] = content
    except (tarfile.TarError, OSError) as error:
        raise Unavailable(f"{file} can't be read: {error}") from error
    if said != str(len(found)).encode():
        raise Invalid(f"{file} is not whole: it was cut off, or written by another release; export once more")
    yield from found.items()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    head = tarfile.TarInfo(name)
    head.size, head.mode = len(content), 0o600
    tar.addfile(head, BytesIO(content))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    found = tar.extractfile(member)
    return b"" if found is None else found.read()


def _reads(folder: Path, content: dict[str, bytes]) -> bool:
    try:
        events = events_of(content.get(LINES, b""), folder / LINES)
        kept = kept_of(content[KEPT], folder / KEPT) if KEPT in content else None
        standing(Journal(folder, events), read_kept(kept))
    except HavreError:
        return False
    return LINES in content


def _take(root: Path, key: str, content: dict[str, bytes]) -> None:
    """A journal is there once its lines are: they come last, so that one that is cut off here is taken anew."""
    with held(root, key):
        for name in (KEPT, LINES):
            if name in content:
                put(root, key, name, content[name])


def put(root: Path, key: str, name: str, content: bytes) -> None:
    """One file of a journal into its place, on the disk when this returns."""
    folder = root / key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = folder / f".{name}.new"
    with waiting.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(folder / name)


def _of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name in (LINES, KEPT):
        member = f"{folder.name}/{name}"
        if (folder / name).is_file() and MEMBER.fullmatch(member):
            yield member, (folder / name).read_bytes()


def _read(member: tarfile.TarInfo, content: IO[bytes] | None) -> tuple[str, str, bytes]:
    found = MEMBER.fullmatch(member.name)
    if found is None or content is None or not member.isreg() or member.size > MOST:
        raise Invalid(f"this holds {member.name[:80]!r}, which `havre report export` never wrote")
    return found[1], found[2], content.read()
