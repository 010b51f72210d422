"""Series are proposed from what media show and state; a second look reads only what is new and ends the same."""

import random
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Refused
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.series import propose, propose_after
from havre.series import reading
from havre.series.models import Link, Member, Series, Status
from havre.units.models import Role, Unit
from tests.cast import Node
from tests.exposures import CANON, NIKON, PHONE, exposure, intake, taken_at
from tests.sources import lay, variants

SERIAL = {"BodySerialNumber": "6030741"}


def paths(unit: Unit | None = None) -> set[frozenset[str]]:
    """Every series as the names of its files."""
    series = Series.objects.all() if unit is None else Series.objects.filter(unit=unit)
    found = {frozenset(series.members.values_list("medium__exhibits__item__path", flat=True)) for series in series}
    return {frozenset(path.rpartition("/")[2] for path in members) for members in found if members}


def linked() -> set[tuple[str, str, str]]:
    """Every link as the names of two files and its kind."""
    rows = Link.objects.values_list("one__exhibits__item__path", "other__exhibits__item__path", "kind")
    return {(one.rpartition("/")[2], other.rpartition("/")[2], kind) for one, other, kind in rows}


def test_the_same_body_serial_makes_a_series_and_says_so_once_in_the_log(begun: Node, tmp_path: Path) -> None:
    files = {
        "a.jpg": exposure(1, NIKON, SERIAL),
        "b.jpg": exposure(2, NIKON, SERIAL),
        "c.jpg": exposure(3, NIKON, {"BodySerialNumber": "6030742"}),
    }
    intake(begun.home, begun.anke, tmp_path / "seized", files)
    found = propose(begun.home, begun.anke)

    assert paths() == {frozenset({"a.jpg", "b.jpg"})}
    assert linked() == {("a.jpg", "b.jpg", "camera")}
    assert (found.media, found.links, found.became["created"], found.proposed) == (3, 1, 1, 1)
    (entry,) = Entry.objects.filter(thing="series")
    assert (entry.verb, '"created":1' in entry.detail) == ("change", True)


def test_an_intake_proposes_what_belongs_together_at_its_end(begun: Node, tmp_path: Path) -> None:
    files = {"a.jpg": exposure(1, NIKON, SERIAL), "b.jpg": exposure(2, NIKON, SERIAL), "c.jpg": exposure(3, NIKON)}
    source = str(lay(tmp_path / "seized", files))
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    totals = take_in(begun.home, begun.anke, "A", source, workers=1)

    assert paths() == {frozenset({"a.jpg", "b.jpg"})}
    assert (totals.series, totals.to_json()["series"]) == (1, 1)
    assert Entry.objects.filter(thing="series").count() == 1
    assert take_in(begun.home, begun.anke, "A", source, workers=1, again=True).series == 1
    assert Entry.objects.filter(thing="series").count() == 1  # nothing came to belong together


def test_a_common_phone_model_links_nothing(begun: Node, tmp_path: Path) -> None:
    days = [f"2019:04:{day:02}" for day in range(1, 9)]
    files = {f"{at}.jpg": exposure(at, PHONE, taken_at("12:00:00", day)) for at, day in enumerate(days)}
    intake(begun.home, begun.anke, tmp_path / "seized", files)
    propose(begun.home, begun.anke)
    assert (paths(), linked()) == (set(), set())


def test_consecutive_file_numbers_taken_one_after_the_other_are_one_session(begun: Node, tmp_path: Path) -> None:
    files = {f"IMG_041{at}.JPG": exposure(at, CANON, taken_at(f"12:00:{at * 9:02}")) for at in range(3)}
    files["IMG_0413.JPG"] = exposure(9, CANON, taken_at("12:00:30", "2018:04:14"))
    intake(begun.home, begun.anke, tmp_path / "seized", files)
    propose(begun.home, begun.anke)

    assert paths() == {frozenset({"IMG_0410.JPG", "IMG_0411.JPG", "IMG_0412.JPG"})}
    assert {kind for _, _, kind in linked()} == {"session"}


def test_what_a_match_found_makes_a_series_without_any_metadata(begun: Node, tmp_path: Path) -> None:
    near = {f"near {name}": data for name, data in variants(1).items()}
    intake(begun.home, begun.anke, tmp_path / "seized", {"a": exposure(1), "other": exposure(2), **near})
    propose(begun.home, begun.anke)
    assert paths() == {frozenset({"a", *near})}
    assert {kind for _, _, kind in linked()} == {"near"}


OWN = (NIKON, CANON)
HOSTILE: tuple[dict[str, str], ...] = (
    {"BodySerialNumber": "\u0390" * 200, "LensSerialNumber": "9" * 5000},
    {"Make": "\u0390" * 120 + " x", "Model": "\u0390" * 120},
    {"DateTimeOriginal": "0000:00:00 00:00:00", "OffsetTimeOriginal": "+99:99"},
    {"BodySerialNumber": "\x00\x00", "Model": "'; DROP TABLE series_link; --"},
    {"DateTimeOriginal": "2019:02:31 25:61:61", "ImageUniqueID": "0" * 33},
    {},
)


