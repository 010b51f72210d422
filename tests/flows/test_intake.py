"""Taking in a source: every file is one thing, the same whatever the lanes, the cuts and the company."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from havre.audit.models import Entry
from havre.cases.models import Intake, Item
from havre.errors import Invalid, NotFound, Refused
from havre.flows.brought import OnDisk, look_over
from havre.flows.dossier import close_dossier, open_dossier
from havre.flows.intake import alone, take_in
from havre.flows.taking import Progress
from havre.matches.queries import Totals
from havre.media.models import Exhibit, Medium, SealedFile
from havre.media.sources import files_of
from havre.series.models import Series
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.conftest import PROOF
from tests.exposures import NIKON, exposure
from tests.sources import TEXT, Plan, lay, picture, seizure

WHOLE = seizure(5, 60 if PROOF else 24)
"""The seizure that is taken in again and again; the smaller one has every outcome too."""


def told(totals: Totals) -> dict[str, int]:
    """What a plan says of the totals."""
    return totals.outcomes | {"stacks": totals.stacks}


def outcomes(intake: int, folder: Path) -> dict[str, str]:
    """What each file turned out to be, in a plan's words, in the order of the items."""
    items = Item.objects.filter(intake=intake).order_by("position")
    return {item.path.removeprefix(f"{folder}/"): f"{item.outcome} {item.apart}".strip() for item in items}


def into(node: Node, reference: str, folder: Path, by: Acting | None = None, **options: Any) -> Totals:
    options.setdefault("workers", 1)
    return take_in(node.home, by or node.anke, reference, str(folder), **options)


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


@pytest.mark.parametrize("workers", [1, 3])
def test_every_file_is_what_it_was_planned_to_be_whatever_the_number_of_lanes(
    case: Node, tmp_path: Path, workers: int
) -> None:
    folder = lay(tmp_path / "seized", WHOLE.files)
    totals = into(case, "A", folder, workers=workers)
    planned = WHOLE.outcomes()
    assert outcomes(totals.intake, folder) == planned
    assert list(outcomes(totals.intake, folder)) == list(planned)  # in the order of paths
    assert told(totals) == WHOLE.totals()
    assert totals.found == len(WHOLE.files)
    held = {path for path, outcome in planned.items() if outcome != "refused"}
    assert Exhibit.objects.count() == len(held)
    assert Medium.objects.count() == len({WHOLE.files[path] for path in held})


def test_what_was_taken_in_is_in_the_store_once_and_nothing_else_is(case: Node, tmp_path: Path) -> None:
    into(case, "A", lay(tmp_path / "seized", WHOLE.files), workers=2)
    on_disk = {str(p.relative_to(case.home.settings.store)) for p in case.home.settings.store.rglob("*.*")}
    assert on_disk == set(SealedFile.objects.values_list("blob", flat=True))
    kept = SealedFile.objects.filter(purpose="original").values_list("sha256", flat=True)
    assert len(set(map(bytes, kept))) == len(kept) == Medium.objects.count()


class Cut(Exception):
    """The power goes."""


def test_cut_after_any_batch_and_run_again_it_ends_as_if_undisturbed(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 3)
    folder = lay(tmp_path / "seized", WHOLE.files)

    def cut_after(batches: int) -> Any:
        left = [batches]

        def tell(progress: Progress) -> None:
            left[0] -= 1
            if not left[0]:
                raise Cut

        return tell

    for batches in (1, 3, 2):
        with pytest.raises(Cut):
            into(case, "A", folder, workers=2, tell=cut_after(batches))
    totals = into(case, "A", folder)
    assert Intake.objects.count() == 1
    assert told(totals) == WHOLE.totals()
    assert outcomes(totals.intake, folder) == WHOLE.outcomes()
    positions = Item.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(len(WHOLE.files)))


def test_what_an_intake_that_began_before_finds_again_was_found_as_it_began(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 1)
    pictures = {f"{at}.jpg": exposure(at, NIKON, {"BodySerialNumber": "6030741"}) for at in (1, 2)}
    first = lay(tmp_path / "first", {"0.txt": TEXT, **pictures})

    def cut(_progress: Progress) -> None:
        raise Cut

    with pytest.raises(Cut):
        into(case, "A", first, tell=cut)
    into(case, "A", lay(tmp_path / "second", pictures))
    series = Series.objects.get()
    later = Intake.objects.filter(path=str(tmp_path / "second"))
    assert later.update(begun_at=NOON + timedelta(days=1)) == 1
    Series.objects.update(found_at=NOON + timedelta(days=1))
    into(case, "A", first, series=False)
    series.refresh_from_db()
    assert series.found_at == Intake.objects.get(path=str(first)).begun_at == NOON


def test_progress_is_told_after_every_batch_up_to_the_end(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 2)
    monkeypatch.setattr("havre.flows.taking.BATCH_SECONDS", 1000)
    folder = lay(tmp_path / "seized", {str(number): TEXT for number in range(5)})
    heard: list[Progress] = []
    into(case, "A", folder, tell=heard.append)
    assert heard == [Progress(2, 5, 2), Progress(4, 5, 4), Progress(5, 5, 5)]


