"""The peer of `bench.analysts`: the pages of a plain Django site, `python -m bench.plain_pages` to fill one.

As Django's own tutorial makes it, at the same database, behind the same server: a session and its person, one line of
Django's own log written for each page, the newest 31 of its rows with who wrote them, in one of Django's templates. It
signs nothing, keeps no one from anything, and draws no picture.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from bench.intake import CHECKOUT

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

ROWS = 10_000
SHOWN = 31
"""As many as the first page of triage shows."""

SERVED = ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--log-level", "error")
"""As gunicorn comes: `havre serve` had two processes of four threads before each had processors of its own (0283)."""

NAMES = ("contenttypes", "auth", "sessions", "messages", "admin")
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
TEMPLATE = """<!doctype html><html lang="en"><title>Log</title><body><p>{{ request.user.username }}</p>
<form method="post">{% csrf_token %}</form><table>{% for row in rows %}<tr><th>{{ row.object_repr }}</th>
<td>{{ row.user.username }}</td><td>{{ row.action_time|date:"j F Y H:i" }}</td><td>{{ row.change_message }}</td></tr>
{% endfor %}</table></body></html>"""


def configured(address: str) -> None:
    """Django at a database of this address, postgresql://USER@FOLDER/NAME."""
    parts = urlsplit(address)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username,
        "HOST": unquote(parts.netloc.rpartition("@")[2]),
        "CONN_MAX_AGE": 600,
        "ATOMIC_REQUESTS": True,
    }
    settings.configure(
        SECRET_KEY="benchmark",
        ALLOWED_HOSTS=["localhost"],
        DATABASES={"default": database},
        INSTALLED_APPS=[f"django.contrib.{name}" for name in NAMES],
        MIDDLEWARE=list(MIDDLEWARE),
        ROOT_URLCONF=__name__,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )


def page(request: HttpRequest) -> HttpResponse:
    """The newest of the log, once it says that they were looked at."""
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.auth.models import User

    if not isinstance(request.user, User):
        return HttpResponse(status=403)
    LogEntry.objects.create(user=request.user, action_flag=CHANGE, object_repr="log", change_message="looked at")
    rows = LogEntry.objects.select_related("user").order_by("-id")[:SHOWN]
    drawn: str = engines["django"].from_string(TEMPLATE).render({"rows": rows}, request)
    return HttpResponse(drawn)


urlpatterns = [path("", page)]


def named() -> "WSGIHandler":
    """The site at the database that the environment names: what gunicorn serves."""
    configured(os.environ["HAVRE_DATABASE"])
    return get_wsgi_application()


def filled(people: int) -> Sequence[str]:
    """Make its tables and rows; the session of each of its people."""
    from django.contrib.admin.models import CHANGE, LogEntry
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    users = User.objects.bulk_create(User(username=f"person {number}", password="!") for number in range(people))
    now = datetime.now(UTC)
    LogEntry.objects.bulk_create(
        LogEntry(user=users[n % people], action_flag=CHANGE, object_repr=f"row {n}", action_time=now)
        for n in range(ROWS)
    )
    sessions = []
    for user in users:
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session.create()
        sessions.append(str(session.session_key))
    return sessions


# ---- asking for them ----


def measured(address: str, people: int, seconds: float, warm: float, port: int) -> dict[str, object]:
    """What so many people get of it, each asking again as soon as they are answered."""
    environment = {**os.environ, "HAVRE_DATABASE": address}
    fill = [sys.executable, "-m", "bench.plain_pages", str(people)]
    done = subprocess.run(fill, check=True, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True)
    serve = (sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *SERVED, "bench.plain_pages:named()")
    process = subprocess.Popen(serve, cwd=CHECKOUT, env=environment)
    try:
        _until_it_answers(port)
        begin = monotonic() + warm
        readers = [Reader(port, session, begin, begin + seconds) for session in json.loads(done.stdout)]
        threads = [Thread(target=each.read) for each in readers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        process.terminate()
        process.wait(30)
    times = sorted(time for each in readers for time in each.took)
    return {
        "what": "a plain Django page",
        "requests_a_second": round(len(times) / seconds, 1),
        "p95": round(1000 * times[int(0.95 * len(times))], 1) if times else None,
        "errors": sum(each.errors for each in readers),
    }


@dataclass
class Reader:
    """One signed-in person, who asks for the page again and again."""

    port: int
    session: str
    begin: float
    until: float
    took: list[float] = field(default_factory=list)
    errors: int = 0

    def read(self) -> None:
        """Until the time is over."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": f"localhost:{self.port}", "Cookie": f"sessionid={self.session}"}
        while (asked := monotonic()) < self.until:
            try:
                connection.request("GET", "/", headers=headers)
                answer = connection.getresponse()
                right = answer.read().count(b"<tr>") == SHOWN and answer.status == 200
            except (OSError, http.client.HTTPException):
                connection.close()
                right = False
            self.errors += not right
            if right and asked >= self.begin:
                self.took.append(monotonic() - asked)
        connection.close()


def _until_it_answers(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.1)
    raise RuntimeError("the plain site did not start: what gunicorn printed says why")


if __name__ == "__main__":
    configured(os.environ["HAVRE_DATABASE"])
    django.setup()
    print(json.dumps(filled(int(sys.argv[1]))))
