"""How many films agree by accident: what was measured of unrelated pictures, carried on to a segment and a database."""

from havre.fingerprints.pdq import MATCH_DISTANCE, ORIENTATIONS
from havre.fingerprints.video import Film
from havre.matching.segments import MOST_COMPARED, NOT_COMPARED, Segment

WITHIN = 60
WITHIN_SHARE = 2e-6
"""Of frames of unrelated films, so many are this near or nearer, in bits (docs/decisions/0094)."""

A_TENTH = 6.0
"""Bits by which only a tenth as many are nearer. Measured on photographs, in the forms by which they are found: of 2.3
million pairs 183 within 96, 28 within 92, 5 within 88, none within 83 (docs/decisions/0160)."""

MOST_LOOKS = 3
"""Looks that are counted: those of one shot are too like each other to count as more."""


def share(distance: float) -> float:
    """Which share of unrelated looks is so near."""
    return float(WITHIN_SHARE * 10 ** (-(WITHIN - distance) / A_TENTH))


def expected_false(query: Film, records: int, best: Segment) -> float:
    """How many segments as good as this are to be expected by accident among so many records of known films.

    One look must be met anywhere, the others where the first one says.
    """
    distance = NOT_COMPARED if best.distance is None else best.distance
    met = share(min(distance, MATCH_DISTANCE))
    others = MOST_COMPARED * share(distance)
    return questions(query) * records * met * min(others, 1.0) ** (min(best.runs, MOST_LOOKS) - 1)


def of_pictures(distance: int, records: int) -> float:
    """How many of so many pictures are as near by accident to one that asks in all orientations."""
    return len(ORIENTATIONS) * records * share(distance)


def questions(film: Film) -> int:
    """Fingerprints that a film asks with."""
    return len(film.runs) + len(ORIENTATIONS) * sum(len(form.runs) for form in film.forms)
