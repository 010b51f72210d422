"""ZIP by its directory, without the sandbox."""

import io
import struct
import zipfile
from typing import Any

import pytest

from havre.media.decode import zips
from havre.media.decode.members import Members
from tests.media.decode.seeds import zipped


def read(data: bytes) -> list[dict[str, Any]]:
    heads: list[dict[str, Any]] = []
    zips.read(io.BytesIO(data), Members(lambda head, _: heads.append(head)))
    return heads


def test_an_encrypted_member_is_named_and_the_others_come() -> None:
    data = bytearray(zipped({"locked": b"a" * 50, "open": b"b"}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    ends = [head["trouble"] for head in read(bytes(data)) if "end" in head]
    assert ends == ["encrypted: it needs a password", None]


def test_a_wrong_checksum_costs_only_its_member() -> None:
    data = bytearray(zipped({"bad": b"a" * 50, "good": b"b"}, zipfile.ZIP_STORED))
    data[data.index(b"a" * 50)] ^= 1
    bad, good = (head["trouble"] for head in read(bytes(data)) if "end" in head)
    assert bad.startswith("unreadable: Bad CRC-32")
    assert good is None


def test_the_unix_time_has_a_zone() -> None:
    info = zipfile.ZipInfo("a", (2020, 1, 1, 0, 0, 0))
    info.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_580_702_706)
    assert zips.modified(info) == "2020-02-03T04:05:06Z"


def test_an_impossible_date_is_none() -> None:
    assert zips.modified(zipfile.ZipInfo("a", (1980, 0, 0, 0, 0, 0))) is None


def test_no_directory_is_told() -> None:
    with pytest.raises(zips.NoDirectoryError):
        read(zipped()[:-30])


def test_members_come_by_their_names_however_they_were_packed() -> None:
    names = [head["member"] for head in read(zipped({"b": b"1", "a/z": b"2", "a": b"3"})) if "member" in head]
    assert names == ["a", "a/z", "b"]
