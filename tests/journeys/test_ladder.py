"""Silent, slow, refusing, lying and bouncing hosts over simulated weeks: each letter leaves at its minute, and once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from havre.flows.draft_notice import confirm, draft
from havre.flows.notice_answered import record_answer
from havre.flows.notice_checked import gone, still_there
from havre.flows.notice_hands import DeadAddressError, Hands, Leaving, Parcel
from havre.flows.send_notices import send_due
from havre.hotline.models import Page
from havre.notices.models import Notice
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.notices.standing import LADDER, at, contact, ladder_of_contacts, routed
from tests.simulators.hosts import GONE_AFTER, SPEAKS_AFTER, Behaviour, Expected, calendar

MINUTE = timedelta(minutes=1)
APART = 37 * MINUTE
"""So that no two deadlines share a minute."""


@dataclass
class Simulated:
    """A node, its hosts, and the clock."""

    here: Node
    now: datetime = NOON
    left: list[Expected] = field(default_factory=list)
    sites: dict[str, Behaviour] = field(default_factory=dict)
    starts: dict[str, datetime] = field(default_factory=dict)

    def hand(self, parcel: Parcel, leaving: Leaving) -> None:
        """Take a letter, unless the address is dead."""
        reference = parcel.message_id[1:].partition(".")[0].upper()
        notice = Notice.objects.select_related("page").get(reference=reference)
        if parcel.to == f"abuse@{Behaviour.BOUNCING}.example":
            raise DeadAddressError("550 nobody here")
        leaving()
        number = int(parcel.message_id.partition(".")[2].partition("@")[0])
        self.left.append(Expected(self.now, notice.page.site, notice.rung, number))

    def send(self, when: datetime) -> None:
        """What a timer does every minute; what is published is confirmed as soon as it waits."""
        self.now = when
        hands = Hands(self.hand, self.hand, self.hand)
        send_due(self.here.home, lambda: when, hands)
        for each in Notice.objects.filter(due_at=None):
            confirm(self.here.home, at(self.here.bram, when), each.reference)
            send_due(self.here.home, lambda: when, hands)

    def first_of(self, site: str) -> Notice:
        """Its notice to its host."""
        return Notice.objects.get(page__site=site, rung=0)

    def speak(self, site: str, when: datetime) -> None:
        """The host says what it says."""
        how, anke = self.sites[site], at(self.here.anke, when)
        kind = "receipt" if how == Behaviour.SLOW else "decision"
        refused = how == Behaviour.REFUSING
        record_answer(self.here.home, anke, self.first_of(site).reference, kind, "we say so", refused=refused)
        if how == Behaviour.LYING:
            still_there(self.here.home, anke, self.first_of(site).reference)

    def removed(self, site: str, when: datetime) -> None:
        """It is gone: somebody looked."""
        gone(self.here.home, at(self.here.anke, when), self.first_of(site).reference)


def begin(world: Simulated) -> None:
    """Each host gets a page and a contact of its own; above them stand the same four."""
    here = world.here
    above = [each for each in ladder_of_contacts(here) if each.kind != "host"]
    for number, how in enumerate(Behaviour):
        site, start = f"{how}.example", NOON + number * APART
        contact(here, f"Host {how}", answers_for=(site,), email=f"abuse@{site}")
        for each in above:
            each.answers_for = sorted({*each.answers_for, site})
            each.save()
        routed(here, f"https://{site}/page")
        world.sites[site], world.starts[site] = how, start


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_letter_leaves_at_its_minute_and_once(database: Settings, count: Callable[[int, int], int]) -> None:
    with node(database) as here:
        world = Simulated(here)
        begin(world)
        end = NOON + count(2, 90) * timedelta(days=1)
        expected = sorted(
            each for site, how in world.sites.items() for each in calendar(site, how, world.starts[site], LADDER, end)
        )
        told = [(each.at - MINUTE, 1, "") for each in expected] + [(each.at, 1, "") for each in expected]
        told += [(start, 0, site) for site, start in world.starts.items()]
        told += [
            (world.starts[site] + SPEAKS_AFTER[how], 2, site)
            for site, how in world.sites.items()
            if how in SPEAKS_AFTER
        ]
        told += [
            (world.starts[site] + GONE_AFTER[how], 3, site) for site, how in world.sites.items() if how in GONE_AFTER
        ]
        for when, what, site in sorted(set(told)):
            if when >= end:
                break
            if what == 0:
                for each in draft(here.home, at(here.anke, when), str(first_page(site))):
                    if each.due_at is None:
                        confirm(here.home, at(here.bram, when), each.reference)
            elif what == 2:
                world.speak(site, when)
            elif what == 3:
                world.removed(site, when)
            world.send(when)
        assert sorted(world.left) == expected
        assert len(expected) > count(12, 1_000)
        assert {each.rung for each in expected} >= {0, 1, 2}


def first_page(site: str) -> int:
    """The page of a site."""
    return Page.objects.get(site=site).pk
