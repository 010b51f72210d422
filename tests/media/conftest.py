"""One sandbox for all tests of these folders: starting the zygote is the dearest part."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.media.decode import Sandbox, Worker

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A zygote whose workers can also run the probes."""
    with Sandbox({"probe": "tests.media.decode.probes:run"}) as started:
        yield started


@pytest.fixture(scope="session")
def _shared(sandbox: Sandbox) -> Iterator[Worker]:
    with Worker(sandbox) as shared:
        yield shared


@pytest.fixture
def worker(_shared: Worker) -> Worker:
    """A worker that recovers from whatever the tests before did to it."""
    return _shared


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The development media pack; tests that need it are skipped where it is not."""
    place = Path(os.environ.get("HAVRE_CORPUS", ROOT.parent / "shared" / "data" / "dev"))
    if not (place / "hostile" / "HOSTILE.csv").is_file():
        pytest.skip(f"the development media pack is not at {place} (set HAVRE_CORPUS)")
    return place


@pytest.fixture(scope="session")
def corpus_of_hostile(corpus: Path) -> Path:
    """Its hostile files."""
    return corpus / "hostile"
