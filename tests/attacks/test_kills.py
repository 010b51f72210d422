"""kill -9 at any moment, of the intake or of a worker: run again, it ends as if nothing had happened."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from havre.settings import Settings
from tests import command_line
from tests.captures import listed, record
from tests.media.decode.test_payload import JPEG
from tests.pictures import landscape, texture

Count = Callable[[int, int], int]


@pytest.fixture
def seizure(tmp_path: Path, count: Count) -> Path:
    """Pictures, copies of pictures, broken ones and an archive: enough to be cut anywhere."""
    folder = tmp_path / "seizure"
    (folder / "deep" / "er").mkdir(parents=True)
    for seed in range(count(20, 60)):
        make = texture if seed % 3 else landscape
        picture = Image.fromarray(make(seed, 120, 160))
        picture.save(folder / "deep" / f"{seed:03}.jpg", quality=90)
        if seed % 4 == 0:
            picture.save(folder / "deep" / "er" / f"{seed:03} again.png")
    (folder / "empty.jpg").touch()
    (folder / "notes.txt").write_text("nothing to see")
    whole = (folder / "deep" / "001.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    subprocess.run(
        ["python3", "-m", "zipfile", "-c", str(folder / "more.zip"), str(folder / "deep")], check=True, timeout=60
    )
    return folder


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an open case, of which each test takes copies."""
    home = tmp_path_factory.mktemp("beginning") / "home"
    for words in (
        ("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke"),
        ("case", "open", "C1", "--basis", "warrant"),
    ):
        assert command_line.run(*words, settings=Settings(home=home)).exit == 0
    return home


def begun(beginning: Path, home: Path) -> Settings:
    """A home with an open case."""
    shutil.copytree(beginning, home)
    return Settings(home=home)


def finished(home: Settings, source: Path) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Totals (without time) and items of an intake run to its end."""
    items = home.home.parent / f"{home.home.name}.jsonl"
    done = command_line.run("intake", "C1", source, "--items", items, "--json", settings=home)
    assert (done.exit, done.stderr) == (0, "")
    totals = {key: value for key, value in done.json.items() if key not in {"seconds", "intake"}}
    return totals, [json.loads(line) for line in items.read_text().splitlines()]


def killed(home: Settings, source: Path, chance: random.Random, longest: float) -> bool:
    """Start an intake and kill it, or one of its workers, after a random time; whether it was still running."""
    process = subprocess.Popen(
        [str(command_line.HAVRE), "intake", "C1", str(source)],
        env=command_line.environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(chance.uniform(0.0, longest))
    victim = psutil.Process(process.pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        workers = victim.children(recursive=True)
        if workers and chance.random() < 0.4:
            chance.choice(workers).send_signal(signal.SIGKILL)
            time.sleep(chance.uniform(0.0, 0.3))
    running = process.poll() is None
    process.kill()
    process.wait()
    return running


def orphans_of(processes: Iterator[psutil.Process]) -> list[int]:
    """Decoders whose parent has gone."""
    left = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if process.ppid() == 1 and "havre.media.decode" in " ".join(process.cmdline()):
                left.append(process.pid)
    return left


@pytest.mark.proof
def test_killed_at_random_moments_and_run_again_it_ends_with_the_same_totals(
    seizure: Path, beginning: Path, tmp_path: Path, count: Count
) -> None:
    expected = finished(begun(beginning, tmp_path / "undisturbed"), seizure)
    chance = random.Random(20261122)
    before = set(orphans_of(psutil.process_iter()))
    left, home_number = count(4, 200), 0
    while left > 0:
        home_number += 1
        home = begun(beginning, tmp_path / f"disturbed-{home_number}")
        for _ in range(min(left, 10)):
            left -= killed(home, seizure, chance, longest=2.5)
        assert finished(home, seizure) == expected
        scrubbed = command_line.run("store", "verify", "--sweep", "--json", settings=home)
        assert command_line.run("store", "verify", "--json", settings=home).exit == 0, scrubbed.stdout
        for words in (("index", "verify"), ("audit", "verify")):
            assert command_line.run(*words, settings=home).exit == 0
    time.sleep(1.0)
    assert set(orphans_of(psutil.process_iter())) <= before


@pytest.mark.parametrize("kind", ["list", "warc"])
def test_an_import_of_a_capture_that_is_killed_again_and_again_ends_as_one_that_was_not(
    beginning: Path, tmp_path: Path, count: Count, kind: str
) -> None:
    """Killed behind a batch that was written, or before the first; the last of its runs is told the same."""
    rows, chance = count(7_000, 15_000), random.Random(7)
    file = tmp_path / "capture"
    if kind == "list":
        listed(file, [number // 2 for number in range(rows)])
    else:
        blocks = (JPEG + str(number // 2).encode() for number in range(rows))
        told = (record("resource", f"http://p.example/{n}", b, content="image/jpeg") for n, b in enumerate(blocks))
        file.write_bytes(b"".join(told))
    (home, other) = (begun(beginning, tmp_path / name) for name in ("disturbed", "undisturbed"))
    words = ("site", "import", file, "--site", "Quay", "--json")
    want = command_line.run(*words, settings=other).json
    for least in (0, 1, *chance.choices(range(rows // 5_000), k=count(0, 20))):
        process = subprocess.Popen(
            [str(command_line.HAVRE), *map(str, words)],
            env=command_line.environment(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        before = written(home)
        while process.poll() is None and written(home) <= before + (least - 1) * 5_000:
            time.sleep(0.02)
        process.kill()
        process.wait()
    ended = command_line.run(*words, settings=home)
    assert (ended.exit, ended.stderr) == (0, "")
    totals = ("capture", "good", "bad", "passed", "media", "digests", "sha256")
    assert {name: ended.json[name] for name in totals} == {name: want[name] for name in totals}
    assert (want["good"], want["media"]) == (rows, rows // 2)
    assert tables(home) == tables(other)


def written(home: Settings) -> int:
    """How many rows of captures are there."""
    with contextlib.closing(sqlite3.connect(home.home / "havre.sqlite3", timeout=60)) as database:
        return int(database.execute("SELECT COALESCE(SUM(good), 0) FROM sites_capture").fetchone()[0])


def tables(home: Settings) -> list[tuple[object, ...]]:
    """What captures hold: every row once, and each digest with where it is first and how often."""
    with contextlib.closing(sqlite3.connect(home.home / "havre.sqlite3")) as database:
        kept = database.execute("SELECT position, address, sha256 FROM sites_captured ORDER BY position").fetchall()
        return kept + database.execute("SELECT digest, first, times FROM sites_content ORDER BY digest").fetchall()


def test_two_intakes_at_once_find_what_one_after_the_other_finds(
    seizure: Path, beginning: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in [*sorted((seizure / "deep").glob("*.jpg"))[12:], seizure / "more.zip"]:
        path.unlink()  # two at once meet in a few files as in many
    for path in sorted((seizure / "deep").glob("*.jpg"))[::2]:
        os.link(path, other / path.name)
    home = begun(beginning, tmp_path / "home")
    both = [
        subprocess.Popen(
            [str(command_line.HAVRE), "intake", "C1", str(source), "--json"],
            env=command_line.environment(home),
            stdout=subprocess.PIPE,
        )
        for source in (seizure, other)
    ]
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    new = sum(answer["new"] for answer in answers)
    alone = finished(begun(beginning, tmp_path / "alone"), seizure)[0]
    assert new == alone["new"]
    assert sum(answer["stacks"] for answer in answers) == alone["stacks"]
    assert command_line.run("index", "verify", settings=home).exit == 0
