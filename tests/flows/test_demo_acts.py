"""The acts of the ten-hour story find what they are about where their country may look, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from havre.errors import Broken, NotFound
from havre.flows.demo_acts import BOX, HOLDINGS, HOUSE, Desk, analyse, draw_holdings, draw_house, exchange, hear, leave
from havre.flows.demo_story import COUNTRIES, begin_together, desk_of
from havre.flows.home import Home
from havre.settings import Settings
from tests.cast import noon

pytestmark = [pytest.mark.xdist_group("drawn"), pytest.mark.usefixtures("drawn_once")]  # each scene once for all


@pytest.fixture
def desks(database: Settings) -> Iterator[dict[str, Desk]]:
    """One node with three units, before anything is found."""
    begin_together(database, noon)
    home = Home(database)
    try:
        yield {country: desk_of(home, country, database.home, noon) for country in COUNTRIES}
    finally:
        home.close()


def test_the_same_pictures_are_drawn_each_time_and_the_box_stands_where_it_is_said(tmp_path: Path) -> None:
    for name in ("one", "other"):
        draw_house(tmp_path / name)
    one, other = (sorted((tmp_path / name).iterdir()) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert len(one) == HOUSE
    with Image.open(one[0]) as picture:
        red, green, blue = picture.convert("RGB").getpixel((BOX.x + 8, BOX.y + 120))  # type: ignore[misc]
    assert red > 2 * max(green, blue)


def test_each_country_holds_pictures_of_its_own(tmp_path: Path) -> None:
    found = set()
    for country in COUNTRIES:
        draw_holdings(tmp_path / country, country)
        found |= {path.read_bytes() for path in (tmp_path / country).iterdir()}
    assert len(found) == HOLDINGS * len(COUNTRIES)


def test_nobody_acts_on_what_their_country_was_not_told(desks: dict[str, Desk]) -> None:
    for act in (exchange, leave):
        with pytest.raises(NotFound, match="nobody lets"):
            act(desks["US"])
    with pytest.raises(Broken, match="GB was not told"):
        hear(desks["GB"])
    with pytest.raises(Broken, match="no series of AU"):
        analyse(desks["AU"])
