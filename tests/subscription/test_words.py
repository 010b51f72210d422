"""A word on an entry is read as it was written; what is none comes back with its place and the reason."""

from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.subscription.words import LARGEST_FILE, LONGEST_REASON, BadWord, Word, word_of, words_of


def table(folder: Path, text: str | bytes) -> Path:
    path = folder / "votes.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_word_says_up_or_down_with_its_reason() -> None:
    said = {"list": "baseline", "number": 7, "vote": "down", "reason": "a bathtub"}
    assert word_of(said) == Word("baseline", 7, False, "a bathtub")
    assert word_of(said).fields() == said
    assert word_of({"list": "a", "number": 1, "vote": "up"}) == Word("a", 1, True)


@pytest.mark.parametrize(
    "more",
    [
        *({"vote": each} for each in ("sideways", True, None)),
        *({"number": each} for each in (0, -1, 2**53, 1.0, "1", True, None)),
        *({"list": each} for each in ("", "Base line", "a" * 65, 7)),
        *({"reason": each} for each in ("", " ", None, "x\0y", "x \ud800", "\udfff", "x" * (LONGEST_REASON + 1))),
    ],
)
def test_what_is_no_word_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        word_of({"list": "baseline", "number": 7, "vote": "down", "reason": "why"} | more)
    several: list[object] = [[], "up", {"list": "baseline", "number": 7}]
    for wrong in several:
        with pytest.raises(Invalid, match="a vote has a list"):
            word_of(wrong)


def test_a_table_gives_its_words_and_names_the_lines_that_are_none(tmp_path: Path) -> None:
    text = (
        "\ufefflist,number,vote,reason,seen by\r\n"
        'baseline,7,down,"a bathtub, ""new""\nand clean",anke\r\n'
        "baseline,x,up,,\r\n"
        "\r\n"
        "baseline,8\r\n"
        ' generated , 9 ,up,"",bruno,more\r\n'
        'baseline,10,down,"never "closed,\r\n'
        "baseline,11,up,,\r\n"
        'baseline,12,down,"open\r\nbaseline,13,up,,\r\n'
    )
    found = list(words_of(table(tmp_path, text)))
    assert [each for each in found if not isinstance(each, BadWord)] == [
        (2, Word("baseline", 7, False, 'a bathtub, "new"\nand clean')),
        (7, Word("generated", 9, True)),
        (9, Word("baseline", 11, True)),
    ]
    bad = [(each.place, each.why) for each in found if isinstance(each, BadWord)]
    assert [place for place, _why in bad] == [4, 6, 8, 10]
    assert "whole number" in bad[0][1]
    assert bad[3][1].startswith("lines 10 to 11 are no lines of a table")


@pytest.mark.parametrize("text", ["", "list,number\n1,2\n", b"\xff\xfe", '"'])
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(Invalid):
        list(words_of(table(tmp_path, text)))
    with pytest.raises(Invalid, match="can't be read"):
        list(words_of(tmp_path / "nowhere"))


def test_a_file_of_any_size_is_not_read(tmp_path: Path) -> None:
    with table(tmp_path, "").open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(Invalid, match="at most"):
        list(words_of(tmp_path / "votes.csv"))
