"""A mail that came in, read: whether it is a bounce, an automatic reply, a receipt or somebody's answer; pure.

What it says of itself is believed as far as nothing depends on it. Which notice it belongs to, and whether it may
change anything, is decided by whoever knows what was sent: here are only the names it brings.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

from havre.notices.mail_parts import Attachment, Parts, header, one_line, taken_apart

MOST_NAMES = 50
LONGEST_TRAIL = 20_000
"""Characters of References: long exchanges name every mail before."""
MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class Kind(StrEnum):
    """What a mail is."""

    RECEIPT = "receipt"
    """It says by itself that the notice came in."""
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    """A machine wrote it: somebody is away, a mail is late."""
    OTHER = "other"
    """Somebody may have written it: a person reads it and decides what it means."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that a mail did not reach."""

    address: str
    status: str
    """As RFC 3463 has it, such as 5.1.1; empty where nobody says."""
    says: str
    """What the server said, in one line."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail, read."""

    kind: Kind
    sender: str
    """The address it says it comes from; anybody can write any."""
    subject: str
    said_at: datetime | None
    """When it says it was written."""
    text: str
    names: tuple[str, ...]
    """Message-IDs of mails that it answers or gives back."""
    inside: str
    """Headers of mails inside of it, where a reference may stand too."""
    failures: tuple[Failure, ...]
    attachments: tuple[Attachment, ...]
    cut: bool
    digest: bytes
    """SHA-256 of its bytes: the same mail is not read twice."""

    @property
    def permanent(self) -> bool:
        """Whether what did not arrive will not arrive later either."""
        return any(not failure.status.startswith("4") for failure in self.failures)


def read_mail(raw: bytes) -> Incoming:
    """A mail as it came. Never raises: bytes that are no mail are text for a person."""
    parts = taken_apart(raw)
    failures = _failures(parts)
    kind = _kind(parts, failures)
    return Incoming(
        kind,
        _address(header(parts.head, "From")),
        header(parts.head, "Subject"),
        _date(parts.head),
        parts.plain,
        _names(parts, bounced=kind is Kind.BOUNCE),
        "\n".join(parts.originals),
        failures if kind is Kind.BOUNCE else (),
        parts.attachments,
        parts.cut,
        sha256(raw).digest(),
    )


# ---- what it is ----

AWAY = re.compile(
    r"(?i)out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|vacation|on leave"
    r"|absen(?:t|ce)|réponse automatique|absence du bureau|automatisch antwoord|afwezig|abwesenheit"
)
TAKEN_IN = re.compile(
    r"(?i)(?:has been|have|was|were|is) (?:been )?received|(?:we|i) (?:have )?received|thank you for (?:your )?"
    r"(?:report|contacting|notif)|(?:ticket|case|request|report) (?:number|id|#|no\b)|acknowledg"
    r"|avons (?:bien )?reçu|accus[eé] de réception|bien été (?:reçu|enregistré)"
    r"|hebben (?:uw|je) \w{1,30} (?:goed )?ontvangen|ontvangstbevestiging|goed ontvangen|eingangsbestätigung"
)
NOT_REACHED = re.compile(
    r"(?i)undeliver|could ?n[o']t be delivered|not be delivered|delivery (?:has )?(?:failed|failure|status notification"
    r" \(failure\))|returned (?:mail|to sender)|failure notice|permanent (?:fatal )?error|unable to deliver"
    r"|address (?:was )?not found|user unknown|no such user|mailbox (?:is )?(?:full|unavailable)|qmail-send"
    r"|mail system at host|non[- ]remis|n'a pas pu être (?:remis|distribué)|onbestelbaar"
    r"|niet worden (?:bezorgd|afgeleverd)|unzustellbar"
)
STILL_TRYING = re.compile(
    r"(?i)delayed|still (?:be )?(?:tried|trying|retr)|warning only|not yet been delivered|will be retried"
)
MACHINES = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "bounce", "bounces")
LOOKED_AT = 4_000
"""Characters of a text in which a machine says what it is."""


