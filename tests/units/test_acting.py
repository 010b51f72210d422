"""Somebody at a command may do what their roles allow, and is told which role is missing."""

from itertools import combinations

import pytest

from havre.errors import Refused
from havre.units.acting import NO_REASON, Acting
from havre.units.found import add_person, found_unit
from havre.units.models import RoleName
from tests.cast import NOON, acting, introduce, noon


@pytest.mark.usefixtures("database")
def test_whoever_acts_does_so_for_their_unit_at_the_time_of_the_clock() -> None:
    cast = introduce()
    chiara = Acting(cast.chiara, noon)
    assert (chiara.unit, chiara.now(), chiara.reason) == (cast.italy, NOON, NO_REASON)


@pytest.mark.usefixtures("database")
def test_one_of_the_roles_that_may_do_it_is_enough_and_none_is_refused() -> None:
    unit = found_unit("Federal Police", "BE", NOON)
    for number, held in enumerate(held for many in range(5) for held in combinations(RoleName, many)):
        person = acting(add_person(f"person {number}", unit, NOON, list(held)))
        for needed in (needed for many in (1, 2) for needed in combinations(RoleName, many)):
            if set(held) & set(needed):
                person.must_be(*needed, to="do this")
                continue
            with pytest.raises(Refused) as refusal:
                person.must_be(*needed, to="do this")
            assert str(refusal.value) == f"person {number} may not do this: that needs the role {' or '.join(needed)}"


@pytest.mark.usefixtures("database")
def test_a_role_in_one_unit_is_looked_up_anew_at_every_act() -> None:
    bram = acting(introduce().bram)
    bram.must_be(RoleName.ANALYST, to="look")
    bram.person.roles.all().delete()
    with pytest.raises(Refused):
        bram.must_be(RoleName.ANALYST, to="look")
