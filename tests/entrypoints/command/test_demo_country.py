"""A country of the story answers each line with one line, and what fails with its sentence."""

import io
import json
from typing import Any

from havre.entrypoints.command.demo_country import attend, command
from havre.flows.demo_story import begin_together, desk_of
from havre.flows.home import Home
from havre.sealing.peer import read_introduction
from havre.settings import Settings
from tests.cast import noon


def answers(settings: Settings, *asked: dict[str, str]) -> list[Any]:
    """What the desk of Australia says to these."""
    begin_together(settings, noon)
    home, said = Home(settings), io.StringIO()
    try:
        lines = io.StringIO("".join(json.dumps(each) + "\n" for each in asked))
        attend(desk_of(home, "AU", settings.home, noon), lines, said)
    finally:
        home.close()
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_it_introduces_itself_acts_and_says_what_failed(database: Settings) -> None:
    introduced, read, told, failed = answers(
        database,
        {"act": "introduce", "address": "https://127.0.0.1:8443"},
        {"act": "read aloud"},
        {"act": "tell others"},
        {"act": "exchange"},
    )
    introduction = read_introduction(introduced["said"])
    assert (introduction.name, introduction.addresses) == ("Australia", ("https://127.0.0.1:8443",))
    assert read["said"]
    assert told == {"said": 0}
    assert failed == {"error": "nobody lets this country see a series"}


def test_an_introduction_that_somebody_altered_is_not_accepted(database: Settings) -> None:
    (refused,) = answers(database, {"act": "accept", "introduction": "x", "fingerprint": "y"})
    assert list(refused) == ["error"]


def test_it_is_started_with_its_folder_and_country(tmp_path: Any) -> None:
    assert command(tmp_path, "AU")[-2:] == [str(tmp_path), "AU"]
