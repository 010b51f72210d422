"""Where an address is hosted, and where it was: by what the operator loaded, with the file and date of each fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from havre.addresses.address import Address, address_of
from havre.addresses.recognised import Recognised, recognised
from havre.flows.home import Home, consulted
from havre.hosting.over_time import facts_over_time
from havre.hosting.where import Fact, Hosting, where_is
from havre.units.acting import Acting
from havre.units.models import RoleName


@dataclass(frozen=True, slots=True)
class Found:
    """An address, what it is, and where it is hosted."""

    address: Address
    recognised: Recognised
    hosting: Hosting

    def told(self) -> dict[str, Any]:
        """As JSON."""
        where, inner = self.hosting, self.recognised.inner
        return {
            "address": str(self.address),
            "host": self.address.host,
            "site": self.address.site,
            "kind": self.recognised.kind,
            "inner": str(inner) if inner is not None else None,
            "numbers": list(where.numbers),
            "network": where.network or None,
            "asn": where.system,
            "holder": where.holder or None,
            "country": where.country or None,
            "reason": where.reason or None,
            "cdn": where.cdn or None,
            "is_cdn": where.is_cdn,
            "registrar": where.registrar or None,
            "facts": [fact_told(fact) for fact in where.facts],
        }


def fact_told(fact: Fact) -> dict[str, Any]:
    """One fact as JSON."""
    return {
        "kind": fact.kind,
        "of": fact.subject,
        "value": fact.value,
        "source": fact.source,
        "sha256": fact.sha256.hex(),
        "at": fact.at.isoformat(timespec="seconds"),
        "since": fact.since.isoformat(timespec="seconds"),
        "until": fact.until.isoformat(timespec="seconds") if fact.until else None,
    }


def hosting_of(home: Home, acting: Acting, text: str, at: datetime | None = None) -> Found:
    """Where an address is hosted, by what was known for a time, now otherwise. Nothing is fetched or resolved."""
    address = _asked(home, acting, text)
    return Found(address, recognised(address), where_is(address.host, at or acting.now()))


def hosting_history(home: Home, acting: Acting, text: str) -> tuple[Address, list[Fact]]:
    """Everything that was ever said of where an address is hosted, oldest first."""
    address = _asked(home, acting, text)
    return address, facts_over_time(address.host)


def _asked(home: Home, acting: Acting, text: str) -> Address:
    """The address that is asked about. The log has only that somebody asked: an address can tell of a person."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, RoleName.ADMINISTRATOR, to="ask where something is hosted")
    address = address_of(text)
    consulted(home, acting, "hosting", {"asked": address.digest.hex()})
    return address
