"""What the store asks of the operating system does all of it, or says that it did not."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from havre.media.disk import Files, overwrite, write_all


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    """An empty file, open for reading and writing."""
    opened = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    yield opened
    os.close(opened)


def test_folders_are_made_with_their_mode_from_the_first_to_the_last(tmp_path: Path) -> None:
    Files().makedirs(str(tmp_path / "a" / "b" / "c"), 0o700)
    Files().makedirs(str(tmp_path / "a" / "b" / "c"), 0o700)

    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/c")]
    assert modes == [0o700] * 3


def test_a_content_is_written_whole_however_little_a_call_takes(descriptor: int) -> None:
    by_threes = replace(Files(), write=lambda to, content: os.write(to, content[:3]))
    write_all(by_threes, descriptor, b"0123456789")
    assert os.pread(descriptor, 100, 0) == b"0123456789"

    os.lseek(descriptor, 0, os.SEEK_SET)
    overwrite(by_threes, descriptor)
    assert os.pread(descriptor, 100, 0) == bytes(10)


@pytest.mark.parametrize("how", [lambda files, to: write_all(files, to, b"more"), overwrite])
def test_a_call_that_takes_nothing_ends_it(how: Callable[[Files, int], None], descriptor: int) -> None:
    os.write(descriptor, b"some")
    nothing = replace(Files(), write=lambda _to, _content: 0)
    with pytest.raises(OSError, match="nothing was written"):
        how(nothing, descriptor)


def test_everything_of_a_file_system_is_synced_or_an_error_says_why(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    Files().syncfs(folder)
    os.close(folder)
    with pytest.raises(OSError, match="Bad file descriptor"):
        Files().syncfs(folder)
