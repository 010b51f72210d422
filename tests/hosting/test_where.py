"""Where a host is, is what files say; a CDN is not the host, and what is not known is not guessed."""

from hashlib import sha256

import pytest

from havre.hosting.cdn import LIST
from havre.hosting.queries import Fact, Hosting, where_is
from havre.hosting.rows import Answered, Registered
from havre.hosting.where import is_country, place
from havre.units.models import Person
from tests.addresses.forms import ONION
from tests.hosting.loaded import block, day, loaded, system


@pytest.fixture
def known(anke: Person) -> Person:
    """A small world: two hosts, one CDN, and names that lead to them."""
    loaded(
        anke,
        "delegations",
        day(1),
        block("192.0.2.0/24", "BE"),
        block("198.51.100.0/24", "NL"),
        block("203.0.113.0/24", "US"),
        block("2001:db8::/32", "BE"),
        block("100.64.0.0/10", "EU"),
        scope="ripencc",
    )
    loaded(
        anke,
        "prefixes",
        day(1),
        block("192.0.2.0/24", system=64500),
        block("2001:db8::/32", system=64500),
        block("198.51.100.0/24", system=64501),
        block("203.0.113.0/24", system=64502),
    )
    loaded(
        anke,
        "systems",
        day(1),
        system(64500, "Example Hosting", "DE", "host"),
        system(64501, "Other Hosting", "NL"),
        system(64502, "EXAMPLECDN", "US"),
    )
    loaded(anke, "answers", day(1), *answers(ANSWERS))
    return anke


ANSWERS = {
    "a.example A": "192.0.2.7",
    "both.example A": "192.0.2.7",
    "both.example AAAA": "2001:db8::7",
    "two.example A": "192.0.2.7 198.51.100.7",
    "half.example A": "192.0.2.7 233.252.0.7",
    "far.example A": "233.252.0.7",
    "eu.example A": "100.64.0.7",
    "www.a.example CNAME": "a.example",
    "loop.example CNAME": "pool.example",
    "pool.example CNAME": "loop.example",
    "cdn.shop.example A": "203.0.113.7",
    "told.example A": "203.0.113.7",
    "told.example ORIGIN": "192.0.2.7",
    "by-name.example CNAME": "x.cdn.example",
    "x.cdn.example A": "192.0.2.7",
    "mixed.example A": "192.0.2.7 203.0.113.7",
    **{f"n{number}.example CNAME": f"n{number + 1}.example" for number in range(20)},
    "n20.example A": "192.0.2.7",
}


def answers(told: dict[str, str]) -> list[Answered]:
    """Answers of the first day."""
    named = {tuple(name.split()): values.split() for name, values in told.items()}
    return [Answered(name, kind, value, day(1)) for (name, kind), values in named.items() for value in values]


def country(host: str, at: int = 2) -> tuple[str, str]:
    """The country of a host on a day, and the reason."""
    found = where_is(host, day(at))
    return found.country, found.reason


def test_a_host_is_where_its_numbers_are(known: Person) -> None:
    found = where_is("a.example", day(2))
    assert (found.country, found.reason, found.numbers) == ("BE", "", ("192.0.2.7",))
    assert (found.network, found.system, found.holder) == ("192.0.2.0/24", 64500, "Example Hosting")
    assert (found.is_cdn, found.cdn, found.registrar) == (False, "", "")


def test_every_fact_has_its_file_and_its_dates(known: Person) -> None:
    facts = {(f.kind, f.subject, f.value): f for f in where_is("www.a.example", day(2)).facts}
    assert set(facts) == {
        ("alias", "www.a.example", "a.example"),
        ("number", "a.example", "192.0.2.7"),
        ("network", "192.0.2.7", "192.0.2.0/24"),
        ("country", "192.0.2.7", "BE"),
        ("system", "192.0.2.7", "AS64500"),
        ("country", "AS64500", "DE"),
        ("holder", "AS64500", "Example Hosting"),
        ("purpose", "AS64500", "host"),
    }
    assert all(len(f.sha256) == len(sha256().digest()) and f.source for f in facts.values())
    assert {(f.since, f.at, f.until) for f in facts.values()} == {(day(1), day(1), None)}


def test_a_name_that_was_given_up_is_nowhere_until_it_is_given_again(known: Person) -> None:
    loaded(known, "answers", day(4), Answered("a.example", "NONE", "", day(4)))
    loaded(known, "answers", day(6), Answered("a.example", "A", "198.51.100.7", day(6)))
    assert country("www.a.example", 3) == ("BE", "")
    assert country("www.a.example", 5) == ("", "there is no such name any more, as was last answered")
    assert country("www.a.example", 6) == ("NL", "")
    found = where_is("a.example", day(5))
    assert [(fact.kind, fact.subject, fact.value) for fact in found.facts] == [("no name", "a.example", "")]


@pytest.mark.parametrize("host", ["192.0.2.7", "www.a.example", "both.example", "[2001:db8::9]"])
def test_numbers_aliases_and_both_families_lead_to_the_same(known: Person, host: str) -> None:
    assert country(host) == ("BE", "")


def test_numbers_in_several_countries_are_said_and_none_is_guessed(known: Person) -> None:
    assert country("two.example") == ("", "its numbers are in several countries: BE, NL")
    found = where_is("two.example", day(2))
    assert (found.network, found.system, found.holder) == ("", None, "")


