"""A page of stacks says why each is here, is logged before it leaves, and shows nothing of another unit."""

from pathlib import Path

import pytest

from havre.assessments.facts import NOTHING
from havre.assessments.say import Saying
from havre.audit.models import Entry
from havre.cases.models import Intake
from havre.errors import Invalid, NotFound, Refused
from havre.flows.assess import judge
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.series_life import name_series
from havre.flows.triage import PAGE, Asked, Listed, choices, triage
from havre.linking.links import Kind
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.assessments.stacked import many
from tests.cast import Node, acting
from tests.exposures import NIKON, exposure
from tests.sources import lay, picture, variants

SERIAL = {"BodySerialNumber": "6030741"}


@pytest.fixture
def drive(begun: Node, tmp_path: Path) -> Node:
    know(begun.home, begun.anke, str(lay(tmp_path / "known", {"k.png": picture(5)})), "pertinent", workers=1)
    files = {"x.jpg": exposure(91, NIKON, SERIAL), "y.jpg": exposure(92, NIKON, SERIAL), "n.png": picture(1)}
    files |= dict(list(variants(5).items())[:1]) | {"k.png": picture(5)}
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    take_in(begun.home, begun.anke, "A", str(lay(tmp_path / "drive", files)), workers=1)
    return begun


def shown(listed: Listed) -> list[str]:
    return [told.stack.item.path.rpartition("/")[2] for told in listed.stacks]


def test_new_and_near_are_shown_with_their_reasons_and_known_is_counted(drive: Node) -> None:
    new = triage(drive.home, drive.bram, Asked())
    assert shown(new) == ["x.jpg", "y.jpg", "n.png"]
    assert [[reason.link.kind for reason in told.reasons] for told in new.stacks] == [[Kind.CAMERA], [Kind.CAMERA], []]
    assert (new.counts.tabs["near"], new.counts.known, new.statuses, new.names) == (1, 1, {2: "proposed"}, {})
    assert not new.more
    (near,) = triage(drive.home, drive.bram, Asked("near")).stacks
    assert (near.reasons[0].link.kind, near.reasons[0].known, near.reasons[0].match is None) == (
        Kind.NEAR,
        "pertinent",
        False,
    )
    assert [series.number for series in choices(drive.bram.person)] == [2, 1]
    name_series(drive.home, drive.anke, "S2", "Blue tiles")
    assert triage(drive.home, drive.bram, Asked()).names == {2: "Blue tiles"}


def test_what_was_said_is_told_with_its_category(drive: Node) -> None:
    first = triage(drive.home, drive.bram, Asked()).stacks[0].stack
    judge(drive.home, drive.bram, [first.pk], "a", Saying("1", NOTHING))
    (told,) = triage(drive.home, drive.anke, Asked("second")).stacks
    (word,) = told.words
    assert (word.person.name, word.label, told.categories[word.pk]["BE"]) == ("bram", "1", "BE 1")


def test_a_look_is_in_the_log(drive: Node) -> None:
    listed = triage(drive.home, drive.bram, Asked(intake=Intake.objects.get().pk))
    entry = Entry.objects.filter(thing="triage").get()
    assert (entry.person, entry.verb) == ("bram", "consultation")
    assert str(listed.stacks[0].stack.pk) in entry.detail


def test_nobody_else_sees_anything(drive: Node) -> None:
    theirs = triage(drive.home, drive.chiara, Asked())
    assert (theirs.stacks, theirs.counts.known, theirs.statuses) == ([], 0, {})
    with pytest.raises(NotFound, match="no such intake"):
        triage(drive.home, drive.chiara, Asked(intake=Intake.objects.get().pk))
    add_colleague(drive.home, drive.anke, "otto", "", [RoleName.AUDITOR])
    with pytest.raises(Refused, match="may not look at media"):
        triage(drive.home, acting(person_named("otto")), Asked())
    with pytest.raises(Invalid, match="there is no tab"):
        triage(drive.home, drive.bram, Asked("all"))
    assert choices(drive.chiara.person) == []


def test_a_page_ends_and_says_that_there_is_more(begun: Node) -> None:
    many(begun.anke.unit, begun.anke.person, PAGE + 1)
    first = triage(begun.home, begun.bram, Asked())
    last = first.stacks[-1].stack
    rest = triage(begun.home, begun.bram, Asked(after=(last.rank, last.pk)))
    assert (len(first.stacks), first.more, len(rest.stacks), rest.more) == (PAGE, True, 1, False)
