"""A process that has read what each `havre` command reads first: each command of a test is a fork of it.

Half of the processor time of a command is spent on reading modules. Nothing of Django is set up here and no home is
known: what a fork does from then on is what the installed command does.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

READ_FIRST = (
    "tests.preloaded",
    "havre.entrypoints.command.main",
    *("django.urls", "django.forms", "django.template.backends.django", "django.test.client", "django.db.migrations"),
    *("typer._adapters", "requests", "psycopg", "jwt", "cryptography.x509"),
    *("havre.sealing.certificate", "havre.sealing.message", "havre.sealing.envelope", "havre.matching.place_index"),
)
"""Modules that need no settings."""

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(list(READ_FIRST))


def begun(words: Sequence[str], environment: Mapping[str, str], answers: Path) -> BaseProcess:
    """A command at work as it was typed, its standard output in `answers/out`, its errors in `answers/err`."""
    process = FORKS.Process(target=_obey, args=(tuple(words), dict(environment), Path.cwd(), answers))
    process.start()
    return process


def _obey(words: Sequence[str], environment: Mapping[str, str], folder: Path, answers: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for name, descriptor in ((os.devnull, 0), (answers / "out", 1), (answers / "err", 2)):
        opened = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = list(words)
    import_module("havre.entrypoints.command.main").run()
