"""The files of this checkout, as git would commit them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent

TEXT = {".py", ".pyi", ".c", ".h", ".md", ".toml", ".lock", ".sh", ".json", ".txt", ".csv", ".html", ".yml", ""}
"""Suffixes of files that people read."""


@cache
def files() -> dict[str, str]:
    """Every text file that is committed, or would be by `git add --all`, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [path for path in listed.split("\0") if path and Path(path).suffix in TEXT]
    return {path: (ROOT / path).read_text(errors="replace") for path in paths if (ROOT / path).is_file()}
