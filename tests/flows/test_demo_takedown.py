"""The story of a report goes from the door to the removal: two people, a rule, letters, silence, a look, an answer."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from havre.flows.demo_takedown import follow_to_removal
from havre.settings import Settings
from tests.cast import NOON


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_report_is_followed_until_its_page_is_gone(database: Settings, tmp_path: Path) -> None:
    told: list[str] = []
    followed = follow_to_removal(database, tmp_path, NOON, told.append)
    assert [step["what"] for step in followed.steps] == [
        "somebody reports a page, without a name, and keeps a receipt code",
        "hanna judges it: the hotline must act",
        "joris judges it: the hotline must act",
        "its way is host: hosted in the Netherlands (policy NL, 2026-01.2)",
        "letter 1 to Politie (police): know of it",
        "letter 1 to Harbour Hosting (host): remove it",
        "letter 2 to Politie (police): know of it",
        "letter 2 to Harbour Hosting (host): remove it",
        "silence: Canal Transit is next",
        "letter 1 to Canal Transit (upstream): remove it",
        "letter 3 to Politie (police): know of it",
        "letter 3 to Harbour Hosting (host): remove it",
        "letter 2 to Canal Transit (upstream): remove it",
        "a person looked: the page is gone",
        "the reporter comes back with the code and reads what became of it",
    ]
    assert len(told) == len(followed.steps)
    times = [datetime.fromisoformat(step["at"]) for step in followed.steps]
    assert times == sorted(times)
    letters = times[5], times[7], times[11]
    assert [later - earlier for earlier, later in pairwise(letters)] == [timedelta(hours=24)] * 2
    assert (followed.hours, len(followed.letters)) == (54.2, 8)
    assert [answer.split()[-1] for answer in followed.answers] == ["us.", "it.", "help."]
