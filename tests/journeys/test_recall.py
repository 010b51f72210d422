"""What is found of pictures after the edits people make: never less than the field's own tool finds."""

import importlib.util
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import ModuleType

import numpy as np
import pdqhash
import pytest
from PIL import Image

from tests.conftest import PROOF, Havre
from tests.pictures import corpus

Edited = tuple[str, str, bytes]
"""The name of an edit, how its file ends, and the file."""

MATCH_DISTANCE, MIN_QUALITY = 31, 50
ORIENTED = ("mirror", "rot90", "rot180", "rot270")


def variants_maker() -> ModuleType:
    """The corpus's own maker of edited copies."""
    place = corpus().parent / "make_variants.py"
    spec = importlib.util.spec_from_file_location("make_variants", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def some_of(edits: Sequence[Edited]) -> list[Edited]:
    """One of each kind of edit, drawn: of all that crop, of all that blur."""
    chance, kinds = Random(5), dict[str, list[Edited]]()
    for each in edits:
        kinds.setdefault(each[0].partition("_")[0].rstrip("0123456789"), []).append(each)
    return [chance.choice(kind) for kind in kinds.values()]


def by_pdqhash(picture: Image.Image) -> tuple[np.ndarray, int]:
    bits, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return bits, quality


@pytest.mark.corpus
@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_edit_is_found_less_often_than_by_pdqhash(
    havre: Havre, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    maker = variants_maker()
    originals, edited = tmp_path / "originals", tmp_path / "edited"
    originals.mkdir()
    edited.mkdir()
    expected: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for source in sorted((corpus() / "photos").glob("*.jpg"))[:: count(300, 3)]:
        picture = Image.open(source).convert("RGB")
        picture.thumbnail((640, 640))
        picture.save(originals / f"{source.stem}.png")
        known, quality = by_pdqhash(picture)
        edits = [(edit, ending, data) for edit, *_, ending, data in maker.iter_variants(picture, source.stem, 1)]
        for edit, ending, data in edits if PROOF else some_of(edits):
            (edited / f"{source.stem}__{edit}.{ending.lstrip('.')}").write_bytes(data)
            asked, seen = by_pdqhash(Image.open(io.BytesIO(data)))
            found = int((asked != known).sum()) <= MATCH_DISTANCE and min(seen, quality) >= MIN_QUALITY
            expected[edit] += found or edit in ORIENTED
            made[edit] += 1
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("case", "open", "C", "--basis", "a test")
    havre("known", "add", originals, "--label", "pertinent")
    items = tmp_path / "items.jsonl"
    assert havre("intake", "C", edited, "--items", items).exit == 0
    recalled: Counter[str] = Counter()
    for line in items.read_text().splitlines():
        item = json.loads(line)
        name, _, edit = Path(item["path"]).stem.partition("__")
        right = any(Path(match["path"]).stem == name for match in item["matched"])
        recalled[edit] += right and item["outcome"] in {"near", "known"}
    worse = {edit: (recalled[edit], expected[edit], made[edit]) for edit in made if recalled[edit] < expected[edit]}
    assert made.total() > count(25, 1_000)
    assert worse == {}
