"""What agrees in two media, from evidence that may be anything."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import NotFound
from havre.flows.compare import Region, compare, measured, parts_of, regions_of
from havre.flows.media_shown import Reason, measures_of, seen_from
from havre.linking.links import Kind, between
from havre.matches.models import Match
from havre.series.findings import told_of
from havre.series.models import Link
from havre.settings import Settings
from tests.cast import node
from tests.entrypoints.analyst.paired import both_films, held, pictures


def reason(kind: str = "segment", **evidence: Any) -> Reason:
    match = Match(kind=kind, evidence=evidence)
    told = seen_from(told_of(match) | measures_of(match), turned=False)
    return Reason(1, "match", kind, between(0, 1, Kind(kind), 1e-9, told))


def test_further_stretches_are_told_in_the_order_of_the_first() -> None:
    further = [{"query_span": [1.0, 2.0], "match_span": [7.0, 8.0]}]
    told = reason(query_span=[5.0, 9.0], match_span=[0.0, 4.0], further=further)
    assert [(part.one, part.other) for part in parts_of([told])] == [((1, 2), (7, 8)), ((5, 9), (0, 4))]


def test_a_region_that_two_reasons_tell_is_drawn_once() -> None:
    box = {"query_region": [1, 2, 3, 4], "match_region": [5, 6, 7, 8], "points": 9}
    assert list(regions_of([reason("near", **box), reason("place", **box)])) == [
        Region((1, 2, 3, 4), (5, 6, 7, 8), 9, "near")
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("query_region", "match_region", "query_span", "match_span", "points", "further", "query_share", "speed")


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_evidence_that_is_anything_breaks_nothing(evidence: dict[str, Any]) -> None:
    told = reason(**evidence)
    for region in regions_of([told]):
        assert min(*region.one[2:], *region.other[2:]) > 0
    for part in parts_of([told]):
        assert part.seconds >= 0
    list(measured([told]))


def test_a_link_opens_the_same_pair_as_a_match(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "in", pictures())
        whole = media["0.jpg"]
        link, match = Link.objects.get(kind="near"), Match.objects.get(medium=whole, kind="near")
        linked, matched = (
            compare(here.home, here.anke, whole.pk, how, number)
            for how, number in (("link", link.pk), ("match", match.pk))
        )
        assert linked.other == matched.other
        assert [each.one for each in linked.regions] == [each.one for each in matched.regions]
        assert linked.sizes == matched.sizes


def test_the_lengths_of_films_come_from_the_shares(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "in", both_films())
        match = Match.objects.get(kind="segment")
        pair = compare(here.home, here.anke, media["b.mkv"].pk, "match", match.pk)
        assert pair.lengths == pytest.approx((4, 8), abs=0.5)


def test_a_match_of_other_media_is_not_found_under_this_one(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "in", pictures() | both_films())
        near, film = Match.objects.get(kind="near"), media["a.mkv"]
        for how, number in (
            ("match", near.pk),
            ("match", 999),
            ("link", Link.objects.get(kind="near").pk),
            ("link", 999),
        ):
            with pytest.raises(NotFound):
                compare(here.home, here.anke, film.pk, how, number)
            with pytest.raises(NotFound):
                compare(here.home, here.chiara, media["0.jpg"].pk, how, number)
