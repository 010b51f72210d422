"""What an answer says of whether a page is gone; pure, and read in the process that holds nothing.

Only what a host can't say by mistake counts: that there is no such page, or that it is gone for good. A page that says
so in words, asks who one is, is busy, hides behind a network, or that the law forbids, perhaps in one country alone, is
shown to a person, with why.
"""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum

from havre.media.outside.shown import TYPES, UNSAID

MOST_READ = 64 << 10
"""Bytes of an answer that are looked at: what stands there does not leave that process."""


class Saw(StrEnum):
    """What one look tells."""

    ABSENT = "absent"
    """The host says that there is no such page; once said is not enough."""
    ANSWERS = "answers"
    """Something is there; what, a person sees."""
    UNCLEAR = "unclear"
    """It is proof of nothing: a person looks."""


class Why(StrEnum):
    """What it tells that by."""

    NOT_FOUND = "not found"
    GONE = "gone"
    LEGAL = "legal"
    REFUSED = "refused"
    NO_NAME = "no name"
    THERE = "there"
    CHALLENGE = "challenge"
    COUNTRY = "country"
    NETWORK = "network"
    REMOVED = "says removed"
    LOGIN = "login"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    TROUBLE = "trouble"
    LEADS_ON = "leads on"
    PACKED = "packed"
    CERTIFICATE = "certificate"
    SILENT = "silent"
    PROXY = "proxy"
    NO_NUMBER = "no number"
    OLD_NUMBER = "old number"
    DOUBTED = "doubted"
    OTHER = "other"


ABSENT: Mapping[int, Why] = {404: Why.NOT_FOUND, 410: Why.GONE}
"""RFC 9110, 15.5.5 and 15.5.11."""

UNCLEAR: Mapping[int, Why] = {
    401: Why.LOGIN,
    403: Why.FORBIDDEN,
    407: Why.LOGIN,
    408: Why.SILENT,
    429: Why.BUSY,
    451: Why.LEGAL,
}
"""451 is often said to one country alone (RFC 7725, 3)."""

FIRST = (Why.PACKED, Why.CHALLENGE, Why.COUNTRY, Why.NETWORK, Why.LOGIN)
"""Signs that make any answer unclear, the first that is there; that it says removed only makes one that seems well."""

_WORDS: Mapping[Why, re.Pattern[str]] = {
    Why.CHALLENGE: re.compile(
        r"captcha|cf-chl|challenge-platform|cf-turnstile|verify (?:that )?you are (?:a )?human|checking your browser"
        r"|ddos-guard|are you a robot|unusual traffic"
    ),
    Why.COUNTRY: re.compile(
        r"(?:un|not )available (?:in|from|to) (?:your|this) (?:country|region|location|area)|geo-?(?:block|restrict)"
        r"|(?:country|region) (?:is )?(?:blocked|restricted)|dans votre (?:pays|r.gion)|in (?:uw|jouw) (?:land|regio)"
    ),
    Why.NETWORK: re.compile(
        r"cloudflare ray id|error code: 1\d\d\d|error 1\d\d\d|fastly error|request could not be satisfied"
        r"|services aren.t available right now|incapsula incident|sucuri website firewall|reference #\d+\.[0-9a-f]"
        r"|varnish cache server"
    ),
    Why.LOGIN: re.compile(r"type\s*=\s*[\"']?password"),
    Why.REMOVED: re.compile(
        r"(?:been|was|were) (?:removed|deleted|taken down|suspended|disabled)|no longer (?:available|exists?)"
        r"|(?:page|file|content|video|image|album) (?:is )?(?:not found|unavailable)|does ?n[o']t exist|404 not"
        r"|error 404|account (?:is )?suspended|domain (?:name )?(?:is|may be) for sale|n.existe plus"
        r"|.t. supprim|introuvable|verwijderd|niet gevonden|bestaat niet"
    ),
}
"""In small letters. A word too many only has a person look."""


def signs_of(fields: Mapping[str, str], body: bytes) -> list[Why]:
    """The signs in an answer: of its fields, named in small letters, and of the beginning of what it holds."""
    found: list[Why] = []
    kind = fields.get("content-type", "").partition(";")[0].strip().lower()
    if fields.get("content-encoding", "").strip().lower() not in ("", "identity"):
        found.append(Why.PACKED)
    if "challenge" in fields.get("cf-mitigated", "").lower():
        found.append(Why.CHALLENGE)
    if "blocked-by" in fields.get("link", "").lower():  # RFC 7725, 4: somebody on the way, perhaps
        found.append(Why.NETWORK)
    if kind in (*TYPES, *UNSAID) or kind.startswith("text/") or kind.endswith(("json", "xml")):
        # Without its zeros, what is written in two bytes a letter reads as the rest does.
        text = body[:MOST_READ].replace(b"\0", b"").decode("utf-8", "replace").lower()
        found += [why for why, words in _WORDS.items() if words.search(text)]
    return found


def says(status: int, signs: Collection[Why]) -> tuple[Saw, Why]:
    """What an answer with these signs tells of whether the page is gone, and by what."""
    if first := next((why for why in FIRST if why in signs), None):
        return Saw.UNCLEAR, first
    if status in ABSENT:
        return Saw.ABSENT, ABSENT[status]
    if status == 200:
        return (Saw.UNCLEAR, Why.REMOVED) if Why.REMOVED in signs else (Saw.ANSWERS, Why.THERE)
    if status in UNCLEAR:
        return Saw.UNCLEAR, UNCLEAR[status]
    return Saw.UNCLEAR, {3: Why.LEADS_ON, 5: Why.TROUBLE}.get(status // 100, Why.OTHER)
