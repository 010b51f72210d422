"""An analyst puts stacks into a series: they are its members, sure, and stand under it from then on."""

from pathlib import Path

import pytest

from havre.assessments.models import Stack
from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import Kind, Shared
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.restrict import restrict
from havre.flows.series_added import add_stacks
from havre.flows.series_decided import confirm, reject
from havre.series.models import Member
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import Node, acting
from tests.exchange.shared import open_to
from tests.exposures import NIKON, exposure
from tests.sources import lay, picture

SERIAL = {"BodySerialNumber": "6030741"}


@pytest.fixture
def drive(begun: Node, tmp_path: Path) -> Node:
    files = {"x.jpg": exposure(91, NIKON, SERIAL), "y.jpg": exposure(92, NIKON, SERIAL), "n.png": picture(1)}
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    take_in(begun.home, begun.anke, "A", str(lay(tmp_path / "drive", files)), workers=1)
    return begun


def alone() -> Stack:
    return Stack.objects.get(heading="unseen")


def test_a_stack_is_in_the_series_from_then_on(drive: Node) -> None:
    stack = alone()
    series, media = add_stacks(drive.home, drive.bram, "S1", [stack.pk])
    assert (series.reference, media, Member.objects.filter(series=series, confirmed=True).count()) == ("S1", 1, 3)
    stack.refresh_from_db()
    assert stack.heading == "series:1"
    assert Entry.objects.filter(thing="series S1", detail__contains='"act":"added"').count() == 1


def test_others_who_may_know_of_the_series_hear_of_what_was_added_at_once(drive: Node) -> None:
    confirm(drive.home, drive.anke, "S1")
    restrict(drive.home, drive.anke, "series", "S1", open_to("IT"))
    told = Shared.objects.filter(kind=Kind.MEDIA, owner=drive.anke.unit, withdrawn_at=None)
    assert told.count() == 2
    stack = alone()
    add_stacks(drive.home, drive.anke, "S1", [stack.pk])
    assert told.count() == 3
    assert told.filter(medium=stack.medium_id).count() == 1


def test_who_may_not_and_what_is_over_is_refused(drive: Node) -> None:
    stack = alone()
    add_colleague(drive.home, drive.anke, "otto", "", [RoleName.AUDITOR])
    with pytest.raises(Refused, match="may not decide on series"):
        add_stacks(drive.home, acting(person_named("otto")), "S1", [stack.pk])
    with pytest.raises(NotFound):
        add_stacks(drive.home, drive.chiara, "S1", [stack.pk])
    with pytest.raises(Invalid, match="name the stacks"):
        add_stacks(drive.home, drive.bram, "S1", [])
    reject(drive.home, drive.bram, "S1")
    with pytest.raises(Refused, match="S1 is over"):
        add_stacks(drive.home, drive.bram, "S1", [stack.pk])
