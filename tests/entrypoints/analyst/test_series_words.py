"""Every state, step and fact has a word; how long something took is said in the person's language."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from havre.entrypoints.analyst import series_words
from havre.entrypoints.analyst.series_words import age_band, briefly, lasted
from havre.flows.series_listed import WHICH
from havre.linking.links import Kind
from havre.series.models import Life, Status, Step, Word
from havre.victims.models import ChildAge, OffenderAge, Pursued, Relation, Sex

TABLES = (
    (series_words.LIVES, Life),
    (series_words.CHIPS, Life),
    (series_words.STATUSES, Status),
    (series_words.STEPS, Step),
    (series_words.KINDS, Kind),
    (series_words.SAID, Word),
    (series_words.SEXES, Sex),
    (series_words.RELATIONS, Relation),
    (series_words.PURSUED, Pursued),
    (series_words.WHICH, WHICH),
)


def test_nothing_is_without_a_word() -> None:
    for words, known in TABLES:
        assert list(words) == list(known)


@pytest.mark.parametrize(
    ("took", "long", "short"),
    [
        (timedelta(), "0 h 00", "0:00"),
        (timedelta(minutes=-3), "0 h 00", "0:00"),
        (timedelta(hours=9, minutes=12, seconds=59), "9 h 12", "9:12"),
        (timedelta(hours=47, minutes=59), "47 h 59", "47:59"),
        (timedelta(days=3, hours=4, minutes=50), "3 d 4 h", "3 d 4 h"),
    ],
)
def test_how_long_it_took(took: timedelta, long: str, short: str) -> None:
    assert (lasted(took), briefly(took)) == (long, short)


def test_each_language_has_its_own() -> None:
    with override("fr"):
        assert (lasted(timedelta(days=3)), str(series_words.LIVES[Life.LOCATED])) == ("3 j 0 h", "Localisée")
        assert age_band(ChildAge.UPTO_10) == "7–10 ans"
    with override("nl"):
        assert (lasted(timedelta(hours=2)), str(series_words.STEPS[Step.ALERT])) == ("2 u 00", "Waarschuwen")
        assert age_band(OffenderAge.OLDER) == "60+ jaar"
    assert age_band("unknown") == "Not known"
