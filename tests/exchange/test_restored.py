"""After a restore what opens is found again, and the rest is gone."""

import pytest

from havre.exchange.models import BodyKey, Kind, Shared, SharedPrint
from havre.exchange.publish import publish
from havre.exchange.restored import open_again, opens
from havre.restrictions.keep import say
from tests.cast import NOON, acting, introduce
from tests.exchange.shared import confirmed, open_to


def published() -> None:
    """A series of three media, open to Italy, on the board."""
    anke = acting(introduce().anke)
    series = confirmed(anke)
    say(anke.unit, "series", series.pk, open_to("IT"), anke.person, NOON)
    publish(series, NOON)


@pytest.mark.usefixtures("database")
def test_what_opens_is_found_again_and_the_rest_is_destroyed() -> None:
    published()
    one, other, third = Shared.objects.filter(kind=Kind.MEDIA)
    SharedPrint.objects.all().delete()
    BodyKey.objects.filter(shared=one).delete()
    BodyKey.objects.filter(shared=other).update(key=bytes(32))
    assert not opens(Shared.objects.get(pk=other.pk))
    assert open_again(NOON) == 2
    assert set(SharedPrint.objects.values_list("shared", flat=True)) == {third.pk}
    assert Shared.objects.filter(destroyed_at=NOON).count() == 2
