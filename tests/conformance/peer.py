"""Whether what answers at an address speaks docs/protocols/peer.md.

python -m tests.conformance.peer introduce SEEDFILE > me.intro      (have it accepted by the node to be tested)
python -m tests.conformance.peer run SEEDFILE https://HOST:PORT their.intro
"""

import http.client
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from havre.sealing.bundle import Answer, Request, asked, must_answer, read_answer
from havre.sealing.certificate import authority, door_of
from havre.sealing.message import Header, Message, Place, written
from havre.sealing.peer import Introduction, introduced, log_of, read_introduction
from havre.sealing.secret import secrets_of
from havre.sealing.sign import Signer
from havre.start import start
from tests.databases import NOWHERE


def introduce(seed: bytes) -> str:
    """The introduction of the node that tests."""
    secrets = secrets_of(seed, 0)
    made = Introduction(
        name="Conformance",
        country="XX",
        key=Signer(seed).verifier.public,
        serial=1,
        generation=0,
        sign=secrets.signer.verifier.public,
        seal=secrets.sealing,
        certificate=authority(seed),
        addresses=(),
        protocols=(1,),
        made_at=datetime.now(UTC).isoformat(),
    )
    return introduced(made, Signer(seed))


@dataclass
class Asking:
    """A node that asks another over mutual TLS, and what it has learned of it."""

    seed: bytes
    base: str
    them: Introduction
    place: Place = field(default_factory=Place)

    @property
    def me(self) -> str:
        """The id of the asking node."""
        return read_introduction(introduce(self.seed)).node

    def send(self, text: str) -> tuple[int, str]:
        """Status and body."""
        from havre.network.carry import PATH, context

        where = urlsplit(self.base)
        trust = context(door_of(self.seed, secrets_of(self.seed, 0)), [self.them.certificate], server=False)
        line = http.client.HTTPSConnection(where.hostname or "", where.port or 443, timeout=30, context=trust)
        try:
            line.request("POST", PATH, text.encode())
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def request(self, *messages: Message, **other: object) -> tuple[str, str]:
        """A request with these messages, and its digest."""
        now = datetime.now(UTC).isoformat()
        fields = Request(1, (1,), self.me, self.them.node, os.urandom(16).hex(), now, 1, self.them.serial, self.place)
        return asked(replace(fields, **other), messages, secrets_of(self.seed, 0).signer)  # type: ignore[arg-type]

    def ask(self, *messages: Message) -> Answer:
        """The proven answer to these messages."""
        text, digest = self.request(*messages)
        status, body = self.send(text)
        assert status == http.HTTPStatus.OK, body
        statement, answer = read_answer(body)
        must_answer(statement, answer, digest, self.me, self.them.node, log_of(self.them.sign).accepts)
        return answer

    def word(self, text: str, **other: object) -> Message:
        """The next message, a word."""
        secrets = secrets_of(self.seed, 0)
        fields: dict[str, object] = {
            "protocol": 1,
            "sender": self.me,
            "recipient": self.them.node,
            "key": secrets.signer.verifier.name,
            "number": self.place.number + 1,
            "previous": self.place.digest,
            "kind": "word",
            "made_at": datetime.now(UTC).isoformat(),
        }
        header = Header(**(fields | other))  # type: ignore[arg-type]
        return written(header, {"text": text}, self.them.seal, secrets, os.urandom)


def knows_where_it_stands(asking: Asking) -> None:
    """An empty request is answered, signed, with the last message taken."""
    asking.place = asking.ask().received


def takes_the_next_message(asking: Asking) -> None:
    """The next message is taken, and the answer shows it."""
    message = asking.word("conformance")
    answer = asking.ask(message)
    assert (answer.received, answer.refused) == (Place(asking.place.number + 1, message.digest), "")
    assert answer.proof == message.shown()
    asking.place = answer.received


def refuses(asking: Asking, message: Message) -> None:
    """A message is refused, and nothing else changes."""
    answer = asking.ask(message)
    assert answer.refused
    assert answer.received == asking.place


def refuses_a_replay(asking: Asking) -> None:
    """The same message twice in one request is taken once."""
    message = asking.word("once")
    answer = asking.ask(message, message)
    assert "replayed" in answer.refused
    asking.place = answer.received
    assert asking.place.digest == message.digest
    refuses(asking, message)


def refuses_gaps_forks_and_strangers(asking: Asking) -> None:
    """Nothing out of order, of another history, for or of another node, or of another version."""
    refuses(asking, asking.word("gap", number=asking.place.number + 2))
    refuses(asking, asking.word("fork", previous="f" * 64))
    refuses(asking, asking.word("other", recipient=asking.me))
    refuses(asking, asking.word("other", sender=asking.them.node))
    refuses(asking, asking.word("later", protocol=99))
    message = asking.word("altered")
    refuses(asking, replace(message, sealed=message.sealed[:-4] + "AAA="))
    refuses(asking, replace(message, header=message.header.replace('"word"', '"wird"')))


def keeps_what_it_does_not_know(asking: Asking) -> None:
    """A message of an unknown kind is taken, and the next one too."""
    message = asking.word("new", kind="of-a-later-version")
    answer = asking.ask(message)
    assert answer.received.digest == message.digest
    assert answer.troubles
    asking.place = answer.received
    takes_the_next_message(asking)


def refuses_requests_of_others(asking: Asking) -> None:
    """A request that is altered, for another node or no request gets no answer."""
    text, _digest = asking.request()
    for wrong in (text.replace('"holds"', '"hulds"'), asking.request(recipient="e" * 64)[0], "x", "", "a\nb\n"):
        status, body = asking.send(wrong)
        assert status in (400, 403, 404), (status, body)
    line = json.loads(text.split("\n")[0])
    assert line["recipient"] == asking.them.node


CHECKS: tuple[Callable[[Asking], None], ...] = (
    knows_where_it_stands,
    takes_the_next_message,
    refuses_a_replay,
    refuses_gaps_forks_and_strangers,
    keeps_what_it_does_not_know,
    refuses_requests_of_others,
)


def run(seed: bytes, base: str, introduction: str) -> list[str]:
    """The names of all checks, each of which the node at this address has passed."""
    asking = Asking(seed, base, read_introduction(introduction))
    for check in CHECKS:
        check(asking)
    return [check.__name__ for check in CHECKS]


if __name__ == "__main__":
    if len(sys.argv) != {"introduce": 3, "run": 5}.get(sys.argv[1] if len(sys.argv) > 1 else "", 0):
        sys.exit(__doc__)
    start(NOWHERE)
    seed_file = Path(sys.argv[2])
    if not seed_file.exists():
        seed_file.write_bytes(os.urandom(32))
    if sys.argv[1] == "introduce":
        sys.stdout.write(introduce(seed_file.read_bytes()))
    else:
        print("\n".join(run(seed_file.read_bytes(), sys.argv[3], Path(sys.argv[4]).read_text())))
