"""That the proxy connects to nobody is kept since when, is tried again after a while, and ends when it connects."""

from datetime import timedelta

from havre.flows.egress_refuses import AGAIN, FILE, Refuses, connects, refused, refuses
from tests.cast import NOON, Node


def test_it_is_kept_since_the_first_time_until_it_connects(begun: Node) -> None:
    assert refuses(begun.home) is None
    assert refused(begun.home, NOON) == Refuses(NOON, NOON)
    again = refused(begun.home, NOON + AGAIN)
    assert again == refuses(begun.home) == Refuses(NOON, NOON + AGAIN)
    assert str(again.trouble()) == str(Refuses(NOON, NOON).trouble())
    connects(begun.home)
    connects(begun.home)
    assert refuses(begun.home) is None


def test_it_is_tried_again_after_a_while_and_whenever_the_clock_went_back() -> None:
    found, minute = Refuses(NOON, NOON), timedelta(minutes=1)
    waits = [found.waits(when) for when in (NOON - minute, NOON, NOON + AGAIN - minute, NOON + AGAIN)]
    assert waits == [False, True, True, False]


def test_a_file_that_says_nothing_is_none(begun: Node) -> None:
    for text in ("", "[]", '{"since": 3}', '{"since": "x", "at": "y"}'):
        (begun.home.settings.home / FILE).write_text(text)
        assert refuses(begun.home) is None
