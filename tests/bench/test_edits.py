"""What is counted as found was found, and what is counted as false was."""

import json
from pathlib import Path

import numpy as np
import pytest
from bench.edit_variants import EDITS, HARD, opened
from bench.gallery import Piece, dead_leaves
from bench.known_places import KnownPlaces
from bench.overlays import OVERLAYS
from PIL import Image

from bench import edits as measured
from havre.matching.places import Verdict
from tests.pictures import photograph

pytestmark = pytest.mark.xdist_group("edits")  # what is known is made once, where all of these run


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> measured.Known:
    names = ("astronaut", "coffee", "chelsea")
    pieces = [Piece(name, name, Image.fromarray(photograph(name))) for name in names]
    pieces += [Piece("leaves", "leaves", Image.fromarray(dead_leaves(1)))]
    prints = [measured.print_of(piece.pixels) for piece in pieces]
    places = KnownPlaces(Path(tmp_path_factory.mktemp("places")), (each.scene for each in prints))
    return measured.Known(pieces, prints, np.stack([each.ways[0] for each in prints]), places, pieces[3:])


def edited(known: measured.Known, name: str) -> measured.Trial:
    asked = measured.print_of(opened(EDITS[name].file(known.pieces[0].picture, name, "astronaut")))
    return measured._asked(known, 0, name, asked, itself=True)


def test_pdq_finds_a_mirror_image_and_local_features_what_it_does_not(known: measured.Known) -> None:
    mirrored, meme = edited(known, "mirror"), edited(known, "meme")
    assert (mirrored.pdq, mirrored.exhaustive, mirrored.local) == (True, True, True)
    assert (meme.pdq, meme.exhaustive, meme.local) == (False, True, True)
    assert (meme.false, meme.unrelated) == ((), 3)
    assert meme.seconds > 0


def test_a_match_with_what_the_picture_was_not_made_of_is_false(known: measured.Known) -> None:
    wrong = measured._asked(known, 1, "none", known.prints[0], itself=True)
    assert wrong.false == ("astronaut",)
    assert not wrong.pdq
    assert not wrong.exhaustive
    line = measured.false_line("unrelated pictures", [wrong, measured.alone(known, 2)])
    assert (line["size"], line["false"], line["holds"]) == (6, 1, False)
    assert line["pairs"] == ["coffee ~ astronaut: 1"]


def test_every_edit_has_its_line_and_then_all_together(known: measured.Known) -> None:
    trial = edited(known, "jpeg_q50")
    missed = measured.Trial("hard crop_70", "astronaut", False, True, False, (), 3, 0.1)
    lines = {str(line["what"]): line for line in measured.edit_lines([trial, missed], 1)}
    assert {f"edit, {name}" for name in EDITS} | {f"edit, hard {name}" for name in HARD} < set(lines)
    assert (lines["edit, jpeg_q50"]["recall"], lines["edit, jpeg_q50"]["holds"]) == (1.0, True)
    assert (lines["edit, jpeg_q10"]["recall"], lines["edit, jpeg_q10"]["holds"]) == (0.0, False)
    assert lines["all edits together"]["bar"] == 0.995
    assert (lines["harder edits on average"]["recall"], lines["harder edits on average"]["holds"]) == (0.0, False)
    through = lines["local features through the index, all edits, harder ones too"]
    assert (through["recall"], through["exhaustive"], through["holds"]) == (0.5, 1.0, False)
    assert json.loads(json.dumps(list(lines.values())))


def test_pictures_under_one_overlay_may_only_rarely_be_the_same() -> None:
    kinds: dict[str, list[Verdict | None]] = {kind: [None] * 10 for kind in OVERLAYS}
    kinds["frame"][:2] = [Verdict.CROP, Verdict.PLACE]
    lines = {str(line["what"]): line for line in measured.overlay_lines(kinds)}
    assert lines["same frame"]["false"] == 1
    assert lines["same overlay, taken for the same picture"]["holds"]
    assert lines["same overlay, any match at all"]["false"] == 2
    kinds["frame"][2] = Verdict.SAME
    lines = {str(line["what"]): line for line in measured.overlay_lines(kinds)}
    assert not lines["same overlay, taken for the same picture"]["holds"]


def test_several_processes_do_the_same_in_the_same_order() -> None:
    factor = 3
    for processes in (1, 2):
        assert measured._spread(lambda at: [at * factor, at], range(4), processes) == [0, 0, 3, 1, 6, 2, 9, 3]
