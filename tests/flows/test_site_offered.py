"""What is handed in as a capture."""

import gzip
import os
from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.flows.site_offered import folder_rows, offered_at
from tests.captures import answer, digest, listed, record
from tests.media.decode.test_payload import JPEG


def test_lists_crawls_and_folders_are_told_apart(tmp_path: Path) -> None:
    crawl = record("response", "http://a.example/1", answer(JPEG))
    (tmp_path / "crawl").write_bytes(crawl)
    (tmp_path / "crawl.gz").write_bytes(gzip.compress(crawl))
    listed(tmp_path / "list", [1])
    (tmp_path / "list.gz").write_bytes(gzip.compress((tmp_path / "list").read_bytes()))
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8bxxxx")
    told = {"crawl": "warc", "crawl.gz": "warc", "list": "list", "list.gz": "list", "broken.gz": "list", "": "folder"}
    digests = set()
    for name, kind in told.items():
        with offered_at(str(tmp_path / name), "") as offered:
            assert offered.format == kind
            digests.add(offered.sha256)
    assert len(digests) == len(told)
    with offered_at(str(tmp_path / "crawl"), "list") as offered:
        assert offered.format == "list"


def test_what_cannot_be_read_so_is_refused(tmp_path: Path) -> None:
    listed(tmp_path / "list", [1])
    for name, kind in (("none", ""), ("list", "folder"), ("", "warc"), ("list", "zip")):
        with pytest.raises(Invalid), offered_at(str(tmp_path / name), kind):
            pass


def test_a_folder_is_known_again_until_something_in_it_changes(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)

    def seal() -> bytes:
        with offered_at(str(tmp_path), "") as offered:
            return offered.sha256

    first = seal()
    assert seal() == first
    (tmp_path / "a.jpg").write_bytes(JPEG + b"x")
    assert seal() != first


def test_the_media_of_a_folder_come_in_the_order_of_paths(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    (inside / "b").mkdir(parents=True)
    (inside / "a.jpg").write_bytes(JPEG)
    (inside / "b" / "c.txt").write_text("text")
    (inside / "link.jpg").symlink_to(inside / "a.jpg")
    (inside / "z\x1b.jpg").write_bytes(JPEG)
    os.mkfifo(inside / "y")
    *answers, last = folder_rows(str(inside), 0)
    rows = [row for each in answers for row in each["rows"]]
    bad = [(place, reason) for each in answers for place, reason, _ in each["bad"]]
    assert [row[:5] for row in rows] == [[1, "a.jpg", "", "", "jpeg"]]
    assert [place for place, _ in bad] == [3, 4, 5]
    assert (sum(each["passed"] for each in answers), last) == (1, {"ended_early": False})
    assert [each["upto"] for each in folder_rows(str(inside), 3) if "upto" in each] == [4, 5]
    assert len(digest(1)) == 64
