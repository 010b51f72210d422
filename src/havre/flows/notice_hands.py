"""Letters leave: by mail, by a platform's address for notices, or as files that somebody hands over.

Each hand calls `leaving` once everything is ready and only what can't be taken back is left to do; what it raises
before has sent nothing. So it is known of a letter whether it left, however the process ends: see decision 0216.
"""

import http.client
import re
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from havre.addresses.hosts import host_of, number_of
from havre.errors import Invalid, Refused, Unavailable
from havre.flows.mail import SECONDS, connected
from havre.notices.letters import must_be_one_line
from havre.settings import Egress, Mail

LONGEST_ANSWER = 65_536
"""Bytes of a platform's answer that are read."""
PERMANENT = range(500, 600)
"""Answers of a server that say: never (RFC 5321, 4.2.1)."""

BARRED = (401, 403)
"""Answers of a platform that say: not you (RFC 9110, 15.5)."""
OWN = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp")
"""Names of somebody's own network (RFC 6761, RFC 6762, RFC 8375; the others by habit)."""

STATUS = re.compile(r"5\.(\d{1,3})\.\d{1,3}")
ABOUT_US = re.compile(r"(?i)relay|authenticat|not permitted|denied|block|spam|listed|policy")

Leaving = Callable[[], None]
"""Writes down that the letter leaves now; raises where it is not wanted any more."""


class DeadAddressError(Exception):
    """The server takes nothing for this address, and says that it never will."""


class NotTakenError(Exception):
    """It was not taken, and whoever was to take it said so: it is tried again."""


class BarredError(NotTakenError):
    """A platform does not let us in: a person gives another credential."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One letter, ready to leave."""

    to: str
    message_id: str
    subject: str
    text: str
    name: str
    """Of its files, without an ending."""
    json: bytes
    pdf: bytes
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a platform's own address is told beside the JSON; it may hold a secret."""


Hand = Callable[[Parcel, Leaving], None]


@dataclass(frozen=True, slots=True)
class Hands:
    """How letters leave; tests hand in their own."""

    mail: Hand
    api: Hand
    file: Hand


def hands_of(mail: Mail | None, egress: Egress | None, folder: Path) -> Hands:
    """How letters leave this node. Raises Unavailable for a way that is not set up."""

    def by_mail(parcel: Parcel, leaving: Leaving) -> None:
        if mail is None:
            raise Unavailable(_("this node has no server for mail: HAVRE_MAIL says where it is"))
        hand_mail(mail, message_of(parcel, mail), leaving)

    def by_api(parcel: Parcel, leaving: Leaving) -> None:
        if egress is None:
            raise Unavailable(_("this node has no proxy for what goes out: HAVRE_EGRESS says where it is"))
        hand_api(egress, parcel, leaving)

    return Hands(by_mail, by_api, lambda parcel, leaving: hand_files(folder, parcel, leaving))


def message_of(parcel: Parcel, mail: Mail) -> EmailMessage:
    """The letter as a mail, with its PDF and JSON. Raises Invalid where an address brings more than one address."""
    must_be_one_line(parcel.to)
    must_be_one_line(parcel.subject)
    if not is_address(parcel.to):
        raise Invalid(_("that is no address for mail"))
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    made["From"], made["To"], made["Subject"] = mail.sender, parcel.to, parcel.subject
    made["Message-ID"] = parcel.message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(parcel.text)
    made.add_attachment(parcel.pdf, maintype="application", subtype="pdf", filename=f"{parcel.name}.pdf")
    made.add_attachment(parcel.json, maintype="application", subtype="json", filename=f"{parcel.name}.json")
    return made


def is_address(text: str) -> bool:
    """Whether this is one plain address for mail, and nothing else."""
    name, at, host = text.partition("@")
    plain = text.isascii() and text.isprintable() and not set(text) & set(' ,;:<>()[]\\"')
    return bool(name and at and host and "@" not in host and "." in host and plain and len(text) <= 254)


