"""An erased case leaves noise, a commitment, and what other cases hold; killed anywhere, it goes on."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from havre.audit.models import Entry
from havre.cases.models import Case, Intake, Item
from havre.errors import Refused
from havre.flows import erase
from havre.flows.approvals import approve
from havre.flows.erase import erase_case
from havre.flows.holding import store_shared
from havre.flows.home import Home
from havre.flows.logbook import prove
from havre.flows.reindex import problems_of, rebuild_indexes, statuses, verify_indexes
from havre.flows.scrub import scrub_store
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.flows.series_shown import show_series
from havre.matches.models import Imprint
from havre.media.disk import Files
from havre.media.models import Exhibit, Fingerprint, Medium, SealedFile
from havre.media.store import Store
from havre.series.models import Link, Member, Part, Series, Stated, Status
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.models import Approval
from tests.cast import NOON, Node, node
from tests.exposures import NIKON, exposure, intake
from tests.seizure import seizure, taken_in


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def ask_and_approve(node: Node, reference: str) -> None:
    with pytest.raises(Refused, match="needs a second person"):
        erase_case(node.home, node.anke, reference)
    approve(node.home, node.bram, Approval.objects.get(used_at=None).pk)


def whole(node: Node) -> bool:
    """Whether log, store and indexes are all as they should be."""
    log = prove(node.home.signer.verifier, [])
    return (
        log.sound
        and scrub_store(node.home, node.anke).problems == []
        and problems_of(verify_indexes(node.home, node.anke)) == []
    )


def test_an_erased_case_leaves_nothing_but_its_name_and_a_commitment(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(3)))
    rebuild_indexes(begun.home, begun.anke)
    keys = [bytes(key) for key in SealedFile.objects.values_list("wrapped_key", flat=True)]
    hashes = [bytes(value)[:32] for value in Fingerprint.objects.values_list("orientations", flat=True)]
    salts = [bytes(salt) for salt in Intake.objects.values_list("salt", flat=True)]
    imprints = [bytes(part) for row in Imprint.objects.values_list("data", "sealed") for part in row if part]
    assert len(imprints) > 3
    ask_and_approve(begun, "R1")
    case, erasure = erase_case(begun.home, begun.anke, "R1")

    assert erasure is not None
    assert (erasure.items, erasure.media, erasure.shared, erasure.approved_by) == (3, 3, 0, "bram")
    assert case.erased_at == NOON
    tables = (Intake, Item, Medium, SealedFile, Fingerprint, Imprint, Exhibit)
    assert [table.objects.count() for table in tables] == [0] * 7
    assert [status["entries"] for status in statuses(begun.home, begun.anke.unit)] == [0] * 5
    assert [path for path in begun.home.settings.store.rglob("*") if path.is_file()] == []
    assert whole(begun)
    parts = [each[at : at + 24] for each in imprints for at in (len(each) // 2, len(each) - 24)]
    assert _files_with(begun.home.settings, keys + hashes + salts + parts) == []


def _files_with(settings: Settings, secrets: list[bytes]) -> list[str]:
    """Files of the home in which any of these bytes stand; PostgreSQL's own files are its operator's."""
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    return [path.name for path in files if any(secret in path.read_bytes() for secret in secrets)]


def test_before_an_erasure_the_keys_do_stand_in_the_database(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(1)))
    keys = [bytes(key) for key in SealedFile.objects.values_list("wrapped_key", flat=True)]
    inside = [name for name in _files_with(begun.home.settings, keys) if name.startswith("havre.sqlite3")]
    assert bool(inside) == (connection.vendor == "sqlite")


def test_the_log_says_who_approved_and_commits_to_what_went(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(2)))
    digests = [bytes(sha256).hex() for sha256 in Medium.objects.values_list("sha256", flat=True)]
    ask_and_approve(begun, "R1")
    erase_case(begun.home, begun.anke, "R1")
    told = list(
        Entry.objects.filter(verb="erasure", thing="case R1").order_by("index").values_list("detail", flat=True)
    )
    assert ['"act":"begun"' in detail for detail in told] == [True, False]
    assert '"approved_by":"bram"' in told[0]
    assert '"commitment":"' in told[0]
    assert [digest for digest in digests if any(digest in text for text in _log_texts())] == []


def _log_texts() -> list[str]:
    return list(Entry.objects.values_list("detail", flat=True))


def test_media_of_another_case_stay(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(4)))
    taken_in(begun.home, begun.anke, "R2", seizure(tmp_path / "two", range(2, 6)))
    ask_and_approve(begun, "R1")
    _, erasure = erase_case(begun.home, begun.anke, "R1")
    assert erasure is not None
    assert (erasure.items, erasure.media, erasure.shared) == (4, 2, 2)
    assert (Medium.objects.count(), Item.objects.count()) == (4, 4)
    assert whole(begun)


class Killed(BaseException):
    """The process ends here."""


class Dying:
    """A clock that kills whoever asks it for the n-th time."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> datetime:
        self.left -= 1
        if self.left < 0:
            raise Killed
        return NOON


