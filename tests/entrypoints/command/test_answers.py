"""Answers go to standard output, everything else beside it, and nothing a person wrote is taken for markup."""

import json

import pytest

from havre.entrypoints.command import answers
from havre.errors import NotFound

ODD = "[red]A[/red] caf\xe9 \\[x]"


def test_json_is_one_value_a_line_and_keeps_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    answers.say_json({"path": ODD})
    answers.say_lines([{"a": 1}, [2]])
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [{"path": ODD}, {"a": 1}, [2]]
    assert "caf\xe9" in lines[0]


def test_lines_for_a_person_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    answers.say(ODD)
    assert capsys.readouterr() == (f"{ODD}\n", "")


HOSTILE = "a\x1b[2Jb\x07c\x9b1Ad\u202ee\r\x7f\u2066"
WRITTEN = r"a\x1b[2Jb\x07c\x9b1Ad\u202ee\r\x7f\u2066"


def test_nothing_that_was_written_elsewhere_moves_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    answers.say(HOSTILE)
    answers.warn(HOSTILE)
    answers.fail(NotFound(HOSTILE))
    answers.say_table(HOSTILE, [{"a": HOSTILE}], {"a": "A"})
    answers.say_json({"a": HOSTILE})
    out, err = capsys.readouterr()
    assert not [char for char in out + err if not char.isprintable() and char != "\n"]
    assert out.startswith(f"{WRITTEN}\n")
    assert err == f"{WRITTEN}\n{WRITTEN}\n"
    assert json.loads(out.splitlines()[-1]) == {"a": HOSTILE}


def test_spaces_that_french_keeps_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    answers.say("Police\u00a0: «\u202foui\u202f»")
    assert capsys.readouterr().out == "Police\u00a0: «\u202foui\u202f»\n"


def test_warnings_and_errors_stand_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    answers.warn(ODD)
    answers.fail(NotFound(ODD))
    assert capsys.readouterr() == ("", f"{ODD}\n{ODD}\n")


def test_a_table_shows_the_fields_asked_for_and_nothing_for_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers.say_table("Cases", [{"case": ODD, "closed": None, "secret": "x"}], {"case": "Case", "closed": "Closed"})
    out = capsys.readouterr().out
    assert ODD in out
    assert ("Closed" in out, "None" in out, "secret" in out) == (True, False, False)