def hand_mail(mail: Mail, made: EmailMessage, leaving: Leaving) -> None:
    """Hand a mail to the server. Everything but its last line is sent before `leaving`: without it nothing counts."""
    with connected(mail) as server:
        server.ehlo_or_helo_if_needed()
        _must(server.mail(mail.sender), 250)
        code, said = server.rcpt(str(made["To"]))
        if code in PERMANENT and is_dead(_plain(said)):
            raise DeadAddressError(f"{code} {_plain(said)}")
        _must((code, said), 250, 251)
        _must(server.docmd("DATA"), 354)
        body = made.as_bytes()
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in body.splitlines())
        try:
            server.send(stuffed + b"\r\n")
            leaving()
            server.send(b".\r\n")
            _must(server.getreply(), 250)
        except BaseException:
            server.close()  # without its last line the server throws it away; to say QUIT now would be part of it
            raise


def is_dead(said: str) -> bool:
    """Whether a server's "never" is about this address; it may also be about us: not allowed to send, say.

    RFC 3463: 5.1 is the address and 5.2 its mailbox, of which a full one is no reason to give it up.
    """
    status = STATUS.match(said)
    if status is None:
        return ABOUT_US.search(said) is None
    return status[1] in ("1", "2") and status[0] != "5.2.2"


def _must(answer: tuple[int, bytes], *fine: int) -> None:
    if answer[0] not in fine:
        raise NotTakenError(f"{answer[0]} {_plain(answer[1])}")


def _plain(said: bytes) -> str:
    """What a server said, as a line that may be kept."""
    text = said.decode("ascii", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:150]


def hand_api(egress: Egress, parcel: Parcel, leaving: Leaving) -> None:
    """Post the JSON to a platform's own address, through the proxy alone; nowhere else, and to no redirection.

    Raises BarredError where it does not let us in. What it says beside its status is not kept: it may repeat a secret.
    """
    to = urlsplit(parcel.to)
    if to.scheme != "https" or not to.hostname:
        raise Invalid(_("a platform's address for notices begins with https://"))
    must_be_outside(to.hostname)
    context = ssl.create_default_context(cafile=egress.authorities or None)
    line = http.client.HTTPSConnection(egress.host, egress.port, timeout=SECONDS, context=context)
    try:
        line.set_tunnel(to.hostname, to.port or 443)
        line.connect()
        leaving()
        line.request("POST", target_of(parcel.to), parcel.json, dict(parcel.headers) or said_of(parcel))
        answer = line.getresponse()
        answer.read(LONGEST_ANSWER)
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from None
    finally:
        line.close()
    if answer.status in BARRED:
        raise BarredError(f"answered {answer.status}")
    if not 200 <= answer.status < 300:
        raise NotTakenError(f"answered {answer.status}")


def said_of(parcel: Parcel) -> dict[str, str]:
    """What any platform is told of a letter: that it is JSON, and under which key it is to be taken once."""
    return {"Content-Type": "application/json", "Idempotency-Key": parcel.message_id}


def target_of(address: str) -> str:
    """Path and query of an address; all of it that stands in the first line of a request."""
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()


def must_be_outside(host: str) -> None:
    """Raises Refused for a number, and for a name of this machine or somebody's own network, however it is written."""
    name = host_of(host)
    if number_of(name) is not None or "." not in name or name.endswith(OWN):
        raise Refused(_("%(host)s is not on the open internet: nothing is sent there") % {"host": name[:80]})


def hand_files(folder: Path, parcel: Parcel, leaving: Leaving) -> None:
    """Put the letter where somebody takes it from; again, it is the same files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {".txt": parcel.text.encode(), ".json": parcel.json, ".pdf": parcel.pdf}
    for ending, content in files.items():
        (folder / f".{parcel.name}{ending}").write_bytes(content)
    leaving()
    for ending in files:
        (folder / f".{parcel.name}{ending}").replace(folder / f"{parcel.name}{ending}")


TROUBLES = (OSError, smtplib.SMTPException, NotTakenError, Invalid, Refused, Unavailable, ValueError)
"""What may go wrong with one letter, and must not touch the others."""
