"""Facts are what there is to say, and two people contradict each other only in what both said."""

import pytest

from havre.assessments.facts import NOTHING, Facts, agree, both, facts_of
from havre.errors import Invalid


def test_facts_are_kept_with_the_gravest_first() -> None:
    assert facts_of("6-9", ["nudity", "act"], "camera") == Facts("6-9", ("act", "nudity"), "camera")
    assert facts_of("", [], "") == NOTHING


@pytest.mark.parametrize(
    ("age", "visible", "produced"),
    [("7", [], ""), ("", ["verdict"], ""), ("", [], "found"), ("", ["none", "nudity"], "")],
)
def test_what_there_is_not_to_say_is_refused(age: str, visible: list[str], produced: str) -> None:
    with pytest.raises(Invalid):
        facts_of(age, visible, produced)


def test_only_what_both_said_can_contradict() -> None:
    one = Facts("6-9", ("nudity",), "camera")
    assert agree(one, NOTHING)
    assert agree(one, Facts("6-9", (), ""))
    assert not agree(one, Facts("3-5", ("nudity",), "camera"))
    assert both(one, Facts("", ("act",), "")) == Facts("6-9", ("act",), "camera")
