"""The pages in tests: Django's client for what is answered, a served home and a real Chromium for what is seen.

`visiting(node, person)` answers in this process; `served(settings)` starts the real server on the loopback, in which
`signed_in_page(chromium, address, person)` is somebody's page; `all_served(settings)` starts what works behind it too;
`chromium` in conftest is Debian's browser.
"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings as django_conf
from django.test import Client

from havre.settings import Settings
from tests.command_line import HAVRE
from tests.preloaded import begun_server

if TYPE_CHECKING:  # the fixtures are read before Django is configured
    from django.contrib.sessions.backends.base import SessionBase
    from playwright.sync_api import Browser, BrowserContext, Page

    from havre.units.models import Person
    from tests.cast import Node

BROWSER = "/usr/bin/chromium"
"""Debian's; missing means that the suite fails."""

STARTING_SECONDS = 60


def visiting(node: "Node", person: "Person | None", *, htmx: bool = False) -> Client:
    """A browser of Django's, signed in as this person with two factors a moment ago; nobody where None."""
    from havre.entrypoints.analyst.node import serve

    serve(node.home)
    client = Client(headers={"HX-Request": "true"} if htmx else None)
    if person is not None:
        client.force_login(person)
        session = client.session
        _prove(session, person, agent="")
    return client


@dataclass
class Running:
    """A real server of a home."""

    port: int
    process: BaseProcess

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    def kill(self) -> None:
        """End it and everything of it at once, as a power cut does."""
        os.killpg(cast(int, self.process.pid), signal.SIGKILL)
        self.process.join(20)


def signed_in_page(browser: "Browser | BrowserContext", address: str, person: "Person") -> "Page":
    """A page of a real browser in which this person is signed in with two factors at a server of `served`."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    page = browser.new_page()
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = django_conf.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    _prove(session, person, agent=str(page.evaluate("navigator.userAgent")))
    page.context.add_cookies([{"name": "havre", "value": str(session.session_key), "url": address}])
    return page


def _prove(session: "SessionBase", person: "Person", *, agent: str) -> None:
    """As if they had shown a password and a code just now."""
    from allauth.usersessions.models import UserSession

    from havre.entrypoints.analyst.sessions import begin_session

    proofs = [{"method": "password", "at": time.time()}, {"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods"] = proofs
    session["account_authentication_methods_user"] = str(person.pk)
    begin_session(session, agent)
    session.save()
    key = str(session.session_key)
    UserSession.objects.create(user=person, ip="127.0.0.1", session_key=key, user_agent=agent)


@contextmanager
def server_of(settings: Settings, pages: str = "havre.entrypoints.analyst.main:named()") -> Iterator[Running]:
    """A real server of this home, on a free port of the loopback; other pages are a test's own."""
    from havre.entrypoints.analyst.node import serve
    from havre.flows.home import Home

    port = free_port()
    environment = {**os.environ, "HAVRE_HOME": str(settings.home), "HAVRE_DATABASE": settings.database}
    environment["HAVRE_SOURCES"] = ":".join(map(str, settings.sources))
    for field in fields(settings.provider) if settings.provider else ():
        environment[f"HAVRE_OIDC_{field.name.upper()}"] = getattr(settings.provider, field.name)
    words = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    words += ["--worker-class", "gthread", "--no-control-socket", "--log-level", "warning", pages]
    running = Running(port, begun_server(words, environment))
    try:
        wait_for(running.address, lambda: running.process.exitcode)
        # What this process signs, the server then takes: see `signed_in_page`.
        serve(Home(settings))
        yield running
    finally:
        running.process.terminate()
        running.process.join(20)


@contextmanager
def served(settings: Settings, pages: str = "havre.entrypoints.analyst.main:named()") -> Iterator[str]:
    """The address of a real server of this home."""
    with server_of(settings, pages) as running:
        yield running.address


@contextmanager
def all_served(settings: Settings) -> Iterator[str]:
    """The address of the pages with what works behind them, as `havre serve` gives them."""
    from havre.entrypoints.analyst.node import serve
    from havre.flows.home import Home

    port = free_port()
    environment = {**os.environ, "HAVRE_SOURCES": ":".join(map(str, settings.sources))}
    command = [str(HAVRE), "--home", str(settings.home), "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/", process.poll)
        serve(Home(settings))  # what this process signs, the server then takes
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(60)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, ended: Callable[[], int | None], seconds: float = STARTING_SECONDS) -> None:
    """Return once the server answers; fails where it ended or never does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and ended() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server at {address} did not start")


def browser_path() -> str:
    """Where the browser is; fails where it is not installed."""
    assert Path(BROWSER).exists(), "Chromium is missing: apt-get install chromium"
    return BROWSER
