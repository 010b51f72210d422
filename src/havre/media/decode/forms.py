"""The forms of a frame by which its film is found: all of it, what lies within its bars, and the middle of that."""

from havre.fingerprints.pdq import MIN_QUALITY
from havre.fingerprints.video import MIDDLE_SHARE
from havre.fingerprints.vpdq import Inner, Shown


def forms(shown: Shown, inner: Inner | None) -> tuple[bytes | None, bytes | None]:
    """The 8 fingerprints of what lies within the bars, if there are any, and of the middle; None where flat."""
    within = shown if inner is None else shown.within(inner)
    return None if inner is None else _telling(within), _telling(_middle(within))


def _telling(shown: Shown) -> bytes | None:
    """The fingerprints of the 8 orientations; None where there is too little to be seen for them to mean anything."""
    ways, quality = shown.each_way()
    return ways if quality >= MIN_QUALITY else None


def _middle(shown: Shown) -> Shown:
    width, height = (max(int(side * MIDDLE_SHARE), 1) for side in (shown.width, shown.height))
    return shown.within(Inner((shown.width - width) // 4 * 2, (shown.height - height) // 4 * 2, width, height))
