"""What a mail is made of: its headers, its text without markup, what hangs on it by name; pure, and limits come first.

Nothing here believes a mail: whatever is too large, too deep or no mail at all is read as far as its limits go.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser

LARGEST = 4 << 20
"""Bytes of a mail that are looked at; what hangs behind them is never kept anyway."""
MOST_LINES = 60_000
MOST_HEADER_BYTES = 64 << 10
MOST_NESTED = 60
"""Times that a mail may say that something is inside of something: mails of people say it a few times."""
MOST_PARTS = 100
LONGEST_LINE = 1_000
"""Characters of one header that are read."""
LONGEST_TEXT = 100_000
MOST_ATTACHMENTS = 50
LONGEST_NAME = 200

NESTED = re.compile(rb"(?i)\b(?:multipart|message)/[a-z]")
CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-?8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|shift_jis|euc-(?:jp|kr)"
    r"|iso-2022-(?:jp|kr)|gb2312|gbk|gb18030|big5"
)
"""Those that people write in: other codecs of Python are slow, or no charsets."""

TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})")
UNSEEN = ("script", "style", "title", "head", "template")
CLOSING = {name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII) for name in UNSEEN}
BLOCKS = ("p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "pre", "hr")
TURNING = (0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), *TURNING))
"""What moves a cursor, hides or turns text around; halves of letters are replaced apart."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What hung on a mail: its name, what it says it is and its size. The bytes are not kept."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A mail taken apart."""

    head: Message
    plain: str
    """What a person reads."""
    attachments: tuple[Attachment, ...]
    reports: tuple[str, ...]
    """The fields of delivery or disposition reports, as text."""
    originals: tuple[str, ...]
    """The headers of mails inside of it."""
    cut: bool
    """Whether something of it was not looked at."""


def taken_apart(raw: bytes) -> Parts:
    """Any bytes as a mail; never raises, and takes time in proportion to its limits."""
    within, cut = _within(raw)
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(within)
        return _parts(message, cut)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError, AssertionError):
        # The library's own faults on hostile mails: what stays is text, for a person.
        text = seen(within.decode("utf-8", "replace"))[:LONGEST_TEXT]
        return Parts(Message(), text, (), (), (), True)


def _within(raw: bytes) -> tuple[bytes, bool]:
    """The mail as far as its limits go, and whether something is missing."""
    short = raw[:LARGEST].replace(b"\x00", b"").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = short.split(b"\n", MOST_LINES)
    if len(lines) > MOST_LINES:
        short = b"\n".join(lines[:MOST_LINES])
    head, gap, body = short.partition(b"\n\n")
    kept = head[:MOST_HEADER_BYTES].rpartition(b"\n")[0] if len(head) > MOST_HEADER_BYTES else head
    if sum(1 for _ in NESTED.finditer(short)) > MOST_NESTED:
        # Read as one text: nobody writes mails in mails in mails.
        kept = b"\n".join(line for line in _unfolded(kept) if not line.lower().startswith(b"content-"))
        return kept + b"\n\n" + body, True
    return kept + gap + body, len(raw) > LARGEST or len(lines) > MOST_LINES or len(kept) < len(head)


def _unfolded(head: bytes) -> list[bytes]:
    return re.sub(rb"\n[ \t]+", b" ", head).split(b"\n")


def _parts(message: Message, cut: bool) -> Parts:
    plain: list[str] = []
    marked: list[str] = []
    attachments: list[Attachment] = []
    reports: list[str] = []
    originals: list[str] = []
    for number, part in enumerate(_leaves(message)):
        if number == MOST_PARTS:
            cut = True
            break
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/disposition-notification"):
            reports.append(_fields(part))
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            originals.append(_fields(part))
        elif part.get_filename() or not kind.startswith("text/") or part.get_content_disposition() == "attachment":
            attachments.append(_attachment(part, kind))
        else:
            (marked if kind == "text/html" else plain).append(_text(part))
    # Where a mail says the same twice, what it says without markup is enough.
    said = "\n".join(plain) if any(text.strip() for text in plain) else "\n".join(map(without_markup, marked))
    text = seen(said)
    return Parts(
        message,
        text[:LONGEST_TEXT],
        tuple(attachments[:MOST_ATTACHMENTS]),
        tuple(reports),
        tuple(originals),
        cut or len(text) > LONGEST_TEXT or len(attachments) > MOST_ATTACHMENTS,
    )


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; mails inside of the mail are not entered."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        # What is no list is never asked for undecoded: the library would decode it with any codec the mail names.
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = [each for each in part.get_payload() if isinstance(each, Message)] + waiting
        else:
            yield part


def _fields(part: Message) -> str:
    """A part of a report, or the headers of a mail inside, as lines of text."""
    if not part.is_multipart():
        return seen(_text(part))[:LONGEST_TEXT]
    held = [each for each in list(part.get_payload())[:MOST_PARTS] if isinstance(each, Message)]
    blocks = ("\n".join(f"{name}: {value}" for name, value in each.items()) for each in held)
    return seen("\n\n".join(blocks))[:LONGEST_TEXT]


def _attachment(part: Message, kind: str) -> Attachment:
    held = part.get_payload(decode=True)
    name = one_line(decoded(str(part.get_filename() or "")))[:LONGEST_NAME]
    return Attachment(name, one_line(kind)[:LONGEST_NAME], len(held) if isinstance(held, bytes) else 0)


def _text(part: Message) -> str:
    held = part.get_payload(decode=True)
    if not isinstance(held, bytes):
        return ""
    return _letters(held, str(part.get_param("charset", "utf-8")))


def _letters(held: bytes, charset: str) -> str:
    named = charset.strip().lower().replace("_", "-") if charset != "shift_jis" else charset
    known = named if CHARSETS.fullmatch(named) else "utf-8"
    try:
        return held.decode(known, "replace")
    except LookupError:  # ISO-8859-99
        return held.decode("utf-8", "replace")


def header(message: Message, name: str) -> str:
    """One header as one line of text, decoded; empty where there is none."""
    return one_line(decoded(str(message.get(name, ""))))


def decoded(value: str) -> str:
    """What a header says, its encoded words made readable."""
    short = value[:LONGEST_LINE].replace("\r", "").replace("\n", "")
    try:
        pieces = decode_header(short)
    except (HeaderParseError, ValueError):
        return short
    return "".join(_letters(text, charset or "utf-8") if isinstance(text, bytes) else text for text, charset in pieces)[
        :LONGEST_LINE
    ]


def one_line(text: str) -> str:
    """Text of which nothing breaks a line or turns it around."""
    return " ".join(seen(text).split())


def seen(text: str) -> str:
    """Text without what nobody sees: control characters, marks of direction, halves of letters."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return whole.translate(CONTROLS)


def without_markup(marked: str) -> str:
    """HTML as text: no tag, script or style of it is left. Goes over it once, whatever it holds."""
    out, at = [], 0
    while (opens := marked.find("<", at)) >= 0:
        out.append(marked[at:opens])
        comment = marked.startswith("<!--", opens)
        ends = marked.find("-->" if comment else ">", opens)
        if ends < 0:
            return _spoken(out)
        at = ends + (3 if comment else 1)
        tag = TAG.match(marked, opens)
        name = tag[1].lower() if tag and not comment else ""
        if name in BLOCKS:
            out.append("\n")
        if name in UNSEEN and marked[opens + 1] != "/":
            closed = CLOSING[name].search(marked, at)
            if closed is None:
                return _spoken(out)
            at = closed.start()
    out.append(marked[at:])
    return _spoken(out)


def _spoken(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in html.unescape("".join(pieces)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
