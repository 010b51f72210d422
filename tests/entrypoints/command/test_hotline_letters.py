"""`havre hotline letters`: what could not be taken in is listed, and taken in again."""

from datetime import UTC, datetime

import pytest

from havre.hotline.letters import door_of, write_letter
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from havre.sealing.receipt import new_code
from havre.settings import Settings
from tests.conftest import Havre
from tests.sealing.wire import chance


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_letter_that_does_not_open_waits_for_a_person(havre: Havre, database: Settings) -> None:
    havre("init", "--country", "BE", "--unit", "Hotline", "--person", "anke")
    havre("hotline", "open")
    assert havre("hotline", "letters").stdout == "No letter waits for a person.\n"
    write_letter(door_of(), new_code(chance(1)), LetterKind.REPORT, Told(seen="x"), datetime.now(UTC))
    Letter.objects.update(sealed=bytes(100))
    done = havre("work", "--json")
    assert done.exit == 0, done.stderr
    assert done.json["hotline"] == {"letters": 1, "told": 0, "erased": 0}
    (shown,) = havre("hotline", "letters", "--json").json
    assert (shown["letter"], "does not open" in shown["trouble"]) == (Letter.objects.get().pk, True)
    assert havre("hotline", "letters", "--again", shown["letter"]).stdout == "No letter waits for a person.\n"
