"""What was said over time is put together, and the longest block around a number wins."""

from datetime import timedelta
from ipaddress import ip_address, ip_network
from random import Random

from havre.hosting.models import Load
from havre.hosting.rows import Answered, Registered
from havre.hosting.stretches import registered, resolved, stretches
from havre.units.models import Person
from tests.hosting.loaded import block, day, loaded, prefixes

NUMBER = (4, int(ip_address("192.0.2.7")))


def test_the_longest_block_is_the_one_that_a_look_at_all_of_them_finds(anke: Person) -> None:
    random = Random(7)
    table = list(dict(prefixes(random, 400)).items())
    loaded(anke, "prefixes", day(1), *(block(prefix, system=system) for prefix, system in table))
    networks = [(ip_network(prefix), system) for prefix, system in table]
    asked = [network[random.getrandbits(128) % network.num_addresses] for network, _ in networks[:60]]
    keys = {number: (number.version, int(number)) for number in asked}
    found = stretches(list(keys.values()), day(2))
    for number, key in keys.items():
        around = [each for each in networks if number in each[0]]
        longest, system = max(around, key=lambda each: each[0].prefixlen)
        assert (found[key][0].block, found[key][0].system) == (str(longest), system)
        assert len(found[key]) == len(around)


def test_what_is_said_again_is_one_stretch_and_what_changes_is_another(anke: Person) -> None:
    for number, system in ((1, 64500), (3, 64500), (5, 64501), (7, 64500)):
        loaded(anke, "prefixes", day(number), block("192.0.2.0/24", system=system))
    said = [(s.system, s.origin.since, s.origin.at, s.origin.until) for s in stretches([NUMBER])[NUMBER]]
    assert said == [
        (64500, day(1), day(3), day(5)),
        (64501, day(5), day(5), day(7)),
        (64500, day(7), day(7), None),
    ]


def test_where_a_file_says_nothing_there_is_a_gap(anke: Person) -> None:
    loaded(anke, "prefixes", day(1), block("192.0.2.0/24", system=1))
    loaded(anke, "prefixes", day(3), block("198.51.100.0/24", system=1))
    loaded(anke, "prefixes", day(5), block("192.0.2.0/24", system=1))
    said = [(s.origin.since, s.origin.until) for s in stretches([NUMBER])[NUMBER]]
    assert said == [(day(1), day(3)), (day(5), None)]
    assert [len(stretches([NUMBER], day(each))[NUMBER]) for each in (1, 2, 3, 4, 5, 6)] == [1, 1, 0, 0, 1, 1]


def test_of_one_file_the_smallest_block_counts_over_time(anke: Person) -> None:
    loaded(anke, "prefixes", day(1), block("192.0.0.0/16", system=1), block("192.0.2.0/24", system=2))
    loaded(anke, "prefixes", day(2), block("192.0.0.0/16", system=1))
    assert [(s.block, s.origin.since) for s in stretches([NUMBER])[NUMBER]] == [
        ("192.0.2.0/24", day(1)),
        ("192.0.0.0/16", day(2)),
    ]


def test_what_is_not_finished_says_nothing(anke: Person) -> None:
    loaded(anke, "prefixes", day(1), block("192.0.2.0/24", system=1))
    loaded(anke, "answers", day(1), Answered("a.example", "A", "192.0.2.7", day(1)))
    loaded(anke, "records", day(1), Registered("a.example", "Names"), scope="domain a.example")
    assert stretches([NUMBER])[NUMBER]
    assert resolved("a.example")
    assert registered("a.example")
    Load.objects.update(finished_at=None)
    assert not stretches([NUMBER])[NUMBER]
    assert not resolved("a.example")
    assert not registered("a.example")


def test_answers_within_an_hour_of_one_file_are_one_answer(anke: Person) -> None:
    minute = timedelta(minutes=1)
    loaded(
        anke,
        "answers",
        day(9),
        Answered("a.example", "A", "192.0.2.7", day(1)),
        Answered("a.example", "A", "192.0.2.8", day(1) + minute),
        Answered("a.example", "AAAA", "2001:db8::7", day(1) + 2 * minute),
        Answered("a.example", "A", "192.0.2.8", day(3)),
        Answered("a.example", "A", "192.0.2.8", day(5)),
        Answered("b.example", "A", "192.0.2.9", day(5)),
    )
    said = [(r.type, r.values, r.origin.since, r.origin.at, r.origin.until) for r in resolved("a.example")]
    first = day(1) + minute
    assert said == [
        ("A", ("192.0.2.7", "192.0.2.8"), first, first, day(3)),
        ("A", ("192.0.2.8",), day(3), day(5), None),
        ("AAAA", ("2001:db8::7",), day(1) + 2 * minute, day(1) + 2 * minute, None),
    ]
    assert [r.values for r in resolved("a.example", day(2))] == [("192.0.2.7", "192.0.2.8"), ("2001:db8::7",)]
    assert [r.values for r in resolved("a.example", day(4))] == [("192.0.2.8",), ("2001:db8::7",)]
    assert resolved("a.example", day(1) - minute) == []


def test_a_domain_is_found_for_every_name_below_it_and_the_longest_counts(anke: Person) -> None:
    for name in ("shop.example", "a.shop.example"):
        loaded(anke, "records", day(1), Registered(name, f"Names of {name}"), scope=f"domain {name}")
    loaded(anke, "records", day(5), Registered("shop.example", "Others"), scope="domain shop.example")
    assert [r.registrar for r in registered("www.shop.example", day(2))] == ["Names of shop.example"]
    assert [r.registrar for r in registered("www.shop.example")] == ["Names of shop.example", "Others"]
    assert [r.registrar for r in registered("b.a.shop.example", day(9))] == ["Names of a.shop.example"]
    assert registered("myshop.example", day(9)) == []
    assert registered("example", day(9)) == []
