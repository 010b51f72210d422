"""Names and numbers of hosts, each written one way.

Names as browsers read them (UTS 46, not transitional; WHATWG URL), in A-labels: lower case, xn-- where they are not
ASCII. Numbers as browsers read them too: 0x7f.1, 017700000001 and 2130706433 are 127.0.0.1; an IPv6 address that holds
one of IPv4 is that one. Onion names must have their right check sum. Nothing is resolved.
"""

import re
import unicodedata
from base64 import b32decode, b32encode
from contextlib import suppress
from hashlib import sha3_256
from ipaddress import IPv4Address, IPv6Address, ip_address

import idna

from havre.addresses.tables import suffixes
from havre.errors import Invalid

LONGEST_NAME = 253
"""Letters of a name, without the last dot (RFC 1035)."""
LONGEST_LABEL = 63
LONGEST_TYPED = 1_000
"""Letters of a name as somebody may have written it, escaped and in any alphabet."""
ONION_LETTERS = 56
"""Of a version 3 onion name: the key, two bytes of check sum, the version (rend-spec-v3, ENCODING-ONION-ADDRESS)."""
ONION_VERSION = 3

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_SYMBOLS = ("So", "Sm", "Sk")


def host_of(text: str) -> str:
    """The canonical form of a host as it stands in an address, [::1] in its brackets. Raises Invalid."""
    if len(text) > LONGEST_TYPED:
        raise Invalid("a host's name has at most %(most)s letters", most=LONGEST_NAME)
    if text.startswith("["):
        return _bracketed(text)
    name = _mapped(_unescaped(text)).rstrip(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _number(labels)
    name = ".".join(_label(label) for label in labels)
    if len(name) > LONGEST_NAME:
        raise Invalid("a host's name has at most %(most)s letters", most=LONGEST_NAME)
    if labels[-1] == "onion":
        _check_onion(labels)
    return name


def number_of(host: str) -> IPv4Address | IPv6Address | None:
    """The number that a canonical host is, None where it is a name, or where it is not canonical and says neither."""
    bracketed, last = host.startswith("[") and host.endswith("]"), host.rpartition(".")[2]
    if not bracketed and not last.isdigit():
        return None
    with suppress(ValueError):
        return IPv6Address(host[1:-1]) if bracketed else ip_address(host)
    return None


def site_of(host: str) -> str:
    """The name under which a canonical host was registered: one site per user where a site gives out names.

    The host itself where it is a number, a name of a single part, or a name under which others register.
    """
    if number_of(host) is not None:
        return host
    if host.endswith(".onion"):
        return ".".join(host.split(".")[-2:])
    return suffixes().privatesuffix(host) or host


def _unescaped(text: str) -> str:
    try:
        return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text.encode()).decode()
    except UnicodeError:
        raise Invalid("the host's name holds escapes that spell nothing") from None


def _mapped(name: str) -> str:
    """Lower case, dots of every alphabet as dots, letters that look wide or round as plain ones."""
    try:
        return idna.uts46_remap(name, std3_rules=False)
    except idna.IDNAError:
        raise Invalid("the host's name holds signs that no name has") from None


def _label(label: str) -> str:
    """One part of a name in ASCII."""
    if not label:
        raise Invalid("a host's name has no empty parts: look at its dots")
    if label.isascii() and not label.startswith("xn--"):
        if not _LABEL.fullmatch(label):
            raise Invalid("the host's name holds signs that no name has, or a part of more than 63 letters")
        return label
    try:
        return _checked(label)
    except (UnicodeError, ValueError, OverflowError):
        raise Invalid("the host's name is in an alphabet in which it spells nothing") from None


def _checked(label: str) -> str:
    """The A-label of a U-label or of itself; raises UnicodeError or ValueError where there is none."""
    spelled = label[4:].encode("ascii").decode("punycode") if label.isascii() else label
    if spelled.isascii() or idna.uts46_remap(spelled, std3_rules=False) != spelled:
        raise ValueError("not how it is written")
    # Symbols and emoji are no letters of IDNA 2008, and yet are registered, and browsers go there.
    letters = "".join(letter for letter in spelled if unicodedata.category(letter) not in _SYMBOLS)
    if letters:
        idna.check_label(letters)
    found = "xn--" + spelled.encode("punycode").decode("ascii")
    if len(found) > LONGEST_LABEL or (label.isascii() and found != label):
        raise ValueError("not how it is written")
    return found


def _bracketed(text: str) -> str:
    if not text.endswith("]") or "%" in text:
        raise Invalid("that is no IPv6 address in brackets")
    try:
        number = IPv6Address(text[1:-1])
    except ValueError:
        raise Invalid("that is no IPv6 address in brackets") from None
    return str(number.ipv4_mapped or f"[{number.compressed}]")


def _number(labels: list[str]) -> str:
    """An IPv4 address in any of the ways in which browsers read one: of up to four parts the last fills the rest."""
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        raise Invalid("a host that ends in a number is an IPv4 address, and this is none")
    values = [_value(label) for label in labels]
    bytes_left = 5 - len(values)
    if any(value > 255 for value in values[:-1]) or values[-1] >= 256**bytes_left:
        raise Invalid("a host that ends in a number is an IPv4 address, and this is none")
    whole = values[-1] + sum(value << (8 * (3 - place)) for place, value in enumerate(values[:-1]))
    return str(IPv4Address(whole))


def _value(digits: str) -> int:
    try:
        if digits.startswith("0x"):
            return int(digits[2:] or "0", 16)
        return int(digits, 8 if digits.startswith("0") else 10)
    except ValueError:
        raise Invalid("a host that ends in a number is an IPv4 address, and this is none") from None


def _check_onion(labels: list[str]) -> None:
    """Raises Invalid unless it is a version 3 onion name that was copied whole."""
    name = labels[-2] if len(labels) > 1 else ""
    if len(name) != ONION_LETTERS or name != onion_name(_key(name)):
        raise Invalid("that is no onion address of today: it has 56 letters and digits, copy all of them")


def _key(name: str) -> bytes:
    try:
        return b32decode(name.upper())[:32]
    except ValueError:
        return b""


def onion_name(key: bytes) -> str:
    """The first part of the onion name of a public key."""
    check = sha3_256(b".onion checksum" + key + bytes([ONION_VERSION])).digest()[:2]
    return b32encode(key + check + bytes([ONION_VERSION])).decode().lower()