def _kind(parts: Parts, failures: tuple[Failure, ...]) -> Kind:
    head = parts.head
    said = f"{header(head, 'Subject')}\n{parts.plain[:LOOKED_AT]}"
    report = str(head.get_param("report-type", "")).lower()
    if failures:
        return Kind.BOUNCE
    if report == "disposition-notification":
        return Kind.RECEIPT if _was_read(parts) else Kind.AUTOMATIC
    if report == "delivery-status" and parts.reports:
        return Kind.AUTOMATIC
    if _came_back(head, said):
        return Kind.BOUNCE
    if not _is_automatic(head):
        return Kind.OTHER
    away = AWAY.search(header(head, "Subject")) is not None
    return Kind.RECEIPT if TAKEN_IN.search(said) and not away else Kind.AUTOMATIC


def _was_read(parts: Parts) -> bool:
    """RFC 8098: displayed, or processed; deleted, denied and failed say nothing of having been read."""
    said = re.search(r"(?im)^disposition:[^\n;]{0,200};\s*(displayed|processed|dispatched)\b", "\n".join(parts.reports))
    return said is not None


def _came_back(head: Message, said: str) -> bool:
    """Whether a server gives a mail back in its own words."""
    machine = _address(header(head, "From")).partition("@")[0].lower() in MACHINES or _no_sender(head)
    if header(head, "X-Failed-Recipients"):
        return machine and STILL_TRYING.search(said) is None
    return machine and NOT_REACHED.search(said) is not None and STILL_TRYING.search(said) is None


def _no_sender(head: Message) -> bool:
    return header(head, "Return-Path") == "<>"


def _is_automatic(head: Message) -> bool:
    """RFC 3834, and what came before and beside it."""
    submitted = header(head, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(header(head, name) for name in ("X-Autoreply", "X-Autorespond", "X-Autogenerated", "X-Mail-Autoreply")):
        return True
    precedence = header(head, "Precedence").lower()
    if precedence in ("auto_reply", "auto-reply", "bulk", "junk", "list"):
        return True
    return _no_sender(head) or AWAY.match(header(head, "Subject")) is not None


# ---- what did not arrive ----

FIELD = re.compile(r"(?m)^([A-Za-z][A-Za-z-]{1,40}):[ \t]*([^\n]{0,1000})$")


def _failures(parts: Parts) -> tuple[Failure, ...]:
    found = [each for report in parts.reports for block in report.split("\n\n") if (each := _failure(block))]
    if not found:
        named = header(parts.head, "X-Failed-Recipients")
        machine = _came_back(parts.head, f"{header(parts.head, 'Subject')}\n{parts.plain[:LOOKED_AT]}")
        found = [Failure(address, "", "") for address in ADDRESS.findall(named)] if machine else []
    return tuple(found[:MOST_NAMES])


def _failure(block: str) -> Failure | None:
    """RFC 3464: one recipient, where the server has given up."""
    fields = {name.lower(): value.strip() for name, value in FIELD.findall(block)}
    if fields.get("action", "").lower() != "failed":
        return None
    recipient = fields.get("final-recipient", fields.get("original-recipient", ""))
    status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", fields.get("status", ""))
    says = fields.get("diagnostic-code", "").partition(";")[2].strip()
    return Failure(_address(recipient.rpartition(";")[2]), status[0] if status else "", one_line(says)[:500])


# ---- what it names ----


def _names(parts: Parts, *, bounced: bool) -> tuple[str, ...]:
    """What it answers; of a bounce also what it gives back, in its parts or in its text."""
    sources = [str(parts.head.get(name, ""))[:LONGEST_TRAIL] for name in ("In-Reply-To", "References")]
    sources += parts.originals
    for report in parts.reports:
        sources += [line for line in report.split("\n") if line.lower().startswith("original-message-id:")]
    if bounced:
        sources += re.findall(r"(?im)^[> \t]{0,10}message-id:[^\n]{0,500}$", parts.plain)
    found = dict.fromkeys(name for source in sources for name in MESSAGE_ID.findall(source))
    return tuple(found)[:MOST_NAMES]


def _address(text: str) -> str:
    """The last address in it: a name before it may look like one."""
    found = ADDRESS.findall(text)
    return str(found[-1]) if found else ""


def _date(head: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(header(head, "Date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    known = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    try:
        return known.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
