"""Django is told of the database, the rooms and the pages as the operator chose."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from havre.configured import django_settings, public_settings
from havre.errors import Invalid
from havre.settings import APPS, PAGES, PUBLIC, Front, Settings


def database(address: str) -> dict[str, Any]:
    """What Django is told of the database at this address."""
    told = django_settings(Settings(home=Path("/srv/home"), database=address))
    return cast("dict[str, dict[str, Any]]", told["DATABASES"])["default"]


def test_without_a_database_it_is_sqlite_in_the_home() -> None:
    told = database("")
    assert told["ENGINE"] == "django.db.backends.sqlite3"
    assert told["NAME"] == "/srv/home/havre.sqlite3"


def test_an_address_of_postgresql_is_taken_apart() -> None:
    told = database("postgresql://anna:p%40ss@db.example:5433/havre%20one")
    assert {name: told[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "anna",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "NAME": "havre one",
    }


def test_a_unix_socket_is_a_host_too() -> None:
    assert database("postgresql://%2Fsrv%2Fsocket/havre")["HOST"] == "/srv/socket"


@pytest.mark.parametrize("address", ["mysql://db/x", "havre", "sqlite:///x"])
def test_another_kind_of_database_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="must be a postgresql:// address"):
        database(address)


def test_every_room_with_tables_is_told_to_django() -> None:
    apps = django_settings(Settings(home=Path("/srv/home")))["INSTALLED_APPS"]
    assert isinstance(apps, list)
    assert [app for app in apps if app.startswith("havre.")] == [*(f"havre.{room}" for room in APPS), PAGES]


def test_django_finds_nothing_to_warn_of_behind_tls(tmp_path: Path) -> None:
    """What `manage.py check --deploy` says, in a process of its own."""
    program = """
import sys
from pathlib import Path
from havre.settings import read_settings
from havre.start import start
start(read_settings({"HAVRE_HOME": sys.argv[1], "HAVRE_ORIGIN": "https://havre.example/"}))
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
from django.conf import settings
assert settings.ALLOWED_HOSTS == ["havre.example"], settings.ALLOWED_HOSTS
assert settings.CSRF_TRUSTED_ORIGINS == ["https://havre.example"]
assert settings.SESSION_COOKIE_NAME == "__Host-havre"
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    # Tests with a browser set this for their own process; the checks rightly warn of it.
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


def test_the_public_process_has_no_sessions_no_sign_in_and_no_pages_of_analysts() -> None:
    front = Front(database="postgresql:///x", origins=("https://report.example", "http://abc.onion"))
    told = cast("dict[str, Any]", public_settings(front))
    assert told["INSTALLED_APPS"][-2:] == ["havre.feeds", PUBLIC]
    assert not [app for app in told["INSTALLED_APPS"] if app.startswith(("django.", "allauth")) or app == PAGES]
    assert all(each.startswith(PUBLIC) for each in told["MIDDLEWARE"])
    assert told["ALLOWED_HOSTS"][:2] == ["report.example", "abc.onion"]
    assert told["FILE_UPLOAD_HANDLERS"] == []
    assert not [name for name in told if "COOKIE" in name or "SESSION" in name or "AUTH" in name]
    assert told["DATABASES"]["default"]["NAME"] == "x"
