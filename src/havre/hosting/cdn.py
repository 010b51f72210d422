"""Which networks and names are those of content delivery networks, by a list that comes with Havre: `cdn.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LIST = "list of CDNs that comes with Havre"
"""Where a fact comes from that is known by the list."""

_WORD = re.compile(r"[^\W_][\w-]*")


@cache
def _listed() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("havre.hosting").joinpath("cdn.toml").read_text("utf-8"))


@cache
def digest() -> bytes:
    """SHA-256 of the list."""
    from hashlib import sha256

    return sha256(resources.files("havre.hosting").joinpath("cdn.toml").read_bytes()).digest()


def cdn_of_network(name: str) -> str:
    """The CDN whose network or holder is called so; empty where it is none."""
    words = [word for found in _WORD.findall(name.lower()) for word in (found, *found.split("-"))]
    if any(word.startswith(tuple(_listed()["not"])) for word in words):
        return ""
    named = (cdn for cdn in _listed()["cdn"] if any(word.startswith(tuple(cdn["words"])) for word in words))
    return next((str(cdn["name"]) for cdn in named), "")


def cdn_of_name(host: str) -> str:
    """The CDN to which a name leads; empty where it leads to none."""
    labels = host.split(".")
    above = {".".join(labels[at:]) for at in range(len(labels))}
    return next((str(cdn["name"]) for cdn in _listed()["cdn"] if not above.isdisjoint(cdn["hosts"])), "")
