"""Where a host is, as far as what was loaded says, each fact with its file and date; what is not known is not guessed.

The country is that of the record of the block of numbers, where one was loaded; otherwise that of the registry that
gave the numbers; otherwise that of the network which announces them. It is empty where these numbers are a CDN's, in
several countries, or of one that is not known: `reason` says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address

from django.utils.translation import gettext as _

from havre.addresses.hosts import number_of
from havre.hosting.cdn import LIST, cdn_of_name, cdn_of_network, digest
from havre.hosting.keys import SYSTEMS, Number
from havre.hosting.models import NO_NAME, Kind
from havre.hosting.stretches import Key, Origin, Registry, Resolved, Stretch, registered, resolved, stretches
from havre.linking.atlas import countries

MOST_ALIASES = 8
"""Names that are followed from one to the next."""
MOST_NUMBERS = 32
"""Numbers of a host that are looked at."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a file says, and for which time."""

    kind: str
    """number, alias, origin, no name, country, network, system, holder, purpose, cdn, registrar or nameserver."""
    subject: str
    """Of what it is said: a name, a number, a network."""
    value: str
    source: str
    """The file's name."""
    sha256: bytes
    at: datetime
    """When it was last said."""
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Hosting:
    """Where a host is."""

    host: str
    country: str = ""
    """Two letters, empty where it is not known."""
    reason: str = ""
    """Why the country is not known, or what speaks against it: one sentence."""
    numbers: tuple[str, ...] = ()
    """Its IP addresses, without brackets; those behind the CDN where they are known."""
    network: str = ""
    """The smallest block that is known around its numbers; empty where they differ."""
    system: int | None = None
    """The number of the network that announces them; None where they differ."""
    holder: str = ""
    """Who holds the block, or runs the network; empty where they differ."""
    is_cdn: bool = False
    cdn: str = ""
    """Which one stands before the host."""
    registrar: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass
class Placed:
    """What is known of one number at one time."""

    number: str
    country: str = ""
    against: str = ""
    """Another country that a file of another kind says."""
    network: str = ""
    systems: tuple[int, ...] = ()
    holder: str = ""
    cdn: str = ""
    facts: list[Fact] = field(default_factory=list)


def where_is(host: str, at: datetime) -> Hosting:
    """Where a canonical host is, by what was known for that time."""
    named, facts = _numbers(host, at)
    registration = [] if number_of(host) else registered(host, at)
    facts += [fact for each in registration for fact in registration_facts(each)]
    registrar = registration[-1].registrar if registration else ""
    behind = tuple(fact.value for fact in facts if fact.kind == "origin")[:MOST_NUMBERS]
    placed = place(behind or named, at)
    before = place(named, at) if behind else placed
    cdn = next((fact.value for fact in facts if fact.kind == "cdn"), "") or next((p.cdn for p in before if p.cdn), "")
    country, reason = ("", _unplaced(host, facts)) if not placed else _country(placed, "" if behind else cdn)
    shown = facts + [fact for each in ([*before, *placed] if behind else placed) for fact in each.facts]
    return Hosting(
        host,
        country,
        reason,
        tuple(each.number for each in placed),
        _same([each.network for each in placed]),
        _one_system(placed),
        _same([each.holder for each in placed]),
        bool(cdn),
        cdn,
        registrar,
        tuple(dict.fromkeys(shown)),
    )


def _numbers(host: str, at: datetime) -> tuple[tuple[str, ...], list[Fact]]:
    """The numbers of a host, through its aliases, and what says so."""
    number = number_of(host)
    if number is not None:
        return (str(number),), []
    facts: list[Fact] = []
    name, seen = host, set[str]()
    while name and name not in seen and len(seen) <= MOST_ALIASES:
        seen.add(name)
        answers = resolved(name, at)
        facts += [fact for each in answers for fact in answer_facts(name, each)]
        name = _alias(answers)
    numbers = dict.fromkeys(fact.value for fact in facts if fact.kind == "number")
    return tuple(numbers)[:MOST_NUMBERS], facts


def _alias(answers: Sequence[Resolved]) -> str:
    """The name to which a name leads; empty where it has numbers of its own that are newer."""
    alias = next((each for each in answers if each.type == "CNAME"), None)
    newer = alias and any(each.type in ("A", "AAAA") and each.origin.at > alias.origin.at for each in answers)
    return alias.values[0] if alias and not newer else ""


def answer_facts(name: str, answer: Resolved) -> Iterator[Fact]:
    """What an answer says of a name; an alias into a CDN says that too."""
    kind = {"CNAME": "alias", "NS": "nameserver", "ORIGIN": "origin", NO_NAME: "no name"}.get(answer.type, "number")
    for value in answer.values:
        yield _fact(kind, name, value, answer.origin)
        if kind == "alias" and (cdn := cdn_of_name(value)):
            yield _listed(value, cdn, answer.origin)


def registration_facts(registry: Registry) -> Iterator[Fact]:
    """What a record of a domain says."""
    if registry.registrar:
        yield _fact("registrar", registry.name, registry.registrar, registry.origin)
    for server in registry.nameservers:
        yield _fact("nameserver", registry.name, server, registry.origin)


