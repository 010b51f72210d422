"""Hashes as browsers write them, for tests: of nothing, but of the right shape."""

from hashlib import md5, sha256
from random import Random

from havre.hashlists.entry import Kind
from havre.selfservice.given import Given, Hashed, Print


def value(seed: int) -> str:
    """A PDQ hash with 128 ones, always the same for a seed."""
    places = Random(seed).sample(range(256), 128)
    return f"{sum(1 << place for place in places):064x}"


def hashed(seed: int = 1, prints: int = 1) -> Hashed:
    """A picture, or with more prints a film."""
    body = str(seed).encode()
    kind = Kind.PICTURE if prints == 1 else Kind.FILM
    made = tuple(Print(80, value(1000 * seed + each)) for each in range(prints))
    return Hashed(kind, md5(body, usedforsecurity=False).hexdigest(), sha256(body).hexdigest(), made)


def given(*seeds: int, platforms: bool = True, tell: bool = False) -> Given:
    """What one person hands over."""
    return Given(tuple(hashed(each) for each in seeds or (1,)), platforms=platforms, tell=tell)


def lines(*files: Hashed) -> str:
    """These files as a page writes them into its form."""
    found = []
    for each in files:
        found += [f"{each.kind} {each.md5} {each.sha256}", *(f"pdq {one.quality} {one.value}" for one in each.prints)]
    return "\n".join(found)


HASHES = lines(hashed(1), hashed(2, prints=3))
"""A picture and a film."""
