"""What stands on the board and is known better is told anew; what does not stand there is not told."""

from havre.exchange.models import Kind, Shared, SharedImprint
from havre.flows.publish_again import publish_again
from havre.flows.restrict import restrict
from havre.matches.marks import Looks, keep_imprints
from tests.cast import Node
from tests.exchange.imprints import imprinted, series_with
from tests.exchange.shared import open_to
from tests.imprinted import decoded, film


def test_only_what_others_may_know_of_is_told_anew(begun: Node) -> None:
    medium, other = imprinted(begun.home, begun.anke), imprinted(begun.home, begun.anke)
    series = series_with(begun.anke, medium)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    assert publish_again(begun.home, begun.anke, [medium.pk, other.pk]) == 0
    looks = Looks(begun.anke.unit, begun.home.keys.unit(str(begun.anke.unit.pk)))
    keep_imprints(looks, [(medium, decoded(film(1, 2))), (other, decoded(film(3)))])
    assert publish_again(begun.home, begun.anke, [medium.pk, other.pk]) == 1
    assert SharedImprint.objects.get().shared == Shared.objects.get(kind=Kind.MEDIA)
