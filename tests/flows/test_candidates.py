"""An item judged again is the candidate it was: the same evidence, and nothing that came after it."""

from pathlib import Path

from havre.cases.models import Item
from havre.flows.candidates import judged_again, usable_pdq
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.rejudging import open_indexes
from havre.matches.judge import Bench
from havre.media.look import Listed
from havre.settings import Settings
from tests.cast import node
from tests.folders import digests, folder, medium, number, scene, turned, vics
from tests.pictures import gradient


def test_judging_again_with_nothing_changed_changes_nothing(database: Settings, tmp_path: Path) -> None:
    seized = folder(tmp_path / "seized", a=scene(1), b=scene(1), c=turned(scene(1)), flat=gradient(1, 160, 160))
    listed = tmp_path / "list.txt"
    named = [digests(seized / "a.png")["sha1"], number(1)["md5"], number(1)["md5"], f"pdq:{'01f2' * 16}"]
    listed.write_text("\n".join(named))
    later = folder(tmp_path / "later", a=turned(scene(3)), b=scene(1))
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        for source in (seized, listed, later):
            take_in(here.home, here.anke, "C", str(source), workers=1)
        items = list(Item.objects.order_by("id"))
        indexes = open_indexes(here.home, here.anke.unit)
        candidates = judged_again(indexes.stock.looks, items)
        bench = Bench(here.anke.unit, indexes.known, indexes.held, candidates, indexes.stock)
        again = [bench.judge(candidate).verdict for candidate in candidates]

    before = [(item.outcome, item.apart, item.stack, item.reason) for item in items]
    assert [(one.outcome, one.apart, one.stack, one.reason) for one in again] == before
    assert {outcome for outcome, *_ in before} == {"new", "repeat"}


def test_a_fingerprint_that_says_itself_to_be_flat_is_not_asked(database: Settings, tmp_path: Path) -> None:
    pdq = [{"HashName": "PDQ", "HashValue": "01f2" * 16}]
    flat = [{"PropertyName": "PDQQuality", "PropertyValue": "49"}]
    listed = vics(
        tmp_path / "set.json",
        medium(1, 1, AlternativeHashes=pdq, MediaMetadata=flat),
        medium(2, 1, AlternativeHashes=pdq),
    )
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        take_in(here.home, here.anke, "C", str(listed), workers=1)

    assert list(Item.objects.order_by("position").values_list("apart", "stack")) == [
        ("unfingerprinted", False),
        ("", True),
    ]


def test_a_stated_quality_decides_whether_a_stated_fingerprint_is_used() -> None:
    assert usable_pdq(Listed("entry 1", pdq=b"x" * 32)) == b"x" * 32
    assert usable_pdq(Listed("entry 1", pdq=b"x" * 32, pdq_quality=50)) == b"x" * 32
    assert usable_pdq(Listed("entry 1", pdq=b"x" * 32, pdq_quality=49)) is None
