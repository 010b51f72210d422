"""A film of which only frames were sent, without their times, is found among the unit's films; so is a frame of one."""

from dataclasses import replace
from random import Random

from havre.fingerprints import video
from havre.fingerprints.pdq_turned import turned
from havre.fingerprints.vpdq import Frame
from havre.flows.self_held import Held, Holding
from havre.flows.self_look import sought
from havre.matches.models import Imprint, Numbering
from havre.media.models import Medium
from havre.selfservice.given import Given, Hashed, Print
from tests.cast import Node
from tests.flows.fed import Fed
from tests.flows.test_self_report import sent, taken
from tests.selfservice.made import given, hashed, value


def filmed(here: Fed, *frames: str) -> Medium:
    """A film of the unit that shows these, ten seconds each."""
    medium = here.medium(to=None)
    Medium.objects.filter(pk=medium.pk).update(family="video", kind="mp4")
    made, unit = video.Condenser(), medium.unit
    for number, look in enumerate(frames):
        pdq = bytes.fromhex(look)
        if made.take(Frame(number * 250, 90, pdq, number * 10.0)):
            made.key(turned(pdq), None, None)
    film = made.finish(len(frames) * 10.0)
    numbering, _new = Numbering.objects.get_or_create(unit=unit)
    count = len(film.searched())
    values = {"method": video.METHOD, "version": video.VERSION, "data": video.pack(film)}
    Imprint.objects.create(unit=unit, medium=medium, first=numbering.next, count=count, **values)
    Numbering.objects.filter(unit=unit).update(next=numbering.next + count)
    medium.refresh_from_db()
    return medium


def noisy(look: str, bits: int = 12) -> str:
    """As a browser's decoder would say it: a few bits apart."""
    flipped = sum(1 << place for place in Random(look).sample(range(256), bits))
    return f"{int(look, 16) ^ flipped:064x}"


def clip(*looks: str) -> Hashed:
    """A film as a browser hands it over."""
    prints = tuple(Print(80, each) for each in looks)
    return replace(hashed(9, prints=2), prints=prints)


def found(here: Node, given: Given) -> list[Held]:
    """What the unit holds of the only file that was sent."""
    sent(here, given)
    taken(here)
    (file,) = sought(here.anke.unit)
    return Holding(here.home, here.anke.unit).held(file)


def test_a_film_is_found_by_its_frames_mirrored_and_cut_together_anew(having_feed: Fed) -> None:
    frames = [value(seed) for seed in range(20)]
    film = filmed(having_feed, *frames)
    filmed(having_feed, *(value(100 + seed) for seed in range(20)), frames[3])
    mirrored = [noisy(turned(bytes.fromhex(frames[at]))[4 * 32 : 5 * 32].hex(), 4) for at in (11, 2, 7)]
    others = [value(200 + seed) for seed in range(30)]
    (one,) = found(having_feed.node, Given((clip(*mirrored, frames[3], *others),), tell=True))
    assert (one.medium, one.frames, one.distance) == (film.pk, 4, 0)


def test_a_picture_that_a_film_shows_is_found_and_what_two_frames_of_many_show_is_not(having_feed: Fed) -> None:
    frames = [noisy(hashed(1).prints[0].value), *(value(seed) for seed in range(20))]
    film = filmed(having_feed, *frames)
    assert found(having_feed.node, given(1, tell=True)) == [Held(film.pk, 12, 1)]


def test_two_frames_of_many_are_no_film(having_feed: Fed) -> None:
    filmed(having_feed, *(value(seed) for seed in range(20)))
    others = [value(200 + seed) for seed in range(30)]
    assert found(having_feed.node, Given((clip(value(1), value(2), *others),), tell=True)) == []
