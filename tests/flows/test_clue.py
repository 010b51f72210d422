"""Clues of a series: drawn on objects, shown with the countries they leave; crops that two people answer for."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from havre.audit.models import Entry
from havre.care.models import Reveal
from havre.errors import Invalid, NotFound, Refused
from havre.flows.approvals import approve
from havre.flows.clue import (
    Desk,
    ask_for_crop,
    bring_clue_back,
    clue_desk,
    confirm_crop,
    crop_shown,
    draw_clue,
    hand_out_crop,
    look_at_crop,
    refuse_crop,
    suggest_more,
    withdraw_clue,
)
from havre.flows.erase import erase_case
from havre.flows.reveal import Asked, Revealed, reason_given, reveal, sealed_preview
from havre.flows.series import propose
from havre.linking.countries import constraint
from havre.media.models import Medium
from havre.series.clues import Box, Drawn
from havre.series.models import Clue, ClueCrop, Series
from havre.units.models import Approval, Person
from tests.cast import Node
from tests.exposures import NIKON, exposure, intake

SERIAL = {"BodySerialNumber": "6030741"}
LEFT = constraint({"kind": "side", "values": ["left"], "certainty": "sure"})
ENGLISH = constraint({"kind": "language", "values": ["en"]})
BOX = Box(10, 20, 60, 40)
SIGN = Drawn("Route sign", "sign", BOX, [ENGLISH])


@pytest.fixture
def series(begun: Node, tmp_path: Path) -> Series:
    """Anke's series of two pictures, and one of Chiara's of the same pictures."""
    files = {f"{seed}.jpg": exposure(seed, NIKON, SERIAL) for seed in (1, 2)}
    for acting in (begun.anke, begun.chiara):
        intake(begun.home, acting, tmp_path / acting.unit.country, files)
        propose(begun.home, acting)
    return Series.objects.get(unit=begun.anke.unit)


def first(of: Person) -> Medium:
    return Medium.objects.filter(unit=of.unit, member__isnull=False).order_by("id")[0]


def drawn(here: Node, what: Drawn = SIGN) -> Clue:
    return draw_clue(here.home, here.anke, "S1", first(here.anke.person).pk, what, nobody=True)


def cropped(here: Node) -> Clue:
    clue = drawn(here)
    ask_for_crop(here.home, here.anke, "S1", clue.pk, nobody=True)
    return clue


def desk(here: Node) -> Desk:
    return clue_desk(here.home, here.bram, "S1")


def acts(verb: str = "change") -> list[object]:
    return [told(entry).get("act") for entry in Entry.objects.filter(verb=verb).order_by("index")]


def told(entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry.detail)
    return found


def newest() -> Entry:
    return Entry.objects.order_by("-index")[0]


def reasons(here: Node, by: str = "bram") -> dict[str, str]:
    acting = getattr(here, by)
    return dict([reason_given(acting, first(acting.person).pk, "to confirm a crop")])


def confirmed(here: Node, clue: Clue) -> None:
    """Bram looks at the crop and says that nobody is in it."""
    look_at_crop(here.home, here.bram, "S1", clue.pk, "hold", reasons(here))
    confirm_crop(here.home, here.bram, "S1", clue.pk, nobody=True)


@pytest.mark.usefixtures("series")
def test_clues_leave_the_countries_that_they_all_fit(begun: Node) -> None:
    drawn(begun)
    drawn(begun, Drawn("Driver sits on the right", "vehicle", None, [LEFT]))
    found = desk(begun)
    assert [(clue.number, clue.name) for clue in found.clues] == [(1, "Route sign"), (2, "Driver sits on the right")]
    possible = {each.country for each in found.where.possible}
    assert {"GB", "IE", "AU"} <= possible
    assert "FR" not in possible
    assert acts()[-2:] == ["clue drawn", "clue drawn"]
    assert told(newest()) == {"act": "clues", "clues": 2, "crops": []}


@pytest.mark.usefixtures("series")
def test_a_clue_is_drawn_only_where_no_person_is(begun: Node) -> None:
    with pytest.raises(Refused, match="never on a person"):
        draw_clue(begun.home, begun.anke, "S1", first(begun.anke.person).pk, SIGN, nobody=False)
    assert not Clue.objects.exists()


@pytest.mark.usefixtures("series")
def test_what_a_clue_suggests_can_be_changed_and_a_withdrawn_one_counts_no_more(begun: Node) -> None:
    clue = cropped(begun)
    suggest_more(begun.home, begun.bram, "S1", clue.pk, [ENGLISH, LEFT])
    assert [each.constraint for each in desk(begun).where.said] == sorted([ENGLISH, LEFT])
    withdraw_clue(begun.home, begun.bram, "S1", clue.pk)
    found = desk(begun)
    assert (found.clues, [each.pk for each in found.withdrawn], found.where.said) == ([], [clue.pk], ())
    assert not ClueCrop.objects.exists()
    with pytest.raises(Refused, match="withdrawn"):
        suggest_more(begun.home, begun.bram, "S1", clue.pk, [LEFT])
    with pytest.raises(Refused, match="withdrawn"):
        ask_for_crop(begun.home, begun.anke, "S1", clue.pk, nobody=True)
    bring_clue_back(begun.home, begun.anke, "S1", clue.pk)
    bring_clue_back(begun.home, begun.anke, "S1", clue.pk)
    assert [each.constraint for each in desk(begun).where.said] == sorted([ENGLISH, LEFT])
    assert acts()[-2:] == ["clue withdrawn", "clue brought back"]
    withdraw_clue(begun.home, begun.bram, "S1", clue.pk)
    assert acts()[-4:] == ["clue suggests", "clue withdrawn", "clue brought back", "clue withdrawn"]


# ---- crops ----


@pytest.mark.usefixtures("series")
def test_a_crop_is_the_region_of_the_original_without_its_metadata_and_sealed(begun: Node) -> None:
    clue = cropped(begun)
    confirmed(begun, clue)
    shown = hand_out_crop(begun.home, begun.anke, "S1", clue.pk, "Garda, Dublin")
    whole = Image.open(io.BytesIO(exposure(1, NIKON, SERIAL))).convert("RGB")
    assert b"6030741" in exposure(1, NIKON, SERIAL)
    assert b"6030741" not in shown
    made = Image.open(io.BytesIO(shown))
    assert (made.size, dict(made.getexif())) == ((60, 40), {})
    near = [np.abs(np.asarray(made).astype(int) - part).mean() for part in _every_shift(whole)]
    assert int(np.argmin(near)) == 0
    row = ClueCrop.objects.get()
    assert shown not in bytes(row.jpeg)
    assert b"\xff\xd8" not in bytes(row.jpeg)[:8] + bytes(row.small)[:8]


def _every_shift(whole: Image.Image) -> list[np.ndarray]:
    """The region itself first, then its neighbours: the crop must be nearest to the first."""
    places = [(10, 20), (14, 20), (10, 24), (6, 20), (30, 60)]
    return [np.asarray(whole.crop((x, y, x + 60, y + 40))).astype(int) for x, y in places]


@pytest.mark.usefixtures("series")
def test_one_person_alone_never_suffices_in_a_unit_of_two(begun: Node) -> None:
    clue = cropped(begun)
    with pytest.raises(Refused, match="another person of your unit"):
        confirm_crop(begun.home, begun.anke, "S1", clue.pk, nobody=True)
    with pytest.raises(Refused, match="no second person"):
        hand_out_crop(begun.home, begun.anke, "S1", clue.pk, "Garda, Dublin")
    with pytest.raises(Refused, match="no person is in it"):
        confirm_crop(begun.home, begun.bram, "S1", clue.pk, nobody=False)
    with pytest.raises(Refused, match="look at the crop first"):
        confirm_crop(begun.home, begun.bram, "S1", clue.pk, nobody=True)
    assert _shown(begun, clue)[:4] == b"RIFF"
    confirmed(begun, clue)
    assert _shown(begun, clue)[:2] == b"\xff\xd8"
    assert (ClueCrop.objects.get().asked_by, ClueCrop.objects.get().confirmed_by) == (
        begun.anke.person,
        begun.bram.person,
    )
    assert acts()[-1] == "crop confirmed"


def _shown(here: Node, clue: Clue) -> bytes:
    return crop_shown(here.home, here.anke, desk(here).crops[clue.pk])


@pytest.mark.usefixtures("series")
def test_in_a_unit_of_one_ones_own_word_stands_and_the_log_says_so(begun: Node) -> None:
    clue = draw_clue(begun.home, begun.chiara, "S1", first(begun.chiara.person).pk, SIGN, nobody=True)
    assert ask_for_crop(begun.home, begun.chiara, "S1", clue.pk, nobody=True).confirmed_at is not None
    assert told(newest())["confirmed_alone"] is True


@pytest.mark.usefixtures("series")
def test_a_second_person_who_sees_somebody_in_it_throws_it_away(begun: Node) -> None:
    clue = cropped(begun)
    refuse_crop(begun.home, begun.bram, "S1", clue.pk)
    assert not ClueCrop.objects.exists()
    assert acts("erasure") == ["crop refused"]
    assert ask_for_crop(begun.home, begun.bram, "S1", clue.pk, nobody=True).asked_by == begun.bram.person
    with pytest.raises(Refused, match="already"):
        ask_for_crop(begun.home, begun.anke, "S1", clue.pk, nobody=True)


@pytest.mark.usefixtures("series")
def test_looking_at_a_crop_before_it_is_confirmed_is_a_reveal_as_any_other(begun: Node) -> None:
    clue = cropped(begun)
    assert isinstance(look_at_crop(begun.home, begun.bram, "S1", clue.pk, "hold", {}), Asked)
    assert not Reveal.objects.exists()
    seen = look_at_crop(begun.home, begun.bram, "S1", clue.pk, "hold", reasons(begun))
    assert isinstance(seen, bytes)
    assert seen[:2] == b"\xff\xd8"
    entry = newest()
    assert (entry.verb, told(entry)["act"], entry.reason) == ("consultation", "crop looked at", "to confirm a crop")
    assert Reveal.objects.get().person == begun.bram.person


@pytest.mark.usefixtures("series")
def test_a_look_before_the_crop_was_made_is_none_at_it(begun: Node) -> None:
    first_made = cropped(begun)
    look_at_crop(begun.home, begun.bram, "S1", first_made.pk, "hold", reasons(begun))
    refuse_crop(begun.home, begun.anke, "S1", first_made.pk)
    later = replace(begun.anke, clock=lambda: begun.anke.now() + timedelta(minutes=1))
    ask_for_crop(begun.home, later, "S1", first_made.pk, nobody=True)
    with pytest.raises(Refused, match="look at the crop first"):
        confirm_crop(begun.home, begun.bram, "S1", first_made.pk, nobody=True)


@pytest.mark.usefixtures("series")
def test_a_look_at_the_whole_picture_is_none_at_its_crop(begun: Node) -> None:
    clue = cropped(begun)
    other = drawn(begun, Drawn("Kerb", "sign", Box(5, 5, 30, 30)))
    ask_for_crop(begun.home, begun.anke, "S1", other.pk, nobody=True)
    session, medium = "bram's", clue.medium_id
    ticket = sealed_preview(begun.home, begun.bram, session, medium).ticket
    assert isinstance(reveal(begun.home, begun.bram, session, medium, ticket, "whole", reasons(begun)), Revealed)
    look_at_crop(begun.home, begun.bram, "S1", other.pk, "other crop", reasons(begun))
    with pytest.raises(Refused, match="look at the crop first"):
        confirm_crop(begun.home, begun.bram, "S1", clue.pk, nobody=True)
    confirmed(begun, clue)
    looks = Reveal.objects.filter(person=begun.bram.person).order_by("id").values_list("crop", flat=True)
    assert list(looks) == [None, ClueCrop.objects.get(clue=other).pk, ClueCrop.objects.get(clue=clue).pk]
    looked = [told(entry) for entry in Entry.objects.order_by("index") if told(entry).get("act") == "crop looked at"]
    assert [each["clue"] for each in looked] == [other.pk, clue.pk]


@pytest.mark.usefixtures("series")
def test_a_crop_that_leaves_is_a_disclosure_with_its_recipient(begun: Node) -> None:
    clue = cropped(begun)
    confirmed(begun, clue)
    for nobody in ("", "x", "y" * 201, "a\x00b"):
        with pytest.raises(Invalid, match="for whom"):
            hand_out_crop(begun.home, begun.anke, "S1", clue.pk, nobody)
    hand_out_crop(begun.home, begun.anke, "S1", clue.pk, "Garda,  Dublin")
    entry = newest()
    assert (entry.verb, told(entry)["to"]) == ("disclosure", "Garda, Dublin")
    assert told(entry)["sha256"] == bytes(ClueCrop.objects.get().sha256).hex()


@pytest.mark.usefixtures("series")
def test_the_whole_scene_has_no_crop(begun: Node) -> None:
    clue = drawn(begun, Drawn("Driver sits on the right", "vehicle"))
    with pytest.raises(Invalid, match="whole scene"):
        ask_for_crop(begun.home, begun.anke, "S1", clue.pk, nobody=True)
    with pytest.raises(Refused, match="before it is made"):
        ask_for_crop(begun.home, begun.anke, "S1", clue.pk, nobody=False)


@pytest.mark.usefixtures("series")
def test_clues_and_crops_go_with_their_medium(begun: Node) -> None:
    cropped(begun)
    theirs = draw_clue(begun.home, begun.chiara, "S1", first(begun.chiara.person).pk, SIGN, nobody=True)
    erase(begun, "C")
    assert [clue.pk for clue in Clue.objects.all()] == [theirs.pk]
    assert not ClueCrop.objects.exists()


def erase(here: Node, case: str) -> None:
    with pytest.raises(Refused, match="second person"):
        erase_case(here.home, here.anke, case)
    approve(here.home, here.bram, Approval.objects.get().pk)
    erase_case(here.home, here.anke, case)


# ---- who may know ----


@pytest.mark.usefixtures("series")
def test_another_unit_learns_nothing_of_clues_and_crops(begun: Node) -> None:
    clue = cropped(begun)
    confirmed(begun, clue)
    found = clue_desk(begun.home, begun.chiara, "S1")
    assert (found.clues, found.withdrawn, found.crops, found.where.said) == ([], [], {}, ())
    medium = first(begun.anke.person).pk
    for act in (
        lambda: clue_desk(begun.home, begun.chiara, "S1", on=medium),
        lambda: draw_clue(begun.home, begun.chiara, "S1", medium, SIGN, nobody=True),
        lambda: suggest_more(begun.home, begun.chiara, "S1", clue.pk, [LEFT]),
        lambda: withdraw_clue(begun.home, begun.chiara, "S1", clue.pk),
        lambda: ask_for_crop(begun.home, begun.chiara, "S1", clue.pk, nobody=True),
        lambda: confirm_crop(begun.home, begun.chiara, "S1", clue.pk, nobody=True),
        lambda: refuse_crop(begun.home, begun.chiara, "S1", clue.pk),
        lambda: look_at_crop(begun.home, begun.chiara, "S1", clue.pk, "", {}),
        lambda: hand_out_crop(begun.home, begun.chiara, "S1", clue.pk, "myself"),
    ):
        with pytest.raises(NotFound):
            act()
    # There was something to learn.
    assert [each.name for each in desk(begun).clues] == ["Route sign"]


@pytest.mark.usefixtures("series")
def test_an_auditor_sees_no_clue(begun: Node) -> None:
    begun.bram.person.roles.update(name="auditor")
    with pytest.raises(Refused):
        desk(begun)


@pytest.mark.usefixtures("series")
def test_many_clues_cost_no_more_questions_than_one(begun: Node) -> None:
    drawn(begun)
    one = _questions(begun)
    for _ in range(8):
        drawn(begun)
    assert _questions(begun) == one


def _questions(here: Node) -> int:
    with CaptureQueriesContext(connection) as asked:
        desk(here)
    return len(asked)
