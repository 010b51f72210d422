"""What is kept of a platform's file opens for the unit, for this file, as it was, or not at all."""

from pathlib import Path

import pytest

from havre.errors import Broken, Refused
from havre.hotline.tip_files import take_file
from havre.hotline.tip_sealed import opened_statement, opened_words, sealed_statement, sealed_words
from havre.sealing.secret import seal_to
from tests.hotline.test_tip_files import DOOR, OPENER, in_pieces


def test_what_was_altered_or_put_at_another_file_does_not_open(tmp_path: Path) -> None:
    came = take_file(tmp_path, "1", in_pieces(b"x"))
    sealed, words = sealed_statement(DOOR, "f", came, "\ud800" * 3_000), sealed_words(DOOR, "f", ("a: b", "c"))
    assert opened_statement(OPENER, "f", sealed).name == "?" * 2_056
    assert opened_words(OPENER, "f", words) == ["a: b", "c"]
    for wrong in (lambda: opened_statement(OPENER, "g", sealed), lambda: opened_words(OPENER, "g", words)):
        with pytest.raises(Refused):
            wrong()
    with pytest.raises(Broken):
        opened_statement(OPENER, "f", seal_to(DOOR, b"{}", b"havre tip file 1\nf", lambda count: bytes(count)))
