"""One person works on a series; the claim lives by work and dies by itself."""

from datetime import timedelta

import pytest

from havre.errors import Invalid, Refused
from havre.series.claims import RUNS_OUT_AFTER, carried, claim, release, renewed, standing
from havre.series.models import Claim
from tests.cast import NOON, Cast
from tests.series.many import series_of

DAY = timedelta(days=1)


def test_a_claim_keeps_others_out_until_it_runs_out(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    held = claim(series, cast.anke, NOON)
    assert (held.since, held.until) == (NOON, NOON + timedelta(days=7))
    with pytest.raises(Refused, match="anke works on S1 until 2026-03-09"):
        claim(series, cast.bram, NOON + 6 * DAY)
    assert standing(series, NOON + RUNS_OUT_AFTER) is None
    assert claim(series, cast.bram, NOON + RUNS_OUT_AFTER).by == cast.bram
    assert Claim.objects.filter(released_at=None).count() == 1


def test_whatever_the_holder_does_moves_it_on_and_what_others_do_does_not(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    claim(series, cast.anke, NOON)
    renewed(series, cast.bram, NOON + DAY)
    assert Claim.objects.get().until == NOON + RUNS_OUT_AFTER
    renewed(series, cast.anke, NOON + DAY)
    assert Claim.objects.get().until == NOON + DAY + RUNS_OUT_AFTER
    renewed(series, cast.anke, NOON)  # never back
    assert claim(series, cast.anke, NOON).until == NOON + DAY + RUNS_OUT_AFTER
    renewed(series, cast.anke, NOON + 30 * DAY)  # ran out: not woken by work
    assert standing(series, NOON + 30 * DAY) is None


def test_the_holder_gives_it_back_and_nobody_else_unless_they_may(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    with pytest.raises(Invalid, match="nobody works on S1"):
        release(series, cast.anke, NOON)
    claim(series, cast.bram, NOON)
    with pytest.raises(Refused, match="bram works on S1"):
        release(series, cast.anke, NOON)
    assert release(series, cast.anke, NOON, of_another=True).by == cast.bram
    claim(series, cast.bram, NOON)
    assert release(series, cast.bram, NOON + DAY).released_at == NOON + DAY
    assert standing(series, NOON + DAY) is None


def test_a_claim_goes_with_the_series_that_becomes_part_of_another(cast: Cast) -> None:
    into, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    claim(other, cast.bram, NOON)
    carried(into, other, NOON)
    found = standing(into, NOON)
    assert found is not None
    assert found.by == cast.bram

    third = series_of(cast.anke, 2)
    claim(third, cast.anke, NOON)
    carried(into, third, NOON)  # somebody works on this one already
    kept = standing(into, NOON)
    assert kept is not None
    assert (kept.by, standing(third, NOON)) == (cast.bram, None)
