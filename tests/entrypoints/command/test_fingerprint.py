"""`havre fingerprint`: one JSON object a line, without a home."""

import os
from pathlib import Path

from tests.conftest import Havre
from tests.sources import TEXT, VIDEO, lay, picture

FIELDS = ["path", "kind", "bytes", "md5", "sha1", "sha256", "width", "height", "pdq", "pdq_quality"]


def test_every_path_is_one_line_with_the_fields_of_the_contract(havre_without_home: Havre, tmp_path: Path) -> None:
    lay(tmp_path, {"a.jpg": picture(1), "b": TEXT, "c": VIDEO})
    done = havre_without_home("fingerprint", tmp_path, tmp_path / "none", "--json")
    assert (done.exit, done.stderr) == (0, "")
    picture_, text, video, none = done.lines
    assert list(picture_) == FIELDS
    assert list(video) == [*FIELDS, "seconds", "frames", "imprints"]
    assert list(text) == list(none) == ["path", "error", "detail"]
    assert [row["path"] for row in done.lines] == [f"{tmp_path}/{name}" for name in ("a.jpg", "b", "c", "none")]
    assert (picture_["kind"], picture_["width"], len(picture_["pdq"])) == ("jpeg", 128, 64)


def test_a_person_reads_one_line_a_file(havre_without_home: Havre, tmp_path: Path) -> None:
    lay(tmp_path, {"a": picture(1), "b": TEXT, "c": VIDEO})
    lines = havre_without_home("fingerprint", tmp_path).stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{tmp_path}/{name}" for name in "abc"]
    assert "quality 100" in lines[0]
    assert lines[1].endswith("refused: not media: the content is of no kind that is examined")
    assert lines[2].endswith("0.4 seconds, 10 frames")


def test_every_frame_of_a_film_comes_after_its_answer(havre_without_home: Havre, tmp_path: Path) -> None:
    lay(tmp_path, {"a": VIDEO, "b": picture(1), "c": VIDEO})
    rows = havre_without_home("fingerprint", tmp_path, "--frames", "--json").lines
    assert [row.get("path", "")[-1:] for row in rows] == ["a", *[""] * 10, "b", "c", *[""] * 10]
    assert [(row["frame"], row["seconds"]) for row in rows[1:11]] == [(n, round(n / 25, 6)) for n in range(10)]
    assert rows[1:11] == rows[13:]
    lines = havre_without_home("fingerprint", tmp_path / "a", "--frames").stdout.splitlines()
    first = rows[1]
    assert lines[1] == f"0,{first['quality']},{first['hash']},0.000"
    assert len(lines) == 11


def test_paths_are_told_as_given_and_those_that_are_no_text_escaped(havre_without_home: Havre, tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    for path in (odd, f"{tmp_path}/../none"):
        (row,) = havre_without_home("fingerprint", path, "--json").lines
        assert row["error"] == "unreadable"
    assert row["path"] == f"{tmp_path}/../none"
    (row,) = havre_without_home("fingerprint", odd, "--json").lines
    assert row["path"] == f"{tmp_path}/caf\\xe9"
