"""`havre serve`."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from havre.settings import Settings
from tests.cast import node
from tests.web import free_port, wait_for


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_pages_are_served_on_the_loopback_until_told_to_end(database: Settings) -> None:
    with node(database):
        pass
    port = free_port()
    command = [str(Path(sys.executable).with_name("havre")), "--home", str(database.home), "serve"]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE)
    try:
        wait_for(f"http://127.0.0.1:{port}/", process)
        assert b"Sign in" in urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=30)
    assert f"http://localhost:{port}/" in said.decode()
    assert process.returncode in (0, 130)
