"""What a person chooses stays theirs; what holds for a unit is written down."""

import pytest

from havre.audit.models import Entry
from havre.care.choose import Choice
from havre.care.models import Pause
from havre.care.queries import limits_of, viewing_of
from havre.errors import Refused
from havre.flows.care import choose, end_pause, limit, pause
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON, Node, acting


def test_the_limits_of_a_unit_are_written_down(begun: Node) -> None:
    limit(begun.home, begun.anke, day=3600, stretch=1800, pause=600)
    last = Entry.objects.order_by("-index").first()
    assert last is not None
    assert (last.verb, last.thing) == ("change", "unit Federal Police")
    assert '"day":3600' in last.detail.replace(" ", "")
    assert limits_of(begun.bram.person).day == 3600


def test_only_supervisors_and_administrators_set_limits(begun: Node) -> None:
    with pytest.raises(Refused, match="set the limits of the unit"):
        limit(begun.home, begun.bram, day=3600, stretch=1800, pause=600)
    assert limits_of(begun.bram.person).day == 7200


def test_a_pause_and_a_choice_are_in_no_log(begun: Node) -> None:
    before = Entry.objects.count()
    assert (pause(begun.bram).until - NOON).total_seconds() == 900
    assert end_pause(begun.bram) == 1
    choose(begun.bram, Choice(tile=True))
    assert viewing_of(begun.bram.person).tile
    assert Entry.objects.count() == before
    assert Pause.objects.get().ended_at == NOON


def test_who_never_sees_media_chooses_nothing(begun: Node) -> None:
    dirk = add_person("dirk", begun.bram.unit, NOON, [RoleName.AUDITOR])
    with pytest.raises(Refused):
        choose(acting(dirk), Choice())
