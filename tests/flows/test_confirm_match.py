"""A word on two media outlives the match it was said of."""

from pathlib import Path

import pytest

from havre.errors import Invalid
from havre.flows.confirm_match import confirm_match
from havre.flows.media_shown import reasons_of
from havre.flows.rejudging import judge_again, open_indexes
from havre.flows.source import holding
from havre.matches.models import Match, MatchWord
from havre.settings import Settings
from tests.cast import node
from tests.entrypoints.analyst.paired import held, pictures


def test_the_word_stands_when_the_item_is_judged_again_and_on_both_sides(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "in", pictures())
        whole, part = media.pop("0.jpg"), next(iter(media.values()))
        match = Match.objects.get(medium=whole, kind="near")
        confirm_match(here.home, here.bram, part.pk, "match", match.pk, same=True)
        with holding(here.anke.unit):
            judge_again(here.anke.unit, [match.item], open_indexes(here.home, here.anke.unit))
        assert not Match.objects.filter(pk=match.pk).exists()
        for medium in (whole, part):
            (reason,) = reasons_of(here.home, here.anke, medium)
            assert reason.word is not None
            assert reason.word.same


def test_a_reason_is_not_endless(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole = held(here, tmp_path / "in", pictures())["0.jpg"]
        match = Match.objects.get(medium=whole, kind="near")
        with pytest.raises(Invalid, match="at most 2,000"):
            confirm_match(here.home, here.anke, whole.pk, "match", match.pk, same=False, why="x" * 2001)
        assert MatchWord.objects.count() == 0
