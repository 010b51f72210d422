"""What was not yet compared is counted, as far as the unit may know of it."""

from uuid import UUID

import pytest

from havre.exchange.board import put
from havre.exchange.compared import last_change, left, of_others, something_left
from havre.exchange.imprint_shape import told
from havre.exchange.models import Checked
from havre.restrictions.model import Owner
from tests.cast import NOON, introduce
from tests.exchange.shared import open_to
from tests.imprinted import film, held

AUSTRALIA = Owner("ab" * 8, "ACCCE", "AU")


@pytest.mark.usefixtures("database")
def test_what_is_left_is_what_the_unit_has_and_may_know() -> None:
    unit = introduce().italy
    held(unit, film(1, 2))
    held(unit, film(3), damage="cut")
    held(unit)
    assert (last_change(), left(unit, NOON), something_left(unit)) == (0, 0, False)
    made = film(1, 2)
    body: dict[str, object] = {"imprints": [told(made.method, made.version, None, made.data)]}
    said: list[tuple[dict[str, object], str]] = [(body, "IT"), (body, "FR"), ({"md5": "0a" * 16}, "IT")]
    for number, (what, to) in enumerate(said, start=1):
        put(AUSTRALIA, "media", UUID(int=number), what, open_to(to), 1, NOON)
    assert [row.ref.int for row in of_others(unit, 0, 3, NOON)] == [1]
    assert (left(unit, NOON), something_left(unit)) == (2, True)
    Checked.objects.create(unit=unit, further=3, imprint=99)
    assert (left(unit, NOON), something_left(unit)) == (0, False)
