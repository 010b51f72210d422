"""Two nodes with keys of their own, for what passes between them."""

import random
from collections.abc import Callable

from havre.sealing.certificate import authority
from havre.sealing.message import Expected, Header, Message, Place, written
from havre.sealing.peer import Introduction, node_of
from havre.sealing.secret import Secrets, secrets_of
from havre.sealing.sign import Signer

SEEDS = {"BE": bytes(range(32)), "IT": bytes(range(32, 64)), "FR": bytes(range(64, 96))}
BELGIUM, ITALY, FRANCE = (secrets_of(seed, 0) for seed in SEEDS.values())
NODES = {country: node_of(Signer(seed).verifier.public) for country, seed in SEEDS.items()}

START = Place()
"""Before the first message."""


def chance(seed: int) -> Callable[[int], bytes]:
    """Bytes that are the same each time."""
    return random.Random(seed).randbytes


def introduction(country: str = "BE", serial: int = 1, generation: int = 0) -> Introduction:
    """A node that introduces itself."""
    secrets = secrets_of(SEEDS[country], generation)
    return Introduction(
        name=f"Node {country}",
        country=country,
        key=Signer(SEEDS[country]).verifier.public,
        serial=serial,
        generation=generation,
        sign=secrets.signer.verifier.public,
        seal=secrets.sealing,
        certificate=authority(SEEDS[country]),
        addresses=(f"https://{country.lower()}.example:8443",),
        protocols=(1,),
        made_at="2026-03-02T12:00:00+00:00",
    )


def header(number: int = 1, after: Place = START, **other: object) -> Header:
    """The header of a message of Belgium to Italy."""
    fields: dict[str, object] = {
        "protocol": 1,
        "sender": NODES["BE"],
        "recipient": NODES["IT"],
        "key": BELGIUM.signer.verifier.name,
        "number": number,
        "previous": after.digest,
        "kind": "word",
        "made_at": "2026-03-02T12:00:00+00:00",
    }
    return Header(**(fields | other))  # type: ignore[arg-type]


def message(number: int = 1, after: Place = START, text: str = "good morning", **other: object) -> Message:
    """A message of Belgium to Italy."""
    return written(header(number, after, **other), {"text": text}, ITALY.sealing, BELGIUM, chance(number))


def expected(after: Place = START, secrets: Secrets = BELGIUM) -> Expected:
    """What Italy expects of Belgium's next message."""
    return Expected(NODES["IT"], NODES["BE"], [secrets.signer.verifier], after, (1,))
