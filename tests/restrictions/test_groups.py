"""Units are in groups until they leave, their time ends, or the group's does."""

from datetime import timedelta

import pytest

from havre.errors import Invalid, NotFound
from havre.restrictions import groups
from havre.restrictions.groups import Belongs, code_of, conditions_naming, group_for, groups_of
from havre.restrictions.keep import keep
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Reach
from havre.settings import Settings
from tests.cast import NOON, introduce

END = NOON + timedelta(days=9)


def test_who_is_in_it_finds_it_until_they_leave_or_it_ends(database: Settings) -> None:
    cast = introduce()
    made = groups.found("tf-1", "Force", "", cast.anke, NOON, END)
    italy = Belongs("", cast.italy.name, "IT")
    said = keep(Restriction(Level.OPEN, groups=frozenset({"tf-1"})))
    assert list(conditions_naming(["tf-1"])) == [said.pk]
    with pytest.raises(NotFound):
        group_for(cast.italy, "tf-1", NOON)
    member = groups.join(made, italy, NOON, END + timedelta(days=5))
    groups.changed(made)
    assert member.until == END
    assert Reach.objects.filter(condition=said, unit=cast.italy).exists()
    assert group_for(cast.italy, " TF-1 ", NOON).version == 2
    groups.end(made, NOON + timedelta(days=1))
    assert not groups_of(cast.italy, NOON + timedelta(days=1)).exists()
    assert groups_of(cast.belgium, END).exists()
    groups.leave(made, italy)
    groups.changed(made)
    assert not Reach.objects.filter(condition=said, unit=cast.italy).exists()
    with pytest.raises(Invalid):
        groups.leave(made, italy)


@pytest.mark.parametrize(("text", "code"), [(" TF-1 ", "tf-1"), ("ab", "ab")])
def test_a_code_is_lower_and_plain(text: str, code: str) -> None:
    assert code_of(text) == code
