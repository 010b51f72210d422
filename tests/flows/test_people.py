"""Links for people of the unit, and people who leave."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.begin import change_role
from havre.flows.people import end, let_leave, make_link, take_up
from havre.settings import Settings
from havre.units.models import Person, RoleName
from havre.units.welcome import guest
from tests.cast import NOON, node, noon
from tests.proving import known
from tests.web import visiting


def _choose(person: Person) -> None:
    person.set_password("another long password")
    person.save()


def test_an_administrator_makes_links_for_the_own_unit(database: Settings) -> None:
    with node(database) as here:
        assert guest(make_link(here.home, here.anke, "bram"), NOON) == here.bram.person
        with pytest.raises(NotFound, match="nobody of your unit"):
            make_link(here.home, here.anke, "chiara")
        with pytest.raises(Refused, match="administrator"):
            make_link(here.home, here.bram, "anke")


def test_a_link_replaces_everything_its_person_had(database: Settings) -> None:
    with node(database) as here:
        known(here, here.bram.person)
        client = visiting(here, Person.objects.get(name="bram"))
        assert client.get("/desk").status_code == 200
        secret = make_link(here.home, here.anke, "bram")
        assert take_up(here.home, secret, _choose, noon) == here.bram.person
        assert not Authenticator.objects.exists()
        assert Person.objects.get(name="bram").check_password("another long password")
        assert client.get("/desk").status_code == 302
        assert json.loads(Entry.objects.order_by("-index")[0].detail) == {"act": "link used"}
        with pytest.raises(NotFound):
            take_up(here.home, secret, _choose, noon)


def test_whoever_leaves_is_out_at_once(database: Settings) -> None:
    with node(database) as here:
        known(here, here.bram.person)
        client = visiting(here, Person.objects.get(name="bram"))
        assert client.get("/desk").status_code == 200
        let_leave(here.home, here.anke, "bram")
        assert client.get("/desk").status_code == 302
        assert not UserSession.objects.exists()
        assert not Authenticator.objects.exists()
        assert Person.objects.get(name="bram").left_at == NOON
        for name in ("bram", "chiara"):
            with pytest.raises(NotFound):
                let_leave(here.home, here.anke, name)


def test_the_last_administrator_stays(database: Settings) -> None:
    with node(database) as here:
        with pytest.raises(Invalid, match="last administrator"):
            let_leave(here.home, here.anke, "anke")
        change_role(here.home, here.anke, "bram", RoleName.ADMINISTRATOR, holds=True)
        let_leave(here.home, here.anke, "bram")
        with pytest.raises(Invalid, match="last administrator"):
            change_role(here.home, here.anke, "anke", RoleName.ADMINISTRATOR, holds=False)


def test_ended_sessions_are_gone(database: Settings) -> None:
    with node(database) as here:
        visiting(here, here.bram.person)
        end(UserSession.objects.all())
        assert not UserSession.objects.exists()
