"""Files that are written whole or not at all."""

import subprocess
import sys
from pathlib import Path

from havre.matching.files import sweep, sync_directory, write_whole, writing

HOLD = """
import sys
from pathlib import Path
from havre.matching.files import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_file_is_private_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path / "f", [b"one", memoryview(b"two")])
    assert (tmp_path / "f").read_bytes() == b"onetwo"
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    sync_directory(tmp_path)


def test_only_one_writes_at_a_time_and_a_dead_one_lets_go(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    waiting = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    holder.kill()
    holder.communicate()
    assert waiting.communicate(b"", timeout=30)[0] == b"held\n"
    with writing(tmp_path):
        assert (tmp_path / "lock").stat().st_size == 0


def test_sweeping_removes_what_nobody_names(tmp_path: Path) -> None:
    for name in ("1-0.segment", "1-1.volume", "2-0.segment", "2.tombstones", "manifest.unfinished", "manifest", "lock"):
        (tmp_path / name).touch()
    sweep(tmp_path, {"2-0.segment"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2-0.segment", "lock", "manifest"]
