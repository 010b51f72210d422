"""A second person's word: only of the same unit, only for another's request, and logged."""

import json

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows.approvals import approve, waiting
from havre.flows.begin import add_colleague
from havre.settings import Settings
from havre.units.approve import approval_for
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import acting, node


def test_a_colleague_approves_and_the_log_says_what(database: Settings) -> None:
    with node(database) as here:
        asked = approval_for(here.anke.person, "export", "everything", here.anke.now())

        told = approve(here.home, here.bram, asked.pk)

        assert (told["act"], told["asked_by"], told["given_by"]) == ("export", "anke", "bram")
        assert waiting(here.home, here.bram) == []
    entry = Entry.objects.filter(thing=f"approval {asked.pk}").get()
    assert json.loads(entry.detail) == {"act": "approved", "for": "export", "subject": "everything"}


def test_another_units_request_is_not_there(database: Settings) -> None:
    with node(database) as here:
        asked = approval_for(here.anke.person, "export", "everything", here.anke.now())

        with pytest.raises(NotFound) as theirs:
            approve(here.home, here.chiara, asked.pk)
        with pytest.raises(NotFound) as absent:
            approve(here.home, here.chiara, 999)

        assert str(theirs.value).replace(str(asked.pk), "999") == str(absent.value)
        assert waiting(here.home, here.chiara) == []
        assert len(waiting(here.home, here.bram)) == 1


def test_an_auditor_alone_approves_nothing(database: Settings) -> None:
    with node(database) as here:
        asked = approval_for(here.anke.person, "export", "everything", here.anke.now())
        add_colleague(here.home, here.anke, "dora", "", [RoleName.AUDITOR])

        with pytest.raises(Refused):
            approve(here.home, acting(person_named("dora")), asked.pk)
