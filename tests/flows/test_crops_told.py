"""Others see the crop of a clue once two people said that nobody is in it; what comes is a JPEG or nothing."""

import base64
from pathlib import Path

import pytest

from havre.care.look import begin_look
from havre.exchange.models import Kind, Shared
from havre.flows.clue import ask_for_crop, confirm_crop, draw_clue
from havre.flows.crops_told import MOST_BYTES, crop_in
from havre.flows.restrict import restrict
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.media.models import Medium
from havre.restrictions.model import Restriction
from havre.series.clues import Box, Drawn
from havre.series.models import ClueCrop
from tests.attacks.ground import photograph
from tests.cast import Node
from tests.exchange.shared import open_to
from tests.exposures import intake

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0rest").decode()


def test_a_crop_is_told_once_it_is_confirmed(begun: Node, tmp_path: Path) -> None:
    intake(begun.home, begun.anke, tmp_path / "files", {f"{at}.jpg": photograph(at) for at in (1, 2, 3)}, case="A")
    propose(begun.home, begun.anke)
    confirm(begun.home, begun.anke, "S1")
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    medium = Medium.objects.filter(member__isnull=False).order_by("id")[0]
    clue = draw_clue(begun.home, begun.anke, "S1", medium.pk, Drawn("Sign", "sign", Box(60, 40, 80, 50)), nobody=True)
    ask_for_crop(begun.home, begun.anke, "S1", clue.pk, nobody=True)
    assert crop_in(Shared.objects.get(kind=Kind.CLUE).body) == ""
    begin_look(begun.bram.person, medium, None, "hold", begun.bram.now(), ClueCrop.objects.get().pk)
    confirm_crop(begun.home, begun.bram, "S1", clue.pk, nobody=True)
    assert crop_in(Shared.objects.get(kind=Kind.CLUE).body)
    restrict(begun.home, begun.anke, "media", bytes(medium.sha256).hex(), Restriction())
    told = Shared.objects.get(kind=Kind.CLUE)
    assert (told.withdrawn_at, told.body) == (begun.anke.now(), {})  # with the file goes what was cut out of it


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (JPEG, JPEG),
        ("", ""),
        (5, ""),
        ("%%%", ""),
        ("PHN2Zz4=", ""),
        ("A" * 2 * MOST_BYTES, ""),
    ],
    ids=["jpeg", "none", "number", "no base64", "another kind", "too large"],
)
def test_what_comes_is_a_jpeg_or_nothing(given: object, found: str) -> None:
    assert crop_in({"crop": given}) == found
