"""Fingerprints for whoever asks: one answer a file in the order asked, nothing kept, no home."""

from hashlib import md5, sha1, sha256
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
import pytest
from PIL import Image

from havre.fingerprints.vpdq import Frame
from havre.flows.fingerprint import fingerprint_files
from havre.media.decode.outcomes import Limits
from tests.media.decode.seeds import zipped
from tests.pictures import PHOTOGRAPHS, photograph
from tests.sources import TEXT, VIDEO, bomb, cut, lay, picture, png


def answers(paths: list[str], limits: Limits | None = None) -> list[dict[str, Any]]:
    """The answers of files, which have no frames after them."""
    return [row for row in fingerprint_files(paths, limits) if isinstance(row, dict)]


def test_a_picture_is_told_with_its_digests_and_its_pdq(tmp_path: Path) -> None:
    pixels = photograph("astronaut")
    data = png(pixels)
    lay(tmp_path, {"a.txt": data})
    bits, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    assert answers([f"{tmp_path}/a.txt"]) == [
        {
            "path": f"{tmp_path}/a.txt",
            "kind": "png",
            "bytes": len(data),
            "md5": md5(data).hexdigest(),
            "sha1": sha1(data).hexdigest(),
            "sha256": sha256(data).hexdigest(),
            "width": 512,
            "height": 512,
            "pdq": np.packbits(bits).tobytes().hex(),
            "pdq_quality": quality,
        }
    ]


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_the_pdq_of_every_photograph_is_that_of_pdqhash(tmp_path: Path, name: str) -> None:
    Image.fromarray(photograph(name)).save(tmp_path / "a.png")
    bits, quality = pdqhash.compute(photograph(name))
    (answer,) = answers([str(tmp_path)])
    assert (answer["pdq"], answer["pdq_quality"]) == (np.packbits(bits).tobytes().hex(), quality)


def test_answers_come_in_the_order_asked_and_of_a_folder_in_the_order_of_paths(tmp_path: Path) -> None:
    lay(tmp_path, {"z": picture(1), "a/2": TEXT, "a/1": b""})
    asked = [f"{tmp_path}/z", f"{tmp_path}/none", f"{tmp_path}/a", f"{tmp_path}/z"]
    told = [(row["path"], row.get("error", "")) for row in answers(asked)]
    assert told == [
        (f"{tmp_path}/z", ""),
        (f"{tmp_path}/none", "unreadable"),
        (f"{tmp_path}/a/1", "refused"),
        (f"{tmp_path}/a/2", "refused"),
        (f"{tmp_path}/z", ""),
    ]


def test_why_there_is_no_fingerprint(tmp_path: Path) -> None:
    lay(tmp_path, {"bomb": bomb(), "text": TEXT})
    (tmp_path / "link").symlink_to(tmp_path / "text")
    told = {Path(row["path"]).name: (row["error"], row["detail"]) for row in answers([str(tmp_path)])}
    assert told == {
        "bomb": ("quarantined", "it says 30,000 × 30,000 pixels, more than 200,000,000 are allowed"),
        "link": ("refused", "a link: links are never followed"),
        "text": ("refused", "not media: the content is of no kind that is examined"),
    }


def test_a_film_has_digests_a_duration_and_no_pdq_of_its_own(tmp_path: Path) -> None:
    lay(tmp_path, {"a": VIDEO})
    (answer,) = answers([str(tmp_path)])
    assert (answer["kind"], answer["sha256"]) == ("mp4", sha256(VIDEO).hexdigest())
    assert (answer["width"], answer["height"], answer["pdq"], answer["pdq_quality"]) == (64, 48, None, None)
    assert (answer["seconds"], answer["frames"]) == (0.4, 10)


def test_every_frame_follows_the_answer_of_its_film(tmp_path: Path) -> None:
    lay(tmp_path, {"a": VIDEO, "b": picture(1)})
    film, *frames, still = fingerprint_files([str(tmp_path)], frames=True)
    assert isinstance(film, dict)
    assert isinstance(still, dict)
    assert [frame.number for frame in frames if isinstance(frame, Frame)] == list(range(10))


def test_a_damaged_picture_says_that_its_fingerprint_is_partial(tmp_path: Path) -> None:
    lay(tmp_path, {"a": cut(picture(1)), "b": picture(1)})
    damaged, whole = answers([str(tmp_path)])
    assert damaged["partial"] is True
    assert damaged["damage"]
    assert {"partial", "damage"} & set(whole) == set()


def test_limits_are_those_asked_for(tmp_path: Path) -> None:
    lay(tmp_path, {"a": picture(1)})
    (answer,) = answers([str(tmp_path)], Limits(pixels=128 * 128 - 1))
    assert answer["error"] == "quarantined"
    (answer,) = answers([str(tmp_path)], Limits(pixels=128 * 128))
    assert "error" not in answer


def test_an_archive_is_told_as_what_it_is(tmp_path: Path) -> None:
    lay(tmp_path, {"a.zip": zipped({"one": picture(1)})})
    (answer,) = answers([str(tmp_path)])
    refused = {"error": "refused", "detail": "an archive: `havre intake` opens it, this does not"}
    assert answer == {"path": f"{tmp_path}/a.zip"} | refused
