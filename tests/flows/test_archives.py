"""Archives are opened in their place: every member is a file like any other, and none can reach outside."""

import gzip
import io
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from havre.cases.models import Item
from havre.flows import archives
from havre.flows.archives import Piece, Unpacking
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.media.decode.outcomes import Budget
from havre.media.sources import Found, opener
from tests.cast import Node
from tests.media.decode.seeds import seven, tarred, zipped
from tests.sources import TEXT, lay, picture


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


def told(node: Node, folder: Path, workers: int = 1) -> dict[str, tuple[str, str]]:
    """Path → outcome and reason, in the order of items."""
    totals = take_in(node.home, node.anke, "A", str(folder), workers=workers)
    rows = Item.objects.filter(intake=totals.intake).order_by("position")
    return {item.path.removeprefix(f"{folder}/"): (item.outcome, item.reason) for item in rows}


def outcomes(node: Node, folder: Path, workers: int = 1) -> dict[str, str]:
    return {path: outcome for path, (outcome, _) in told(node, folder, workers).items()}


SAME = "the same bytes are held already"


@pytest.mark.parametrize("pack", [zipped, tarred, seven], ids=["zip", "tar", "7z"])
def test_members_stand_in_the_place_of_their_archive(case: Node, tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    archive = pack({"x/one.jpg": picture(1), "two.jpg": picture(2), "notes": TEXT, "empty": b""})
    folder = lay(tmp_path / "seized", {"a": picture(1), "b.jpg": archive, "c": picture(2)})
    assert outcomes(case, folder, workers=3) == {
        "a": "new",
        "b.jpg!/x/one.jpg": "repeat",
        "b.jpg!/two.jpg": "new",
        "b.jpg!/notes": "refused",
        "b.jpg!/empty": "refused",
        "c": "repeat",
    }


def test_an_archive_alone_is_a_source(case: Node, tmp_path: Path) -> None:
    lay(tmp_path, {"seized.zip": zipped({"one.jpg": picture(1)})})
    assert outcomes(case, tmp_path / "seized.zip") == {f"{tmp_path}/seized.zip!/one.jpg": "new"}


def test_archives_in_archives_are_opened_whatever_they_are_called(case: Node, tmp_path: Path) -> None:
    inner = zipped({"deepest": picture(1)})
    folder = lay(tmp_path / "seized", {"a.tar": tarred({"b.txt": zipped({"c.jpg": inner}), "d": picture(2)})})
    assert outcomes(case, folder) == {"a.tar!/b.txt!/c.jpg!/deepest": "new", "a.tar!/d": "new"}


def test_archives_nested_too_deep_are_quarantined_and_their_neighbours_are_not(case: Node, tmp_path: Path) -> None:
    nest = picture(1)
    for depth in range(7):
        nest = zipped({f"{depth}": nest, f"{depth} beside": picture(10 + depth)})
    found = told(case, lay(tmp_path / "seized", {"nest": nest}))
    assert {outcome for path, (outcome, _) in found.items() if path.endswith("beside")} == {"new"}
    (deepest,) = [(path, *rest) for path, rest in found.items() if rest[0] == "quarantined"]
    assert deepest == (
        "nest!/6!/5!/4!/3!/2",
        "quarantined",
        "limit: archives nested more than 5 deep are not opened",
    )


def test_names_that_climb_out_are_only_shown(case: Node, tmp_path: Path) -> None:
    members = {"../../outside.jpg": picture(1), "/tmp/absolute.jpg": picture(2), "a\nb\x1b[2J": picture(3)}
    folder = lay(tmp_path / "seized", {"a.zip": zipped(members)})
    before = sorted(path for path in tmp_path.rglob("*.jpg"))
    found = outcomes(case, folder)
    assert list(found.values()) == ["new"] * 3
    assert all(path.isprintable() for path in found)
    assert sorted(path for path in tmp_path.rglob("*.jpg")) == before


def test_links_in_archives_are_told_and_lead_nowhere(case: Node, tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        link = tarfile.TarInfo("to passwords")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (outcome,) = told(case, lay(tmp_path / "seized", {"a.tar": file.getvalue()})).items()
    assert outcome[0] == "a.tar!/to passwords"
    assert outcome[1][0] == "refused"
    assert "link" in outcome[1][1]


def test_an_archive_that_is_cut_off_gives_what_it_still_has_and_says_what_is_wrong(case: Node, tmp_path: Path) -> None:
    whole = tarred({f"{number}": picture(number) for number in range(4)})
    found = told(case, lay(tmp_path / "seized", {"a.tar": whole[: len(whole) // 2]}))
    assert found["a.tar!/0"] == ("new", "")
    assert found["a.tar"][0] in {"refused", "quarantined"}
    assert list(found)[-1] == "a.tar"


def test_an_archive_without_files_is_refused(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a.zip": zipped({})})
    assert told(case, folder) == {"a.zip": ("refused", "an archive without files")}


def test_a_compressed_file_that_holds_no_archive_is_what_it_holds(case: Node, tmp_path: Path) -> None:
    found = told(case, lay(tmp_path / "seized", {"a.gz": gzip.compress(picture(1), mtime=0)}))
    assert [outcome for outcome, _ in found.values()] == ["new"]
    assert next(iter(found)).startswith("a.gz!/")


def test_two_members_of_one_name_are_two_files_after_a_cut_too(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 1)
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for data in (picture(1), picture(2), picture(3)):
            member = tarfile.TarInfo("same.jpg")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    folder = lay(tmp_path / "seized", {"a.tar": file.getvalue(), "b": picture(4)})

    def cut(progress: object) -> None:
        raise InterruptedError

    for _ in range(2):
        with pytest.raises(InterruptedError):
            take_in(case.home, case.anke, "A", str(folder), workers=1, tell=cut)
    totals = take_in(case.home, case.anke, "A", str(folder), workers=1)
    assert (totals.found, totals.stacks) == (4, 4)


def test_a_large_member_waits_sealed_on_disk_and_is_the_same(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "SMALL", 1000)
    folder = lay(tmp_path / "seized", {"a.zip": zipped({"one": picture(1)}), "b": picture(1)})
    assert told(case, folder) == {"a.zip!/one": ("new", ""), "b": ("repeat", SAME)}


def piece_of(path: Path) -> Piece:
    found = Found(str(path), os.fsencode(path), path.stat().st_size)
    return Piece(found, opener(found))


def members(node: Node, path: Path, budget: Budget) -> list[Piece]:
    unpacking = Unpacking(node.home.waiting, node.home.worker, budget)
    try:
        return list(unpacking.members(piece_of(path), "zip"))
    finally:
        unpacking.close()


def test_one_budget_of_files_holds_for_the_whole_source(begun: Node, tmp_path: Path) -> None:
    archive = lay(tmp_path, {"a.zip": zipped({f"{n}": b"x" for n in range(6)})}) / "a.zip"
    budget = Budget(files_left=10)
    assert [piece.fits() for piece in members(begun, archive, budget)] == [True] * 6
    assert [piece.fits() for piece in members(begun, archive, budget)] == [True] * 4 + [False] * 2


def test_what_unpacks_to_more_than_its_size_allows_is_quarantined(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "FLOOR", 1 << 20)
    monkeypatch.setattr(archives, "EXPANSION", 1)
    inside = {f"{number}.txt": bytes(400_000) for number in range(5)}
    folder = lay(tmp_path / "seized", {"a.zip": zipped(inside)})
    assert list(outcomes(case, folder).items()) == [
        ("a.zip!/0.txt", "refused"),
        ("a.zip!/1.txt", "refused"),
        ("a.zip", "quarantined"),
    ]


def test_a_member_knows_its_archive_its_depth_and_its_time(begun: Node, tmp_path: Path) -> None:
    archive = lay(tmp_path, {"a.zip": zipped({"x/one": b"123"})}) / "a.zip"
    (piece,) = members(begun, archive, Budget())
    assert (piece.found.path, piece.found.location) == (f"{archive}!/x/one", os.fsencode(archive))
    assert (piece.found.bytes, piece.depth) == (3, 1)
    assert piece.found.modified_at is not None
    assert piece.found.modified_at.isoformat() == "2020-02-03T04:05:06+00:00"
    with piece.opened() as file:
        assert file.read() == b"123"


def test_an_archive_already_at_the_limit_is_not_opened(begun: Node, tmp_path: Path) -> None:
    archive = lay(tmp_path, {"a.zip": zipped()}) / "a.zip"
    unpacking = Unpacking(begun.home.waiting, begun.home.worker)
    (piece,) = unpacking.members(replace(piece_of(archive), depth=5), "zip")
    assert piece.quarantine == "limit: archives nested more than 5 deep are not opened"
    assert unpacking.workers == []


@pytest.mark.parametrize("stated", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+23:00", "nonsense", ""])
def test_a_time_that_no_calendar_has_is_none(stated: str) -> None:
    found = archives._time(stated)
    assert found is None


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    found = archives._time("2020-02-03T04:05:06")
    assert found is not None
    assert found.isoformat() == "2020-02-03T04:05:06+00:00"


@pytest.mark.parametrize("workers", [1, 3])
def test_a_nest_of_archives_stops_at_what_one_of_its_size_may_hold_whatever_the_lanes(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """The members of the outer archive are read ahead of the inner ones: they share its allowance all the same."""
    monkeypatch.setattr(archives, "FLOOR", 250_000)
    monkeypatch.setattr(archives, "EXPANSION", 0)
    inner = zipped({f"{number}.txt": bytes(20_000) for number in range(10)})
    folder = lay(tmp_path / "seized", {"nest.zip": zipped({f"{number}.zip": inner for number in range(10)})})
    found = outcomes(case, folder, workers)
    # 250,000 bytes are 12 texts of 20,000 and two inner archives; one item tells of what was left of each archive.
    assert list(found.items()) == [
        *((f"nest.zip!/0.zip!/{number}.txt", "refused") for number in range(10)),
        *((f"nest.zip!/1.zip!/{number}.txt", "refused") for number in range(2)),
        ("nest.zip!/1.zip", "quarantined"),
        ("nest.zip", "quarantined"),
    ]
