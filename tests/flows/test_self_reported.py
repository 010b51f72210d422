"""People of the unit list, read, answer and withdraw what was sent to it; other units know nothing of it."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.self_look import look_for_submitted
from havre.flows.self_reported import (
    answer_media,
    answer_submission,
    list_submissions,
    show_submission,
    withdraw_submission,
)
from havre.hotline.letters import door_of, follow
from havre.selfservice.models import Finding, Protected, State
from tests.cast import Node, noon
from tests.flows.fed import Fed
from tests.flows.test_self_found import held
from tests.flows.test_self_report import sent, taken
from tests.selfservice.made import given, hashed


def test_the_list_names_no_hash_and_reading_is_written_down(begun: Node) -> None:
    sent(begun, given(1, 2, platforms=True, tell=True))
    taken(begun)
    (row,) = list_submissions(begun.home, begun.anke)
    assert (row["submission"], row["files"], row["platforms"], row["tell"]) == (1, 2, True, True)
    assert hashed(1).md5 not in str(row)
    shown = show_submission(begun.home, begun.bram, 1)
    assert [each["md5"] for each in shown["files"]] == [hashed(1).md5, hashed(2).md5]
    last = Entry.objects.order_by("-index")[0]
    assert (last.verb, last.thing, last.person) == ("consultation", "submission 1", "bram")


def test_hashes_that_are_for_platforms_alone_are_counted_and_not_shown(begun: Node) -> None:
    sent(begun, given(1, 2, platforms=True, tell=False))
    taken(begun)
    shown = show_submission(begun.home, begun.bram, 1)["files"]
    assert [(each["md5"], each["sha256"], each["pdq"]) for each in shown] == [("", "", []), ("", "", [])]
    assert [each["state"] for each in shown] == [State.HELD, State.HELD]


def test_another_unit_sees_nothing(begun: Node) -> None:
    sent(begun, given(1))
    taken(begun)
    assert list_submissions(begun.home, begun.chiara) == []
    for act in (show_submission, withdraw_submission):
        with pytest.raises(NotFound):
            act(begun.home, begun.chiara, 1)
    assert Protected.objects.get().state == State.HELD


def test_only_a_person_answers_and_only_who_asked_to_be_told(begun: Node) -> None:
    code = sent(begun, given(1, tell=True))
    sent(begun, given(2, tell=False), seed=2)
    taken(begun)
    answer_submission(begun.home, begun.anke, 1, " We found it.\nIt is being  removed. ")
    assert [text for _at, text in follow(door_of(), code).answers] == ["We found it.\nIt is being removed."]
    with pytest.raises(Refused, match="did not ask"):
        answer_submission(begun.home, begun.anke, 2, "x")
    for text in ("", " \n", "a\0b", "x" * 5_001):
        with pytest.raises(Invalid):
            answer_submission(begun.home, begun.anke, 1, text)


def test_who_answers_on_the_command_line_names_what_they_tell_of(having_feed: Fed) -> None:
    here = having_feed.node
    named, other = (bytes(held(having_feed, seed).sha256).hex() for seed in (1, 2))
    sent(here, given(1, 2, tell=True))
    taken(here)
    look_for_submitted(here.home, noon)
    with pytest.raises(NotFound):
        answer_media(here.home, here.anke, 1, "We found it.", [named, "ab" * 32])
    answer_media(here.home, here.anke, 1, "We found it.", [named.upper()])
    states = {bytes(each.medium.sha256).hex(): each.state for each in Finding.objects.select_related("medium")}
    assert states == {named: "told", other: "waiting"}


def test_what_somebody_asks_to_be_withdrawn_is_erased_once(begun: Node) -> None:
    code = sent(begun, given(1, 2, tell=True))
    taken(begun)
    assert withdraw_submission(begun.home, begun.anke, 1) == 2
    with pytest.raises(NotFound):
        follow(door_of(), code)
    with pytest.raises(Invalid, match="already"):
        withdraw_submission(begun.home, begun.anke, 1)
    with pytest.raises(Refused, match="withdrawn"):
        answer_submission(begun.home, begun.anke, 1, "x")
