"""What needs two people is approved by another person of the same unit, once."""

from datetime import timedelta

import pytest

from havre.errors import NotFound, Refused
from havre.units.approve import approval_for, give, self_approved, use, waiting_for
from havre.units.models import Approval
from tests.cast import NOON, introduce

LATER = NOON + timedelta(hours=1)


@pytest.mark.usefixtures("database")
def test_what_one_asks_for_waits_for_another() -> None:
    cast = introduce()
    approval = approval_for(cast.anke, "erase", "case A", NOON)
    assert (approval.asked_by, approval.asked_at, approval.given_by) == (cast.anke, NOON, None)
    assert waiting_for(cast.anke) == waiting_for(cast.bram) == [approval]
    assert not self_approved(approval)


@pytest.mark.usefixtures("database")
def test_asking_twice_is_one_request() -> None:
    cast = introduce()
    first = approval_for(cast.anke, "erase", "case A", NOON)
    assert approval_for(cast.bram, "erase", "case A", LATER) == first
    assert approval_for(cast.anke, "erase", "case B", LATER) != first
    assert approval_for(cast.anke, "export", "case A", LATER) != first


@pytest.mark.usefixtures("database")
def test_a_colleague_approves() -> None:
    cast = introduce()
    asked = approval_for(cast.anke, "erase", "case A", NOON)
    given = give(asked.pk, cast.bram, LATER)
    assert (given.given_by, given.given_at, self_approved(given)) == (cast.bram, LATER, False)
    assert approval_for(cast.anke, "erase", "case A", LATER).given_by == cast.bram
    assert waiting_for(cast.anke) == []


@pytest.mark.usefixtures("database")
def test_whoever_asked_does_not_approve_while_there_is_a_colleague() -> None:
    cast = introduce()
    asked = approval_for(cast.anke, "erase", "case A", NOON)
    with pytest.raises(Refused, match="another person of Federal Police must approve"):
        give(asked.pk, cast.anke, LATER)
    assert waiting_for(cast.anke) == [asked]


@pytest.mark.usefixtures("database")
def test_alone_in_a_unit_one_approves_oneself_and_it_shows() -> None:
    chiara = introduce().chiara
    approval = approval_for(chiara, "erase", "case A", NOON)
    assert (approval.given_by, self_approved(approval)) == (chiara, True)


@pytest.mark.usefixtures("database")
def test_another_units_request_does_not_exist() -> None:
    cast = introduce()
    asked = approval_for(cast.anke, "erase", "case A", NOON)
    with pytest.raises(NotFound) as theirs:
        give(asked.pk, cast.chiara, LATER)
    with pytest.raises(NotFound) as none:
        give(asked.pk + 1, cast.chiara, LATER)
    assert str(theirs.value).replace(str(asked.pk), "N") == str(none.value).replace(str(asked.pk + 1), "N")
    assert waiting_for(cast.chiara) == []
    assert Approval.objects.get().given_by is None  # there was something to give


@pytest.mark.usefixtures("database")
def test_two_units_may_ask_for_the_same_without_knowing() -> None:
    cast = introduce()
    belgian = approval_for(cast.anke, "erase", "case A", NOON)
    italian = approval_for(cast.chiara, "erase", "case A", NOON)
    assert (belgian.unit, italian.unit) == (cast.belgium, cast.italy)


@pytest.mark.usefixtures("database")
def test_an_approval_serves_once() -> None:
    cast = introduce()
    asked = approval_for(cast.anke, "erase", "case A", NOON)
    use(give(asked.pk, cast.bram, NOON), LATER)
    with pytest.raises(NotFound):
        give(asked.pk, cast.bram, LATER)
    again = approval_for(cast.anke, "erase", "case A", LATER)
    assert (again.given_by, again.asked_at) == (None, LATER)
