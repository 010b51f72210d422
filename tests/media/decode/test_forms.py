"""A frame is fingerprinted within its bars and in its middle, where there is enough to be seen."""

import numpy as np

from havre.fingerprints.pdq import fingerprint
from havre.fingerprints.vpdq import Inner, Packed
from havre.media.decode.forms import forms
from tests.media.decode.seeds import scene

PIXELS = np.asarray(scene(1, 160, 120))


def test_the_middle_is_that_of_what_lies_within_the_bars() -> None:
    inside = Inner(20, 20, 120, 80)
    trimmed, middle = forms(Packed(PIXELS), inside)
    assert trimmed is not None
    assert trimmed[:32] == fingerprint(PIXELS[20:100, 20:140]).pdq.value
    assert middle is not None
    assert middle[:32] == fingerprint(PIXELS[36:84, 44:116]).pdq.value


def test_without_bars_there_is_no_such_form_and_what_is_flat_has_none() -> None:
    trimmed, middle = forms(Packed(PIXELS), None)
    assert trimmed is None
    assert middle is not None
    assert forms(Packed(np.full_like(PIXELS, 90)), Inner(20, 20, 120, 80)) == (None, None)
