"""The ways of four countries, each with the rule that says it; and a policy that says something else."""

import pytest

from havre.errors import Broken
from havre.hotline.policy import Hosting, Members, Place, Policy, Rule, To, hosting_of, way_of
from havre.hotline.policy_file import members_of, policy_of

MEMBERS = members_of()
ANY, WHERE_ABROAD, NOWHERE = Place("NL"), Place("XX"), Place()
HIDDEN, LINKS, SHORT = Place("", cdn=True), Place(nothing=True), Place("US", shortener=True)

BELGIUM = [
    (Place("BE"), "hosted in Belgium", "police-magistrate", [To("police", "Federal Police")], True),
    (ANY, "hosted in a country with a member of INHOPE", "inhope", [To("hotline", "Offlimits")], True),
    (WHERE_ABROAD, "hosted abroad without a member of INHOPE", "police", [To("police", "Federal Police")], False),
    (NOWHERE, "hosting unknown", "undetermined", [], None),
    (HIDDEN, "behind a CDN, the host is not known", "undetermined", [], None),
    (Place("US", cdn=True), "behind a CDN, the host is not known", "undetermined", [], None),
    (LINKS, "nothing is hosted there", "undetermined", [], None),
    (SHORT, "a shortener: find out where it leads", "undetermined", [], None),
]

OTHERS = [
    ("NL", Place("NL"), "hosted in the Netherlands", "host", ["police Politie", "host "], True),
    ("NL", Place("BE"), "hosted in a country with a member of INHOPE", "inhope", ["hotline Child Focus"], False),
    ("NL", WHERE_ABROAD, "hosted abroad without a member of INHOPE", "police", ["police Politie"], False),
    ("NL", HIDDEN, "behind a CDN, which is asked for its host", "cdn", ["cdn "], True),
    ("FR", Place("FR"), "hosted in France", "police-then-host", ["police Office mineurs", "host "], True),
    ("FR", Place("DE"), "hosted in a country with a member of INHOPE", "inhope", None, False),
    ("FR", WHERE_ABROAD, "hosted abroad without a member of INHOPE", "police", ["police Office mineurs"], False),
    ("DE", Place("DE"), "hosted in Germany", "police-then-host", ["police Bundeskriminalamt", "host "], True),
    ("DE", Place("BE"), "hosted in a country with a member of INHOPE", "inhope", None, False),
    ("DE", WHERE_ABROAD, "hosted abroad without a member of INHOPE", "police-and-host", None, True),
    ("GB", Place("GB"), "hosted in the United Kingdom", "host", None, True),
    ("IT", Place("IT"), "hosted in the unit's own country", "host", None, True),
    ("IT", NOWHERE, "hosting unknown", "undetermined", [], False),
]


@pytest.mark.parametrize("danger", [False, True])
@pytest.mark.parametrize(("place", "rule", "route", "recipients", "inhope"), BELGIUM)
def test_belgium_has_three_ways_and_writes_to_no_host(
    place: Place, rule: str, route: str, recipients: list[To], inhope: bool | None, danger: bool
) -> None:
    way = way_of(policy_of("BE"), MEMBERS, "BE", place, danger, "BE 1")
    assert (way.rule.name, way.rule.route, list(way.recipients), way.inhope) == (rule, route, recipients, inhope)
    assert (way.rule.writes_to_host, way.rule.ladder) == (False, ())


def test_a_magistrate_approves_before_the_police_ask_a_belgian_host() -> None:
    rules = {rule.route: rule for rule in policy_of("BE").rules}
    assert "a magistrate's approval" in rules["police-magistrate"].needs
    assert (rules["police"].hours, rules["police"].needs) == (1, "")


@pytest.mark.parametrize("own", ["NL", "FR", "DE", "GB", "IT"])
def test_whoever_runs_a_shortener_can_be_written_to_where_hosts_are(own: str) -> None:
    way = way_of(policy_of(own), MEMBERS, own, SHORT, False, "")
    assert (way.rule.name, way.rule.route) == ("a shortener: find out where it leads", "undetermined")
    assert (way.place.country, way.recipients, way.rule.writes_to_host) == ("", (To("host"),), True)


@pytest.mark.parametrize(("own", "place", "rule", "route", "recipients", "writes"), OTHERS)
def test_other_countries_have_their_own_ways(
    own: str, place: Place, rule: str, route: str, recipients: list[str] | None, writes: bool
) -> None:
    way = way_of(policy_of(own), MEMBERS, own, place, False, "")
    assert (way.rule.name, way.rule.route, way.rule.writes_to_host) == (rule, route, writes)
    if recipients is not None:
        assert [f"{to.kind} {to.name}" for to in way.recipients] == recipients
    assert bool(way.rule.ladder) == writes


def test_what_a_cdn_hides_is_not_where_its_machines_stand() -> None:
    assert hosting_of(Place("BE", cdn=True), "BE", MEMBERS) == Hosting.CDN
    way = way_of(policy_of("BE"), MEMBERS, "BE", Place("BE", cdn=True), False, "")
    assert (way.place.country, way.inhope) == ("", None)


def test_the_first_rule_that_applies_counts() -> None:
    shipped = policy_of("default")
    rules = (
        Rule("this country", "a", frozenset({"US"})),
        Rule("danger", "b", danger=True),
        Rule("gravest", "c", category=frozenset({"1"})),
        Rule("rest", "d"),
    )
    policy = Policy("X", "1", "", "", frozenset(), shipped.times, shipped.days, rules)
    none = Members("1", "", "", {})

    def route(place: Place, danger: bool, category: str) -> str:
        return way_of(policy, none, "BE", place, danger, category).rule.route

    assert route(Place("US"), True, "1") == "a"
    assert route(Place("NL"), True, "1") == "b"
    assert route(Place("NL"), False, "1") == "c"
    assert route(Place("NL"), False, "2") == "d"
    assert route(Place("US", cdn=True), False, "2") == "d"


def test_a_policy_without_a_rule_for_a_page_is_broken() -> None:
    shipped = policy_of("default")
    rules = (Rule("own", "a", frozenset({"own"})),)
    policy = Policy("X", "1", "", "", frozenset(), shipped.times, shipped.days, rules)
    with pytest.raises(Broken, match="no rule for hosting unknown"):
        way_of(policy, MEMBERS, "BE", Place(), False, "")
