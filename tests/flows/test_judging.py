"""What each file of an intake is: known, near, repeat or new, by what is judged and what was held before it."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import clips
from havre.audit.models import Entry
from havre.cases.models import Item
from havre.flows import taking
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.judging import Judging
from havre.flows.know import know
from havre.matches.models import Match
from havre.matches.queries import matched
from havre.media.models import Medium
from tests.cast import Node
from tests.sources import TEXT, VIDEO, bomb, cut, jpeg, lay, picture, scene, variants

HARMLESS = "near only to something judged not pertinent"


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


def grey_film() -> bytes:
    """A film without a sound in which there is nothing to be seen."""
    pixels = np.full((48, 64, 3), 90, np.uint8)
    return clips.encoded(clips.Clip(lambda: iter([pixels] * 10), 10, size=(64, 48)))


def judge(node: Node, folder: Path, label: str, **files: bytes) -> None:
    """Anke's unit judges what these files show."""
    know(node.home, node.anke, str(lay(folder / label, files)), label, workers=1)


def items(node: Node, folder: Path, files: dict[str, bytes], **options: Any) -> dict[str, Item]:
    """What these files turned out to be, taken in together."""
    totals = take_in(node.home, node.anke, "A", str(lay(folder, files)), workers=1, **options)
    rows = Item.objects.filter(intake=totals.intake).order_by("position")
    return {item.path.removeprefix(f"{folder}/"): item for item in rows}


def outcomes(found: dict[str, Item]) -> dict[str, str]:
    return {path: item.outcome for path, item in found.items()}


def test_the_same_bytes_as_something_judged_are_known_either_way(case: Node, tmp_path: Path) -> None:
    judge(case, tmp_path, "pertinent", one=picture(1))
    judge(case, tmp_path, "not-pertinent", two=picture(2))
    found = items(case, tmp_path / "seized", {"a": picture(1), "b": picture(2), "c": picture(3)})
    assert outcomes(found) == {"a": "known", "b": "known", "c": "new"}
    assert [item.stack for item in found.values()] == [False, False, True]
    (match,) = matched(case.anke.person, found["a"])
    assert match == {
        "sha256": bytes(found["a"].sha256 or b"").hex(),
        "path": f"{tmp_path}/pertinent/one",
        "label": "pertinent",
        "kind": "identical",
        "distance": 0,
        "quality": None,
        "orientation": "upright",
    }
    assert matched(case.anke.person, found["c"]) == []


def test_what_looks_like_something_pertinent_is_near_it_and_inherits_nothing(case: Node, tmp_path: Path) -> None:
    judge(case, tmp_path, "pertinent", one=picture(1))
    found = items(case, tmp_path / "seized", variants(1))
    assert outcomes(found) == dict.fromkeys(sorted(variants(1)), "near")
    for item in found.values():
        nearest = matched(case.anke.person, item)[0]
        assert (nearest["label"], nearest["kind"]) == ("pertinent", "near")
        assert nearest["path"] == f"{tmp_path}/pertinent/one"
        assert 0 <= nearest["distance"] <= 31
        assert nearest["quality"] >= 50
    # Near is no judgement: what is taken in afterwards and equals a near one is near as well, not known.
    again = items(case, tmp_path / "again", {"same": variants(1)["mirrored"]})
    assert outcomes(again) == {"same": "near"}


def test_the_turn_by_which_something_is_near_is_told(case: Node, tmp_path: Path) -> None:
    judge(case, tmp_path, "pertinent", one=picture(1))
    found = items(case, tmp_path / "seized", variants(1))
    turns = {path: matched(case.anke.person, item)[0]["orientation"] for path, item in found.items()}
    assert turns["re-encoded"] == turns["larger"] == "upright"
    assert len(set(turns.values())) == 3


def test_what_looks_like_something_harmless_stays_new_and_says_so(case: Node, tmp_path: Path) -> None:
    judge(case, tmp_path, "not-pertinent", one=picture(1))
    found = items(case, tmp_path / "seized", {"a": variants(1)["re-encoded"], "b": variants(1)["mirrored"]})
    assert (found["a"].outcome, found["a"].reason, found["a"].stack) == ("new", HARMLESS, True)
    assert found["b"].outcome == "repeat"
    assert matched(case.anke.person, found["a"])[0]["label"] == "not-pertinent"


def test_near_both_pertinent_and_harmless_is_near(case: Node, tmp_path: Path) -> None:
    judge(case, tmp_path, "not-pertinent", one=picture(1))
    judge(case, tmp_path, "pertinent", two=variants(1)["larger"])
    found = items(case, tmp_path / "seized", {"a": variants(1)["re-encoded"]})
    assert outcomes(found) == {"a": "near"}


def test_a_poisoned_list_hides_nothing(case: Node, tmp_path: Path) -> None:
    """Somebody calls a copy of a pertinent picture harmless: its bytes are known, what looks like it is still near."""
    judge(case, tmp_path, "pertinent", one=picture(1))
    judge(case, tmp_path, "not-pertinent", copy=variants(1)["larger"])
    found = items(case, tmp_path / "seized", {"a": variants(1)["larger"], "b": variants(1)["re-encoded"]})
    assert outcomes(found) == {"a": "known", "b": "near"}


