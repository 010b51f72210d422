"""The process that the public reaches has a database and nothing else."""

import subprocess
import sys
from pathlib import Path

from havre.settings import Settings

PROGRAM = """
import sys
from havre.entrypoints.public.main import application
from havre.settings import read_front
application(read_front({"HAVRE_HOME": sys.argv[1]}))
from django.conf import settings
from django.test import Client
assert not [each for each in settings.INSTALLED_APPS if "analyst" in each or "auth" in each or "sessions" in each]
assert not [each for each in settings.MIDDLEWARE if "django" in each], settings.MIDDLEWARE
reached = {name for name in sys.modules if name.startswith("havre.")}
print(sorted(reached & {"havre.flows", "havre.flows.home", "havre.media.keys", "havre.entrypoints.analyst"}))
print(sorted(name for name in reached if name.startswith("havre.flows")))
"""


def test_it_holds_no_home_no_keys_and_nothing_of_analysts(database: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(database.home)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n[]\n", "")


def test_it_starts_where_the_home_can_not_be_read(tmp_path: Path) -> None:
    from havre.entrypoints.public.main import named
    from havre.settings import read_front

    assert callable(named)
    assert read_front({"HAVRE_DATABASE": "postgresql:///x"}).sqlite == Path("/nonexistent/havre.sqlite3")
