"""Lists become knowledge: once, whatever cut them off, with every bad entry told."""

import json
from pathlib import Path

import pytest

from havre.errors import Invalid, Refused
from havre.flows import read_list as flow
from havre.flows.read_list import read_list
from havre.matches.formats.labels import scheme
from havre.matches.models import Knowledge, Source
from havre.settings import Settings
from tests.cast import node
from tests.folders import medium, number, vics


def test_a_hash_set_is_known_with_its_labels_and_everything_is_counted(database: Settings, tmp_path: Path) -> None:
    pdq = {"AlternativeHashes": [{"HashName": "PDQ", "HashValue": "0123456789abcdef" * 4}]}
    held = vics(
        tmp_path / "set.json", medium(1, 1, **pdq), medium(2, 5), medium(3, None), medium(1, 1, **pdq), {"x": 1}
    )
    with node(database) as here:
        told = read_list(here.home, here.anke, str(held))
        shelf = here.home.shelf(here.anke.unit, "known")
        assert [value.hex() for _, value in shelf.index.contents()] == ["0123456789abcdef" * 4]
        assert shelf.index.status().tail == 0

    counts = {name: told[name] for name in ("read", "added", "repeated", "bad")}
    assert counts == {"read": 5, "added": 3, "repeated": 1, "bad": 1}
    assert told["labels"] == {"unlabelled": 1, "us-abuse": 2, "us-non-pertinent": 1}
    assert told["defects"]["several entries of one medium"] == 1
    assert [bad["place"] for bad in told["bad_entries"]] == ["entry 5"]
    rows = Knowledge.objects.order_by("id").values_list("label", "pertinent", "category")
    assert list(rows) == [("us-abuse", True, "1"), ("us-non-pertinent", False, "5"), ("", None, "")]


def test_a_label_judges_what_says_nothing_itself(database: Settings, tmp_path: Path) -> None:
    held = vics(tmp_path / "set.json", medium(1, 5), medium(2, None))
    with node(database) as here:
        read_list(here.home, here.anke, str(held), label="pertinent")

    assert list(Knowledge.objects.order_by("id").values_list("pertinent", flat=True)) == [False, True]


def test_a_bare_list_is_one_of_pertinent_material_unless_somebody_says_otherwise(
    database: Settings, tmp_path: Path
) -> None:
    bare = tmp_path / "list.txt"
    bare.write_text("0123456789abcdef0123456789abcdef\n")
    with node(database) as here:
        assumed = read_list(here.home, here.anke, str(bare))
        said = read_list(here.home, here.anke, str(bare), label="not-pertinent")

    assert (assumed["labels"], said["labels"]) == ({"pertinent": 1}, {"not-pertinent": 1})


def test_whose_categories_they_are_can_be_said(database: Settings, tmp_path: Path) -> None:
    held = vics(tmp_path / "set.json", medium(1, 1), region="CUSTOM")
    with node(database) as here:
        unsaid = read_list(here.home, here.anke, str(held))
        said = read_list(here.home, here.anke, str(held), scheme="vics-uk")

    assert unsaid["labels"] == {"unlabelled": 1}
    assert said["labels"] == {scheme("vics-uk").by_category["1"].name: 1}


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_an_import_that_was_cut_off_ends_as_an_undisturbed_one(
    after: int, database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "BATCH", 4)
    said = [medium(at % 11, at % 3) for at in range(18)]
    held = vics(tmp_path / "set.json", *said[:7], {"x": 1}, *said[7:])
    with node(database) as here:
        batches = iter(range(after))

        def cut_off(_read: int, _all: int) -> None:
            if next(batches, None) is None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            read_list(here.home, here.anke, str(held), tell=cut_off)
        cut = Source.objects.get()
        told = read_list(here.home, here.anke, str(held))
        undisturbed = read_list(here.home, here.chiara, str(held))

    assert told["source"] == cut.pk
    ignored = {"source": 0, "seconds": 0, "entries_per_second": 0}
    assert told | ignored == undisturbed | ignored
    rows = Knowledge.objects.values_list("md5", "label", "category").order_by("md5", "label", "category")
    assert list(rows.filter(source=cut)) == list(rows.filter(source=undisturbed["source"]))


def test_a_list_that_changed_while_it_was_read_is_not_gone_on_with(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "BATCH", 1)
    held = vics(tmp_path / "set.json", medium(1), medium(2))

    def cut_off(_read: int, _all: int) -> None:
        raise KeyboardInterrupt

    with node(database) as here:
        with pytest.raises(KeyboardInterrupt):
            read_list(here.home, here.anke, str(held), tell=cut_off)
        vics(held, medium(3), medium(2), medium(1))
        with pytest.raises(Refused, match="changed since it was read in part"):
            read_list(here.home, here.anke, str(held))


def test_the_same_list_again_is_told_again(database: Settings, tmp_path: Path) -> None:
    held = vics(tmp_path / "set.json", medium(1), {"x": 1})
    bad = tmp_path / "bad.jsonl"
    with node(database) as here:
        first = read_list(here.home, here.anke, str(held))
        again = read_list(here.home, here.anke, str(held), bad=bad)

    assert again == first
    assert [json.loads(line)["place"] for line in bad.read_text().splitlines()] == ["entry 2"]
    assert Knowledge.objects.count() == 1


def test_every_bad_entry_is_written_where_a_file_is_named(database: Settings, tmp_path: Path) -> None:
    held = tmp_path / "list.txt"
    held.write_text("".join(f"{number(at)['md5']}\nbad {at}\n" for at in range(150)))
    bad = tmp_path / "bad.jsonl"
    with node(database) as here:
        told = read_list(here.home, here.anke, str(held), label="pertinent", bad=bad)

    assert (told["added"], told["bad"], len(told["bad_entries"])) == (150, 150, 100)
    lines = [json.loads(line) for line in bad.read_text().splitlines()]
    assert (len(lines), lines[149]["place"]) == (150, "line 300")


def test_what_is_no_list_is_refused_with_the_formats_there_are(database: Settings, tmp_path: Path) -> None:
    held = tmp_path / "letter.txt"
    held.write_text("Dear colleagues,")
    with node(database) as here:
        with pytest.raises(Invalid, match=r"vics2, vics1\.3, icse, csv, hashes, pdq"):
            read_list(here.home, here.anke, str(held))
        with pytest.raises(Invalid, match="can't be read"):
            read_list(here.home, here.anke, str(tmp_path))
        with pytest.raises(Invalid, match="can't be read"):
            read_list(here.home, here.anke, str(tmp_path / "absent"))
        with pytest.raises(Invalid, match="there is no scheme"):
            read_list(here.home, here.anke, str(held), scheme="mine")
