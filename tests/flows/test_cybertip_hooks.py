"""Commands of the operator's get JSON and answer JSON; what fails is told, and is no answer."""

import sys
from pathlib import Path

import pytest

from havre.errors import Invalid, Unavailable
from havre.flows.cybertip_hooks import asked


def command(folder: Path, code: str) -> str:
    path = folder / "a hook.py"
    path.write_text(code)
    return f"{sys.executable} '{path}'"


def test_a_command_answers_what_it_is_asked(tmp_path: Path) -> None:
    echo = command(tmp_path, "import json,sys\nprint(json.dumps({'more': json.load(sys.stdin)['a']}))")
    assert asked(echo, {"a": "é"}) == {"more": "é"}
    assert asked(command(tmp_path, "pass"), {}) is None


def test_a_command_that_fails_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"failed \(3\)$"):
        asked(command(tmp_path, "import sys\nprint('away', file=sys.stderr)\nsys.exit(3)"), {})
    with pytest.raises(Unavailable, match="did not end in time"):
        asked(command(tmp_path, "import time\ntime.sleep(60)"), {}, seconds=0.2)
    with pytest.raises(Unavailable, match="can't be run"):
        asked(str(tmp_path / "nothing"), {})
    with pytest.raises(Invalid, match="is no JSON in which"):
        asked(command(tmp_path, "print('hello')"), {})
    for words in ("", "'"):
        with pytest.raises(Invalid, match="that is no command"):
            asked(words, {})
