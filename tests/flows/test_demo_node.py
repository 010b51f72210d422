"""The demonstration that is served has four people, each with a role of their own and a password."""

from dataclasses import replace

import pytest

from havre.cases.models import Order, State
from havre.flows.demo_node import PEOPLE, begin_demo, fill_demo
from havre.flows.demo_work import work_on_demo
from havre.flows.home import Home
from havre.matches.models import Knowledge
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import is_a, person_named
from tests.cast import SANDBOX, noon

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
