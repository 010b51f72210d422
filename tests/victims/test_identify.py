"""A child is known, then safe; each is said once, and whose police it was may be corrected."""

from datetime import timedelta

import pytest

from havre.errors import Invalid
from havre.victims.identify import correct, identify, safeguard
from havre.victims.models import Victim
from havre.victims.record import Child, victim
from tests.cast import NOON, Cast
from tests.series.many import series_of

LATER = NOON + timedelta(hours=10)


def test_first_known_then_safe_each_once(cast: Cast) -> None:
    child = victim(series_of(cast.anke, 2), Child("Wren"), cast.anke, NOON)
    with pytest.raises(Invalid, match="Wren is not identified yet"):
        safeguard(child, NOON)
    with pytest.raises(Invalid, match="two letters"):
        identify(child, "", NOON)
    with pytest.raises(Invalid, match="Wren is not identified yet"):
        correct(child, "GB")
    assert identify(child, "gb", NOON)
    assert not identify(child, "FR", LATER)
    assert [correct(child, code) for code in ("FR", "fr", "GB")] == ["GB", "", "FR"]
    assert safeguard(child, LATER)
    assert not safeguard(child, LATER + timedelta(days=1))
    held = Victim.objects.get()
    assert (held.identified_by, held.identified_at, held.safeguarded_at) == ("GB", NOON, LATER)
