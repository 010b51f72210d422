"""Standing questions are asked with a name and a reason, for a time, and withdrawn."""

import json
from datetime import timedelta

import pytest

from havre.alerts.models import Question, State
from havre.alerts.queries import question_for
from havre.audit.models import Entry
from havre.errors import Invalid, Refused
from havre.flows.begin import add_colleague
from havre.flows.search_asked import of_digits
from havre.flows.search_stated import Asked
from havre.flows.standing import keep_asking, withdraw_question
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import Node, acting, noon


def test_a_question_keeps_what_is_asked_and_is_logged(begun: Node) -> None:
    digest = "ab" * 32
    asked = keep_asking(begun.home, begun.bram, " the file ", of_digits(digest), lasts=timedelta(days=3))
    kept = question_for(begun.anke.person, asked.pk)
    assert (kept.name, kept.reason, kept.state) == ("the file", "a test", State.ACTIVE)
    assert (bytes(kept.sha256 or b"").hex(), len(kept.prints)) == (digest, 256)
    assert kept.expires_at - kept.asked_at == timedelta(days=3)
    entry = Entry.objects.order_by("-index")[0]
    assert (entry.verb, entry.thing) == ("change", f"standing question {asked.pk}")
    assert digest not in entry.detail


@pytest.mark.parametrize(
    ("name", "asked", "lasts", "words"),
    [
        (" ", Asked("words"), 9, "name what is waited for"),
        ("x" * 201, Asked("words"), 9, "name what is waited for"),
        ("x", Asked(), 9, "say what to look for"),
        ("x", Asked("words"), 0, "1 to 365 days"),
        ("x", Asked("words"), 366, "1 to 365 days"),
    ],
)
def test_what_cannot_be_waited_for_is_said(begun: Node, name: str, asked: Asked, lasts: int, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        keep_asking(begun.home, begun.anke, name, asked, lasts=timedelta(days=lasts))
    assert Question.objects.count() == 0


def test_without_a_reason_or_the_role_nothing_is_waited_for(begun: Node) -> None:
    with pytest.raises(Invalid, match="why"):
        keep_asking(begun.home, Acting(begun.anke.person, noon), "x", Asked("words"))
    add_colleague(begun.home, begun.anke, "dora", "", [RoleName.AUDITOR])
    with pytest.raises(Refused):
        keep_asking(begun.home, acting(person_named("dora")), "x", Asked("words"))


def test_what_was_withdrawn_is_withdrawn_once(begun: Node) -> None:
    asked = keep_asking(begun.home, begun.anke, "x", Asked("words"))
    gone = withdraw_question(begun.home, begun.bram, asked.pk)
    assert (gone.state, gone.ended_by, gone.ended_at) == (State.WITHDRAWN, begun.bram.person, noon())
    with pytest.raises(Invalid, match="cannot become"):
        withdraw_question(begun.home, begun.bram, asked.pk)
    assert json.loads(Entry.objects.order_by("-index")[0].detail) == {"act": "withdrawn"}
