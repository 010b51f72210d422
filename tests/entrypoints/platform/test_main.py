"""The process that subscribers of hash lists reach has a database and a folder, and no home, no keys, no pages."""

import subprocess
import sys

from havre.settings import Settings

PROGRAM = """
import sys
from havre.entrypoints.platform.main import application
from havre.settings import read_platform
application(read_platform({"HAVRE_HOME": sys.argv[1]}))
from django.conf import settings
from django.test import Client
assert not [each for each in settings.INSTALLED_APPS if "analyst" in each or "auth" in each or "sessions" in each]
answer = Client().get("/feed/0/metadata/timestamp.json", HTTP_HOST="localhost")
print(answer.status_code, answer.json())
reached = {name for name in sys.modules if name.startswith("havre.")}
print(sorted(reached & {"havre.media.keys", "havre.entrypoints.analyst", "havre.entrypoints.public"}))
print(sorted(name for name in reached if name.startswith("havre.flows")))
"""


def test_it_holds_no_home_no_keys_and_nothing_of_analysts(database: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(database.home)], capture_output=True, text=True, check=False
    )
    said = "401 {'message': 'show the token that you were given, as `Authorization: Bearer TOKEN`'}\n[]\n[]\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
