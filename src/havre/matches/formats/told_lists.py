"""Answers of other lists read in the sandbox: NCMEC's, StopNCII's, ThreatExchange's, HMA's, each a page of rows."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import BinaryIO

from havre.errors import Invalid
from havre.hashlists import hma, ncmec_read, stopncii, threat_updates
from havre.hashlists.entry import Signal
from havre.hashlists.told import MOST_BYTES, BadTold, PageTold, Told
from havre.matches.formats.record import JSON

Row = dict[str, JSON]
NO_PAGE = "no page"
"""The key of a row that says why the whole is no answer."""


def ncmec_rows(file: BinaryIO) -> Iterator[Row]:
    """Entries of hash sharing v2."""
    return _rows(lambda: ncmec_read.read(file))


def stopncii_rows(file: BinaryIO) -> Iterator[Row]:
    """Records of FetchHashes."""
    return _rows(lambda: stopncii.read(_whole(file)))


def threatexchange_rows(file: BinaryIO) -> Iterator[Row]:
    """Records of threat_updates."""
    return _rows(lambda: threat_updates.read(_whole(file)))


def hma_rows(file: BinaryIO) -> Iterator[Row]:
    """Contents of a bank."""
    return _rows(lambda: hma.read(_whole(file)))


def _whole(file: BinaryIO) -> bytes:
    return file.read(MOST_BYTES + 1)


def _rows(read: Callable[[], PageTold]) -> Iterator[Row]:
    """Each record, and at the end how the page is gone on with; or why it is none."""
    try:
        page = read()
    except Invalid as wrong:
        yield {NO_PAGE: str(wrong)}
        return
    for each in page.told:
        yield {"bad": asdict(each)} if isinstance(each, BadTold) else {"told": asdict(each)}
    yield {"next": page.next, "newest": page.newest}


def page_of(rows: Iterator[Row]) -> PageTold:
    """The page of rows as they came out of the sandbox; checked again on the way. Raises Invalid where it is none."""
    told: list[Told | BadTold] = []
    following, newest = "", 0
    for row in rows:
        if NO_PAGE in row:
            raise Invalid(str(row[NO_PAGE]))
        if "told" in row:
            told.append(_told(row["told"]))
        elif "bad" in row:
            bad = row["bad"]
            assert isinstance(bad, dict)
            told.append(BadTold(str(bad["place"]), str(bad["why"])))
        else:
            following, newest = str(row["next"]), int(str(row["newest"]))
    return PageTold(tuple(told), following, newest)


def _told(row: JSON) -> Told:
    assert isinstance(row, dict)
    signals = row["signals"]
    assert isinstance(signals, list)
    values = [each for each in signals if isinstance(each, dict)]
    tags = row["tags"]
    assert isinstance(tags, list)
    return Told(
        key=str(row["key"]),
        signals=tuple(Signal(str(each["method"]), str(each["value"]), str(each["version"])) for each in values),
        tags=tuple(map(str, tags)),
        agree=int(str(row["agree"])),
        disagree=int(str(row["disagree"])),
        changed=int(str(row["changed"])),
        retracted=row["retracted"] is True,
    )