def test_a_finished_intake_of_an_unchanged_source_is_only_summed_up_again(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": picture(1), "b": picture(2), "c": TEXT})
    first = into(case, "A", folder)
    assert into(case, "A", folder, by=case.bram) == first
    assert Intake.objects.count() == 1


def test_a_changed_source_starts_another_intake(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": picture(1)})
    first = into(case, "A", folder)
    lay(folder, {"b": picture(2)})
    second = into(case, "A", folder)
    assert (second.intake > first.intake, told(second)) == (True, told(first) | {"repeat": 1, "new": 1, "stacks": 1})


def test_another_intake_of_the_same_source_where_it_is_asked_for(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": picture(1), "b": picture(2)})
    into(case, "A", folder)
    again = into(case, "A", folder, again=True)
    assert again.outcomes["repeat"] == again.found == 2
    assert Medium.objects.count() == 2


def test_the_same_folder_in_another_case_is_another_intake(case: Node, tmp_path: Path) -> None:
    open_dossier(case.home, case.anke, "B", "a warrant", "a test")
    folder = lay(tmp_path / "seized", {"a": picture(1)})
    into(case, "A", folder)
    assert into(case, "B", folder).outcomes["repeat"] == 1


def test_a_file_that_changes_between_two_runs_counts_as_another(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 1)
    folder = lay(tmp_path / "seized", {"a": picture(1), "b": picture(2)})

    def cut(progress: Progress) -> None:
        raise Cut

    with pytest.raises(Cut):
        into(case, "A", folder, tell=cut)
    lay(folder, {"a": picture(3)})
    os.utime(folder / "a", (1, 1))
    totals = into(case, "A", folder)
    assert (totals.found, totals.stacks) == (3, 3)


def test_another_unit_gets_the_same_totals_as_if_nobody_had_been_here(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", WHOLE.files)
    into(case, "A", folder)
    open_dossier(case.home, case.chiara, "A", "un decreto", "a test")
    totals = into(case, "A", folder, by=case.chiara)
    assert told(totals) == WHOLE.totals()
    assert outcomes(totals.intake, folder) == WHOLE.outcomes()


def test_another_units_case_and_none_are_refused_with_the_same_words(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": TEXT})
    with pytest.raises(NotFound) as theirs:
        into(case, "A", folder, by=case.chiara)
    with pytest.raises(NotFound) as none:
        into(case, "B", folder, by=case.chiara)
    assert str(theirs.value) == str(none.value).replace("'B'", "'A'")
    assert not Intake.objects.exists()


def test_nothing_is_taken_into_a_closed_case_nor_by_somebody_who_is_no_analyst(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": TEXT})
    case.bram.person.roles.all().delete()
    with pytest.raises(Refused, match="needs the role analyst"):
        into(case, "A", folder, by=case.bram)
    close_dossier(case.home, case.anke, "A")
    with pytest.raises(Invalid, match="was closed"):
        into(case, "A", folder)


def test_an_intake_is_worked_on_by_one_process_at_a_time(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": TEXT})
    totals = into(case, "A", folder)
    intake = Intake.objects.get(pk=totals.intake)
    with alone(case.home, intake), pytest.raises(Refused, match="running in another process"), alone(case.home, intake):
        pytest.fail("two held it")
    with alone(case.home, intake):
        pass


def test_a_source_that_is_not_there_begins_nothing(case: Node, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file or directory"):
        into(case, "A", tmp_path / "nothing")
    assert not Intake.objects.exists()


def test_an_empty_folder_is_an_intake_of_nothing(case: Node, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert told(into(case, "A", tmp_path / "empty")) == Plan().totals()


def test_a_survey_changes_with_every_name_size_and_time_and_with_nothing_else(begun: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": b"1", "b": b"2"})
    for name in ("a", "b"):
        os.utime(folder / name, (1, 1))
    first = OnDisk(str(folder)).survey(begun.home)
    assert (first.files, OnDisk(str(folder)).survey(begun.home)) == (2, first)
    lay(folder, {"a": b"x"})
    os.utime(folder / "a", (1, 1))
    assert OnDisk(str(folder)).survey(begun.home) == first  # bytes are not read to survey
    listings = [first.listing]
    os.utime(folder / "a", (1, 2))
    listings.append(OnDisk(str(folder)).survey(begun.home).listing)
    lay(folder, {"b": b"longer"})
    listings.append(OnDisk(str(folder)).survey(begun.home).listing)
    (folder / "b").rename(folder / "c")
    listings.append(look_over(files_of(str(folder))).listing)
    assert len(set(listings)) == 4


def test_what_is_written_down_is_english_whoever_caused_it(case: Node, tmp_path: Path) -> None:
    files = {"b.png": picture(2)[:60], "c.txt": b"words", "d.zip": b"PK\x03\x04 no archive"}
    reasons: dict[str, dict[str, str]] = {}
    for language in ("en", "fr", "nl"):
        with override(language):
            took = take_in(case.home, case.anke, "A", str(lay(tmp_path / language, files)), workers=1)
        found = Item.objects.filter(intake=took.intake).exclude(reason="")
        reasons[language] = {Path(item.path).name: item.reason for item in found}
        entries = Entry.objects.order_by("-index")[:3]
        assert not any(re.search("fichier|versement|bestand|inbreng", entry.detail) for entry in entries)
    assert len(reasons["en"]) >= 2
    assert reasons["fr"] == reasons["nl"] == reasons["en"]
