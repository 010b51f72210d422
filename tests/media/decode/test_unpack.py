"""Archives, taken apart inside the sandbox."""

import gzip
import io
import os
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from havre.media.decode import Budget, Exceeded, Member, NotMedia, Report, Worker
from tests.media.decode.seeds import ARCHIVES, MEMBERS, PICTURES, seven, tarred, zipped

Told = tuple[dict[str, bytes], dict[str, str], str | None]


def unpacked(worker: Worker, data: bytes | int, kind: str, budget: Budget | None = None) -> Told:
    """Contents by name, troubles by name, and the trouble of the whole."""
    contents, troubles, whole = {}, {}, None
    for part in worker.unpack(data, kind, budget or Budget()):
        if isinstance(part, Report):
            whole = part.trouble
            continue
        contents[part.name] = b"".join(part.chunks)
        if part.trouble:
            troubles[part.name] = part.trouble
    return contents, troubles, whole


@pytest.mark.parametrize(("kind", "make"), ARCHIVES.values(), ids=ARCHIVES)
def test_every_archive_gives_its_members_whole(worker: Worker, kind: str, make: Callable[[], bytes]) -> None:
    assert unpacked(worker, make(), kind) == (MEMBERS, {}, None)


def test_an_archive_is_read_from_an_open_file(worker: Worker) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(zipped())
        file.flush()
        assert unpacked(worker, file.fileno(), "zip") == (MEMBERS, {}, None)


def test_times_come_with_a_zone_where_the_archive_has_one(worker: Worker) -> None:
    for data, kind, when in ((zipped(), "zip", "2020-02-03T04:05:06"), (tarred(), "tar", "2020-02-03T04:05:06Z")):
        (first, *_) = worker.unpack(data, kind, Budget())
        assert isinstance(first, Member)
        assert first.modified == when


def test_a_single_compressed_file_is_its_only_member(worker: Worker) -> None:
    assert unpacked(worker, gzip.compress(b"picture" * 9), "gzip") == ({"": b"picture" * 9}, {}, None)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/abs", "a\x1b[31m", "exe.\u202egpj", "new\nline", "n" * 3000])
@pytest.mark.parametrize("make", [(zipped, "zip"), (tarred, "tar"), (seven, "7z")], ids=["zip", "tar", "7z"])
def test_a_hostile_name_is_only_shown(
    worker: Worker, name: str, make: tuple[Callable[..., bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("py7zr.py7zr.check_archive_path", lambda _: True)  # or it would not write such a name
    contents, _, _ = unpacked(worker, make[0]({name: b"content"}), make[1])
    (shown,) = contents
    assert contents == {shown: b"content"}
    assert shown.isprintable()
    assert len(shown) <= 1000


def test_links_are_named_and_never_followed(worker: Worker) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            info = tarfile.TarInfo(f"link {kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    contents, troubles, _ = unpacked(worker, file.getvalue(), "tar")
    assert set(contents.values()) == {b""}
    assert set(troubles.values()) == {"link: to /etc/passwd, not followed"}


def test_a_link_in_a_zip_is_not_followed(worker: Worker) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert unpacked(worker, file.getvalue(), "zip")[:2] == ({"link": b""}, {"link": "link: not followed"})


def test_an_encrypted_7z_says_so(worker: Worker) -> None:
    assert unpacked(worker, seven(password="secret"), "7z")[2] == "encrypted: it needs a password"


ZEROS = bytes(30_000_000)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped({"zeros": ZEROS, "after.jpg": b"picture"}), "zip"),
        (gzip.compress(tarred({"zeros": ZEROS, "after.jpg": b"picture"})), "gzip"),
    ],
    ids=["zip", "tar.gz"],
)
def test_a_member_that_swells_is_stopped_and_the_rest_still_comes(worker: Worker, data: bytes, kind: str) -> None:
    contents, troubles, whole = unpacked(worker, data, kind)
    assert troubles["zeros"].startswith("expansion: ")
    assert len(contents["zeros"]) < 15_000_000
    assert (contents["after.jpg"], whole) == (b"picture", None)


def test_a_swelling_7z_is_stopped_as_a_whole(worker: Worker) -> None:
    whole = unpacked(worker, seven({"zeros": ZEROS}), "7z")[2]
    assert whole is not None
    assert whole.startswith("expansion: ")


def test_one_budget_is_used_up_by_all_archives_under_a_root(worker: Worker) -> None:
    content = os.urandom(600)
    budget = Budget(bytes_left=1000, files_left=10)
    assert unpacked(worker, zipped({"a": content}), "zip", budget) == ({"a": content}, {}, None)
    with pytest.raises(Exceeded) as refused:
        unpacked(worker, zipped({"a": content}), "zip", budget)
    assert refused.value.limit == "bytes"
    assert unpacked(worker, zipped(), "zip") == (MEMBERS, {}, None)


def test_files_are_counted(worker: Worker) -> None:
    with pytest.raises(Exceeded) as refused:
        unpacked(worker, tarred({str(number): b"" for number in range(20)}), "tar", Budget(files_left=10))
    assert refused.value.limit == "files"


def test_archives_are_not_opened_too_deep(worker: Worker) -> None:
    with pytest.raises(Exceeded) as refused:
        list(worker.unpack(zipped(), "zip", Budget(), depth=6))
    assert refused.value.limit == "depth"


def test_what_is_not_wanted_can_be_left(worker: Worker) -> None:
    members = worker.unpack(zipped(), "zip", Budget())
    next(members)
    members.close()  # type: ignore[attr-defined]
    assert unpacked(worker, zipped(), "zip") == (MEMBERS, {}, None)


@pytest.mark.parametrize(("kind", "make"), ARCHIVES.values(), ids=ARCHIVES)
def test_a_cut_archive_gives_what_can_be_read_and_the_reason(
    worker: Worker, kind: str, make: Callable[[], bytes]
) -> None:
    data = make()
    contents, troubles, whole = unpacked(worker, data[: len(data) * 3 // 4], kind)
    assert troubles or whole
    assert {name: content for name, content in contents.items() if name not in troubles}.items() <= MEMBERS.items()


def test_a_picture_is_not_an_archive(worker: Worker) -> None:
    with pytest.raises(NotMedia):
        unpacked(worker, PICTURES["png"](), "png")


def test_the_hostile_archives_are_bounded(worker: Worker, corpus_of_hostile: Path) -> None:
    for path in sorted([*corpus_of_hostile.glob("*.zip"), *corpus_of_hostile.glob("*.gz")]):
        budget = Budget(bytes_left=50_000_000, files_left=6_000)
        unpacked(worker, path.read_bytes(), "zip" if path.suffix == ".zip" else "gzip", budget)
        assert budget.bytes_left > 0
