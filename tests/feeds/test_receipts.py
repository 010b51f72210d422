"""Who has not put a retraction into use is visible, and since when."""

import pytest

from havre.errors import Invalid, NotFound
from havre.feeds.models import Receipt, Version
from havre.feeds.receipts import acknowledge, standings
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import list_of, published, reader
from tests.hashlists.made import made


def test_who_has_not_acknowledged_a_retraction_is_visible(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    for version in (1, 2):
        Version.objects.create(feed=listed.feed, number=version, at=NOON)
    published(listed, made(1, 1))
    published(listed, made(2, 2, retracted=True))
    acknowledge(one, "baseline", 2, NOON)
    acknowledge(one, "baseline", 2, NOON)
    acknowledge(other, "baseline", 1, NOON)
    told = [(each.subscriber, each.used, each.missing, each.since) for each in standings(listed.feed)]
    assert told == [("One", 2, 0, None), ("Other", 1, 1, NOON)]
    assert Receipt.objects.count() == 2


def test_of_a_version_that_is_not_there_and_a_list_that_is_not_read_nothing_is_acknowledged(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    with pytest.raises(Invalid, match="no version 1 yet"):
        acknowledge(one, "baseline", 1, NOON)
    with pytest.raises(NotFound):
        acknowledge(one, "generated", 1, NOON)
