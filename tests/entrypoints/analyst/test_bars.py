"""Stretches as joined bars."""

from havre.entrypoints.analyst.bars import THINNEST, WIDTH, at_once, from_to, joined
from havre.flows.compare import Part


def test_the_longer_one_takes_the_whole_width_and_a_stretch_its_share() -> None:
    bars = joined([Part((2.0, 4.0), (5.0, 7.0), "segment")], (5.0, 10.0))
    assert bars is not None
    assert bars.widths == (WIDTH / 2, WIDTH)
    (part,) = bars.parts
    assert (part.one, part.other) == ((176.0, 176.0), (440.0, 176.0))
    assert part.shape == "176,40 352,40 616,76 440,76"
    assert part.middles == (264.0, 528.0)


def test_a_single_frame_can_be_seen() -> None:
    bars = joined([Part((2.0, 2.0), (5.0, 5.0), "segment")], (5.0, 10.0))
    assert bars is not None
    assert bars.parts[0].one[1] == THINNEST


def test_a_moment_is_told_as_one() -> None:
    assert (from_to((2.0, 2.04)), from_to((2.0, 4.0))) == ("at 0:02", "0:02 – 0:04")
    assert at_once(Part((0.0, 0.0), (5.0, 5.0), "place"))
    assert not at_once(Part((0.0, 0.0), (5.0, 6.0), "segment"))


def test_nothing_is_drawn_of_nothing() -> None:
    assert joined([], (5.0, 10.0)) is None
    assert joined([Part((0, 0), (0, 0), "sound")], (0.0, 0.0)) is None