def test_stripped_and_contradictory_metadata_raises_nothing(begun: Node, tmp_path: Path) -> None:
    files = {f"{at}-{twin}.jpg": exposure(at * 2 + twin, told) for at, told in enumerate(HOSTILE) for twin in (0, 1)}
    intake(begun.home, begun.anke, tmp_path / "seized", files)
    assert propose(begun.home, begun.anke).media == len(files)


def test_a_second_intake_touches_only_what_it_concerns(begun: Node, tmp_path: Path) -> None:
    first = {f"n{at}.jpg": exposure(at, NIKON, SERIAL) for at in range(3)}
    first |= {f"c{at}.jpg": exposure(10 + at, CANON, {"BodySerialNumber": "123987"}) for at in range(3)}
    intake(begun.home, begun.anke, tmp_path / "one", first)
    propose(begun.home, begun.anke)
    links, members = set(Link.objects.values_list("id", flat=True)), set(Member.objects.values_list("id", "series"))

    intake(begun.home, begun.anke, tmp_path / "two", {"n9.jpg": exposure(20, NIKON, SERIAL), "x.jpg": exposure(21)})
    found = propose(begun.home, begun.anke)

    assert (found.media, found.links) == (2, 3)
    assert dict(found.became) == {"grown": 1}  # the other series was not even looked at
    assert links <= set(Link.objects.values_list("id", flat=True))
    assert members <= set(Member.objects.values_list("id", "series"))
    assert paths() == {frozenset({"n0.jpg", "n1.jpg", "n2.jpg", "n9.jpg"}), frozenset({"c0.jpg", "c1.jpg", "c2.jpg"})}


def seized(chance: random.Random, names: int, count: int) -> dict[str, bytes]:
    """Files of a few cameras and sessions, some shown again in another form, some without any metadata."""
    files: dict[str, bytes] = {}
    for at in range(count):
        camera = chance.choice([NIKON, CANON, PHONE, {}])
        serial = {"BodySerialNumber": f"{len(camera['Make'])}0307{chance.randrange(3)}1"} if camera in OWN else {}
        clock = taken_at(f"{chance.randrange(8, 20):02}:{chance.randrange(60):02}:07") if chance.random() < 0.6 else {}
        seed = chance.randrange(10**6)
        files[f"{names}{at:03}.jpg"] = exposure(seed, camera, serial, clock)
        if chance.random() < 0.3:
            files[f"{names}{at:03} again.png"] = variants(seed)["larger"]
    return files


@pytest.mark.parametrize("seed", range(2))
def test_intakes_one_by_one_end_where_all_at_once_does(
    begun: Node, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ROUND", 3)
    chance = random.Random(seed)
    for at in range(3):
        intake(begun.home, begun.anke, tmp_path / str(at), seized(chance, at, 8))
        propose(begun.home, begun.anke)
    one_by_one, links = paths(), linked()
    assert one_by_one

    again = propose(begun.home, begun.anke, anew=True)
    assert paths() == one_by_one
    assert linked() == links
    assert again.became["created"] == again.became["dissolved"] == 0  # the numbers stay


def test_nothing_new_is_read_nothing_and_still_logged(begun: Node, tmp_path: Path) -> None:
    intake(begun.home, begun.anke, tmp_path / "seized", {"a.jpg": exposure(1, NIKON, SERIAL)})
    propose(begun.home, begun.anke)
    before = Entry.objects.count()
    found = propose(begun.home, begun.anke)
    assert (found.anything, Entry.objects.count()) == (False, before + 1)
    assert Entry.objects.latest("index").verb == "consultation"
    assert propose_after(begun.home, begun.anke).to_json() == found.to_json()
    assert Entry.objects.count() == before + 1


def test_the_same_picture_in_another_place_is_no_second_member(begun: Node, tmp_path: Path) -> None:
    files = {"a.jpg": exposure(1, NIKON, SERIAL), "b.jpg": exposure(2, NIKON, SERIAL)}
    intake(begun.home, begun.anke, tmp_path / "one", files)
    propose(begun.home, begun.anke)
    intake(begun.home, begun.anke, tmp_path / "two", {"copy of a.jpg": files["a.jpg"]}, case="D")
    found = propose(begun.home, begun.anke)
    assert (found.links, Member.objects.count(), Series.objects.get().status) == (0, 2, Status.PROPOSED)


def test_units_hold_the_same_camera_and_never_meet(begun: Node, tmp_path: Path) -> None:
    for acting, seed in ((begun.anke, 1), (begun.chiara, 10)):
        name = acting.person.name
        files = {f"{name} {at}.jpg": exposure(seed + at, NIKON, SERIAL) for at in range(2)}
        intake(begun.home, acting, tmp_path / name, files)
    propose(begun.home, begun.anke)
    assert not Series.objects.filter(unit=begun.chiara.unit).exists()
    propose(begun.home, begun.chiara)
    assert paths(begun.anke.unit) == {frozenset({"anke 0.jpg", "anke 1.jpg"})}
    assert paths(begun.chiara.unit) == {frozenset({"chiara 0.jpg", "chiara 1.jpg"})}
    assert list(Series.objects.values_list("number", flat=True)) == [1, 1]  # a number tells nothing of other units


def test_only_an_analyst_proposes(begun: Node) -> None:
    Role.objects.filter(person=begun.bram.person).delete()
    with pytest.raises(Refused, match="analyst"):
        propose(begun.home, begun.bram)
