"""What one node posts to another, and what comes back: statements about the exchange, and messages. Pure.

A request is its own statement (two lines), then messages (three lines each). An answer is one statement, bound to the
request by its digest, so that an old answer answers nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from havre.errors import Invalid, Refused
from havre.sealing.message import DIGEST, MOST_BYTES, Message, Place
from havre.sealing.sign import Signer
from havre.sealing.statement import Statement, stated, statement_of

REQUEST, ANSWER = "request", "answer"
MOST_MESSAGES = 256
"""Messages in a request."""
MOST_REQUEST = 32 << 20
"""Bytes of a request."""

Accepts = Callable[[bytes, bytes], bool]
"""Whether (message, signature) are of the node's key."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks whom, what each knows of the other's keys, and what came back of messages so far."""

    protocol: int
    protocols: tuple[int, ...]
    sender: str
    recipient: str
    nonce: str
    made_at: str
    serial: int
    """Of the sender's introduction."""
    holds: int
    """The serial of the recipient's introduction that the sender holds."""
    acknowledged: Place
    """The last message of the sender that the recipient has acknowledged."""
    introduction: str = ""
    """The sender's, where the recipient may not have it yet."""
    witnessed: str = ""
    """The newest checkpoint of the recipient's log that the sender has witnessed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    protocol: int
    sender: str
    recipient: str
    answers: str
    """The digest of the request's line."""
    made_at: str
    serial: int
    holds: int
    received: Place
    """The last message of the asking node that was taken."""
    proof: Mapping[str, str] = field(default_factory=dict)
    """That message as the asking node signed it, without its sealed part."""
    refused: str = ""
    """Why no further message was taken; empty where all were."""
    troubles: tuple[tuple[int, str], ...] = ()
    """Messages that were taken and could not be applied, with the reason."""
    anew: str = ""
    """A word by which the answering node, which lost what it had, asks once for everything again."""
    introduction: str = ""
    witnessed: str = ""
    """The newest checkpoint of the asking node's log that the answering node has witnessed."""


def asked(request: Request, messages: Sequence[Message], signer: Signer) -> tuple[str, str]:
    """The request as it travels, and its digest, which the answer names."""
    statement = stated(REQUEST, _plain(request), signer.sign)
    return statement.text() + "".join(message.text() for message in messages), digest_of(statement)


def answered(answer: Answer, signer: Signer) -> str:
    """The answer as it travels."""
    return stated(ANSWER, _plain(answer), signer.sign).text()


def digest_of(statement: Statement) -> str:
    """What an answer names of the request it answers."""
    return sha256(statement.line.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as it came, nothing of it proven."""

    statement: Statement
    claims: Request
    messages: tuple[Message, ...]


def read_request(text: str) -> Posted:
    """The parts of a request. Raises Invalid where it is none."""
    lines = text.split("\n")
    count, rest = divmod(len(lines) - 3, 3)
    if lines[-1] or rest or not 0 <= count <= MOST_MESSAGES:
        raise Invalid("a request has two lines, and three for each of at most %(most)s messages", most=MOST_MESSAGES)
    if any(len(line) > MOST_BYTES for line in lines):
        raise Invalid("a message of this request is larger than any may be")
    statement = statement_of(lines[0], lines[1])
    messages = tuple(Message(*lines[start : start + 3]) for start in range(2, len(lines) - 1, 3))
    return Posted(statement, _request(statement.fields()), messages)


def read_answer(text: str) -> tuple[Statement, Answer]:
    """The answer in these two lines, unproven. Raises Invalid where it is none."""
    lines = text.split("\n")
    if len(lines) != 3 or lines[2]:
        raise Invalid("an answer has two lines: this is none")
    statement = statement_of(lines[0], lines[1])
    return statement, _answer(statement.fields())


def must_answer(statement: Statement, answer: Answer, digest: str, me: str, peer: str, accepts: Accepts) -> None:
    """Raises Refused unless this peer signed this answer to the request of this digest by this node."""
    statement.proven(ANSWER, accepts)
    if (answer.sender, answer.recipient, answer.answers) != (peer, me, digest):
        raise Refused("this answers another request, or is of another node")


def _plain(value: Request | Answer) -> dict[str, object]:
    return {name: each for name, each in asdict(value).items() if each not in ("", False, {}, ())}


def _request(read: dict[str, Any]) -> Request:
    with _reading():
        return Request(
            protocol=_count(read["protocol"]),
            protocols=tuple(map(_count, read["protocols"])),
            sender=_digest(read["sender"]),
            recipient=_digest(read["recipient"]),
            nonce=_text(read["nonce"]),
            made_at=_text(read["made_at"]),
            serial=_count(read["serial"]),
            holds=_count(read["holds"]),
            acknowledged=_place(read["acknowledged"]),
            introduction=_text(read.get("introduction", "")),
            witnessed=_text(read.get("witnessed", "")),
        )


def _answer(read: dict[str, Any]) -> Answer:
    with _reading():
        return Answer(
            protocol=_count(read["protocol"]),
            sender=_digest(read["sender"]),
            recipient=_digest(read["recipient"]),
            answers=_digest(read["answers"]),
            made_at=_text(read["made_at"]),
            serial=_count(read["serial"]),
            holds=_count(read["holds"]),
            received=_place(read["received"]),
            proof={_text(name): _text(value) for name, value in dict(read.get("proof", {})).items()},
            refused=_text(read.get("refused", "")),
            troubles=tuple((_count(number), _text(why)) for number, why in read.get("troubles", ())),
            anew=_text(read.get("anew", "")),
            introduction=_text(read.get("introduction", "")),
            witnessed=_text(read.get("witnessed", "")),
        )


@contextmanager
def _reading() -> Iterator[None]:
    """What is missing or of another kind is one sentence."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Invalid("this is not what nodes ask and answer one another") from error


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 62:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError(value)
    value.encode()  # half a character is none: a ValueError
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not DIGEST.fullmatch(value):
        raise ValueError(value)
    return value


def _place(value: Any) -> Place:
    return Place(_count(value["number"]), _digest(value["digest"]))
