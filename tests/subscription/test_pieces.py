"""A file of entries gives them all, or is refused; whatever it unpacks to, little of it is in memory."""

from pathlib import Path

import pytest
from backports import zstd

from havre.errors import Invalid
from havre.hashlists.lines import line_of
from havre.hashlists.outline import outlined
from havre.subscription.head import Piece
from havre.subscription.pieces import entries_of, lines_of
from tests.hashlists.made import made

ENTRIES = [made(number, version) for version, number in ((4, 2), (4, 9), (5, 1))]
PIECE = Piece("baseline/delta-3-5.jsonl.zst", 3, 3, 5)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "piece"
    path.write_bytes(data)
    return path


def lines(*entries: int) -> bytes:
    return b"".join(line_of(ENTRIES[number]) for number in entries)


def test_entries_come_back_in_their_order(tmp_path: Path) -> None:
    path = written(tmp_path, zstd.compress(lines(0, 1, 2)))
    assert list(entries_of(path, PIECE)) == [(outlined(entry), line_of(entry).rstrip()) for entry in ENTRIES]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (zstd.compress(lines(0, 1)), "fewer entries"),
        (zstd.compress(lines(0, 1, 2) + line_of(made(77, 5))), "more entries"),
        (zstd.compress(lines(1, 0, 2)), "not in their order"),
        (zstd.compress(lines(0, 1) + line_of(made(1, 6))), "another version"),
        (zstd.compress(line_of(made(1, 3)) + lines(0, 1)), "another version"),
        (zstd.compress(lines(0, 1) + line_of(made(2, 5))), "not in their order"),
        (zstd.compress(lines(0, 1, 2)[:-1]), "last line .* is cut off"),
        (zstd.compress(lines(0, 1) + b"{}\n"), "no entry of a feed"),
        (zstd.compress(lines(0, 1, 2))[:-3], "is cut off"),
        (b"", "is cut off"),
        (b"no zstd at all", "can't be unpacked"),
        (zstd.compress(lines(0, 1, 2)) + b"!", "behind the end"),
        (zstd.compress(b"x" * 300_000), "a line .* is too long"),
        (zstd.compress(b"\n" * 30_000_000), "unpacks to more"),
        (zstd.compress(b"\n" * 30_000_000, options={201: 27, 160: 1}), "unpacks to more"),
    ],
)
def test_a_file_that_is_not_what_its_list_said_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    path = written(tmp_path, data)
    with pytest.raises(Invalid, match=why):
        list(entries_of(path, PIECE) if b"\n" * 9 not in data and why != "unpacks to more" else lines_of(path, "piece"))
