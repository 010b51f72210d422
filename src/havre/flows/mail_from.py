"""Where mail comes from: a pipe, a file or folder, a mailbox elsewhere (IMAP). What is not kept yet stays there."""

import imaplib
import mailbox
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from havre.errors import HavreError, Invalid, Unavailable
from havre.flows.home import Home, seal_log
from havre.flows.read_mail import WORKING, MailRead, take_mail
from havre.notices.mail_parts import LARGEST
from havre.settings import LOOPBACK, Imap
from havre.units.acting import Acting
from havre.units.models import RoleName

READ = LARGEST + 1
"""Bytes of a mail that are taken: one more than is looked at, so that it is known to be longer."""
PIECE = 1 << 16
SECONDS = 30
AT_ONCE = 500
"""Mails of one look at a mailbox elsewhere: the next look goes on."""

Connect = Callable[[Imap], imaplib.IMAP4]


def from_pipe(stream: BinaryIO) -> Iterator[bytes]:
    """The one mail that a mail server writes to us; read to its end, or the server would think that it failed."""
    raw = stream.read(READ)
    while stream.read(PIECE):
        pass
    if not raw.strip():
        raise Invalid(_("no mail came: give one on standard input"))
    yield raw


def from_files(path: Path) -> Iterator[bytes]:
    """The mails of an mbox file, of a Maildir, of a folder of .eml files, or of one such file."""
    try:
        if path.is_dir():
            yield from _folder(path)
        elif path.is_file():
            yield from _file(path)
        else:
            raise Invalid(_("there is no file or folder %(path)s") % {"path": path})
    except OSError as error:
        raise Unavailable(_("%(path)s can't be read: %(error)s") % {"path": path, "error": error.strerror}) from error


def _folder(path: Path) -> Iterator[bytes]:
    if (path / "cur").is_dir() and (path / "new").is_dir():
        files = sorted(each for part in ("new", "cur") for each in (path / part).iterdir())
    else:
        files = sorted(path.glob("*.eml"))
    for file in files:
        if file.is_file() and not file.is_symlink():
            yield _begun(file)


def _file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        several = file.read(5) == b"From "
    if not several:
        yield _begun(path)
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as one:
                yield one.read(READ)
    finally:
        box.close()


def _begun(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(READ)


# ---- a mailbox elsewhere ----


def connect(where: Imap) -> imaplib.IMAP4:
    """A connection to the mailbox, over TLS unless that is this machine."""
    if where.tls:
        return imaplib.IMAP4_SSL(where.host, where.port, ssl_context=ssl.create_default_context(), timeout=SECONDS)
    if where.host not in (*LOOPBACK, "::1"):
        raise Invalid(_("HAVRE_IMAP speaks TLS: begin it with imaps://"))
    return imaplib.IMAP4(where.host, where.port, timeout=SECONDS)


def take_from_imap(home: Home, acting: Acting, joined: Connect = connect) -> MailRead:
    """Read what is unread in the mailbox that is set; each mail is marked as read there after it was kept here."""
    acting.must_be(*WORKING, RoleName.ADMINISTRATOR, to="take in mail")
    where, done = home.settings.imap, MailRead()
    if where is None:
        raise Invalid(_("no mailbox is set: HAVRE_IMAP says where it is"))
    try:
        with _opened(where, joined) as server:
            for uid in _unread(server):
                _one(home, acting, server, uid, done)
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unavailable(
            _("the mailbox did not go on (%(error)s): what was read is kept, the rest waits there")
            % {"error": type(error).__name__}
        ) from None
    finally:
        if done.placed or done.stray:
            seal_log(home, acting)
    return done


@contextmanager
def _opened(where: Imap, joined: Connect) -> Iterator[imaplib.IMAP4]:
    server = joined(where)
    try:
        server.login(where.user, where.password)
        _must(server.select(_quoted(where.folder)))
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _unread(server: imaplib.IMAP4) -> list[str]:
    (found,) = _must(server.uid("SEARCH", "UNSEEN"))
    return [each.decode("ascii", "replace") for each in (found or b"").split() if each.isdigit()][:AT_ONCE]


def _one(home: Home, acting: Acting, server: imaplib.IMAP4, uid: str, done: MailRead) -> None:
    """One mail; what can't be kept now is left unread, and costs no other."""
    raw = _bytes_of(_must(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{READ}>)")))
    try:
        take_mail(home, acting, raw, done)
    except HavreError:
        done.trouble += 1
        return
    server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")


def _bytes_of(answer: list[Any]) -> bytes:
    return next((bytes(each[1]) for each in answer if isinstance(each, tuple) and len(each) > 1), b"")


def _must(said: tuple[str, list[Any]]) -> list[Any]:
    kind, answer = said
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return answer


def _quoted(folder: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", folder) + '"'