@pytest.mark.parametrize(("host", "number"), [("half.example", "233.252.0.7"), ("eu.example", "100.64.0.7")])
def test_one_number_without_a_country_leaves_the_host_without(known: Person, host: str, number: str) -> None:
    assert country(host) == ("", f"of {number} no country is known: load what registries say of it")


def test_what_nobody_loaded_is_not_known(known: Person) -> None:
    assert where_is("nowhere.example", day(2)) == Hosting(
        "nowhere.example", reason="no network address is known for this name"
    )
    assert country(ONION) == ("", "an onion service hides where it is")
    assert country("b.a.example") == ("", "no network address is known for this name")
    assert country("loop.example") == ("", "no network address is known for this name")


def test_names_are_followed_so_far_and_no_further(known: Person) -> None:
    assert country("n13.example") == ("BE", "")
    assert country("n0.example") == ("", "no network address is known for this name")


@pytest.mark.parametrize("host", ["cdn.shop.example", "203.0.113.7", "by-name.example", "mixed.example"])
def test_a_cdn_is_not_the_host(known: Person, host: str) -> None:
    found = where_is(host, day(2))
    assert (found.country, found.is_cdn, found.cdn) == ("", True, "Example CDN")
    assert found.reason == "Example CDN stands before the host: where the host itself is, only they can say"
    assert [(f.source, f.value) for f in found.facts if f.kind == "cdn"] == [(LIST, "Example CDN")]


def test_the_host_behind_a_cdn_is_known_where_the_cdn_told_it(known: Person) -> None:
    found = where_is("told.example", day(2))
    assert (found.country, found.is_cdn, found.cdn) == ("BE", True, "Example CDN")
    assert found.numbers == ("192.0.2.7",)
    assert found.holder == "Example Hosting"
    assert {f.value for f in found.facts if f.kind in ("number", "origin")} == {"203.0.113.7", "192.0.2.7"}


def test_the_operators_table_goes_before_the_list(known: Person) -> None:
    loaded(known, "systems", day(3), system(64502, "EXAMPLECDN", "US", "host"), system(64500, "Quiet", "", "cdn"))
    assert country("cdn.shop.example", 4) == ("US", "")
    assert where_is("a.example", day(4)).cdn == "Quiet"
    assert where_is("a.example", day(2)).cdn == ""


def test_a_record_of_the_block_goes_before_the_registry(known: Person) -> None:
    loaded(known, "records", day(3), block("192.0.2.0/28", "FR", holder="Small Hosting"), scope="ip network x")
    found = where_is("a.example", day(4))
    assert (found.country, found.reason) == ("FR", "another file says BE")
    assert (found.network, found.holder) == ("192.0.2.0/28", "Small Hosting")
    assert country("a.example", 2) == ("BE", "")


def test_the_country_of_the_network_is_taken_where_nothing_else_says_one(known: Person) -> None:
    loaded(known, "prefixes", day(3), block("233.252.0.0/24", system=64501))
    assert country("far.example", 4) == ("NL", "")


def test_a_block_that_two_networks_announce_is_nobodys_alone(known: Person) -> None:
    both = (block("192.0.2.0/24", system=64500), block("192.0.2.0/24", system=64501))
    loaded(known, "prefixes", day(3), *both)
    found = where_is("a.example", day(4))
    assert (found.country, found.system, found.holder) == ("BE", None, "")
    assert {f.value for f in found.facts if f.kind == "system"} == {"AS64500", "AS64501"}


def test_before_anything_was_loaded_nothing_is_known(known: Person) -> None:
    assert where_is("a.example", day(1) - (day(2) - day(1))).facts == ()


def test_a_registrar_is_named(known: Person) -> None:
    registration = Registered("a.example", "Good Names", ("ns1.dns.example",))
    loaded(known, "records", day(1), registration, scope="domain a.example", name="a.json")
    found = where_is("www.a.example", day(2))
    assert found.registrar == "Good Names"
    assert [(f.kind, f.value, f.source) for f in found.facts if f.source == "a.json"] == [
        ("registrar", "Good Names", "a.json"),
        ("nameserver", "ns1.dns.example", "a.json"),
    ]


def test_a_name_that_moved_is_where_it_was_at_the_time(known: Person) -> None:
    loaded(known, "answers", day(5), Answered("a.example", "A", "198.51.100.7", day(5)))
    assert [country("a.example", number)[0] for number in (2, 4, 5, 9)] == ["BE", "BE", "NL", "NL"]
    before = [f for f in where_is("a.example", day(2)).facts if f.kind == "number"]
    assert [(type(f), f.value) for f in before] == [(Fact, "192.0.2.7")]


def test_numbers_of_its_own_that_are_newer_go_before_an_alias(known: Person) -> None:
    loaded(known, "answers", day(5), Answered("www.a.example", "A", "198.51.100.7", day(5)))
    assert country("www.a.example", 6) == ("NL", "")


def test_two_letters_of_a_registry_are_a_country_or_not() -> None:
    assert [is_country(code) for code in ("BE", "XK", "EU", "AP", "ZZ", "", "be")] == [True, True, *[False] * 5]


def test_nothing_is_placed_nowhere(anke: Person) -> None:
    assert place([], day(1)) == []
