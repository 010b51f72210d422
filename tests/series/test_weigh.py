"""Links weigh what they weigh in the database as it is now, and go with the word they rest on."""

import pytest

from havre.linking.links import Kind, between
from havre.linking.web import LinksOf
from havre.matches.models import Knowledge, Source
from havre.series.findings import Finding, from_origins
from havre.series.keep import keep
from havre.series.origins import Origins, index, size_of
from havre.series.weigh import held_links, links_of
from tests.cast import NOON, Cast
from tests.series.held import CANON, NIKON, medium

SERIAL = {"camera serial": "6030741"}


def asked(cast: Cast) -> LinksOf:
    return links_of(Origins(cast.belgium, size_of(cast.belgium)))


def test_a_found_link_grows_less_rare_with_the_database(cast: Cast) -> None:
    one, other = (medium(cast.anke, at).pk for at in (1, 2))
    keep(cast.belgium, [Finding(between(one, other, Kind.PLACE, 1e-6, {"points": 41}))], 2)
    (link,) = asked(cast)([one])
    assert (link.expected_false, link.told) == (1e-6, {"points": 41})
    for at in range(3, 9):
        medium(cast.anke, at)
    (link,) = asked(cast)([other])
    assert link.expected_false == pytest.approx(4e-6)


def test_a_camera_is_weighed_by_how_common_its_serial_is_by_now(cast: Cast) -> None:
    pair = [medium(cast.anke, at, NIKON, SERIAL).pk for at in (1, 2)]
    origins = Origins(cast.belgium, 2)
    index(cast.belgium, origins.of(pair).values())
    keep(cast.belgium, from_origins(origins, pair), 2)
    (link,) = asked(cast)(pair)
    assert (link.told["carriers"], link.told["media"]) == (2, 2)
    assert link.expected_false < 1e-5

    elsewhere = [medium(cast.anke, at, CANON, SERIAL).pk for at in range(3, 9)]
    index(cast.belgium, Origins(cast.belgium, 8).of(elsewhere).values())
    assert list(asked(cast)(pair)) == []  # what six of another model carry too tells no camera


def test_a_link_between_two_that_are_asked_for_is_given_once(cast: Cast) -> None:
    one, other, third = (medium(cast.anke, at).pk for at in (1, 2, 3))
    keep(cast.belgium, [Finding(between(a, b, Kind.PLACE, 1e-6)) for a, b in ((one, other), (other, third))], 3)
    assert len(list(asked(cast)([one, other, third]))) == 2
    assert [(link.one, link.other) for link in asked(cast)([one])] == [(one, other)]


def test_a_link_by_a_withdrawn_word_is_none_and_other_units_have_none(cast: Cast) -> None:
    one, other = (medium(cast.anke, at).pk for at in (1, 2))
    source = Source.objects.create(unit=cast.belgium, path="x", listing=b"", added_by=cast.anke, added_at=NOON)
    known = Knowledge.objects.create(source=source, unit=cast.belgium)
    keep(cast.belgium, [Finding(between(one, other, Kind.NEAR, 1e-6), known.pk)], 2)
    assert len(list(asked(cast)([one]))) == held_links(cast.belgium).count() == 1
    assert list(links_of(Origins(cast.italy, 1))([one])) == []
    Source.objects.update(withdrawn_at=NOON)
    assert list(asked(cast)([one])) == []
