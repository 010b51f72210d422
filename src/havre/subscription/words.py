"""A word of a platform on an entry, as somebody wrote it: in JSON, or many of them in a table."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from havre.errors import Invalid
from havre.hashlists.entry import LARGEST
from havre.subscription.head import LONGEST_NAME, NAME

LONGEST_REASON = 2_000
VOTES = {"up": True, "down": False}
COLUMNS = ("vote", "list", "number", "reason")
LARGEST_FILE = 64 << 20


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of the entry of a number: that it is right, or wrong and why."""

    list: str
    number: int
    up: bool
    reason: str = ""

    def __post_init__(self) -> None:
        if len(self.list) > LONGEST_NAME or not NAME.fullmatch(self.list):
            raise Invalid("a list has a name in small letters, as a match says it")
        if type(self.number) is not int or not 0 < self.number <= LARGEST:
            raise Invalid("the number of an entry is a whole number, as a match says it")
        if not self.up and not self.reason.strip():
            raise Invalid("say why it is wrong: a person judges it anew by that")
        if len(self.reason) > LONGEST_REASON or not _is_text(self.reason):
            raise Invalid("a reason is a text of at most %(most)s characters", most=LONGEST_REASON)

    def fields(self) -> dict[str, object]:
        """As the publisher is told."""
        vote = "up" if self.up else "down"
        return {"list": self.list, "number": self.number, "vote": vote, "reason": self.reason}


def _is_text(said: str) -> bool:
    """Whether it can be kept and told: JSON may have half of a character, which no other place can hold."""
    return "\0" not in said and not any("\ud800" <= letter <= "\udfff" for letter in said)


@dataclass(frozen=True, slots=True)
class BadWord:
    """What is no word: in which line of a file or place of a list, counted from 1, and why."""

    place: int
    why: str


def word_of(said: object) -> Word:
    """A word as somebody wrote it in JSON. Raises Invalid where it is none."""
    if not isinstance(said, dict) or not {"list", "number", "vote"} <= said.keys():
        raise Invalid("a vote has a list, a number, and up or down as its vote; down has a reason too")
    vote, name, reason = said["vote"], said["list"], said.get("reason", "")
    if not isinstance(vote, str) or vote not in VOTES:
        raise Invalid("a vote is up or down")
    if not isinstance(name, str) or not isinstance(reason, str):
        raise Invalid("the list and the reason of a vote are texts")
    return Word(name, said["number"], VOTES[vote], reason)


def words_of(path: Path) -> Iterator[tuple[int, Word] | BadWord]:
    """The words of a table with the columns vote, list, number and reason, each with its line; what is none, too.

    Raises Invalid where the file is no such table.
    """
    rows = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        names = [name.strip() for name in next(rows, [])]
    except csv.Error:
        names = []
    if not set(COLUMNS[:3]) <= set(names):
        raise Invalid("the first line of the file names the columns: vote,list,number,reason")
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            # A quotation mark that nobody closed takes the lines behind it with it: they are no words, and are named.
            yield BadWord(line, f"lines {line} to {rows.line_num} are no lines of a table ({error})")
            continue
        if row is None:
            return
        if row:
            yield _row(line, dict(zip(names, row, strict=False)))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid("a file of votes has at most %(most)s bytes", most=LARGEST_FILE)
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("the file of votes can't be read (%(why)s)", why=error) from error


def _row(line: int, row: dict[str, str]) -> tuple[int, Word] | BadWord:
    number = row.get("number", "").strip()
    try:
        if not (number.isascii() and number.isdigit() and len(number) < 20):
            raise Invalid("the number of an entry is a whole number, as a match says it")
        return line, word_of({name: row.get(name, "").strip() for name in COLUMNS} | {"number": int(number)})
    except Invalid as error:
        return BadWord(line, str(error))