def _fact(kind: str, subject: str, value: str, origin: Origin) -> Fact:
    return Fact(kind, subject, value, origin.source, origin.sha256, origin.at, origin.since, origin.until)


def _listed(subject: str, cdn: str, origin: Origin) -> Fact:
    return Fact("cdn", subject, cdn, LIST, digest(), origin.at, origin.since, origin.until)


def place(numbers: Sequence[str], at: datetime) -> list[Placed]:
    """What is known of each number at that time."""
    keys = {number: key_of_number(ip_address(number)) for number in numbers}
    said = stretches(list(keys.values()), at)
    found = {number: _shortest_of_each(said[key]) for number, key in keys.items()}
    systems = {each.system for held in found.values() for each in held if each.system is not None}
    run = stretches([(SYSTEMS, system) for system in systems], at)
    return [_placed(number, held, {s: run[(SYSTEMS, s)] for s in systems}) for number, held in found.items()]


def key_of_number(number: Number) -> Key:
    """A number with its family."""
    return number.version, int(number)


def _shortest_of_each(held: Sequence[Stretch]) -> list[Stretch]:
    """Of each kind what is said of the smallest block; several where one block is announced by several."""
    first: dict[str, Stretch] = {}
    for each in held:
        first.setdefault(each.origin.kind, each)
    return [each for each in held if each.block == first[each.origin.kind].block and _as_new(each, first)]


def _as_new(each: Stretch, first: dict[str, Stretch]) -> bool:
    return each.origin.since == first[each.origin.kind].origin.since


def _placed(number: str, held: Sequence[Stretch], run: dict[int, list[Stretch]]) -> Placed:
    found = Placed(number, systems=tuple(sorted({each.system for each in held if each.system is not None})))
    runners = [(f"AS{system}", each) for system in found.systems for each in _shortest_of_each(run[system])]
    for subject, each in [*((number, each) for each in held), *runners]:
        found.facts += stretch_facts(subject, each)
    run_by = [each for _subject, each in runners]
    found.country, found.against = _countries(held, run_by)
    found.network = max(held, key=lambda each: each.length).block if held else ""
    found.holder = next((e.holder for e in held if e.holder), "") or _same([e.holder for e in run_by if e.holder])
    found.cdn = _cdn(found, run_by)
    return found


def _countries(held: Sequence[Stretch], run_by: Sequence[Stretch]) -> tuple[str, str]:
    """The country that the first kind of file says which says any, and another that the next one says."""
    said = [[each.country for each in held if each.origin.kind == kind] for kind in (Kind.RECORDS, Kind.DELEGATIONS)]
    known = [found for each in said if (found := sorted(filter(is_country, set(each))))]
    known = known or [sorted({each.country for each in run_by if is_country(each.country)})]
    country = _same(known[0])
    return country, next((other for each in known[1:] for other in each if other != country), "")


def is_country(code: str) -> bool:
    """Whether two letters are a country: registries also write EU, AP and ZZ."""
    return code in countries()


def stretch_facts(subject: str, stretch: Stretch) -> Iterator[Fact]:
    """What a block says, each thing for itself."""
    about = {
        "network": "" if stretch.block.startswith("AS") else stretch.block,
        "system": f"AS{stretch.system}" if stretch.system is not None else "",
        "country": stretch.country,
        "holder": stretch.holder,
        "purpose": stretch.purpose,
    }
    return (_fact(kind, subject, value, stretch.origin) for kind, value in about.items() if value)


def _cdn(found: Placed, runners: Sequence[Stretch]) -> str:
    """The CDN to which a number belongs: as the operator's table says; where it says nothing, as the list does."""
    for each in runners:
        if each.purpose == "cdn":
            return each.holder or each.block
    if any(each.purpose for each in runners):
        return ""
    for name in (found.holder, *(each.holder for each in runners)):
        if cdn := cdn_of_network(name):
            of = next((fact for fact in found.facts if fact.value == name), None)
            found.facts += [Fact("cdn", found.number, cdn, LIST, digest(), of.at, of.since, of.until)] if of else []
            return cdn
    return ""


def _country(placed: Sequence[Placed], cdn: str) -> tuple[str, str]:
    """The country of all numbers, and the reason where there is none or something speaks against it."""
    if cdn:
        return "", _("%(cdn)s stands before the host: where the host itself is, only they can say") % {"cdn": cdn}
    found = sorted({each.country for each in placed if each.country})
    if len(found) > 1:
        named = ", ".join(found)
        return "", _("its numbers are in several countries: %(countries)s") % {"countries": named}
    if unknown := next((each.number for each in placed if not each.country), ""):
        return "", _("of %(number)s no country is known: load what registries say of it") % {"number": unknown}
    against = next((each.against for each in placed if each.against), "")
    return found[0], _("another file says %(country)s") % {"country": against} if against else ""


def _unplaced(host: str, facts: Sequence[Fact]) -> str:
    if host.endswith(".onion"):
        return _("an onion service hides where it is")
    if any(fact.kind == "no name" for fact in facts):
        return _("there is no such name any more, as was last answered")
    return _("no network address is known for this name")


def _same(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else ""


def _one_system(placed: Sequence[Placed]) -> int | None:
    found = {system for each in placed for system in each.systems}
    return found.pop() if len(found) == 1 else None
