"""An exported log is proven without a home, and what was altered in it is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from havre.audit.entry import Act, End, Line, Seal, entry_of
from havre.audit.export import write_export
from havre.errors import Invalid
from havre.flows.proof import verify_export
from havre.sealing.chain import Frontier
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, signed_note

SIGNER = Signer(bytes(range(32)))
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def log_of(count: int) -> list[Line]:
    """A log of so many entries with one checkpoint over all of them."""
    tree, lines = Frontier(), list[Line]()
    for index in range(count):
        entry = entry_of(Act("anke", "unit", "change", f"thing {index}", "", AT, {}), index, SIGNER)
        tree = tree.append(entry.leaf)
        lines.append(entry)
    note = signed_note(Checkpoint(SIGNER.verifier.name, count, tree.root(), 0, AT, NO_PREVIOUS), SIGNER)
    return [*lines, Seal(0, count, tree.text(), note), End(count, tree.text())]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    file = tmp_path / "log.jsonl"
    file.write_text("".join(write_export(log_of(5), SIGNER.verifier)))
    return file


def test_an_exported_log_is_whole(exported: Path) -> None:
    proof = verify_export(exported, SIGNER.verifier.text())
    told = proof.to_json()
    assert (told["sound"], told["entries"], told["first_altered"], told["key_trusted"]) == (True, 5, None, True)


def test_without_a_key_the_one_claimed_is_used_and_not_trusted(exported: Path) -> None:
    assert (verify_export(exported).sound, verify_export(exported).trusted) == (True, False)


def test_the_first_altered_entry_is_named(exported: Path) -> None:
    exported.write_text(exported.read_text().replace("thing 3", "thing 9"))
    proof = verify_export(exported)
    assert (proof.sound, proof.verdict.first_altered) == (False, 3)


def test_another_key_proves_nothing(exported: Path) -> None:
    stranger = Signer(bytes(32)).verifier.text()
    assert not verify_export(exported, stranger).sound


def test_a_longer_log_seen_elsewhere_shows_that_this_one_was_cut(exported: Path) -> None:
    seal = next(line for line in log_of(9) if isinstance(line, Seal))
    proof = verify_export(exported, seen=seal.note)
    assert (proof.sound, proof.verdict.first_altered) == (False, 5)


def test_a_file_that_is_no_log_is_invalid(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello\n")
    for file in (tmp_path / "x", tmp_path / "absent"):
        with pytest.raises(Invalid):
            verify_export(file)
