"""The example for upload pipelines does what it says, run as it stands."""

import subprocess
import sys
from pathlib import Path

from tests.checkout import ROOT
from tests.command_line import environment
from tests.entrypoints.matching.conftest import FILM, LISTED, encoded, entries
from tests.films import film, part
from tests.flows.test_match_films import decoded
from tests.hashlists.filmed import filmed
from tests.simulators.feed import TOKEN, serving


def test_uploads_are_matched_one_by_one_meanwhile_and_in_batches(tmp_path: Path) -> None:
    contents = {"turned.png": encoded("astronaut", mirrored=True), "new.png": encoded("coffee"), "notes.txt": b"words"}
    contents["cut.mp4"] = part(1, 1.0, 3.5, 4.0)
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "token").write_text(TOKEN)
    with serving() as publisher:
        publisher.publish(entries() | {"films": [filmed(FILM, decoded(film(1, 4.0)))]})
        words = [publisher.base, publisher.root_file(tmp_path), "token", "lists", *contents]
        command = [sys.executable, str(ROOT / "examples" / "match_upload.py"), *map(str, words)]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(None), capture_output=True, text=True, check=False, timeout=120
        )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        f"turned.png: baseline {LISTED}",
        "asynchronously: 1 of 2 in the lists",
        "turned.png: 1 matches, compared by md5, sha1, sha256, pdq",
        "new.png: 0 matches, compared by md5, sha1, sha256, pdq",
        "notes.txt: this upload can't be compared: it is no media of a kind that is known here",
        "cut.mp4: 1 matches, compared by md5, sha1, sha256, film",
    ]
