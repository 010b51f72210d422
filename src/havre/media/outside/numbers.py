"""Which network addresses may be asked for: those of the whole internet, and nobody's own network; pure."""

from ipaddress import IPv6Address, ip_address, ip_network

from havre.errors import Refused

GLOBAL = ip_network("2000::/3")
"""All of IPv6 that is given out (RFC 4291); whatever lies beside it leads elsewhere, or nowhere yet."""

NOT_OUTSIDE = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.175.48.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
)
"""Beyond what Python calls private: IANA's special ranges, of which the nearest router may be the end, and those of
IPv6 that carry an IPv4 address inside (RFC 6890, RFC 7534, RFC 7535, RFC 3056, RFC 9637)."""


def outside(number: str) -> str:
    """The network address, canonical. Raises Refused for what is none, and for one that is not on the open internet."""
    try:
        found = ip_address(number)
    except ValueError:
        raise Refused("%(number)r is no network address", number=number[:80]) from None
    if isinstance(found, IPv6Address) and (found not in GLOBAL or found.scope_id is not None):
        raise _inside(number)
    within = (network for network in NOT_OUTSIDE if network.version == found.version)
    if not found.is_global or found.is_multicast or any(found in network for network in within):
        raise _inside(number)
    return str(found)


def _inside(number: str) -> Refused:
    return Refused("%(number)s is not on the open internet: it is not asked for", number=number[:80])
