"""The demonstration that is served has four people, each with a role of their own and a password."""

from dataclasses import replace

import pytest

from havre.cases.models import Order, State
from havre.flows.demo_node import NAME, PEOPLE, SAID, SOCKET, begin_demo, fill_demo, work_on_demo
from havre.flows.home import Home
from havre.matches.models import Knowledge
from havre.media.models import Medium
from havre.series.models import Claim, Clue, Comment, Member, Series
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import is_a, person_named
from tests.cast import NOON, SANDBOX, noon

pytestmark = [pytest.mark.xdist_group("drawn"), pytest.mark.usefixtures("drawn_once")]  # each scene once for all


def test_everybody_is_what_they_are_said_to_be_and_the_drive_is_asked_for(database: Settings) -> None:
    settings = replace(database, sources=(database.home,))
    for each in begin_demo(settings, noon):
        person = person_named(each.name)
        assert person.check_password(each.password)
        assert {role for role in RoleName if is_a(person, role)} == set(PEOPLE[each.name])
    home = Home(settings, begun=SANDBOX)
    try:
        fill_demo(home, noon, settings.home, workers=1)
        assert not work_on_demo(home, noon), "the drive is not in yet"
    finally:
        home.close()
    order = Order.objects.get()
    assert (order.state, order.by.name, order.path) == (State.WAITING, "anke", f"{settings.home}/seized drive")
    assert Knowledge.objects.exists()


def test_once_the_drive_is_in_they_work_on_its_largest_series(database: Settings) -> None:
    settings = replace(database, sources=(database.home,))
    begin_demo(settings, noon)
    home = Home(settings, begun=SANDBOX)
    try:
        assert not work_on_demo(home, noon), "no series is there yet"
        unit = person_named("anke").unit
        for number, size in enumerate((1, 3, 2), start=1):
            one = Series.objects.create(unit=unit, number=number, status="proposed", created_at=NOON)
            for digest in range(size):
                name = bytes([number, digest]) * 16
                medium = Medium.objects.create(
                    unit=unit, sha256=name, sha1=name[:20], md5=name[:16], bytes=1, kind="image/jpeg", family="image",
                    held_since=NOON, width=640, height=480, veil=b"sealed",
                )  # fmt: skip
                Member.objects.create(series=one, medium=medium)
        assert work_on_demo(home, noon)
    finally:
        home.close()
    assert [(each.number, each.name, each.status) for each in Series.objects.order_by("number")] == [
        (1, "", "proposed"),
        (2, NAME, "confirmed"),
        (3, "", "proposed"),
    ]
    claim, comment, clue = Claim.objects.get(), Comment.objects.get(), Clue.objects.get()
    assert (claim.by.name, comment.text, clue.name) == ("anke", SAID, SOCKET.name)
    assert {each.series.number for each in (claim, comment, clue)} == {2}
