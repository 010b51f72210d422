"""Journals go to another machine as one file, and go on there."""

import io
import tarfile
from pathlib import Path

import pytest

from havre.errors import HavreError, Invalid, Refused, Unavailable
from havre.flows.cybertip_journal import KEPT, LINES, folders_in
from havre.flows.cybertip_moved import MOST_NAMED, export_journals, import_journals, journal_files
from havre.flows.resume_reports import resume_reports
from tests.flows.filed import apart, filing, once


def test_what_waits_goes_on_on_another_machine(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/finish"] = ["3300"]
        with pytest.raises(HavreError):
            platform.send()
        file, other = tmp_path / "journals.tar", tmp_path / "other"
        assert export_journals(platform.root, file) == 1
        assert file.stat().st_mode & 0o777 == 0o600
        assert import_journals(other, file) == (1, 0)
        assert import_journals(other, file) == (0, 1)
        assert list(journal_files(other)) == list(journal_files(platform.root))
        (done,) = resume_reports(other, platform.service, platform.world())
        assert done.became == "finished"
        once(platform.hotline)
        with pytest.raises(Refused, match="is there already"):
            export_journals(other, file)


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    with pytest.raises(Unavailable):
        import_journals(tmp_path / "j", file)
    file.write_bytes(b"nothing" * 200)
    with pytest.raises(Unavailable):
        import_journals(tmp_path / "j", file)
    unopened = b'{"what": "finished", "at": "2026-03-02T12:00:00+00:00", "report": 7}\n'
    journal = f"{'0' * 32}/{LINES}"
    evil = ("../evil", b"", "never wrote")
    for name, content, why in (evil, (journal, b"x\n", "was altered"), (journal, unopened, "was altered")):
        with tarfile.open(file, "w") as tar:
            for member, held in ((name, content), ("end", b"1")):
                head = tarfile.TarInfo(member)
                head.size = len(held)
                tar.addfile(head, io.BytesIO(held))
        with pytest.raises(Invalid, match=why):
            import_journals(tmp_path / "j", file)
    assert folders_in(tmp_path / "j") == []
    with pytest.raises(Unavailable, match="could not be written"):
        export_journals(tmp_path / "j", tmp_path / "no" / "folder")


def test_of_a_file_that_was_cut_between_two_members_nothing_is_taken(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send()
        file, other = tmp_path / "journals.tar", tmp_path / "other"
        export_journals(platform.root, file)
        with tarfile.open(file) as tar:
            starts = [member.offset for member in tar]
        assert len(starts) == 3
        whole = file.read_bytes()
        for start in starts:
            file.write_bytes(whole[:start])
            with pytest.raises((Invalid, Unavailable)):
                import_journals(other, file)
            assert folders_in(other) == []
        file.write_bytes(whole)
        assert import_journals(other, file) == (1, 0)


def test_an_import_that_was_killed_takes_the_whole_report_when_it_is_run_again(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send()
        file, other = tmp_path / "journals.tar", tmp_path / "other"
        export_journals(platform.root, file)
        (there,) = folders_in(platform.root)
        # Whatever one file it had put there, the report is not there before both are.
        for name in (KEPT, f".{LINES}.new"):
            (other / there.name).mkdir(parents=True, exist_ok=True)
            (other / there.name / name).write_bytes(b"half")
        (other / there.name / "lock").touch()
        assert import_journals(other, file) == (1, 0)
        assert list(journal_files(other)) == list(journal_files(platform.root))


def test_lines_are_put_there_last(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send()
        file, other = tmp_path / "journals.tar", tmp_path / "other"
        export_journals(platform.root, file)
        (there,) = folders_in(platform.root)
        (other / there.name / f".{KEPT}.new").mkdir(parents=True)  # so that it ends at the first of the two
        with pytest.raises(Unavailable):
            import_journals(other, file)
        assert folders_in(other) == []


def test_a_folder_that_is_no_journal_is_left_where_it_is(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send(filing())
        (platform.root / "notes").mkdir()
        (platform.root / "notes" / LINES).write_text("mine")
        assert len(folders_in(platform.root)) == 2
        assert len({name.partition("/")[0] for name, _ in journal_files(platform.root)}) == 1


CHANGES = {
    "a line that is none": (LINES, b"x\n"),
    "a line that is another's": (LINES, b'{"what": "uploaded", "at": "2026-03-02T12:00:00+00:00", "report": 7}\n'),
    "what was kept": (KEPT, b"{"),
    "what was kept is of no filing": (KEPT, b'{"to": "x"}'),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_nothing_is_exported_while_a_journal_was_altered_and_which_one_is_said(tmp_path: Path, change: str) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send(filing(reference="T-1"))
        platform.send(filing(reference="T-2"))
        spoilt, whole = folders_in(platform.root)
        name, content = CHANGES[change]
        with (spoilt / name).open("ab" if name == LINES else "wb") as written:
            written.write(content)
        before = {path: path.read_bytes() for path in platform.root.rglob("*") if path.is_file()}
        file, other = tmp_path / "journals.tar", tmp_path / "other"
        with pytest.raises(Refused) as refused:
            export_journals(platform.root, file)
        assert str(refused.value) == (
            f"nothing was exported, for {spoilt.name} in {platform.root} was altered, or written by another release:"
            " put its folder back from an earlier export or backup, or move it out of there and keep it for whoever"
            " looks, then export again"
        )
        assert (file.exists(), before) == (False, {path: path.read_bytes() for path in before})
        spoilt.rename(tmp_path / "looked at")
        assert export_journals(platform.root, file) == 1
        assert import_journals(other, file) == (1, 0)
        assert [folder.name for folder in folders_in(other)] == [whole.name]


def test_many_that_were_altered_are_counted(tmp_path: Path) -> None:
    for number in range(MOST_NAMED + 2):
        (tmp_path / "j" / f"{number:032x}").mkdir(parents=True)
        (tmp_path / "j" / f"{number:032x}" / LINES).write_bytes(b"x\n")
    with pytest.raises(Refused, match=f"for {0:032x}, .* and 2 more in .* were altered, .* put their folders"):
        export_journals(tmp_path / "j", tmp_path / "journals.tar")


def test_what_is_no_journal_is_neither_exported_nor_touched(tmp_path: Path) -> None:
    (tmp_path / "j" / "notes").mkdir(parents=True)
    (tmp_path / "j" / "notes" / LINES).write_text("mine")
    assert export_journals(tmp_path / "j", tmp_path / "journals.tar") == 0
    assert [path.name for path in (tmp_path / "j" / "notes").iterdir()] == [LINES]
    assert (tmp_path / "j" / "notes" / LINES).read_text() == "mine"
    assert import_journals(tmp_path / "other", tmp_path / "journals.tar") == (0, 0)
