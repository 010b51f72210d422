"""Answers of RDAP: blocks, networks and domains; of people nothing is kept."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from havre.hosting.keys import network_of
from havre.hosting.models import Kind
from havre.hosting.readers.records import LARGEST, scope_of, told_of
from havre.hosting.rows import Bad, Registered, Said
from tests.hosting.loaded import facts, rows

NAMED = "Somebody Namedhere"


def entity(role: str, name: str, *more: list[Any]) -> dict[str, Any]:
    """Somebody with a role."""
    return {"roles": [role], "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name], *more]]}


BLOCK: dict[str, Any] = {
    "objectClassName": "ip network",
    "startAddress": "192.0.2.0",
    "endAddress": "192.0.2.255",
    "country": "be",
    "name": "EXAMPLE-NET",
    "entities": [entity("registrant", "Example Hosting", ["kind", {}, "text", "org"])],
    "events": [{"eventAction": "last update of RDAP database", "eventDate": "2026-01-02T10:00:00Z"}],
}
DOMAIN: dict[str, Any] = {
    "objectClassName": "domain",
    "ldhName": "A.EXAMPLE",
    "entities": [entity("registrant", NAMED), entity("registrar", "Good Names")],
    "nameservers": [{"ldhName": "NS2.DNS.example"}, {"ldhName": "ns1.dns.example."}],
}


def test_a_block_has_its_holder_and_country() -> None:
    (said,) = facts(Kind.RECORDS, json.dumps(BLOCK))
    assert isinstance(said, Said)
    assert (network_of(said.key), said.country, said.holder) == ("192.0.2.0/24", "BE", "Example Hosting")


def test_a_person_who_holds_a_block_is_not_named() -> None:
    private = BLOCK | {"entities": [entity("registrant", NAMED)]}
    (said,) = facts(Kind.RECORDS, json.dumps(private))
    assert isinstance(said, Said)
    assert said.holder == "EXAMPLE-NET"


def test_a_block_of_odd_size_is_several() -> None:
    odd = BLOCK | {"startAddress": "2001:db8::", "endAddress": "2001:db8::2"}
    said = [network_of(f.key) for f in facts(Kind.RECORDS, json.dumps(odd)) if isinstance(f, Said)]
    assert said == ["2001:db8::/127", "2001:db8::2/128"]


def test_networks_are_one_or_several() -> None:
    one = {"objectClassName": "autnum", "startAutnum": 64500, "name": "EXAMPLE", "country": "NL"}
    (said,) = facts(Kind.RECORDS, json.dumps(one))
    assert isinstance(said, Said)
    assert (network_of(said.key), said.country, said.holder) == ("AS64500", "NL", "EXAMPLE")
    many = [f for f in facts(Kind.RECORDS, json.dumps(one | {"endAutnum": 64503})) if isinstance(f, Said)]
    assert [network_of(f.key) for f in many] == ["AS64500-AS64503"]


def test_a_domain_has_its_registrar_and_not_its_holder() -> None:
    assert facts(Kind.RECORDS, json.dumps(DOMAIN)) == [
        Registered("a.example", "Good Names", ("ns1.dns.example", "ns2.dns.example"))
    ]
    assert NAMED in json.dumps(DOMAIN)


def test_an_answer_says_about_what_it_is_and_of_when() -> None:
    assert scope_of(told_of(json.dumps(DOMAIN).encode())) == ("domain a.example", None)
    about, at = scope_of(told_of(json.dumps(BLOCK).encode()))
    assert (about, at) == ("ip network 0418c0000200", datetime(2026, 1, 2, 10, tzinfo=UTC))


BAD: tuple[Any, ...] = (
    *(7, [], {}, {"objectClassName": "nameserver"}, {"objectClassName": "ip network"}, {"objectClassName": "domain"}),
    BLOCK | {"startAddress": "192.0.3.0"},
    BLOCK | {"startAddress": "2001:db8::"},
    BLOCK | {"startAddress": 7, "endAddress": None},
    DOMAIN | {"ldhName": "a b"},
    DOMAIN | {"ldhName": 7},
    {"objectClassName": "autnum", "startAutnum": "x"},
    {"objectClassName": "autnum", "startAutnum": 5, "endAutnum": 4},
)


@pytest.mark.parametrize("told", BAD, ids=lambda told: str(told)[:40])
def test_a_wrong_answer_comes_back(told: Any) -> None:
    assert [type(row) for row in rows(Kind.RECORDS, json.dumps(told))] == [Bad]


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 500_000, b" " * (LARGEST + 1)])
def test_what_is_no_answer_comes_back(data: bytes) -> None:
    assert [type(row) for row in rows(Kind.RECORDS, data)] == [Bad]


ODD: tuple[dict[str, Any], ...] = (
    {"entities": 7},
    {"entities": [7, {"roles": 7}, {"roles": ["registrar"]}, {"roles": ["registrar"], "vcardArray": 7}]},
    {"entities": [{"roles": ["registrar"], "vcardArray": ["vcard", [7, [], ["fn"], ["fn", {}, "text", 7]]]}]},
    {"nameservers": 7, "events": 7},
    {"nameservers": [7, {}, {"ldhName": 7}, {"ldhName": "192.0.2.1"}, {"ldhName": "a b"}]},
    {"events": [7, {"eventAction": "last update of RDAP database"}]},
)


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_odd_parts_cost_nothing_but_themselves(odd: dict[str, Any]) -> None:
    (found,) = facts(Kind.RECORDS, json.dumps({"objectClassName": "domain", "ldhName": "a.example"} | odd))
    assert isinstance(found, Registered)
    assert found.name == "a.example"
