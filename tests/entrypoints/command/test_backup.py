"""A backup comes back whole on either database, opens for its recipient alone, and never sets the log back."""

import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from bench.postgres import Server

from havre.settings import Settings
from tests import command_line
from tests.command_line import Result
from tests.conftest import Havre
from tests.seizure import seizure

IDENTITY = pyrage.x25519.Identity.generate()
PUBLIC = str(IDENTITY.to_public())


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    file = tmp_path / "identity"
    file.write_text(f"# made for a test\n{IDENTITY}\n")
    return file


@pytest.fixture
def backed_up(havre: Havre, database: Settings, tmp_path: Path) -> Path:
    """The backup of a node that holds two pictures."""
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    havre("case", "open", "R1", "--basis", "a warrant")
    assert havre("intake", "R1", seizure(tmp_path / "seized", range(2))).exit == 0
    made = havre("backup", tmp_path / "backup.age", "--recipient", PUBLIC, "--json")
    assert made.exit == 0, made.stderr
    assert made.json["files"] == 4
    return tmp_path / "backup.age"


def restored(settings: Settings, backup: Path, identity: Path, *more: object) -> Result:
    return command_line.run("restore", backup, "--identity", identity, "--json", *more, settings=settings)


@contextmanager
def other(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """A home that does not exist yet, on a database of this kind."""
    if backend == "sqlite":
        yield Settings(home=tmp_path / "new")
        return
    server: Server = request.getfixturevalue("postgresql")
    server.make("havre_restored")
    yield Settings(home=tmp_path / "new", database=server.address("havre_restored"))
    server.drop("havre_restored")


def contents(backup: Path) -> dict[str, bytes]:
    """What is inside, opened with age alone."""
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(backup.read_bytes(), [IDENTITY]))) as tar:
        files = [(member.name, tar.extractfile(member)) for member in tar]
        return {name: file.read() for name, file in files if file is not None}


def forged(parts: dict[str, bytes], file: Path) -> Path:
    """A backup of these parts, made by somebody who knows the recipient."""
    inside = io.BytesIO()
    with tarfile.open(fileobj=inside, mode="w") as tar:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    file.write_bytes(pyrage.encrypt(inside.getvalue(), [IDENTITY.to_public()]))
    return file


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_backup_comes_back_whole_on_either_database(
    backed_up: Path, identity: Path, tmp_path: Path, to: str, request: pytest.FixtureRequest
) -> None:
    with other(to, tmp_path, request) as new:
        found = restored(new, backed_up, identity)
        assert found.exit == 0, found.stderr
        assert (found.json["files"], found.json["problems"]) == (4, [])
        for words in (("store", "verify"), ("index", "verify"), ("audit", "verify")):
            assert command_line.run(*words, settings=new).exit == 0, words
        again = command_line.run("intake", "R1", tmp_path / "seized", "--again", "--json", settings=new)
        assert (again.json["found"], again.json["repeat"], again.json["new"]) == (2, 2, 0)
        told = command_line.run("audit", "show", "--last", "100", "--json", settings=new).json
        assert [e["thing"] for e in told if json.loads(e["detail"]).get("act") == "restored"] == ["node"]


def test_no_secret_stands_in_a_backup_and_age_alone_opens_it(backed_up: Path, database: Settings) -> None:
    sealed, keys = backed_up.read_bytes(), database.keys
    inside = contents(backed_up)
    for key in keys.iterdir():
        assert key.read_bytes().strip() not in sealed
        assert inside[f"keys/{key.name}"] == key.read_bytes()
    assert b"a warrant" not in sealed
    assert b"a warrant" in b"".join(content for name, content in inside.items() if name.startswith("rows/"))
    assert backed_up.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backed_up.parent.glob("*.part")] == []


def test_a_restore_is_refused_where_the_log_would_go_back(
    havre: Havre, backed_up: Path, identity: Path, database: Settings, tmp_path: Path
) -> None:
    if database.database:
        pytest.skip("the checkpoint is a file of the home on both databases")
    new = Settings(home=tmp_path / "new")
    newer = tmp_path / "newer"
    newer.write_text(havre("audit", "checkpoint").stdout)
    refused = restored(new, backed_up, identity, "--seen", newer)
    assert (refused.exit, "the log would go back" in refused.stderr, refused.stdout) == (1, True, "")
    assert [path.name for path in new.home.iterdir()] == ["restoring"]

    (new.home / "checkpoint").write_bytes(newer.read_bytes())
    assert "the log would go back" in restored(new, backed_up, identity).stderr

    (new.home / "checkpoint").write_bytes(contents(backed_up)["checkpoint"])
    assert restored(new, backed_up, identity).exit == 0


def test_a_restore_into_anything_but_an_empty_home_is_refused(
    backed_up: Path, identity: Path, database: Settings, tmp_path: Path
) -> None:
    refused = restored(database, backed_up, identity)
    assert (refused.exit, "is not empty" in refused.stderr) == (1, True)
    if database.database:
        elsewhere = replace(database, home=tmp_path / "new")
        refused = restored(elsewhere, backed_up, identity)
        assert (refused.exit, "holds a node already" in refused.stderr) == (1, True)


def test_what_is_no_whole_backup_restores_nothing(
    backed_up: Path, identity: Path, database: Settings, tmp_path: Path
) -> None:
    if database.database:
        pytest.skip("what is read of a backup is the same for both databases")
    inside = contents(backed_up)
    cut = tmp_path / "cut.age"
    cut.write_bytes(backed_up.read_bytes()[:-5000])
    bent = tmp_path / "bent.age"
    whole = backed_up.read_bytes()
    bent.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    stranger = tmp_path / "stranger"
    stranger.write_text(str(pyrage.x25519.Identity.generate()))
    ended = {name: content for name, content in inside.items() if name != "end.json"}
    entries = {name: content.replace(b'"case R1"', b'"case R2"') for name, content in inside.items()}
    wrong = [
        (cut, identity, "cut off or was altered"),
        (bent, identity, "cut off or was altered"),
        (backed_up, stranger, "made for another recipient"),
        (backed_up, cut, "holds no age secret key"),
        (identity, identity, "no whole age file"),
        (forged({"notes": b"1"}, tmp_path / "1"), identity, "does not begin"),
        (forged(inside | {"../../etc/passwd": b"1"}, tmp_path / "2"), identity, "no backup of Havre does"),
        (forged(ended, tmp_path / "3"), identity, "ends before its last"),
        (forged(entries, tmp_path / "4"), identity, "was altered"),
    ]
    new = Settings(home=tmp_path / "new")
    for file, key, sentence in wrong:
        refused = restored(new, file, key)
        assert (refused.exit, sentence in refused.stderr, refused.stdout) == (1, True, ""), (file, refused.stderr)
    assert {path.name for path in new.home.iterdir()} <= {"restoring"}
    assert restored(new, backed_up, identity).exit == 0


def test_a_wrong_recipient_gets_one_sentence_and_a_secret_one_is_not_repeated(
    havre: Havre, backed_up: Path, tmp_path: Path
) -> None:
    for wrong in ("age1nonsense", "nobody", str(IDENTITY)):
        refused = havre("backup", tmp_path / "x.age", "--recipient", wrong)
        assert (refused.exit, len(refused.stderr.splitlines())) == (1, 1)
        assert str(IDENTITY) not in refused.stderr
    assert not (tmp_path / "x.age").exists()
    assert havre("backup", backed_up, "--recipient", PUBLIC).exit == 1
