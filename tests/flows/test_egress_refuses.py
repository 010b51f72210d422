"""That the proxy connects to nobody is kept since when, is tried again after a while, and ends when it connects."""

from datetime import timedelta

import pytest

from havre.errors import Unavailable
from havre.flows.egress_refuses import AGAIN, FILE, SEVERAL, Refuses, connects, refused, refuses
from havre.flows.health import health
from havre.flows.look_outside import AT_ONCE, look_at_waiting
from havre.media.outside.glance import Glance
from havre.media.outside.signs import Saw, Why
from havre.notices.models import Look
from tests.cast import NOON, Node
from tests.flows.test_look_outside import HOUR, LOGIN, Hosts, by_itself, here, sent

__all__ = ["here"]


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


PROXY = Glance(Saw.UNCLEAR, Why.PROXY)


def many(here: Node, says: dict[str, Glance]) -> Hosts:
    """Notices that wait, one on each of these hosts."""
    for host in says:
        sent(here, host)
    by_itself(here)
    return Hosts(dict(says))


def test_a_proxy_that_connects_to_nobody_is_said_once_and_no_page_counts_as_looked_at(here: Node) -> None:
    hosts = many(here, {f"h{number}.example": PROXY for number in range(AT_ONCE + 1)})
    said = "the egress proxy connects to nobody since 2026-03-02 12:00 UTC"
    for minutes, asked in ((0, 6), (1, 6), (10, 12)):
        with pytest.raises(Unavailable, match=said):
            look_at_waiting(here.home, lambda m=minutes: NOON + timedelta(minutes=m), hosts.ask)  # type: ignore[misc]
        assert (len(hosts.asked), Look.objects.count()) == (asked, 0)
    assert [each.what for each in health(here.home, NOON) if each.name == "egress proxy"] == [
        f"{said}: see what it allows; no page is looked at yet"
    ]
    hosts.says = dict.fromkeys(hosts.says, LOGIN)
    assert look_at_waiting(here.home, lambda: NOON + HOUR, hosts.ask)["asked"] == AT_ONCE
    assert [each for each in health(here.home, NOON) if each.name == "egress proxy"] == []


def test_hosts_that_are_not_reached_while_others_are_count_as_looked_at(here: Node) -> None:
    hosts = many(here, {f"h{number}.example": PROXY for number in range(AT_ONCE)} | {"well.example": LOGIN})
    done = look_at_waiting(here.home, lambda: NOON, hosts.ask)
    assert (done["asked"], done["unclear"], Look.objects.filter(why=Why.PROXY).count()) == (6, 6, AT_ONCE)
    assert look_at_waiting(here.home, lambda: NOON + HOUR, hosts.ask)["asked"] == 0


def test_few_hosts_that_are_not_reached_count_as_looked_at(here: Node) -> None:
    hosts = many(here, {f"h{number}.example": PROXY for number in range(SEVERAL - 1)})
    assert look_at_waiting(here.home, lambda: NOON, hosts.ask)["unclear"] == SEVERAL - 1