def killed_after(node: Node, reference: str, times: int) -> bool:
    """Whether an erasure was killed at the n-th look at the clock; False where it had ended before."""
    try:
        erase_case(node.home, Acting(node.anke.person, Dying(times)), reference)
    except Killed:
        return True
    return False


def test_an_erasure_killed_at_any_step_goes_on_where_it_was(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erase, "BATCH", 2)
    kept = taken_in(begun.home, begun.anke, "KEPT", seizure(tmp_path / "kept", range(2)))
    times, going = 0, True
    while going:
        reference = f"R{times}"
        taken_in(begun.home, begun.anke, reference, seizure(tmp_path / reference, range(1, 4)))
        ask_and_approve(begun, reference)
        going = killed_after(begun, reference, times)
        erase_case(begun.home, begun.anke, reference)
        _is_gone(begun, reference, kept)
        times += 1
    assert times > 5
    assert whole(begun)


def _is_gone(node: Node, reference: str, kept: Case) -> None:
    assert Case.objects.get(reference=reference).erased_at == NOON
    assert Item.objects.exclude(intake__case=kept).count() == 0
    assert Medium.objects.count() == 2
    files = [path for path in node.home.settings.store.rglob("*") if path.is_file()]
    assert len(files) == SealedFile.objects.count()


@pytest.mark.parametrize("killed_at", [1, 2])
def test_an_erasure_killed_between_batches_goes_on(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    monkeypatch.setattr(erase, "BATCH", 1)
    kept = taken_in(begun.home, begun.anke, "KEPT", seizure(tmp_path / "kept", range(2)))
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(1, 5)))
    ask_and_approve(begun, "R1")

    def kill(done: int, _total: int) -> None:
        if done == killed_at:
            raise Killed

    with pytest.raises(Killed):
        erase_case(begun.home, begun.anke, "R1", kill)
    assert 0 < Item.objects.exclude(intake__case=kept).count() < 4
    _, erasure = erase_case(begun.home, begun.anke, "R1")
    assert erasure is not None
    assert (erasure.items, erasure.media, erasure.shared) == (4, 3, 1)
    _is_gone(begun, "R1", kept)
    assert whole(begun)


def test_sealed_files_whose_rows_went_before_the_process_died_are_removed(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(3)))
    ask_and_approve(begun, "R1")
    dying = Home(begun.home.settings)
    dying.__dict__["store"] = Store(begun.home.settings.store, files=Files(unlink=_die))
    with pytest.raises(Killed):
        erase_case(dying, begun.anke, "R1")
    assert SealedFile.objects.count() == 0
    left = [path for path in begun.home.settings.store.rglob("*") if path.is_file()]
    assert len(left) == 6
    erase_case(begun.home, begun.anke, "R1")
    assert [path for path in left if path.exists()] == []


def _die(_path: str) -> None:
    raise Killed


def test_sealed_files_noted_by_a_batch_that_was_undone_are_kept(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "KEPT", seizure(tmp_path / "kept", range(2)))
    case = taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(2, 3)))
    ask_and_approve(begun, "R1")
    held = list(SealedFile.objects.filter(medium__exhibits__item__intake__case__reference="KEPT"))
    note = begun.home.settings.home / "erasing" / str(case.pk)
    note.parent.mkdir()
    Case.objects.filter(pk=case.pk).update(erased_at=NOON)
    erase._write(begun.home, case, erase.Erasure(blobs=[file.blob for file in held]))
    erase_case(begun.home, begun.anke, "R1")
    assert [(begun.home.settings.store / file.blob).exists() for file in held] == [True] * 4
    assert not note.exists()
    assert os.listdir(note.parent) == []  # noqa: PTH208


def test_a_case_is_erased_once_and_says_so_again(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(1)))
    ask_and_approve(begun, "R1")
    erase_case(begun.home, begun.anke, "R1")
    case, erasure = erase_case(begun.home, begun.anke, "R1")
    assert (case.erased_at, erasure) == (NOON, None)