def test_the_first_by_path_is_new_and_what_shows_the_same_after_it_repeats(case: Node, tmp_path: Path) -> None:
    found = items(case, tmp_path / "seized", {"b": picture(1), "a": variants(1)["mirrored"], "c": picture(1)})
    assert outcomes(found) == {"a": "new", "b": "repeat", "c": "repeat"}
    assert found["b"].reason == "visually the same as something held"
    assert found["c"].reason == "the same bytes are held already"
    assert [each["path"] for each in matched(case.anke.person, found["b"])] == [f"{tmp_path}/seized/a"]


def test_what_an_earlier_intake_held_repeats_in_a_later_one(case: Node, tmp_path: Path) -> None:
    items(case, tmp_path / "first", {"a": picture(1)})
    later = items(case, tmp_path / "later", {"a": picture(1), "b": variants(1)["turned"], "c": picture(2)})
    assert outcomes(later) == {"a": "repeat", "b": "repeat", "c": "new"}


def test_why_something_new_founds_no_stack(case: Node, tmp_path: Path) -> None:
    files = {"cut": cut(picture(1)), "flat": jpeg(scene(1) * 0 + 90), "grey": grey_film(), "video": VIDEO}
    found = items(case, tmp_path / "seized", files)
    assert {path: (item.outcome, item.apart, item.stack) for path, item in found.items()} == {
        "cut": ("new", "damaged", False),
        "flat": ("new", "flat", False),
        "grey": ("new", "unfingerprinted", False),
        "video": ("new", "", True),
    }
    assert found["grey"].reason == "a film in which nothing can be told from anything else"
    assert Medium.objects.count() == 4  # all are kept
    assert Medium.objects.get(sha256=found["cut"].sha256).damage == found["cut"].reason != ""


def test_a_damaged_picture_founds_nothing_that_a_whole_one_could_repeat(case: Node, tmp_path: Path) -> None:
    almost = picture(1)[:-30]
    found = items(case, tmp_path / "seized", {"a": almost, "b": picture(1), "c": almost})
    assert outcomes(found) == {"a": "new", "b": "new", "c": "repeat"}
    assert [item.stack for item in found.values()] == [False, True, False]


def test_a_damaged_picture_is_found_near_something_pertinent(case: Node, tmp_path: Path) -> None:
    judge(case, tmp_path, "pertinent", one=picture(1))
    found = items(case, tmp_path / "seized", {"a": picture(1)[:-30]})
    assert (found["a"].outcome, bool(found["a"].reason)) == ("near", True)


def test_what_is_no_media_is_refused_and_not_kept(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"empty": b"", "text": TEXT})
    (folder / "link").symlink_to(folder / "text")
    os.mkfifo(folder / "pipe")
    found = items(case, folder, {})
    assert outcomes(found) == dict.fromkeys(["empty", "link", "pipe", "text"], "refused")
    assert {path: item.reason for path, item in found.items()} == {
        "empty": "empty: the file has no bytes",
        "link": "a link: links are never followed",
        "pipe": "not a regular file",
        "text": "not media: the content is of no kind that is examined",
    }
    assert not Medium.objects.exists()


def test_what_exceeds_a_limit_is_quarantined_each_time_it_is_found(case: Node, tmp_path: Path) -> None:
    found = items(case, tmp_path / "seized", {"a": bomb(), "b": bomb(), "c": picture(1)})
    assert outcomes(found) == {"a": "quarantined", "b": "quarantined", "c": "new"}
    assert found["a"].reason == found["b"].reason
    assert found["a"].reason == "it says 30,000 × 30,000 pixels, more than 200,000,000 are allowed"
    assert Medium.objects.count() == 2  # the bomb is evidence too: kept, never decoded


def test_what_another_unit_judges_or_holds_changes_nothing(case: Node, tmp_path: Path) -> None:
    italian = lay(tmp_path / "italian", {"a": picture(1), "b": picture(2)})
    know(case.home, case.chiara, str(italian), "pertinent", workers=1)
    open_dossier(case.home, case.chiara, "B", "un decreto", "a test")
    take_in(case.home, case.chiara, "B", str(italian), workers=1)
    found = items(case, tmp_path / "seized", {"a": picture(1), "b": variants(2)["mirrored"]})
    assert outcomes(found) == {"a": "new", "b": "new"}
    assert {path: (item.reason, item.stack) for path, item in found.items()} == {"a": ("", True), "b": ("", True)}
    ours = Match.objects.filter(item__intake__case__unit=case.anke.unit)
    assert (ours.exists(), Match.objects.exists()) == (False, True)  # there was something to leak


def test_every_batch_leaves_one_line_in_the_log_that_gives_no_digest_away(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 2)
    monkeypatch.setattr(taking, "BATCH_SECONDS", 1000)
    found = items(case, tmp_path / "seized", {"a": picture(1), "b": picture(2), "c": TEXT})
    taken = [entry for entry in Entry.objects.order_by("index") if '"taken in"' in entry.detail]
    assert ['"count":2' in entry.detail.replace(" ", "") for entry in taken] == [True, False]
    digests = {bytes(item.sha256 or b"").hex() for item in found.values()}
    everything = " ".join(entry.detail + entry.thing for entry in Entry.objects.all())
    assert [digest for digest in digests if digest in everything] == []


def test_a_batch_that_fails_leaves_nothing_of_itself(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Judging, "_log", fails)
    with pytest.raises(MemoryError):
        items(case, tmp_path / "seized", {"a": picture(1)})
    assert not Item.objects.exists()
    assert not Medium.objects.exists()
    monkeypatch.undo()
    assert outcomes(items(case, tmp_path / "seized", {"a": picture(1)})) == {"a": "new"}
