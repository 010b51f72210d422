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
        "from havre.flows.tables import make_tables\n"
        "make_tables()\n"
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


def test_the_public_process_starts_on_a_database_alone(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom havre.settings import read_front\nfrom havre.start import start_public\n"
        "start_public(read_front({'HAVRE_HOME': sys.argv[1]}))\n"
        "from havre.hotline.models import Door\nfrom django.conf import settings\n"
        "print(settings.ROOT_URLCONF, Door._meta.db_table)\n"
    )
    answer = python(script, tmp_path)
    assert (answer.stdout, answer.stderr) == ("havre.entrypoints.public.urls hotline_door\n", "")
