"""How what lies under a code stands, for whoever holds the code and nobody else: sealed to it by whoever took it in.

It says what they gave and what they allowed, and nothing that depends on what the unit holds or a list has. The public
process reads it here, and knows no table of this room.
"""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody gave, and who may use it."""

    pictures: int
    films: int
    platforms: bool
    tell: bool

    @property
    def body(self) -> bytes:
        """The bytes that are sealed."""
        return json.dumps(asdict(self)).encode()


def standing_in(text: str) -> Standing | None:
    """What it says; none where nobody has taken it in yet."""
    return Standing(**json.loads(text)) if text else None
