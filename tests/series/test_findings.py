"""Matches and facts become links between held media, whatever a match carries as evidence."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.linking.explain import sentence
from havre.linking.links import RAREST, Kind, between
from havre.matches.models import Knowledge, Match, Source
from havre.media.models import Medium
from havre.series import findings
from havre.series.findings import Finding, from_matches, from_origins, rarest, told_of, unread_matches
from havre.series.origins import Origins, index
from tests.cast import NOON, Cast
from tests.series.held import NIKON, match, medium

EVIDENCE = {
    "points": 41,
    "query_region": [0, 90, 40, 30],
    "match_region": [60, 0, 30, 30],
    "query_size": [128, 128],
    "match_size": [100, 100],
    "frames": 3,
    "verdict": "same place/object",
}


def links(cast: Cast) -> set[tuple[int, int, str]]:
    found = from_matches(cast.belgium, unread_matches(cast.belgium, 0, 100))
    return {(each.link.one, each.link.other, each.link.kind.value) for each in found}


def known(cast: Cast, of: Medium) -> Knowledge:
    """What a source says of the bytes of a medium."""
    source = Source.objects.create(unit=cast.belgium, path="x", listing=b"", added_by=cast.anke, added_at=NOON)
    return Knowledge.objects.create(source=source, unit=cast.belgium, sha256=of.sha256, pertinent=True)


def test_a_match_says_which_side_is_which_whichever_came_first(cast: Cast) -> None:
    one, other = medium(cast.anke, 1), medium(cast.anke, 2)
    first = from_matches(cast.belgium, [match(other, one, "place", expected_false=1e-6, evidence=EVIDENCE)])
    assert (first[0].link.one, first[0].link.other) == (one.pk, other.pk)
    assert first[0].link.told["other_region"] == (0, 90, 40, 30)  # the later medium asked
    second = from_matches(cast.belgium, [match(one, other, "place", expected_false=1e-6, evidence=EVIDENCE)])
    assert second[0].link.told["one_region"] == (0, 90, 40, 30)
    assert sentence(second[0].link).startswith("a region in the lower left of one agrees")


def test_equal_bytes_need_no_link(cast: Cast) -> None:
    one, other = medium(cast.anke, 1), medium(cast.anke, 2)
    match(one, one, "near", distance=0)
    match(other, one, "identical", distance=0)
    assert links(cast) == set()


def test_what_nobody_weighed_is_as_rare_as_is_believed_and_what_means_nothing_is_left_out(cast: Cast) -> None:
    one, other, third = (medium(cast.anke, at) for at in range(3))
    (found,) = from_matches(cast.belgium, [match(other, one, distance=12)])
    assert (found.link.expected_false, found.link.told["distance"]) == (RAREST, 12)
    assert from_matches(cast.belgium, [match(third, one, expected_false=1.0)]) == []
    broken = match(third, one)
    broken.expected_false = math.nan
    assert from_matches(cast.belgium, [broken]) == []


def test_what_is_near_to_something_known_is_near_to_the_held_medium_of_those_bytes(cast: Cast) -> None:
    judged, near = medium(cast.anke, 1), medium(cast.anke, 2)
    entry = known(cast, judged)
    match(near, near, medium=None, knowledge=entry, distance=3)
    found = from_matches(cast.belgium, unread_matches(cast.belgium, 0, 100))
    assert [(each.link.one, each.link.other, each.knowledge) for each in found] == [(judged.pk, near.pk, entry.pk)]


def test_and_also_when_that_medium_comes_last(cast: Cast) -> None:
    near, judged = medium(cast.anke, 1), medium(cast.anke, 2)
    entry = known(cast, judged)
    match(near, near, medium=None, knowledge=entry, distance=3)
    last = match(judged, judged, "identical", medium=None, knowledge=entry)
    found = from_matches(cast.belgium, unread_matches(cast.belgium, last.pk - 1, 100))
    assert [(each.link.one, each.link.other) for each in found] == [(near.pk, judged.pk)]


def test_what_is_near_to_something_known_that_nobody_holds_links_nothing(cast: Cast) -> None:
    near = medium(cast.anke, 1)
    entry = known(cast, Medium(sha256=bytes(32)))
    match(near, near, medium=None, knowledge=entry)
    assert links(cast) == set()


def test_matches_of_other_units_and_those_read_before_are_not_read(cast: Cast) -> None:
    mine = match(medium(cast.anke, 1), medium(cast.anke, 2))
    match(medium(cast.chiara, 11), medium(cast.chiara, 12))
    assert unread_matches(cast.belgium, 0, 100) == [mine]
    assert unread_matches(cast.belgium, mine.pk, 100) == []


def test_a_medium_brings_the_rarest_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MOST_LINKS", 2)
    place = [Finding(between(9, at, Kind.PLACE, 10.0**-at)) for at in range(1, 6)]
    near = [Finding(between(9, 1, Kind.NEAR, 0.1))]
    kept = {(each.link.one, each.link.kind) for each in rarest([*place, *near])}
    assert kept == {(5, Kind.PLACE), (4, Kind.PLACE), (1, Kind.NEAR)}


def test_facts_link_in_both_directions_alike(cast: Cast) -> None:
    media = [medium(cast.anke, at, NIKON, camera_serial="6030741").pk for at in range(3)]
    origins = Origins(cast.belgium, 3)
    index(cast.belgium, origins.of(media).values())
    pairs = [{(e.link.one, e.link.other) for e in from_origins(origins, [asking])} for asking in media]
    assert set().union(*pairs) == {(media[0], media[1]), (media[0], media[2]), (media[1], media[2])}
    assert [len(pair) for pair in pairs] == [2, 2, 2]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
NAMES = st.sampled_from([*findings.SIDES, *findings.ALIKE, "orientation", "unheard of"])


@given(ANYTHING | st.dictionaries(NAMES, ANYTHING), st.sampled_from([kind for kind in Kind if kind != "identical"]))
def test_whatever_a_match_carries_there_is_a_sentence(evidence: Any, kind: Kind) -> None:
    told = told_of(Match(kind=kind, evidence=evidence, orientation=3, distance=None))
    assert sentence(between(1, 2, kind, 1e-6, told))
    assert sentence(between(2, 1, kind, 1e-6, told))
