"""Every file of a source is found once, in the order of its whole path, and no link leads anywhere."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.media.sources import Found, files_of, opener, shown, time_of

NAMES = st.sampled_from(
    [b"a", b"b", b"a.b", b"a!", b"a0", b"a-b", b"A", b" ", b"\xff", b"\xc3\xa9", b"a\xff", b"~", b"\n"]
)
"""Names around the slash, on both sides of it, and some that are no UTF-8."""

TREES = st.recursive(st.binary(max_size=3), lambda inner: st.dictionaries(NAMES, inner, max_size=5), max_leaves=25)
"""A file is its content, a folder what it holds by name."""

Tree = bytes | dict[bytes, "Tree"]


def plant(place: bytes, tree: Tree) -> None:
    if isinstance(tree, bytes):
        Path(os.fsdecode(place)).write_bytes(tree)
        return
    Path(os.fsdecode(place)).mkdir()
    for name, inner in tree.items():
        plant(place + b"/" + name, inner)


def leaves(place: bytes, tree: Tree) -> dict[bytes, bytes]:
    if isinstance(tree, bytes):
        return {place: tree}
    return {leaf: data for name, inner in tree.items() for leaf, data in leaves(place + b"/" + name, inner).items()}


@given(TREES)
def test_files_come_in_the_order_of_the_bytes_of_their_whole_path(tree: Tree) -> None:
    root = os.fsencode(tempfile.mkdtemp())
    try:
        plant(root + b"/source", tree)
        found = list(files_of(os.fsdecode(root + b"/source")))
        planted = leaves(root + b"/source", tree)
        assert [each.location for each in found] == sorted(planted)
        assert {each.location: opener(each)().read() for each in found} == planted
        assert [each.bytes for each in found] == [len(planted[each.location]) for each in found]
    finally:
        shutil.rmtree(root)


def test_reading_leaves_the_time_of_access_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"123")
    os.utime(tmp_path / "a.jpg", (1_000_000_001, 1_000_000_002))
    (found,) = files_of(str(tmp_path))
    with opener(found)() as file:
        assert file.read() == b"123"
    assert (tmp_path / "a.jpg").stat().st_atime == 1_000_000_001


def test_a_file_alone_is_a_source_of_one(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"123")
    os.utime(tmp_path / "a.jpg", (1_000_000_001, 1_000_000_000))
    path = str(tmp_path / "a.jpg")
    modified, accessed = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC), datetime(2001, 9, 9, 1, 46, 41, tzinfo=UTC)
    changed = time_of((tmp_path / "a.jpg").stat().st_ctime)
    assert list(files_of(path)) == [Found(path, os.fsencode(path), 3, modified, accessed, changed)]


def test_paths_are_told_as_the_source_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").touch()
    monkeypatch.chdir(tmp_path)
    named = [".", "./in", "in/", "in", f"{tmp_path}/in/../in"]
    assert [next(files_of(name)).path for name in named] == [
        "./in/a",
        "./in/a",
        "in/a",
        "in/a",
        f"{tmp_path}/in/../in/a",
    ]


def test_a_name_that_is_no_text_is_shown_escaped_and_opened_all_the_same(tmp_path: Path) -> None:
    place = os.fsencode(tmp_path) + b"/caf\xe9"
    plant(place, b"bytes")
    (found,) = files_of(str(tmp_path))
    assert found.path == f"{tmp_path}/caf\\xe9"
    assert opener(found)().read() == b"bytes"


@given(st.binary())
def test_whatever_is_shown_can_be_written_down(raw: bytes) -> None:
    text = shown(raw)
    assert "\0" not in text
    assert bool(text.encode()) == bool(raw)
    assert shown(os.fsdecode(raw)) == text


def test_links_are_told_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").touch()
    source = tmp_path / "source"
    source.mkdir()
    (source / "to a file").symlink_to(outside / "secret")
    (source / "to a folder").symlink_to(outside)
    (source / "to itself").symlink_to(source)
    (source / "to nothing").symlink_to("/nonexistent")
    found = list(files_of(str(source)))
    assert [Path(each.path).name for each in found] == ["to a file", "to a folder", "to itself", "to nothing"]
    assert {each.refusal for each in found} == {"a link: links are never followed"}


def test_a_source_that_is_itself_a_link_is_not_taken_in(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    with pytest.raises(Invalid, match="is a link: name the folder or file it points to"):
        list(files_of(str(tmp_path / "link")))


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"nothing can't be taken in: No such file or directory"):
        list(files_of(str(tmp_path / "nothing")))


def test_what_is_no_regular_file_is_told_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        found = {Path(each.path).name: each.refusal for each in files_of(str(tmp_path))}
    assert found == {"pipe": "not a regular file", "socket": "not a regular file"}


def test_a_link_that_took_the_place_of_a_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"seized")
    (tmp_path / "b").write_bytes(b"of somebody else")
    found = next(files_of(str(tmp_path)))
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to(tmp_path / "b")
    with pytest.raises(OSError, match="symbolic links"):
        opener(found)()


def test_a_pipe_that_took_the_place_of_a_file_does_not_hold_anybody_up(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"seized")
    found = next(files_of(str(tmp_path)))
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    with pytest.raises(OSError, match="not a regular file"):
        opener(found)()


def test_a_folder_that_may_not_be_read_is_one_unreadable_entry_in_its_place(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every folder")
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").touch()
    (tmp_path / "b").chmod(0)
    try:
        found = [(each.path.removeprefix(f"{tmp_path}/"), each.refusal) for each in files_of(str(tmp_path))]
    finally:
        (tmp_path / "b").chmod(0o700)
    assert found == [("a/x", ""), ("b", "the folder can't be read: Permission denied"), ("c/x", "")]


def test_a_folder_that_goes_while_it_is_read_costs_nothing_else(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").touch()
    found = files_of(str(tmp_path))
    first = next(found)
    shutil.rmtree(tmp_path / "b")
    rest = [(each.path.removeprefix(f"{tmp_path}/"), each.refusal) for each in found]
    assert first.path == f"{tmp_path}/a/x"
    assert rest == [("b", "the folder can't be read: No such file or directory"), ("c/x", "")]


@pytest.fixture
def abyss(tmp_path: Path) -> Iterator[Path]:
    """A folder for folders so deep that Python's own ways of removing them fail."""
    (tmp_path / "abyss").mkdir()
    yield tmp_path / "abyss"
    subprocess.run(["rm", "-rf", str(tmp_path / "abyss")], check=True)


def test_a_very_deep_folder_is_read_to_its_end(abyss: Path) -> None:
    deep = dig(abyss, "d", 1500)
    Path(deep, "x").touch()
    assert [each.path for each in files_of(str(abyss))] == [f"{deep}/x"]


def test_a_folder_too_deep_for_any_path_is_told_and_not_lost(abyss: Path) -> None:
    here = os.open(abyss, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    (found,) = files_of(str(abyss))
    assert found.refusal.endswith("can't be read: File name too long")


def dig(place: Path, name: str, depth: int) -> str:
    """Folders in one another, made one by one: a path so deep is too much for pathlib."""
    path = str(place)
    for _ in range(depth):
        path += f"/{name}"
        Path(path).mkdir()
    return path


@given(st.floats() | st.integers(-(2**62), 2**62))
def test_a_time_is_that_of_the_file_or_none(seconds: float) -> None:
    found = time_of(seconds)
    assert found is None or abs(found.timestamp() - seconds) < 1e-3


def test_times_before_1970_are_kept_and_those_past_all_calendars_left_out() -> None:
    assert time_of(-11_644_473_600) == datetime(1601, 1, 1, tzinfo=UTC)
    assert time_of(2**45) is None
