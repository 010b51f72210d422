"""What every command needs: who acts, why, in which home, and how to answer."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from havre.errors import Invalid, Unavailable
from havre.matches.formats import SANDBOXED
from havre.media.decode.sandbox import Sandbox
from havre.settings import Settings, read_settings
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.home import Home
    from havre.units.acting import Acting


@dataclass
class Asked:
    """The options that stand before the command, and --json wherever it stands."""

    home: Path | None = None
    person: str = ""
    reason: str = ""
    json: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)


def asked(context: typer.Context) -> Asked:
    """What was asked before the command."""
    found = context.find_root().obj
    assert isinstance(found, Asked)
    return found


def now() -> datetime:
    """The time in UTC: commands hand it to flows."""
    return datetime.now(UTC)


def settings_of(what: Asked) -> Settings:
    """The settings of the home that was named, which must exist."""
    settings = read_settings(what.environ, what.home)
    if not settings.home.is_dir():
        raise Invalid(f"there is no home at {settings.home}: make one with `havre --home {settings.home} init`")
    if not settings.database and not settings.sqlite.is_file():
        raise Unavailable(f"the database {settings.sqlite} is missing: restore a backup, or begin with `havre init`")
    return settings


@contextmanager
def opened(context: typer.Context, *, decoding: bool = False) -> Iterator[tuple["Home", "Acting"]]:
    """The home, and the person who acts in it; closed at the end however the command ends.

    A command that is about to decode says so: the sandbox then starts while the home is being opened.
    """
    what = asked(context)
    settings = settings_of(what)
    with _begun() if decoding else nullcontext() as sandbox, _opened(what, settings, sandbox) as found:
        yield found


@contextmanager
def _begun() -> Iterator[Sandbox]:
    sandbox = Sandbox(SANDBOXED)
    sandbox.begin()
    try:
        yield sandbox
    finally:
        sandbox.close()


@contextmanager
def opened_home(context: typer.Context) -> Iterator["Home"]:
    """The home alone, for what acts in the name of whoever asked for it; closed at the end."""
    with _home(settings_of(asked(context)), None) as home:
        yield home


@contextmanager
def _home(settings: Settings, sandbox: Sandbox | None) -> Iterator["Home"]:
    start(settings)
    from havre.audit.record import refuse_rollback
    from havre.audit.seen import read_seen
    from havre.flows.home import Home

    home = Home(settings, begun=sandbox)
    try:
        refuse_rollback(home.signer.verifier, read_seen(settings.seen))
        yield home
    finally:
        home.close()


@contextmanager
def _opened(what: Asked, settings: Settings, sandbox: Sandbox | None) -> Iterator[tuple["Home", "Acting"]]:
    with _home(settings, sandbox) as home:
        from havre.units.acting import NO_REASON, Acting
        from havre.units.queries import only_person, person_named

        person = person_named(what.person) if what.person else only_person()
        yield home, Acting(person, now, what.reason or NO_REASON)


def interactive() -> bool:
    """Whether a person sits at this terminal."""
    return sys.stderr.isatty()
