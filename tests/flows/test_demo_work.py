"""The people of the served demonstration follow clues to countries, with a crop that a second person confirmed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from havre.flows.clue import clue_desk
from havre.flows.demo_node import CASE, begin_demo
from havre.flows.demo_work import NAME, SAID, work_on_demo
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.objects import with_socket, with_street
from havre.flows.seizure import COMPACT, ROOM, STREET, holiday_name, jpeg
from havre.series.models import Claim, Comment, Series, Status
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.queries import person_named
from tests.cast import noon


def _draw(folder: Path) -> None:
    """Two pictures of one camera, minutes apart."""
    folder.mkdir()
    random = np.random.default_rng(7)
    drawn: dict[int, Callable[[Image.Image], Image.Image]] = {ROOM: with_socket, STREET: with_street}
    for number, draw in drawn.items():
        grid = Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8))
        picture = draw(grid.resize((1024, 768), Image.Resampling.BICUBIC))
        name = folder / f"{holiday_name(number)}.JPG"
        name.write_bytes(jpeg(picture, exif=COMPACT.wrote(number, 7 * number)))


def test_clues_lead_to_one_country_and_one_crop_is_shown_while_the_next_waits(database: Settings) -> None:
    begin_demo(database, noon)
    home = Home(database)
    try:
        assert not work_on_demo(home, noon), "no series is there yet"
        anke = Acting(person_named("anke"), noon, "a test")
        _draw(database.home / "drive")
        open_dossier(home, anke, CASE, "a warrant", "a test")
        take_in(home, anke, CASE, str(database.home / "drive"), workers=1)
        assert work_on_demo(home, noon)
        assert not work_on_demo(home, noon), "what there is was worked on"
        desk = clue_desk(home, anke, "S1")
    finally:
        home.close()
    assert [clue.number for clue in desk.clues] == [1, 2, 3, 4]
    best = desk.where.possible[0]
    assert (best.country, len(best.speaks_for), best.against) == ("BE", 4, ())
    crops = [(crop.asked_by.name, crop.confirmed_by and crop.confirmed_by.name) for crop in desk.crops.values()]
    assert crops == [("anke", "bram"), ("anke", None)]
    series = Series.objects.get()
    assert (series.name, series.status, Claim.objects.get().by.name) == (NAME, Status.CONFIRMED, "anke")
    assert set(Comment.objects.values_list("by__name", "text")) == set(zip(("anke", "bram"), SAID, strict=True))
