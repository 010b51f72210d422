"""The global indicator counts what the viewer's unit holds, and nothing else; records are nobody else's to see."""

from datetime import timedelta

import pytest

from havre.errors import NotFound
from havre.series.models import Life, Move, Series, Status
from havre.victims.identify import identify
from havre.victims.models import ChildAge, Sex
from havre.victims.queries import (
    Counted,
    global_indicator,
    offender_for,
    offenders_of,
    victim_for,
    victims_of,
)
from havre.victims.record import Child, Suspect, offender, victim
from tests.cast import NOON, Cast
from tests.series.many import series_of

YEAR = timedelta(days=366)


def test_series_and_victims_are_counted_by_what_they_have_in_common(cast: Cast) -> None:
    one, other, merged = (series_of(cast.anke, 2) for _ in range(3))
    Series.objects.filter(pk=merged.pk).update(status=Status.MERGED)
    Series.objects.filter(pk=other.pk).update(life=Life.SAFEGUARDED)
    Move.objects.create(series=other, was=Life.LOCATED, became=Life.IDENTIFIED, at=NOON + YEAR, by=cast.anke)
    for number in range(3):
        victim(one, Child(f"Wren {number}", ChildAge.UPTO_10, Sex.FEMALE, "BE"), cast.anke, NOON)
    known = victim(other, Child("Kite", ChildAge.UPTO_2, Sex.MALE, "GB"), cast.anke, NOON)
    identify(known, "GB", NOON + YEAR)
    victim(series_of(cast.chiara, 2), Child("Gufo", ChildAge.UPTO_10, Sex.FEMALE, "BE"), cast.chiara, NOON)

    assert global_indicator(cast.anke) == [
        Counted("series", False, "", "", "", 2026, 1),
        Counted("series", True, "", "", "", 2027, 1),
        Counted("victims", False, "7-10", "female", "BE", 2026, 3),
        Counted("victims", True, "0-2", "male", "GB", 2027, 1),
    ]
    assert global_indicator(cast.bram, since=NOON + timedelta(days=1)) == [
        Counted("series", True, "", "", "", 2027, 1),
        Counted("victims", True, "0-2", "male", "GB", 2027, 1),
    ]
    assert [line.number for line in global_indicator(cast.chiara)] == [1, 1]


def test_records_are_seen_by_their_unit_alone(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    child = victim(series, Child("Wren"), cast.anke, NOON)
    man = offender(series, Suspect("Heron"), cast.anke, NOON)
    assert list(victims_of(cast.bram, [series.pk])) == [child]
    assert list(offenders_of(cast.bram, [series.pk])) == [man]
    assert victim_for(cast.bram, [series.pk], child.pk) == child
    assert offender_for(cast.bram, [series.pk], man.pk) == man

    assert victims_of(cast.chiara, [series.pk]) == []
    assert offenders_of(cast.chiara, [series.pk]) == []
    for viewer, number in ((cast.chiara, 0), (cast.bram, 77)):
        with pytest.raises(NotFound, match="no such victim"):
            victim_for(viewer, [series.pk], child.pk + number)
        with pytest.raises(NotFound, match="no such offender"):
            offender_for(viewer, [series.pk], man.pk + number)
    elsewhere = series_of(cast.anke, 2)
    with pytest.raises(NotFound):
        victim_for(cast.anke, [elsewhere.pk], child.pk)
