"""The store gives back what was kept, byte for byte, or says what is wrong; it acknowledges nothing else."""

import errno
import io
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from havre.errors import Broken, HavreError, Invalid, Unavailable
from havre.media.disk import Files
from havre.media.store import ORPHAN_AGE, TEMPORARY, Kept, Problem, Store
from havre.sealing.envelope import CHUNK_BYTES, seal, wrap_key
from tests.media.faults import faults

KEY = bytes(range(32))
NOW = datetime(2030, 1, 1, tzinfo=UTC)
"""Long after any file of a test was written."""


def keep(store: Store, content: bytes, purpose: str = "original", unit: str = "1") -> Kept:
    return store.keep(content, sha256(content).digest(), unit=unit, unit_key=KEY, purpose=purpose)


def key_of(unit: str) -> bytes:
    return KEY


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def problems(store: Store, kept: list[Kept], now: datetime = NOW) -> list[Problem]:
    return list(store.verify(kept, key_of, now))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", random=Random(5).randbytes)


@pytest.mark.parametrize("length", [0, 1, 1000, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_kept_is_given_back(store: Store, length: int) -> None:
    content = Random(length).randbytes(length)
    kept = keep(store, content)
    assert store.read(kept, KEY) == b"".join(store.stream(kept, KEY)) == content
    assert names(store.root) == [kept.blob]


def test_a_source_that_is_read_piece_by_piece_is_kept_like_one_in_memory(store: Store) -> None:
    content = Random(1).randbytes(2 * CHUNK_BYTES + 3)
    kept = store.keep(io.BytesIO(content), sha256(content).digest(), unit="1", unit_key=KEY, purpose="original")
    assert store.read(kept, KEY) == content


def test_neither_content_nor_digest_nor_key_shows_on_the_disk(store: Store) -> None:
    content = b"a picture nobody may see" * 100
    kept = keep(store, content)
    on_disk = (store.root / kept.blob).read_bytes()
    assert content[:24] not in on_disk
    assert kept.sha256.hex() not in kept.blob
    assert KEY not in on_disk


def test_files_and_folders_are_for_their_owner_alone(store: Store) -> None:
    path = store.root / keep(store, b"x").blob
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in path.parents[:3]] == [0o700] * 3


def test_the_same_content_lies_at_one_address_and_each_keeping_opens_alone(store: Store) -> None:
    first, second = keep(store, b"same"), keep(store, b"same")
    assert first.blob.split(".")[0] == second.blob.split(".")[0]
    assert first.blob != second.blob
    store.forget(first.blob)
    assert store.read(second, KEY) == b"same"


def test_many_threads_keep_at_once(store: Store) -> None:
    kept: list[Kept] = []
    store.random = os.urandom

    def work(number: int) -> None:
        for place in range(10):
            kept.append(keep(store, b"same" if place % 2 else f"{number} {place}".encode()))
            store.settle()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 80
    assert problems(store, kept) == []


@pytest.mark.parametrize("unit", ["", "a/b", "..", "é", "x" * 31])
def test_a_unit_that_could_lead_out_of_the_store_is_refused(store: Store, unit: str) -> None:
    with pytest.raises(Invalid):
        keep(store, b"x", unit=unit)


@pytest.mark.parametrize("blob", ["../../etc/passwd", "", "1/ab/short.0011223344556677", "/1/ab/" + "0" * 64])
def test_a_name_that_no_store_gives_is_refused(store: Store, blob: str) -> None:
    kept = replace(keep(store, b"x"), blob=blob)
    with pytest.raises(Broken):
        store.read(kept, KEY)
    with pytest.raises(Broken):
        store.forget(blob)


@pytest.mark.parametrize("source", [b"other", io.BytesIO(b"other")])
def test_a_source_with_another_digest_than_announced_is_not_kept(store: Store, source: Any) -> None:
    with pytest.raises(Invalid, match="it changed meanwhile"):
        store.keep(source, sha256(b"announced").digest(), unit="1", unit_key=KEY, purpose="original")
    assert names(store.root) == []


class Unreadable(io.RawIOBase):
    """A source on a dying disk."""

    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def test_a_source_that_cannot_be_read_is_its_own_trouble_and_not_the_stores(store: Store) -> None:
    with pytest.raises(Invalid, match="could not be read to its end"):
        store.keep(Unreadable(), bytes(32), unit="1", unit_key=KEY, purpose="original")  # type: ignore[arg-type]
    assert names(store.root) == []


def test_a_forgotten_file_is_gone_and_may_be_forgotten_again(store: Store) -> None:
    kept = keep(store, bytes(3 * CHUNK_BYTES))
    store.forget(kept.blob)
    store.forget(kept.blob)
    store.settle()
    assert names(store.root) == []
    with pytest.raises(Broken, match=rf"stored file {kept.blob} is missing"):
        store.read(kept, KEY)


def test_a_forgotten_file_is_overwritten_before_it_is_removed(store: Store, tmp_path: Path) -> None:
    kept = keep(store, b"secret" * 1000)
    copy = tmp_path / "another name of the same file"
    os.link(store.root / kept.blob, copy)
    store.forget(kept.blob)
    assert set(copy.read_bytes()) == {0}


ALTERATIONS: dict[str, Callable[[Store, list[Kept], int, Random], None]] = {}


def alteration(act: Callable[[Store, list[Kept], int, Random], None]) -> None:
    ALTERATIONS[act.__name__] = act


@alteration
def flip_a_bit(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    path = store.root / kept[place].blob
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


@alteration
def flip_a_bit_of_the_header(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    path = store.root / kept[place].blob
    content = bytearray(path.read_bytes())
    content[chance.randrange(13)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


@alteration
def cut_off(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    path = store.root / kept[place].blob
    os.truncate(path, chance.randrange(path.stat().st_size))


@alteration
def add(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    path = store.root / kept[place].blob
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.randint(1, 40)))


@alteration
def remove(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    (store.root / kept[place].blob).unlink()


@alteration
def put_another_file_in_its_place(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    other = kept[(place + 1) % len(kept)]
    (store.root / kept[place].blob).write_bytes((store.root / other.blob).read_bytes())


@alteration
def flip_a_bit_of_the_wrapped_key(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    wrapped = bytearray(kept[place].wrapped_key)
    wrapped[chance.randrange(len(wrapped))] ^= 1 << chance.randrange(8)
    kept[place] = replace(kept[place], wrapped_key=bytes(wrapped))


@alteration
def flip_a_bit_of_the_digest(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    digest = bytearray(kept[place].sha256)
    digest[chance.randrange(32)] ^= 1 << chance.randrange(8)
    kept[place] = replace(kept[place], sha256=bytes(digest))


@alteration
def say_it_is_something_else(store: Store, kept: list[Kept], place: int, chance: Random) -> None:
    kept[place] = replace(kept[place], purpose="preview")


def test_random_alterations_are_all_found_and_named(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    kinds = sorted(ALTERATIONS)
    for seed in range(count(54, 1000)):
        chance = Random(seed)
        store = Store(tmp_path / str(seed), random=chance.randbytes)
        kept = [keep(store, chance.randbytes(chance.randrange(300))) for _ in range(3)]
        assert problems(store, kept) == []
        place = chance.randrange(3)
        ALTERATIONS[kinds[seed % len(kinds)]](store, kept, place, chance)
        found = problems(store, kept)
        assert {problem.blob for problem in found} == {kept[place].blob}, (seed, kinds[seed % len(kinds)])
        with pytest.raises(Broken, match=kept[place].blob):
            store.read(kept[place], KEY)


def test_every_single_bit_of_a_small_file_counts(store: Store) -> None:
    kept = keep(store, b"12345")
    path = store.root / kept.blob
    content = path.read_bytes()
    for bit in range(8 * len(content)):
        altered = bytearray(content)
        altered[bit // 8] ^= 1 << bit % 8
        path.write_bytes(altered)
        assert [problem.blob for problem in problems(store, [kept])] == [kept.blob]


def test_a_file_sealed_under_a_digest_that_is_not_its_own_is_refused(store: Store) -> None:
    kept = replace(keep(store, b"content"), sha256=bytes(32))
    key = bytes(32)
    sealed = seal(b"content", key, kept.context, Random(1).randbytes)
    (store.root / kept.blob).write_bytes(sealed)
    wrapped = wrap_key(key, KEY, kept.context, Random(2).randbytes)
    with pytest.raises(Broken, match="another digest"):
        store.read(replace(kept, wrapped_key=wrapped), KEY)


def test_files_without_a_record_are_named_once_they_are_old(store: Store) -> None:
    kept, orphan = keep(store, b"kept"), keep(store, b"orphan")
    half = store.root / (kept.blob + TEMPORARY)
    half.write_bytes(b"half")
    foreign = store.root / "notes.txt"
    foreign.write_bytes(b"?")
    assert [problem.blob for problem in problems(store, [kept])] == sorted(
        [orphan.blob, kept.blob + TEMPORARY, "notes.txt"], key=lambda name: (name.count("/"), name)
    )
    written = datetime.fromtimestamp(foreign.stat().st_mtime, UTC)
    assert problems(store, [kept], written + ORPHAN_AGE / 2) == []


def test_only_old_leftovers_are_swept(store: Store) -> None:
    kept = keep(store, b"kept")
    half = store.root / (kept.blob + TEMPORARY)
    half.write_bytes(b"half")
    written = datetime.fromtimestamp(half.stat().st_mtime, UTC)
    assert store.sweep_temporary(written + timedelta(minutes=1)) == []
    assert store.sweep_temporary(NOW) == [kept.blob + TEMPORARY]
    assert names(store.root) == [kept.blob]


def test_a_unit_without_a_key_is_a_problem_of_its_files_alone(store: Store) -> None:
    kept = [keep(store, b"a"), keep(store, b"b", unit="2")]

    def one_key(unit: str) -> bytes:
        if unit == "2":
            raise Broken("there is no key unit-2")
        return KEY

    assert list(store.verify(kept, one_key, NOW)) == [Problem(kept[1].blob, "there is no key unit-2")]


def refused_or_kept(store: Store, content: bytes) -> Kept | None:
    try:
        return keep(store, content)
    except Unavailable:
        return None


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EINTR, errno.EDQUOT, errno.EROFS])
def test_whichever_call_fails_nothing_is_acknowledged_and_nothing_is_left(tmp_path: Path, error: int) -> None:
    content = Random(3).randbytes(CHUNK_BYTES + 9)
    failed: list[str] = []
    for faulty in faults(error):
        root = tmp_path / f"{len(failed)}"
        store = Store(root, random=Random(5).randbytes, files=faulty.files)
        kept = refused_or_kept(store, content)
        if kept is None:
            assert names(root) == []
        else:
            assert Store(root).read(kept, KEY) == content
        failed.append(faulty.failed)
    assert set(failed) >= {"makedirs", "open", "write", "fsync", "drop_from_cache", "read", "close", "rename"}
    assert failed[-1] == ""


def test_calls_that_do_half_of_what_was_asked_are_continued(tmp_path: Path) -> None:
    content = Random(3).randbytes(CHUNK_BYTES + 9)
    for faulty in faults(None):
        store = Store(tmp_path / str(faulty.left), random=Random(5).randbytes, files=faulty.files)
        assert store.read(keep(store, content), KEY) == content


def test_a_disk_that_gives_back_other_bytes_than_were_written_is_found_before_anything_is_said(
    tmp_path: Path,
) -> None:
    def misread(descriptor: int, size: int) -> bytes:
        return bytes(len(os.read(descriptor, size)))

    store = Store(tmp_path / "store", files=replace(Files(), read=misread))
    with pytest.raises(Broken, match="stored file"):
        keep(store, b"content")
    assert names(store.root) == []


def test_names_that_could_not_be_settled_are_settled_by_the_next_call(tmp_path: Path) -> None:
    synced: list[Path] = []
    failing = [True]

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if failing[0] and path.is_dir():
            raise OSError(errno.EIO, "Input/output error")
        synced.append(path)

    store = Store(tmp_path / "store", files=replace(Files(), fsync=fsync))
    kept = keep(store, b"content")
    with pytest.raises(Unavailable):
        store.settle()
    failing[0] = False
    store.settle()
    folder = (store.root / kept.blob).parent
    assert {folder, folder.parent, store.root, tmp_path} <= set(synced)
    synced.clear()
    store.settle()
    assert synced == []


def test_many_folders_are_settled_by_one_call_that_may_be_tried_again(tmp_path: Path) -> None:
    synced: list[Path] = []
    failing = [True]

    def syncfs(descriptor: int) -> None:
        if failing[0]:
            raise OSError(errno.EIO, "Input/output error")
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    store = Store(tmp_path / "store", files=replace(Files(), syncfs=syncfs))
    for number in range(20):
        keep(store, f"content {number}".encode())
    with pytest.raises(Unavailable):
        store.settle()
    failing[0] = False
    store.settle()
    store.settle()
    assert synced == [store.root]


@pytest.mark.parametrize("call", ["open", "read"])
def test_a_disk_that_cannot_be_read_is_said_to_be_so(store: Store, call: str) -> None:
    def fail(*_: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    kept = keep(store, b"content")
    store.files = replace(Files(), **{call: fail})
    with pytest.raises(Unavailable, match=kept.blob):
        store.read(kept, KEY)
    assert isinstance(problems(store, [kept])[0], Problem)


def test_every_error_of_the_store_is_one_sentence_for_a_person(store: Store) -> None:
    kept = replace(keep(store, b"content"), wrapped_key=b"")
    with pytest.raises(HavreError) as refusal:
        store.read(kept, KEY)
    assert str(refusal.value).startswith(f"stored file {kept.blob}: ")
    assert "\n" not in str(refusal.value)
