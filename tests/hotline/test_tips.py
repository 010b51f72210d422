"""A platform's report is none before it is finished, and one then, whatever is asked twice (formats.md c2)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from havre.cybertip.told import gist_of
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.hotline import tips
from havre.hotline.letters import bound
from havre.hotline.models import Brought, Letter, LetterKind, Partner, Receipt, Tip, TipFile, TipState, TipText
from havre.hotline.partners import partner_of
from havre.hotline.telling import told_in
from havre.hotline.tip_files import take_file
from havre.sealing.door import door_opener
from havre.sealing.secret import unseal_from
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON
from tests.hotline.tipped import KEY, UNIT_KEY, begun, door_of_unit, finished, report_xml, reporter, with_file

HOUR = timedelta(hours=1)


@pytest.fixture
def partner(database: Settings) -> Partner:
    """A platform with a key to an open door."""
    unit = found_unit("Child Line", "BE", NOON)
    door_of_unit(unit)
    return reporter(unit)


def test_its_key_opens_this_line_and_no_other(partner: Partner) -> None:
    assert tips.reporter_of(KEY) == partner
    door = tips.door_for(partner)
    with pytest.raises(Refused):
        partner_of(door, KEY)  # the door of partners
    for wrong in ("", "havre-other", KEY.upper(), "\ud800", "x" * 10_000):
        with pytest.raises(Refused, match="not known here"):
            tips.reporter_of(wrong)
    Partner.objects.update(tipline=False)
    with pytest.raises(Refused):
        tips.reporter_of(KEY)
    Partner.objects.update(tipline=True, revoked_at=NOON)
    with pytest.raises(Refused):
        tips.reporter_of(KEY)


def test_finished_it_lies_at_the_door_as_a_letter_that_the_unit_alone_opens(partner: Partner, tmp_path: Path) -> None:
    tip = begun(partner, danger=True)
    file_id = with_file(tip, tmp_path)
    assert (Letter.objects.count(), Receipt.objects.count(), TipText.objects.count()) == (0, 0, 1)
    assert tips.counted(partner) == {"open": 1, "finished": 0}
    assert tips.finish_tip(partner, tip.number, NOON) == [file_id]
    letter = Letter.objects.get()
    assert (letter.kind, letter.danger, letter.receipt.brought.partner) == (LetterKind.REPORT, True, partner)
    key = bound(bytes(letter.receipt.digest), letter.kind)
    told = told_in(unseal_from(door_opener(UNIT_KEY), bytes(letter.sealed), key))
    assert told.addresses == ("https://platform.example/post/7",)
    assert (told.about, told.danger) == (str(tip.number), True)
    assert "screenName: harbour" in told.seen
    tip.refresh_from_db()
    assert (tip.state, tip.receipt, TipText.objects.count()) == (TipState.FINISHED, letter.receipt, 0)
    assert tips.counted(partner) == {"open": 0, "finished": 1}


def test_what_is_long_is_added_to_the_same_report(partner: Partner) -> None:
    gist = replace(gist_of(report_xml()), lines=("x" * 25_000,))
    tip, _code = tips.open_tip(partner, KEY, gist, NOON)
    tips.finish_tip(partner, tip.number, NOON)
    kinds = list(Letter.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [LetterKind.REPORT, LetterKind.ADDITION, LetterKind.ADDITION]


def test_asked_twice_it_happens_once(partner: Partner, tmp_path: Path) -> None:
    tip = finished(partner, tmp_path)
    came = take_file(tmp_path, str(partner.unit_id), iter([b"more"]))
    for again in (
        lambda: tips.finish_tip(partner, tip.number, NOON),
        lambda: tips.retract_tip(partner, tip.number, NOON),
        lambda: tips.add_file(partner, tip.number, came, "more", NOON),
        lambda: tips.say_of_file(partner, tip.number, TipFile.objects.get().file_id, (), NOON),
    ):
        with pytest.raises(tips.Finished):
            again()
    assert (Letter.objects.count(), Brought.objects.count(), TipFile.objects.count()) == (1, 1, 1)


def test_taken_back_nothing_is_kept_and_it_cannot_be_finished(partner: Partner, tmp_path: Path) -> None:
    tip = begun(partner)
    with_file(tip, tmp_path)
    (blob,) = tips.retract_tip(partner, tip.number, NOON)
    assert (tmp_path / blob).is_file()  # whoever asked removes it
    with pytest.raises(tips.TakenBack):
        tips.finish_tip(partner, tip.number, NOON)
    assert (TipText.objects.count(), TipFile.objects.count(), Letter.objects.count()) == (0, 0, 0)


def test_what_is_not_finished_in_time_is_none(partner: Partner, tmp_path: Path) -> None:
    tip = begun(partner)
    late = NOON + 23 * HOUR + timedelta(minutes=50)
    with_file(tip, tmp_path, at=late)
    tip.refresh_from_db()
    assert not tips.lapsed(tip, NOON + 24 * HOUR + timedelta(minutes=49))
    assert tips.lapsed(tip, NOON + 24 * HOUR + timedelta(minutes=50))
    with pytest.raises(NotFound, match="not finished in time"):
        tips.finish_tip(partner, tip.number, NOON + 25 * HOUR)
    assert Letter.objects.count() == 0


def test_of_another_platforms_report_nobody_learns_that_it_is_there(partner: Partner, tmp_path: Path) -> None:
    other = reporter(partner.unit, "Other", "other")
    tip = begun(partner)
    file_id = with_file(tip, tmp_path)
    said = []
    for number in (tip.number, tip.number + 1):
        for ask in (
            lambda number=number: tips.finish_tip(other, number, NOON),
            lambda number=number: tips.say_of_file(other, number, file_id, (), NOON),
        ):
            with pytest.raises(NotFound) as error:
                ask()
            said.append(str(error.value))
    assert len(set(said)) == 1
    mine = begun(other, seed=2)
    with pytest.raises(tips.NoFile):
        tips.say_of_file(other, mine.number, file_id, (), NOON)


def test_there_are_limits(partner: Partner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(kind: type[HavreError], why: str) -> None:
        with pytest.raises(kind, match=why):
            with_file(tip, tmp_path, name="another")

    tip = begun(partner)
    with_file(tip, tmp_path)
    monkeypatch.setattr(tips, "MOST_WAITING", 7)
    refused(Unavailable, "very much was sent")
    monkeypatch.setattr(tips, "MOST_FILES", 1)
    refused(Invalid, "at most 1 files")
    monkeypatch.setattr(tips, "MOST_OPEN", 1)
    with pytest.raises(Unavailable, match="very many reports"):
        begun(partner, seed=3)
    tips.door_for(partner).delete()
    with pytest.raises(Refused, match="takes no reports"):
        begun(partner, seed=4)
    assert Tip.objects.count() == 1


def test_killed_while_it_is_finished_it_is_open_and_can_be_finished(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = begun(partner)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(tips, "_end", dies)
        with pytest.raises(KeyboardInterrupt):
            tips.finish_tip(partner, tip.number, NOON)
    assert (Letter.objects.count(), Receipt.objects.count(), TipText.objects.count()) == (0, 0, 1)
    tips.finish_tip(partner, tip.number, NOON)
    assert Letter.objects.count() == 1
