"""Starting Django makes one home's database reachable; in processes of its own, since it happens once in each."""

import subprocess
import sys
from pathlib import Path

START = """
import sys
from pathlib import Path
from havre.settings import Settings
from havre.start import start
start(Settings(home=Path(sys.argv[1])))
"""


def python(script: str, *args: Path) -> "subprocess.CompletedProcess[str]":
    """Run a script in a Python of its own."""
    return subprocess.run([sys.executable, "-c", script, *args], capture_output=True, text=True, check=False)


def test_the_models_work_on_this_home(tmp_path: Path) -> None:
    script = START + (
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from havre.units.models import Unit\n"
        "print(Unit.objects.count())\n"
    )
    answer = python(script, tmp_path)
    assert (answer.stdout, answer.stderr) == ("0\n", "")
    assert (tmp_path / "havre.sqlite3").is_file()


def test_starting_twice_is_a_mistake_that_is_noticed(tmp_path: Path) -> None:
    answer = python(START + START, tmp_path)
    assert answer.returncode == 1
    assert "Settings already configured" in answer.stderr
