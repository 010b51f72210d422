"""The policy of answering is a file that an operator may replace, and one with a fault is not used."""

from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.platforms.policy import FILE, FOLDER, answering


def test_the_file_that_is_shipped_says_one_year_and_five_notices() -> None:
    found = answering()
    assert (found.kept, found.fewest, found.silent, found.days_to_contest) == (365, 5, 72, 30)
    assert dict(found.deadlines) == {"preserve": 7, "disclose": 30, "remove": 1, "inform": 30}
    assert found.reminders == (60, 30, 7)


def own(home: Path, text: str) -> Path:
    """A home with its own policy."""
    (home / FOLDER).mkdir(exist_ok=True)
    (home / FOLDER / FILE).write_text(text)
    return home


SHIPPED = Path("src/havre/platforms/answering.toml").read_text()


def test_a_file_of_the_home_replaces_it(tmp_path: Path) -> None:
    assert answering(tmp_path) == answering()
    changed = SHIPPED.replace("fewest = 5", "fewest = 20").replace("[60, 30, 7]", "[1, 10]")
    found = answering(own(tmp_path, changed))
    assert (found.fewest, found.reminders) == (20, (10, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "x", SHIPPED.replace("fewest = 5", "fewest = 0"), SHIPPED.replace("fewest = 5", 'fewest = "5"')),
        *(SHIPPED.replace("fewest = 5", "fewest = true"), SHIPPED.replace("kept = 365", "kept = 100000")),
        *(
            SHIPPED.replace("[60, 30, 7]", "60"),
            SHIPPED.replace("[60, 30, 7]", "[0]"),
            SHIPPED.replace('"2026-11-26"', "1"),
        ),
        *(SHIPPED.replace("[corrections]", "[other]"), SHIPPED.replace("[requests]", "requests = 1\n[other]")),
    ],
)
def test_a_file_with_a_fault_is_said_in_one_sentence(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(Invalid, match=FILE):
        answering(own(tmp_path, wrong))
