"""Break any rule of who may know what, in any small way, and a test fails."""

import ast
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
    "restrictions/keep.py": (
        frozenset({"actor", "_groups", "peer", "elsewhere", "memberships", "learns"}), (KEEP, EVERYTHING)
    ),
    "exchange/board.py": (frozenset({"told_to", "changed_after"}), ("tests/exchange/test_board.py", EVERYTHING)),
    "exchange/find.py": (frozenset({"others"}), ("tests/exchange/test_find.py", EVERYTHING)),
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


def lives(mutant: Mutant, tests: tuple[str, ...], folder: Path, *more: str) -> bool:
    """Whether these tests pass with the mutant in the place of its file."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder / "havre", ignore=shutil.ignore_patterns("__pycache__"))
    changed = folder / "havre" / mutant.file.relative_to(SOURCE)
    changed.unlink()
    changed.write_text(mutant.text)
    asked = ["-x", "-q", "-p", "no:cacheprovider", *more]
    command = [sys.executable, "-B", "-m", "pytest", *asked, "-o", f"pythonpath=. {folder}", *tests]
    # The database is migrated beside the first mutant and copied for the others; counts are those of `make test`.
    migrated = folder.with_name(f"{folder.name}-migrated")
    migrated.mkdir(exist_ok=True)
    asking = {name: value for name, value in os.environ.items() if name != "HAVRE_PROOF"}
    asking["HAVRE_MIGRATED"] = str(migrated)
    root = SOURCE.parent.parent
    done = subprocess.run(command, cwd=root, env=asking, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 2), done.stdout[-2000:] + done.stderr[-2000:]
    return done.returncode == 0


def unchanged(file: Path) -> Mutant:
    """The same file, written as mutants are."""
    return Mutant(file, "any", 0, "nothing", ast.unparse(ast.parse(file.read_text())))


@pytest.mark.proof
def test_whatever_rule_is_broken_a_test_fails(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    found = sorted(every(), key=lambda each: (each[1] != (MODEL,), Random(each[0].name).random()))
    assert len(found) > 250
    chosen, few = found[: count(1, len(found))], [] if count(0, 1) else ["--hypothesis-profile=few"]
    for file, tests in {mutant.file: tests for mutant, tests in chosen}.items():
        assert lives(unchanged(file), tests, tmp_path / "src", *few), "tests fail without any mutant"
    survivors = [mutant.name for mutant, tests in chosen if lives(mutant, tests, tmp_path / "src", *few)]
    assert survivors == []
