"""The code that a reporter keeps: what is hashed of it, and the key made of it to which answers are sealed; pure."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from havre.errors import Invalid

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: none is mistaken for another when it is read aloud or copied by hand."""

LOOK_ALIKE = str.maketrans("OILU", "011V")
BYTES = 15
"""120 bits of chance: too many to be guessed, few enough to be copied."""

GROUP = 5
LENGTH = 25
"""24 letters of chance and one that checks them."""

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Code:
    """A receipt code, held by its reporter alone."""

    letters: str = field(repr=False)

    def __str__(self) -> str:
        return "-".join(self.letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))

    @property
    def digest(self) -> bytes:
        """What is kept of it (32 bytes)."""
        return self._derived("digest")

    @property
    def opener(self) -> X25519PrivateKey:
        """What opens the answers to its reporter."""
        return X25519PrivateKey.from_private_bytes(self._derived("opener"))

    @property
    def sealing(self) -> bytes:
        """The key to which answers are sealed (32 bytes)."""
        return self.opener.public_key().public_bytes_raw()

    def _derived(self, use: str) -> bytes:
        # The code has 120 bits of chance: a slow function would protect nothing more.
        return HKDF(SHA256(), 32, salt=None, info=f"havre receipt {use} 1".encode()).derive(self.letters.encode())


def new_code(random: Random) -> Code:
    """A code nobody has had."""
    drawn = int.from_bytes(random(BYTES), "big")
    letters = "".join(LETTERS[drawn >> (5 * place) & 31] for place in reversed(range(LENGTH - 1)))
    return Code(letters + _check(letters))


def code_from(drawn: bytes) -> Code:
    """The code that these bytes make, always the same: as secret as they are."""
    return new_code(lambda count: drawn[:count])


def read_code(text: str) -> Code:
    """The code that somebody typed, however they spaced it. Raises Invalid where it can't be one."""
    typed = "".join(char for char in text[:200].upper() if char.isalnum()).translate(LOOK_ALIKE)
    if len(typed) != LENGTH or set(typed) - set(LETTERS) or _check(typed[:-1]) != typed[-1]:
        raise Invalid("this is not a receipt code: it has five groups of five letters and digits")
    return Code(typed)


def _check(letters: str) -> str:
    """Luhn's check for 32 letters: it notices every wrong letter, and neighbours swapped unless they are 0 and Z."""
    total = 0
    for place, char in enumerate(reversed(letters)):
        weighed = LETTERS.index(char) * (2 - place % 2)
        total += weighed // 32 + weighed % 32
    return LETTERS[-total % 32]
