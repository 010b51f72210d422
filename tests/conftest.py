"""What every test may ask for: a fresh database of either kind, the command line, full counts."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from bench.postgres import Server, in_memory, server
from django.utils import translation
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from havre.settings import Settings
from havre.start import start
from tests import command_line
from tests.databases import NOWHERE, Copy, connected, name_of, postgresql_copies, sqlite_copies
from tests.one_database import left_out
from tests.web import browser_path

if TYPE_CHECKING:
    from tests.simulators.worlds import Worlds

PROOF = os.environ.get("HAVRE_PROOF") == "1"
"""Whether full counts are run (`make proof`) instead of seeded samples of them (`make test`)."""

MIGRATED = os.environ.get("HAVRE_MIGRATED", "")
"""The folder of a migrated SQLite database. Tests beside a mutant run on copies of it alone, until an example fails."""

# Test modules import models, which wants Django configured; that is done once in a process.
start(NOWHERE)

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
LONGEST_NAME = 60
"""Characters of a value in the name of a test."""

hypothesis_settings.register_profile(
    "test", derandomize=True, deadline=None, suppress_health_check=SLOW, max_examples=40
)
hypothesis_settings.register_profile(
    "proof", derandomize=True, deadline=None, suppress_health_check=SLOW, max_examples=10_000
)
hypothesis_settings.register_profile(
    "mutant",
    hypothesis_settings.get_profile("test"),
    max_examples=100,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
)
hypothesis_settings.register_profile("few", hypothesis_settings.get_profile("mutant"), max_examples=20)
hypothesis_settings.load_profile("mutant" if MIGRATED else "proof" if PROOF else "test")

Havre = Callable[..., command_line.Result]
"""`havre("case", "list", "--json")`: runs the command on the test's own home."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The PostgreSQL server of this test process."""
    with server(within=in_memory()) as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Copies of a migrated SQLite database."""
    return sqlite_copies(Path(MIGRATED) if MIGRATED else tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Copies of a migrated PostgreSQL database."""
    return postgresql_copies(postgresql, tmp_path_factory.mktemp("postgresql-template"))


@pytest.fixture(params=["sqlite"] if MIGRATED else ["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test that asks for it, or for anything below, runs once on each."""
    return cast(str, request.param)


@pytest.fixture
def home(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a home that does not exist yet; ask for `empty` or `database` to fill its database."""
    if backend == "sqlite":
        yield Settings(home=tmp_path / "home")
        return
    running: Server = request.getfixturevalue("postgresql")
    settings = Settings(home=tmp_path / "home", database=running.address("havre_test"))
    yield settings
    running.drop(name_of(settings))


@pytest.fixture
def empty(backend: str, home: Settings, request: pytest.FixtureRequest) -> Settings:
    """Settings of a home that does not exist yet, with an empty database: what `havre init` starts from."""
    if backend == "postgresql":
        request.getfixturevalue("postgresql").make(name_of(home))
    return home


@pytest.fixture
def database(backend: str, home: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a home with all tables and no rows, on which the models of this process work."""
    copy: Copy = request.getfixturevalue(f"{backend}_template")
    copy(home)
    with connected(home):
        yield home


@pytest.fixture(scope="module")
def lasting_database(sqlite_template: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The same for all tests of a module, on SQLite: for those that change nothing the next one would miss."""
    settings = Settings(home=tmp_path_factory.mktemp("lasting") / "home")
    sqlite_template(settings)
    with connected(settings):
        yield settings


@pytest.fixture
def worlds(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator["Worlds"]:
    """`worlds("BE IT", seed=3)` is a context with several nodes that know one another and a simulated network."""
    from tests.simulators.worlds import maker

    copy: Copy = request.getfixturevalue(f"{backend}_template")
    running: Server | None = request.getfixturevalue("postgresql") if backend == "postgresql" else None
    with maker(tmp_path, copy, running) as make:
        yield make


@pytest.fixture
def havre(backend: str, home: Settings, request: pytest.FixtureRequest) -> Havre:
    """The command on this test's home. `init` finds its tables made, unless the test asks for an `empty` database."""
    if {"database", "empty"} & set(request.fixturenames):
        return partial(command_line.run, settings=home)
    copy: Copy = request.getfixturevalue(f"{backend}_template")
    if backend == "postgresql":
        copy(home)

    def run(*words: object, **more: Any) -> command_line.Result:
        if "init" in words and backend == "sqlite" and not home.sqlite.exists():
            copy(home)
        return command_line.run(*words, settings=home, **more)

    return run


@pytest.fixture
def havre_without_home() -> Havre:
    """The command without a home, as `fingerprint`, `bench`, `doctor` and `demo` take it."""
    return partial(command_line.run, settings=None)


@pytest.fixture
def count() -> Callable[[int, int], int]:
    """`count(sample, full)`: how many to try, the full number under `make proof`."""
    return lambda sample, full: full if PROOF else sample


def pytest_configure() -> None:
    """Homes of tests lie in memory where there is room: a third of a test's time was spent on waiting for a disk."""
    if memory := in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All tests and what they import stay: nothing of them is looked at for what could be let go, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of each test of pages only one database, unless everything is to be proven."""
    others = set() if PROOF else left_out(items)
    config.hook.pytest_deselected(items=list(others))
    items[:] = [item for item in items if item not in others]


def pytest_make_parametrize_id(val: object) -> str | None:
    """What a test is given may be megabytes, and several processes tell each other its name: it says how it begins."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_NAME:
        return f"{val[:LONGEST_NAME]!a}~{len(val)}"
    return None


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page answers in the language of whoever asks, and leaves it behind in this thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's browser, without a screen; one for all tests of a process, a new context for each."""
    # Playwright keeps an event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        yield browser
        browser.close()