def test_an_approval_for_one_case_erases_no_other(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(1)))
    taken_in(begun.home, begun.anke, "R2", seizure(tmp_path / "two", range(1)))
    ask_and_approve(begun, "R1")
    with pytest.raises(Refused, match="needs a second person"):
        erase_case(begun.home, begun.anke, "R2")
    assert Item.objects.count() == 2


def test_nothing_is_erased_while_a_backup_is_taken(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(1)))
    ask_and_approve(begun, "R1")
    with store_shared(begun.home), pytest.raises(Refused, match="backup"):
        erase_case(begun.home, begun.anke, "R1")
    assert Item.objects.count() == 1


def test_an_analyst_may_not_erase(begun: Node, tmp_path: Path) -> None:
    taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "one", range(1)))
    with pytest.raises(Refused, match="supervisor"):
        erase_case(begun.home, begun.bram, "R1")


SERIAL = {"BodySerialNumber": "6030741"}


def in_series() -> dict[str, list[str]]:
    """The live series by their references, each with the names of its files."""
    found: dict[str, list[str]] = {}
    for member in Member.objects.order_by("medium"):
        paths = member.medium.exhibits.values_list("item__path", flat=True)
        found.setdefault(member.series.reference, []).append(min(path.rpartition("/")[2] for path in paths))
    return found


def erased(node: Node, reference: str) -> None:
    ask_and_approve(node, reference)
    erase_case(node.home, node.anke, reference)


def test_an_erased_case_takes_its_members_links_and_words_with_it(begun: Node, tmp_path: Path) -> None:
    files = {f"{at}.jpg": exposure(at, NIKON, SERIAL) for at in range(5)}
    goes = {name: files[name] for name in ("0.jpg", "1.jpg", "2.jpg")}
    intake(begun.home, begun.anke, tmp_path / "goes", goes, case="GOES")
    intake(begun.home, begun.anke, tmp_path / "stays", {name: files[name] for name in ("3.jpg", "4.jpg")}, "STAYS")
    propose(begun.home, begun.anke)
    confirm(begun.home, begun.anke, "S1")
    assert in_series() == {"S1": sorted(files)}

    erased(begun, "GOES")
    assert (Link.objects.count(), Part.objects.count(), in_series()) == (1, 2, {"S1": ["3.jpg", "4.jpg"]})
    propose(begun.home, begun.anke)
    assert in_series() == {"S1": ["3.jpg", "4.jpg"]}
    erased(begun, "STAYS")
    assert [table.objects.count() for table in (Link, Part, Member, Stated)] == [0] * 4
    propose(begun.home, begun.anke)
    assert (Series.objects.get().status, in_series()) == (Status.DISSOLVED, {})


def test_what_the_erased_case_alone_held_together_falls_apart_at_the_next_look(begun: Node, tmp_path: Path) -> None:
    one, other = {"BodySerialNumber": "6030741"}, {"BodySerialNumber": "6030742"}
    both = exposure(9, NIKON, one, LensSerialNumber="7712345")
    lens = {"LensSerialNumber": "7712345"}
    intake(begun.home, begun.anke, tmp_path / "a", {"bridge.jpg": both}, case="GOES")
    stays = {"a.jpg": exposure(1, NIKON, one), "b.jpg": exposure(2, NIKON, other, lens)}
    intake(begun.home, begun.anke, tmp_path / "b", stays, case="STAYS")
    propose(begun.home, begun.anke)
    assert in_series() == {"S1": ["bridge.jpg", "a.jpg", "b.jpg"]}

    erased(begun, "GOES")
    assert show_series(begun.home, begun.anke, "S1").to_json()["links"] == []
    propose(begun.home, begun.anke)
    assert in_series() == {}


def test_what_only_an_erased_path_said_is_forgotten(begun: Node, tmp_path: Path) -> None:
    picture = exposure(1)
    named = "IMG-20190414-WA0007.jpg"
    intake(begun.home, begun.anke, tmp_path / "a", {named: picture, "IMG-20190414-WA0008.jpg": exposure(2)}, "GOES")
    intake(begun.home, begun.anke, tmp_path / "b", {"renamed.jpg": picture}, case="STAYS")
    propose(begun.home, begun.anke)
    assert Stated.objects.filter(value__contains="20190414").count() == 2

    erased(begun, "GOES")
    assert not Stated.objects.filter(value__contains="20190414").exists()
    assert not Link.objects.exists()
    propose(begun.home, begun.anke)
    assert not Stated.objects.exists()
