"""After a restore what opens is found again, and the rest is gone."""

from havre.exchange.models import BodyKey, Kind, Shared, SharedPrint
from havre.exchange.restored import open_again, opens
from tests.cast import NOON, Node
from tests.exchange.shared import shared


def test_what_opens_is_found_again_and_the_rest_is_destroyed(begun: Node) -> None:
    shared(begun, "IT")
    one, other, third = Shared.objects.filter(kind=Kind.MEDIA)
    SharedPrint.objects.all().delete()
    BodyKey.objects.filter(shared=one).delete()
    BodyKey.objects.filter(shared=other).update(key=bytes(32))
    assert not opens(Shared.objects.get(pk=other.pk))
    assert open_again(NOON) == 2
    assert set(SharedPrint.objects.values_list("shared", flat=True)) == {third.pk}
    assert Shared.objects.filter(destroyed_at=NOON).count() == 2
