"""A tie is all that links two media."""

import pytest
from hypothesis import given

from havre.linking.links import Kind, Link
from havre.linking.ties import WEAKEST, ties
from tests.linking.seeded import FAIR, GOOD, LINKS, MEDIA, SURE, WEAK, tied


def test_the_rarest_link_of_a_kind_counts() -> None:
    (tie,) = ties([tied(1, 2, WEAK), tied(1, 2, GOOD), tied(1, 2, FAIR, Kind.NEAR)], MEDIA)
    assert [(link.kind, link.expected_false) for link in tie.links] == [(Kind.PLACE, GOOD), (Kind.NEAR, FAIR)]
    assert tie.weight == pytest.approx(5)


def test_two_families_count_together_where_neither_counts_alone() -> None:
    doubtful = [tied(1, 2, 1.0), tied(1, 2, 1.0, Kind.SOUND)]
    assert ties(doubtful[:1], MEDIA) == []
    assert ties(doubtful, MEDIA)[0].weight == pytest.approx(4)


def test_what_one_medium_in_five_has_by_accident_is_no_tie() -> None:
    assert ties([tied(1, 2, 2 * WEAKEST)], MEDIA) == []
    assert len(ties([tied(1, 2, WEAKEST)], MEDIA)) == 1


def test_ties_come_strongest_first_and_numbers_decide_between_equals() -> None:
    among = ties([tied(3, 4), tied(1, 2), tied(5, 6, SURE)], MEDIA)
    assert [(tie.one, tie.other) for tie in among] == [(5, 6), (1, 2), (3, 4)]


@given(LINKS)
def test_the_order_of_links_does_not_matter(links: list[Link]) -> None:
    assert ties(links, MEDIA) == ties(links[::-1], MEDIA)
