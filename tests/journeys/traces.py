"""Everywhere that something of who reported could be left in clear: the log, every file of the home, of the database
and of its own log, what servers wrote, the mails that were sent and what answers carry in their headers.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from bench.postgres import Server
from django.db import connection

from havre.audit.models import Entry
from havre.flows.home import Home

FORMS = ("utf-8", "utf-16-le")


@dataclass
class Places:
    """What is searched of a node."""

    home: Home
    written: Callable[[], str]
    """What its servers wrote so far."""
    mails: Callable[[], Sequence[EmailMessage]] = tuple
    headers: list[Mapping[str, str]] = field(default_factory=list)
    """Of every answer that a browser got."""
    postgresql: Server | None = None
    """Where its database lies, unless it is a file in the home."""

    def traces(self, *wanted: str) -> list[str]:
        """Where any of these stands."""
        words = [word.encode(form) for word in wanted for form in FORMS]
        return [name for name, held in self._held() if any(word in held for word in words)]

    def _held(self) -> Iterator[tuple[str, bytes]]:
        for each in Entry.objects.all():
            yield f"entry {each.index}", json.dumps([each.detail, each.thing, each.person, each.reason]).encode()
        yield "the server", self.written().encode()
        yield "headers", json.dumps([dict(each) for each in self.headers]).encode()
        for number, mail in enumerate(self.mails()):
            yield f"mail {number}", _said_in(mail)
        for file in (*_files(self.home.settings.home), *self._cluster()):
            yield file.name, file.read_bytes()

    def _cluster(self) -> Iterable[Path]:
        """The files of this database, written out, with the write-ahead log and what the server says of errors."""
        if self.postgresql is None:
            return ()
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
            ((oid,),) = cursor.fetchall()
        data = self.postgresql.socket / "data"
        return (*_files(data / "base" / str(oid)), *_files(data / "pg_wal"), self.postgresql.socket / "log")


def _files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def _said_in(mail: EmailMessage) -> bytes:
    """All that a mail says: as it went over the wire, its headers and parts decoded."""
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    return b"\n".join((mail.as_bytes(), headers.encode(), *(part for part in parts if isinstance(part, bytes))))
