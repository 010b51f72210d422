"""A person reads words where programs read what was told."""

from typing import Any

import pytest

from havre.entrypoints.command.notice_words import ABOUT, AGREES, beside_it, line
from havre.exchange.models import About
from havre.exchange.rules import SUREST

NAMED = {"by": "Polizia Postale", "country": "IT", "reference": "IT-1a2b3c4d", "contact": "Polizia Postale (IT)"}
SOURCE = {"unit": "Polizia Postale", "country": "IT"}
UNTIL = "2031-12-31T11:30:00+00:00"


def read(about: About, told: dict[str, Any], **more: object) -> str:
    """One notice as a person reads it."""
    rest = {"number": 7, "series": "S1", "source": SOURCE, "answer_by": None, "escalated": False, "answer": ""}
    return line(rest | {"about": about, "told": told} | more)


def test_each_kind_has_its_words() -> None:
    assert set(ABOUT) == set(About.values)
    assert set(AGREES) == set(SUREST)


def test_what_stands_beside_a_series_is_read_in_a_line() -> None:
    body = {"series": "its ref", "contact": "Polizia Postale (IT)", "since": UNTIL, "until": UNTIL}
    claim = beside_it(SOURCE | {"kind": "claim", "body": body})
    assert claim == "claim by Polizia Postale (IT): since 2031-12-31 11:30, until 2031-12-31 11:30"
    word = {"kind": "comment", "body": {"text": "seen in Lyon?"}, "read by": ["Police (BE) 2031-12-31T11:30:00+00:00"]}
    assert beside_it(SOURCE | word) == (
        "comment by Polizia Postale (IT): text seen in Lyon?; read by Police (BE) 2031-12-31T11:30:00+00:00"
    )


BOTH = {"ours": {"label": "CSAM-1", "baseline": True}, "theirs": {"label": "2", "baseline": False}}


@pytest.mark.parametrize(
    ("about", "told", "words"),
    [
        (About.DISAGREES, NAMED | BOTH, "the same file is Baseline to your unit, and not Baseline to them"),
        (About.HELD, {"kind": "near", "percent": 98, "media": 3}, "3 files, nearly the same, 98 %"),
        (About.HELD, {"kind": "identical", "percent": 100, "media": 1}, "1 file, identical, 100 %"),
        (About.CLAIMED, NAMED | {"until": UNTIL}, "until 2031-12-31 11:30; contact Polizia Postale (IT)"),
        (About.IDENTIFIED, NAMED | {"by country": "IT", "safeguarded": UNTIL}, "identified by IT, the child is safe"),
        (About.CORRECTED, NAMED | {"by country": "FR", "safeguarded": None}, "identified by FR; contact"),
        (
            About.OTHERWISE,
            NAMED | {"by country": "IT", "you say": ["BE", "FR"]},
            "identified by IT; your unit says BE, FR: ask them, then say it anew or withdraw it; contact",
        ),
        (About.WITHDRAWN, NAMED | {"became": "open"}, "your series is again: open"),
        (About.COUNTRY, NAMED | {"reasons": ["red box", "plug"]}, "because of red box, plug"),
        (About.COUNTRY, {"unanswered": "NCA (GB)", "since": UNTIL}, "NCA (GB) did not answer since 2031-12-31"),
        (About.COUNTRY, NAMED | {"passed on by": "FR", "because": "no"}, "passed on by FR; no; contact"),
        (About.CONTESTED, NAMED | {"won": True}, "your claim came first and holds"),
        (About.CONTESTED, NAMED | {"won": False}, "their claim holds, yours is given back"),
        (About.COMMENT, NAMED | {"kind": "question"}, "IT-1a2b3c4d of Polizia Postale (IT), as your S1; contact"),
        (About.HANDED, NAMED, "IT-1a2b3c4d of Polizia Postale (IT), as your S1"),
    ],
)
def test_it_is_read_as_words(about: About, told: dict[str, Any], words: str) -> None:
    said = read(about, told)
    assert said.startswith(f"7  {ABOUT[about]}: ")
    assert words in said
    assert not set(said) & set("{}[]'")


def test_who_is_late_and_what_was_answered_stand_there() -> None:
    said = read(About.COUNTRY, NAMED, answer_by=UNTIL, escalated=True, answer="not our plugs", series=None)
    assert said == (
        "7  your country? — ESCALATED: IT-1a2b3c4d of Polizia Postale (IT); contact Polizia Postale (IT);"
        " acknowledge it before 2031-12-31 11:30; answered: not our plugs"
    )


def test_what_is_over_says_nothing_of_what_it_was() -> None:
    assert read(About.DISAGREES, {}, source=None, series=None) == "7  judged otherwise"
