"""A process that has read what each `havre` command reads first: each command of a test is a fork of it.

Three quarters of the processor time of a command are spent on reading modules and models. No home is known here, and a
fork forgets the settings under which the models were read: from then on it does what the installed command does.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.conf import settings as configured
from django.db import connections
from django.utils.functional import empty

READ_FIRST = (
    "tests.preloaded",
    "tests.read_models",
    *("django.urls", "django.forms", "django.template.backends.django", "django.test.client", "django.db.migrations"),
    *("typer._adapters", "requests", "psycopg", "jwt", "cryptography.x509"),
    *("havre.sealing.certificate", "havre.sealing.message", "havre.sealing.envelope", "havre.matching.place_index"),
)
"""Modules that most commands read."""

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(list(READ_FIRST))


def begun(words: Sequence[str], environment: Mapping[str, str], answers: Path) -> BaseProcess:
    """A command at work as it was typed, its standard output in `answers/out`, its errors in `answers/err`."""
    process = FORKS.Process(target=_obey, args=(tuple(words), dict(environment), Path.cwd(), answers))
    process.start()
    return process


def begun_server(words: Sequence[str], environment: Mapping[str, str]) -> BaseProcess:
    """A web server, of which the first word is the name, in a group of processes of its own."""
    process = FORKS.Process(target=_serve, args=(tuple(words), dict(environment)))
    process.start()
    return process


def begun_module(name: str, *words: str) -> BaseProcess:
    """A module of the tests at work: its `main` with these words."""
    process = FORKS.Process(target=_work, args=(name, words))
    process.start()
    return process


def _work(name: str, words: tuple[str, ...]) -> None:
    _forget_settings()
    import_module(name).main(*words)


def _serve(words: Sequence[str], environment: Mapping[str, str]) -> None:
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(words)
    _forget_settings()
    import_module("gunicorn.app.wsgiapp").run()


def _obey(words: Sequence[str], environment: Mapping[str, str], folder: Path, answers: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for name, descriptor in ((os.devnull, 0), (answers / "out", 1), (answers / "err", 2)):
        opened = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = list(words)
    _forget_settings()
    import_module("havre.entrypoints.command.main").run()


def _forget_settings() -> None:
    configured._wrapped = empty
    connections.__dict__.clear()
    connections.__init__()  # type: ignore[misc]
