"""A backup names what it copies, keeps secrets out of sight, and is whole or not there."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from havre.audit.models import Entry
from havre.errors import Refused, Unavailable
from havre.flows.backup import Part, archive, back_up
from havre.flows.holding import store_alone
from havre.flows.home import Home
from havre.media.models import SealedFile
from havre.settings import Settings
from tests.cast import Node, node
from tests.seizure import seizure, taken_in

IDENTITY = pyrage.x25519.Identity.generate()
PUBLIC = str(IDENTITY.to_public())


@pytest.fixture
def held(database: Settings, tmp_path: Path) -> Iterator[Node]:
    with node(database) as begun:
        taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "seized", range(2)))
        yield begun


def test_what_is_packed_is_a_tar_that_any_tar_reads() -> None:
    contents = {"a": b"", "b": bytes(511), "c": bytes(512), "d/e": bytes(range(256)) * 5}
    parts = (Part(name, len(content), iter([content[:100], content[100:]])) for name, content in contents.items())
    with tarfile.open(fileobj=io.BytesIO(b"".join(archive(parts)))) as tar:
        files = [(member.name, tar.extractfile(member)) for member in tar]
        assert {name: file.read() for name, file in files if file is not None} == contents


@pytest.mark.parametrize("size", [2, 4])
def test_a_file_that_changed_while_it_was_copied_is_noticed(size: int) -> None:
    with pytest.raises(Unavailable, match="changed"):
        list(archive(iter([Part("a", size, iter([b"abc"]))])))


def test_a_backup_counts_what_it_copied_and_is_logged_before(held: Node, tmp_path: Path) -> None:
    made = back_up(held.home, held.anke, tmp_path / "b.age", PUBLIC)
    assert (made.files, made.missing, made.keys) == (4, [], True)
    entry = Entry.objects.order_by("-index")[0]
    assert (entry.verb, PUBLIC in entry.detail) == ("disclosure", True)


def test_a_missing_sealed_file_is_named_and_the_rest_is_copied(held: Node, tmp_path: Path) -> None:
    blob = SealedFile.objects.order_by("id")[0].blob
    (held.home.settings.store / blob).unlink()
    made = back_up(held.home, held.anke, tmp_path / "b.age", PUBLIC)
    assert (made.files, made.missing) == (3, [blob])


def test_keys_that_a_command_provides_are_not_in_a_backup(held: Node, tmp_path: Path) -> None:
    keys = sorted(held.home.settings.keys.iterdir())
    printed = tmp_path / "print-keys"
    printed.write_text("#!/bin/sh\n" + "".join(f'echo "{key.name} $(cat {key})"\n' for key in keys))
    printed.chmod(0o700)
    home = Home(Settings(held.home.settings.home, held.home.settings.database, str(printed)))
    assert back_up(home, held.anke, tmp_path / "b.age", PUBLIC).keys is False


def test_a_failed_backup_leaves_no_file(held: Node, tmp_path: Path) -> None:
    with store_alone(held.home), pytest.raises(Refused, match="being erased"):
        back_up(held.home, held.anke, tmp_path / "b.age", PUBLIC)
    held.home.settings.seen.unlink()
    held.home.settings.seen.mkdir()
    with pytest.raises(Unavailable):
        back_up(held.home, held.anke, tmp_path / "b.age", PUBLIC)
    assert list(tmp_path.glob("b.age*")) == []


def test_only_an_administrator_makes_backups(held: Node, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="administrator"):
        back_up(held.home, held.bram, tmp_path / "b.age", PUBLIC)


def test_a_backup_is_of_one_moment_while_an_intake_goes_on(held: Node, tmp_path: Path) -> None:
    begun: list[str] = []

    def take_in_meanwhile(_done: int, _total: int) -> None:
        if not begun:
            begun.append("R2")
            taken_in(held.home, held.anke, "R2", seizure(tmp_path / "later", range(5, 8)))

    made = back_up(held.home, held.anke, tmp_path / "b.age", PUBLIC, take_in_meanwhile)
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt((tmp_path / "b.age").read_bytes(), [IDENTITY]))) as tar:
        pieces = [tar.extractfile(name) for name in tar.getnames() if name.startswith("rows/")]
        rows = b"".join(piece.read() for piece in pieces if piece is not None)
        files = [name for name in tar.getnames() if name.startswith("store/")]
    assert (made.files, len(files), SealedFile.objects.count()) == (4, 4, 10)
    assert (b'"R1"' in rows, b'"R2"' in rows) == (True, False)
    assert [name for name in files if name.removeprefix("store/").encode() not in rows] == []
