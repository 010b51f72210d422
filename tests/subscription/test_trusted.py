"""Files come as their signers vouch for them, from the pinned root on; whatever else is refused in one sentence."""

from pathlib import Path

import pytest

from havre.errors import Invalid, Unavailable
from havre.subscription.fetcher import Fetcher
from havre.subscription.trusted import Trusted, check_root
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher


def trusted(publisher: Publisher, folder: Path, token: str = TOKEN) -> Trusted:
    return Trusted(folder, Fetcher(publisher.base, token), publisher.pinned)


def test_lists_and_files_are_those_that_were_signed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish({"generated": [made(1)], "baseline": [made(2)]})
    found = trusted(publisher, tmp_path)
    assert found.lists == ["baseline", "generated"]
    path = "baseline/whole-1-0001.jsonl.zst"
    assert found.head("baseline") == publisher.targets["baseline/head.json"]
    assert found.length(path) == len(publisher.targets[path])
    assert found.file(path).read_bytes() == publisher.targets[path]
    with pytest.raises(Invalid, match="nobody has signed other"):
        found.head("other")


def test_a_file_that_is_there_is_not_fetched_again_unless_it_was_altered(publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish({"baseline": [made(2)]})
    found, path = trusted(publisher, tmp_path), "baseline/whole-1-0001.jsonl.zst"
    for _ in range(2):
        found.file(path)
    asked = publisher.path_of(path)
    assert publisher.asked.count(asked) == 1
    found.file(path).write_bytes(b"altered")
    assert found.file(path).read_bytes() == publisher.targets[path]
    assert publisher.asked.count(asked) == 2
    found.sweep()
    assert list((tmp_path / "files").iterdir()) == []


def test_a_feed_that_does_not_let_in_or_has_no_metadata_is_no_attack(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="404 where metadata should be"):
        trusted(publisher, tmp_path)
    with pytest.raises(Unavailable, match="does not let you in"):
        trusted(publisher, tmp_path, "another")
    with pytest.raises(Unavailable, match="can't be fetched"):
        Trusted(tmp_path, Fetcher("http://127.0.0.1:1/x", TOKEN), publisher.pinned)


def test_a_root_is_signed_by_itself(publisher: Publisher) -> None:
    check_root(publisher.pinned)
    publisher.publish({"baseline": [made(2)]})
    for wrong in (b"", b"{}", b"\xff", publisher.files["metadata/1.targets.json"]):
        with pytest.raises(Invalid, match="no root of a feed"):
            check_root(wrong)
    with pytest.raises(Invalid, match="no root of a feed"):
        check_root(publisher.pinned.replace(b'"version":1', b'"version":2'))
