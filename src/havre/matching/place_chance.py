"""How far unrelated pictures agree by chance: measured, and what it makes of a sighting.

docs/calibration-places.md has every figure and how to take them again. A score is minus log10 of what chance gives to
features that lie anywhere; pictures of one kind of thing (two daisies, two brick walls) are like each other beyond it,
so the figures are of the worst kind measured, and fall slowly.
"""

from havre.matching.places import NEAR_SCORE, PLACE_SCORE, Sighting

NEAR_SHARE = 1e-6
"""Of pairs of unrelated pictures, at most so many are told as the same at NEAR_SCORE: none of 2.9 million was."""
PLACE_SHARE = 2e-4
"""Of pairs of unrelated pictures of one kind (small pictures of flowers), those told as a place at PLACE_SCORE."""
A_TENTH = 3.0
"""By so much more score, a tenth of them: 2.3 as measured up to a score of 5, and some more for what is of one kind."""


def expected_false(sighting: Sighting, views: int) -> float:
    """How many sightings as good as this are to be expected by chance among so many views; an upper estimate."""
    share, score = (NEAR_SHARE, NEAR_SCORE) if sighting.verdict.near else (PLACE_SHARE, PLACE_SCORE)
    return float(views * share * 10 ** (-(sighting.score - score) / A_TENTH))
