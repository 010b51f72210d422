"""A series that followed others is looked at again where media of it are grouped otherwise here."""

from havre.exchange.models import About, Notice
from havre.flows.series import propose
from havre.flows.series_decided import confirm, split
from havre.flows.series_joined import join
from havre.series.keep import forget_media
from havre.series.models import Life, Member, Series
from tests.cast import Node
from tests.exchange.shared import confirmed
from tests.exchange.test_support import alike
from tests.flows.test_say_same import identified, life, second


def joined(here: Node, own: Series) -> Series:
    """Chiara's series became part of a larger one of hers."""
    other = confirmed(here.chiara, 4, name="Blue door")
    return join(here.home, here.chiara, other.reference, own.reference)


def test_a_series_that_one_became_part_of_is_what_that_was_by_the_word_of_others(begun: Node) -> None:
    own = alike(begun, (7, 8))
    identified(begun)
    into = joined(begun, own)
    assert (into.pk == own.pk, life(into)) == (False, Life.IDENTIFIED)
    assert "alike" not in Notice.objects.get(series=into, about=About.IDENTIFIED).told


def test_it_is_so_no_more_once_what_supported_that_leaves_and_a_person_is_asked(begun: Node) -> None:
    own = alike(begun, (7, 8))
    identified(begun)
    gone = second(own).medium
    into = joined(begun, own)
    split(begun.home, begun.chiara, into.reference, [bytes(gone.sha256).hex()])
    assert life(into) == Life.UNIDENTIFIED
    assert Notice.objects.get(series=into, about=About.IDENTIFIED).told["alike"] is True


def test_a_series_that_lost_what_supported_it_to_an_erasure_is_asked_about_as_soon_as_media_are_grouped(
    begun: Node,
) -> None:
    own = alike(begun, (7, 8, 7))
    Member.objects.filter(series=own).update(confirmed=False)
    confirm(begun.home, begun.chiara, own.reference)
    identified(begun)
    gone = second(own).medium
    forget_media(own.unit, [gone.pk], [])
    gone.exhibits.all().delete()
    gone.delete()
    assert life(own) == Life.IDENTIFIED
    propose(begun.home, begun.chiara)
    assert life(own) == Life.UNIDENTIFIED
    assert Notice.objects.get(series=own, about=About.IDENTIFIED).told["alike"] is True
