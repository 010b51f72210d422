"""Break any rule of who may know what, in any small way, and a test fails."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.attacks.mutants import SOURCE, Mutant, mutants

MODEL = "tests/restrictions/test_model.py"
VISIBLE = "tests/restrictions/test_visible.py"
KEEP = "tests/restrictions/test_keep.py"
EVERYTHING = "tests/attacks/test_restrictions.py"

RULES: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "restrictions/model.py": (
        frozenset({
            *("parts", "most", "held", "expires_at", "reviewed_at", "named", "may", "expired", "owns", "level_for"),
            *("_in_audience", "narrower", "_covers", "_sooner", "narrowest", "also", "moved", "group_at"),
            *("_group_moved", "_moved"),
        }),
        (MODEL,),
    ),
    "restrictions/rules.py": (
        frozenset({"widens", "_no_more_people", "_longer", "complete"}), ("tests/restrictions/test_rules.py",)
    ),
    "restrictions/visible.py": (
        frozenset({"may_see", "visible_to", "owned_by", "known_to", "known_in", "seen_by", "_reached"}),
        (VISIBLE, EVERYTHING),
    ),
    "restrictions/keep.py": (frozenset({"actor", "peer", "memberships", "levels"}), (KEEP, EVERYTHING)),
    "exchange/board.py": (frozenset({"told_to", "changed_after"}), ("tests/exchange/test_board.py", EVERYTHING)),
    "exchange/find.py": (frozenset({"others"}), (EVERYTHING,)),
    "exchange/queries.py": (
        frozenset({"standing_for", "theirs_of", "about_series", "notices_for"}),
        ("tests/exchange/test_queries.py", EVERYTHING),
    ),
}  # fmt: skip
"""The functions that hold the rules, and the tests that are to notice."""


def every() -> list[tuple[Mutant, tuple[str, ...]]]:
    """Each mutant with the tests that are to notice it."""
    return [
        (mutant, tests) for file, (functions, tests) in RULES.items() for mutant in mutants(SOURCE / file, functions)
    ]


def lives(mutant: Mutant, tests: tuple[str, ...], folder: Path) -> bool:
    """Whether these tests pass with the mutant in the place of its file."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder / "havre", copy_function=os.link, ignore=shutil.ignore_patterns("__pycache__"))
    changed = folder / "havre" / mutant.file.relative_to(SOURCE)
    changed.unlink()
    changed.write_text(mutant.text)
    asked = ["-x", "-q", "-p", "no:cacheprovider"]
    command = [sys.executable, "-B", "-m", "pytest", *asked, "-o", f"pythonpath=. {folder}", *tests]
    done = subprocess.run(command, cwd=SOURCE.parent.parent, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 2), done.stdout[-2000:] + done.stderr[-2000:]
    return done.returncode == 0


def test_the_tests_pass_without_any_mutant(tmp_path: Path) -> None:
    file = SOURCE / "restrictions/model.py"
    same = Mutant(file, "may", 0, "nothing", file.read_text())
    assert lives(same, (MODEL,), tmp_path / "same")


@pytest.mark.proof
def test_whatever_rule_is_broken_a_test_fails(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    found = sorted(every(), key=lambda each: (each[1] != (MODEL,), Random(each[0].name).random()))
    assert len(found) > 250
    chosen = found[: count(2, len(found))]
    survivors = [mutant.name for mutant, tests in chosen if lives(mutant, tests, tmp_path / "src")]
    assert survivors == []
