"""What the server calls is made from what the command was told; wrong words are said in one sentence."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from havre.entrypoints.matching.main import Told, application
from havre.errors import Invalid
from havre.subscription.feed import Subscription
from tests.command_line import environment
from tests.entrypoints.matching.asking import Asking
from tests.simulators.feed import TOKEN, Publisher


def test_it_loads_and_follows_its_lists_by_itself(
    publisher: Publisher, new_folder: Subscription, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    app = application(Told(str(new_folder.folder), publisher.base, str(tmp_path / "token"), every=0.1))
    ask = Asking(app)
    try:
        until = time.monotonic() + 60
        while ask("GET", "/status").status != 200 and time.monotonic() < until:
            time.sleep(0.02)
        assert len(ask("GET", "/v1/lists").json["lists"]) == 2
    finally:
        app._lists.close()
    with pytest.raises(Invalid, match="clients can't be read"):
        application(Told(str(new_folder.folder), publisher.base, clients=str(tmp_path / "nowhere")))


def test_what_is_told_is_handed_over_and_a_mistake_is_one_sentence(new_folder: Subscription) -> None:
    told = Told(str(new_folder.folder), "http://feeds.example/")
    code = "from havre.entrypoints.matching.main import named\nnamed()"
    given = environment(None, **told.environment())
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "AppImportError: a feed is asked over https, unless it is on this machine"
    )


def test_neither_django_nor_a_database_of_a_node_is_needed() -> None:
    code = (
        "import sys\nimport havre.entrypoints.matching.main, havre.media.decode.pool\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'psycopg', 'allauth'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(None), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
