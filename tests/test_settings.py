"""Settings are read once and refuse at the door."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from havre.errors import Invalid
from havre.settings import APPS, PAGES, Mail, Provider, Settings, django_settings, read_settings


def database(address: str) -> dict[str, Any]:
    """What Django is told of the database at this address."""
    told = django_settings(Settings(home=Path("/srv/home"), database=address))
    return cast("dict[str, dict[str, Any]]", told["DATABASES"])["default"]


def test_the_home_given_wins_over_the_environment() -> None:
    assert read_settings({"HAVRE_HOME": "/srv/one"}, Path("/srv/two")).home == Path("/srv/two")
    assert read_settings({"HAVRE_HOME": "/srv/one"}).home == Path("/srv/one")


def test_a_home_is_named_as_it_was_given() -> None:
    assert read_settings({"HAVRE_HOME": "nodes/here"}).home == Path("nodes/here")


@pytest.mark.parametrize("environ", [{}, {"HAVRE_HOME": ""}])
def test_no_home_is_refused_with_what_to_do(environ: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="give --home DIR or set HAVRE_HOME"):
        read_settings(environ)


def test_every_choice_is_read() -> None:
    environ = {"HAVRE_HOME": "/srv/h", "HAVRE_DATABASE": "postgresql:///x", "HAVRE_KEY_COMMAND": "keys --all"}
    assert read_settings(environ) == Settings(Path("/srv/h"), "postgresql:///x", "keys --all")


def test_everything_of_a_home_lies_in_it() -> None:
    settings = Settings(home=Path("/srv/home"))
    places = [settings.keys, settings.store, settings.index, settings.seen]
    assert [place.parent for place in places] == [settings.home] * 4
    assert len(set(places)) == 4


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


@pytest.mark.parametrize("origin", ["http://havre.example", "havre.example", "https://", "https://havre.example/desk"])
def test_an_origin_is_an_https_address_without_a_path(origin: str) -> None:
    with pytest.raises(Invalid, match="HAVRE_ORIGIN is an address such as"):
        read_settings({"HAVRE_HOME": "/nowhere", "HAVRE_ORIGIN": origin})


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


OIDC = {
    "HAVRE_OIDC_SERVER": "https://id.example",
    "HAVRE_OIDC_CLIENT": "havre",
    "HAVRE_OIDC_SECRET": "s",
    "HAVRE_OIDC_UNIT": "Federal Police",
}


def test_an_identity_provider_is_read_whole_or_refused() -> None:
    read = read_settings({"HAVRE_HOME": "/nowhere", **OIDC}).provider
    assert read == Provider("https://id.example", "havre", "s", "Federal Police", "Federal Police")
    assert read_settings({"HAVRE_HOME": "/nowhere"}).provider is None
    for name in OIDC:
        with pytest.raises(Invalid, match=f"set {name} too"):
            read_settings({"HAVRE_HOME": "/nowhere", **OIDC, name: ""})
    with pytest.raises(Invalid, match="must be an https"):
        read_settings({"HAVRE_HOME": "/nowhere", **OIDC, "HAVRE_OIDC_SERVER": "http://id.example"})


def test_folders_that_pages_may_take_in_are_whole_paths() -> None:
    assert read_settings({"HAVRE_HOME": "/srv", "HAVRE_SOURCES": "/a b:/c:"}).sources == (Path("/a b"), Path("/c"))
    assert read_settings({"HAVRE_HOME": "/srv"}).sources == ()
    with pytest.raises(Invalid, match="whole paths"):
        read_settings({"HAVRE_HOME": "/srv", "HAVRE_SOURCES": "/a:b"})


def test_a_server_for_mail_is_read_or_refused() -> None:
    def mail(text: str) -> Mail | None:
        return read_settings({"HAVRE_HOME": "/x", "HAVRE_MAIL": text}).mail

    assert mail("") is None
    assert mail("smtps://u:p%40@mail.example?from=h@unit.example") == Mail(
        "mail.example", 465, True, "h@unit.example", "u", "p@"
    )
    assert mail("smtp://127.0.0.1:2525") == Mail("127.0.0.1", 2525, False, "havre@127.0.0.1")
    for wrong in (
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://h:x",
        "smtp://h?from=a%0Ab@c",
        "smtp://h?from=x",
    ):
        with pytest.raises(Invalid):
            mail(wrong)
