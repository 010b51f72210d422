"""Everything that was ever said of where a host is, oldest first; what went on being said is one fact."""

from ipaddress import ip_address

from havre.addresses.hosts import number_of
from havre.hosting.keys import SYSTEMS
from havre.hosting.stretches import Key, registered, resolved, stretches
from havre.hosting.where import (
    MOST_ALIASES,
    MOST_NUMBERS,
    Fact,
    answer_facts,
    key_of_number,
    registration_facts,
    stretch_facts,
)


def facts_over_time(host: str) -> list[Fact]:
    """What was said of a canonical host, its numbers, their networks and its domain."""
    facts = [fact for each in registered(host) for fact in registration_facts(each)] + _names(host)
    number = number_of(host)
    named = [fact.value for fact in facts if fact.kind in ("number", "origin")]
    numbers = [str(number)] if number is not None else list(dict.fromkeys(named))[:MOST_NUMBERS]
    facts += _blocks({text: key_of_number(ip_address(text)) for text in numbers})
    return sorted(dict.fromkeys(facts), key=lambda fact: (fact.since, fact.kind, fact.subject, fact.value))


def _names(host: str) -> list[Fact]:
    """What a name and all to which it ever led were answered with."""
    facts: list[Fact] = []
    ahead, seen = [host], set[str]()
    while ahead and len(seen) <= MOST_ALIASES:
        name = ahead.pop(0)
        if name not in seen:
            seen.add(name)
            found = [fact for each in resolved(name) for fact in answer_facts(name, each)]
            ahead += [fact.value for fact in found if fact.kind == "alias"]
            facts += found
    return facts


def _blocks(numbers: dict[str, Key]) -> list[Fact]:
    said = stretches(list(numbers.values()))
    facts = [fact for number, key in numbers.items() for each in said[key] for fact in stretch_facts(number, each)]
    systems = {each.system for held in said.values() for each in held if each.system is not None}
    run = stretches([(SYSTEMS, system) for system in sorted(systems)])
    return facts + [fact for key, held in run.items() for each in held for fact in stretch_facts(f"AS{key[1]}", each)]
