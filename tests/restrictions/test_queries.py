"""What is to be reviewed is of the viewer's unit, undecided, and not over."""

from datetime import datetime, timedelta

import pytest

from havre.restrictions.keep import say
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Restricted
from havre.restrictions.queries import to_review
from tests.cast import NOON, introduce


def until(at: datetime, *, held: bool = False) -> Restriction:
    """Open to Italy until then, to be looked at a day before."""
    day = timedelta(days=1)
    return Restriction(Level.OPEN, countries=frozenset({"IT"}), retain_until=at, review_at=at - day, legal_hold=held)


@pytest.mark.usefixtures("database")
def test_what_is_to_be_reviewed() -> None:
    cast, hour = introduce(), timedelta(hours=1)
    for key, (at, held) in enumerate([(NOON + hour, False), (NOON, False), (NOON, True), (NOON + 25 * hour, False)]):
        say(cast.belgium, "series", key, until(at, held=held), cast.anke, NOON)
    assert list(to_review(cast.anke, NOON).values_list("key", flat=True)) == [2, 0]
    assert not to_review(cast.chiara, NOON).exists()
    Restricted.objects.update(reviewed_at=NOON)
    assert not to_review(cast.anke, NOON).exists()
