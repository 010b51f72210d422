"""One picture that merely looks alike supports nothing; the same bytes, two that look unlike, or a person do."""

from collections.abc import Iterator

import pytest

from havre.exchange.models import SameMedium, Shared, SharedPrint
from havre.exchange.support import agreeing, supported
from havre.flows.check import check_after
from havre.flows.restrict import restrict
from havre.media.models import Fingerprint
from havre.restrictions.keep import keep
from havre.series.models import Member, Series
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.exchange.shared import confirmed, held_too, open_to, printed, shared


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node on which the cast works."""
    with node(database) as found:
        yield found


def alike(here: Node, seeds: tuple[int, ...]) -> Series:
    """Chiara's series of pictures that look like those of Belgium's, one of each look; Belgium's is open to Italy."""
    series, own = confirmed(here.anke, len(seeds)), confirmed(here.chiara, len(seeds))
    for of in (series, own):
        for at, (member, seed) in enumerate(zip(of.members.order_by("medium"), seeds, strict=True)):
            printed(member.medium, seed, bits=at + 10 * (of == own))
    restrict(here.home, here.anke, "series", series.reference, open_to("IT"))
    check_after(here.home, here.chiara)
    return own


def theirs() -> Shared:
    """Belgium's series on the board."""
    return Shared.objects.get(kind="series", country="BE")


@pytest.mark.parametrize(("seeds", "enough"), [((7,), False), ((7, 7), False), ((7, 8), True)])
def test_of_pictures_that_look_alike_two_unlike_one_another_are_needed(
    begun: Node, seeds: tuple[int, ...], enough: bool
) -> None:
    own = alike(begun, seeds)
    assert agreeing(own, theirs().ref, NOON).exists()
    assert supported(own, theirs().ref, NOON) is enough


def test_one_file_that_is_the_same_to_the_byte_is_enough(begun: Node) -> None:
    series, _ = shared(begun, "IT", count=1)
    own = held_too(begun, series)
    assert supported(own, theirs().ref, NOON)
    Member.objects.filter(series=own).update(confirmed=False)
    assert not supported(own, theirs().ref, NOON)


def test_a_series_supports_itself_and_nothing_supports_what_is_no_series(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    assert supported(series, theirs().ref, NOON)
    assert not supported(series, None, NOON)


@pytest.mark.parametrize(("seeds", "said"), [((7,), True), ((7, 8), False)])
def test_what_somebody_said_counts_before_what_looks_alike(begun: Node, seeds: tuple[int, ...], said: bool) -> None:
    own = alike(begun, seeds)
    SameMedium.objects.update(said=said)
    assert supported(own, theirs().ref, NOON) is said


def test_media_that_their_source_hid_from_the_unit_since_support_nothing(begun: Node) -> None:
    own = alike(begun, (7, 8))
    hidden = SameMedium.objects.filter(unit=begun.chiara.unit).latest("pk").theirs
    Shared.objects.filter(pk=hidden.pk).update(condition=keep(open_to("FR")))
    assert SameMedium.objects.filter(theirs=hidden).exists()
    assert agreeing(own, theirs().ref, NOON).count() == 1
    assert not supported(own, theirs().ref, NOON)


def films(here: Node, common: bool) -> Series:
    """Two films of Chiara's with openings unlike one another, which have another look each at frame 5, or one."""
    own = alike(here, (7, 7) if common else (7, 8))
    SameMedium.objects.update(kind="segment")
    for at, member in enumerate(own.members.order_by("medium")):
        Fingerprint.objects.filter(medium=member.medium).update(frame=5)
        printed(member.medium, 20 + at)
    return own


@pytest.mark.parametrize("common", [True, False])
def test_films_that_have_one_title_in_common_agree_by_one_look_whatever_else_they_show(
    begun: Node, common: bool
) -> None:
    own = films(begun, common)
    assert agreeing(own, theirs().ref, NOON).values("medium").distinct().count() == 2
    assert supported(own, theirs().ref, NOON) is not common


def test_of_a_film_that_agrees_by_no_frame_that_is_told_a_person_is_asked(begun: Node) -> None:
    own = films(begun, False)
    SharedPrint.objects.update(pdq=None)
    assert not supported(own, theirs().ref, NOON)
