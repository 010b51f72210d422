"""A folder is judged: every file of it is known from then on, once, and nothing of it is kept."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from havre.errors import Invalid, Refused
from havre.flows import taking
from havre.flows.begin import add_colleague
from havre.flows.know import judgement, know
from havre.matches.models import Knowledge, Source
from havre.media.models import Medium, SealedFile
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import acting, node
from tests.folders import digests, folder, scene, smaller
from tests.pictures import gradient


def animated(path: Path, *seeds: int) -> None:
    first, *rest = [Image.fromarray(scene(seed)) for seed in seeds]
    first.save(path, save_all=True, append_images=rest, duration=100)


def test_every_file_is_known_by_its_digests_and_its_looks_and_counted_once(database: Settings, tmp_path: Path) -> None:
    judged = folder(tmp_path / "judged", a=scene(1), b=scene(2), c=scene(1), note=b"no media", nothing=b"")
    with node(database) as here:
        told = know(here.home, here.anke, str(judged), "pertinent", workers=2)

    assert {name: told[name] for name in ("found", "added", "repeated", "refused", "quarantined")} == {
        "found": 5,
        "added": 2,
        "repeated": 1,
        "refused": 2,
        "quarantined": 0,
    }
    assert {bad["path"]: bad["reason"] for bad in told["bad"]} == {
        f"{judged}/note": "not media: the content is of no kind that is examined",
        f"{judged}/nothing": "empty: the file has no bytes",
    }
    entry = Knowledge.objects.get(path=f"{judged}/a.png")
    stored = {kind: bytes(getattr(entry, kind)).hex() for kind in ("md5", "sha1", "sha256")}
    assert stored == digests(judged / "a.png")
    assert (entry.label, entry.pertinent, len(entry.pdq or b""), entry.pdq_quality) == ("pertinent", True, 32, 100)


def test_originals_are_not_kept(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        know(here.home, here.anke, str(folder(tmp_path / "judged", a=scene(1))), "pertinent", workers=1)

    assert not Medium.objects.exists()
    assert not SealedFile.objects.exists()


def test_every_distinct_frame_is_known_and_a_damaged_picture_by_its_digests_alone(
    database: Settings, tmp_path: Path
) -> None:
    judged = folder(tmp_path / "judged", a=scene(1), flat=gradient(1, 160, 160))
    animated(judged / "moving.gif", 3, 4, 5)
    (judged / "damaged.png").write_bytes((judged / "a.png").read_bytes()[:-200])
    with node(database) as here:
        know(here.home, here.anke, str(judged), "pertinent", workers=1)

        moving = Knowledge.objects.get(path=f"{judged}/moving.gif", whole=None)
        assert moving.frames.count() == 2
        assert not moving.frames.exclude(sha256=None).exists()
        assert Knowledge.objects.get(path=f"{judged}/damaged.png").pdq is None
        shelf = here.home.shelf(here.anke.unit, "known")
        flat = Knowledge.objects.get(path=f"{judged}/flat.png")
        assert flat.pdq is not None
        assert flat.pk not in dict(shelf.index.contents())
        assert len(dict(shelf.index.contents())) == 4


def test_an_archive_is_judged_by_what_it_holds(database: Settings, tmp_path: Path) -> None:
    inside = folder(tmp_path / "inside", a=scene(1), b=scene(2))
    shutil.make_archive(str(tmp_path / "judged"), "zip", inside)
    with node(database) as here:
        told = know(here.home, here.anke, f"{tmp_path}/judged.zip", "not-pertinent", workers=1)

    assert (told["found"], told["added"], told["pertinent"]) == (2, 2, False)


def test_the_same_folder_again_is_told_again_and_a_changed_one_is_another_source(
    database: Settings, tmp_path: Path
) -> None:
    judged = folder(tmp_path / "judged", a=scene(1))
    with node(database) as here:
        first = know(here.home, here.anke, str(judged), "pertinent", workers=1)
        again = know(here.home, here.anke, str(judged), "pertinent", workers=1)
        folder(judged, b=scene(2))
        changed = know(here.home, here.anke, str(judged), "pertinent", workers=1)

    assert again == first
    assert (changed["source"], changed["added"]) == (first["source"] + 1, 2)


def test_a_judgement_that_was_cut_off_goes_on_and_knows_nothing_twice(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = folder(tmp_path / "judged", **{f"{at}": scene(at % 3) for at in range(7)}, note=b"no media")
    monkeypatch.setattr(taking, "BATCH", 2)
    with node(database) as here:
        undisturbed = know(here.home, here.anke, str(judged), "not-pertinent", workers=1)

        def cut_off(_: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            know(here.home, here.anke, str(judged), "pertinent", workers=1, tell=cut_off)
        unfinished = Source.objects.get(finished_at=None)
        assert 0 < unfinished.entries.count() < 3

        told = know(here.home, here.anke, str(judged), "pertinent", workers=1)

    assert told | {"source": 0, "label": "", "pertinent": None} == undisturbed | {
        "source": 0,
        "label": "",
        "pertinent": None,
    }
    assert told["source"] == unfinished.pk
    assert unfinished.entries.count() == 3


def test_an_unknown_label_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Invalid) as error:
        judgement("terrible")

    assert all(name in str(error.value) for name in ("pertinent", "not-pertinent", "us-abuse", "baseline"))


def test_a_label_can_be_the_category_of_a_scheme_and_must_belong_to_it() -> None:
    assert judgement("1", "vics-us").name == "us-abuse"
    assert judgement("US-Comparison").pertinent is False
    with pytest.raises(Invalid, match="is no label of vics-us"):
        judgement("baseline", "vics-us")
    with pytest.raises(Invalid, match="is no judgement"):
        judgement("us-uncategorised")


def test_an_auditor_changes_nothing_that_is_known(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        add_colleague(here.home, here.anke, "dora", "", [RoleName.AUDITOR])
        with pytest.raises(Refused):
            know(here.home, acting(person_named("dora")), str(tmp_path), "pertinent", workers=1)

    assert not Source.objects.exists()


def test_a_smaller_copy_of_a_judged_picture_is_close_on_the_shelf(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        know(here.home, here.anke, str(folder(tmp_path / "judged", a=smaller(scene(3)))), "pertinent", workers=1)
        know(here.home, here.anke, str(folder(tmp_path / "more", a=scene(3))), "pertinent", workers=1)

        (first, one), (second, other) = here.home.shelf(here.anke.unit, "known").index.contents()
        apart = (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()

    assert (first < second, apart <= 31) == (True, True)
