"""Blocks of numbers as keys that a database finds by equality: the longest of them wins.

A key is the family, the length in bits, and the bits, the rest of them zero. A number lies in at most one block of each
length, so all that can hold it are 33 keys (IPv4, networks) or 129 (IPv6): no order of blocks, no search.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

SYSTEMS = 1
"""The family of the numbers of networks; 4 and 6 are those of IP."""

BITS = {SYSTEMS: 32, 4: 32, 6: 128}

Number = IPv4Address | IPv6Address


def key_of(family: int, value: int, length: int) -> bytes:
    """The key of the block of this length in which a value lies."""
    bits = BITS[family]
    kept = value >> (bits - length) << (bits - length)
    return bytes((family, length)) + kept.to_bytes(bits // 8, "big")


def keys_over(family: int, value: int) -> list[bytes]:
    """The keys of all blocks in which a value may lie."""
    return [key_of(family, value, length) for length in range(BITS[family] + 1)]


def keys_between(family: int, first: int, last: int) -> Iterator[bytes]:
    """The keys of the fewest blocks that are all of a range; at most two of each length."""
    bits = BITS[family]
    while first <= last:
        # As large as it may begin here, and no longer than what is left.
        free = (first & -first).bit_length() - 1 if first else bits
        free = min(free, (last - first + 1).bit_length() - 1)
        yield key_of(family, first, bits - free)
        first += 1 << free


def length_of(key: bytes) -> int:
    """The length of a block, in bits."""
    return key[1]


def network_of(key: bytes) -> str:
    """A block of numbers as a person writes it; networks as AS64500."""
    family, length, value = key[0], key[1], int.from_bytes(key[2:], "big")
    if family == SYSTEMS:
        last = value + (1 << (32 - length)) - 1
        return f"AS{value}" if last == value else f"AS{value}-AS{last}"
    return str(IPv6Network((value, length)) if family == 6 else IPv4Network((value, length)))
