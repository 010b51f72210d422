"""A page takes the way that its country's policy says: shown with rule and version, and again when more is known."""

from datetime import datetime
from pathlib import Path

import pytest

from havre.errors import Invalid, Refused
from havre.flows import route_page as routing
from havre.flows.at_page import at_page
from havre.flows.judge_page import judge_page
from havre.flows.route_page import Routed, find, route_page, way_for
from havre.hosting.where import Hosting, where_is
from havre.hotline.models import Finding, Findings, Page, Report, Routing
from havre.hotline.policy_file import policy_of
from havre.hotline.queries import pages_named
from tests.cast import Node
from tests.hosting.loaded import block, day, loaded
from tests.hotline.reported import ACTIONABLE, NOT, OTHER, PAGE, after, judged, page_of, reported, routed

BELGIUM = [
    ("BE", "police-magistrate", "hosted in Belgium", "Federal Police", True),
    ("NL", "inhope", "hosted in a country with a member of INHOPE", "Offlimits", True),
    ("XX", "police", "hosted abroad without a member of INHOPE", "Federal Police", False),
]


@pytest.mark.parametrize(("country", "route", "rule", "recipient", "inhope"), BELGIUM)
def test_a_judged_page_takes_its_way_and_the_row_says_by_which_rule(
    begun: Node, country: str, route: str, rule: str, recipient: str, inhope: bool
) -> None:
    reported(begun)
    assert routed(begun, country=country).state == "routed"
    row = Routing.objects.get()
    assert (row.route, row.rule, row.recipient, row.inhope) == (route, rule, recipient, inhope)
    assert (row.policy, row.policy_version, row.hosting_country, row.by) == (
        "BE",
        policy_of("BE").version,
        country,
        begun.anke.person,
    )
    assert (row.outcome["writes_to_host"], row.outcome["ladder"]) == (False, [])


def test_a_page_that_nobody_judged_says_its_way_and_takes_none(begun: Node) -> None:
    reported(begun)
    find(begun.home, begun.anke, page_of().pk, Findings.HOSTING, "be", "whois")
    said = route_page(begun.home, begun.anke, page_of().pk)
    assert (said.routing.route, said.taken, page_of().state) == ("police-magistrate", False, "received")
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    assert route_page(begun.home, begun.anke, page_of().pk).taken is False
    assert not Routing.objects.exists()
    with pytest.raises(Refused, match="judged otherwise"), at_page(begun.home, begun.anke, page_of().pk) as desk:
        routing._take(desk)


def test_of_what_is_nowhere_the_way_is_undetermined_and_it_stays_with_the_analysts(begun: Node) -> None:
    report, _code = reported(begun)
    judged(begun)
    for _again in range(2):
        said = ways_of(begun, report)[0]
        assert (said.routing.route, said.routing.rule, said.taken) == ("undetermined", "hosting unknown", False)
        assert (said.routing.hosting_country, said.routing.inhope, page_of().state) == ("", None, "triaged")
    assert Routing.objects.count() == 1


def test_what_an_analyst_finds_out_routes_again_at_once(begun: Node) -> None:
    reported(begun)
    page = routed(begun, country="NL")
    find(begun.home, after(begun.bram, 1), page.pk, Findings.HOSTING, "BE", "the host itself said so")
    ways = list(Routing.objects.order_by("pk").values_list("route", "hosting_country"))
    assert ways == [("inhope", "NL"), ("police-magistrate", "BE")]
    find(begun.home, after(begun.bram, 2), page.pk, Findings.HOSTING, "BE", "again")
    assert Routing.objects.count() == 2
    for said, kept in (("Non", "no"), ("Oui", "yes")):
        assert find(begun.home, after(begun.bram, 3), page.pk, Findings.LINKS_ONLY, said).value == kept
        assert (page_of().state == "routed") == (kept == "no")
    with pytest.raises(Invalid, match="yes or no"):
        find(begun.home, begun.bram, page.pk, Findings.LINKS_ONLY, "perhaps")
    assert (page_of().state, Routing.objects.latest("pk").rule) == ("triaged", "nothing is hosted there")
    assert Finding.objects.count() == 5


def test_every_page_of_a_report_has_its_own_way(begun: Node) -> None:
    report, _code = reported(begun, PAGE, OTHER)
    routed(begun, PAGE, "NL")
    said = [each.to_json() for each in ways_of(begun, report)]
    assert [(each["address"], each["route"], each["taken"]) for each in said] == [
        (PAGE, "inhope", True),
        (OTHER, "undetermined", False),
    ]


def ways_of(begun: Node, report: Report) -> list[Routed]:
    """The way of each page of a report."""
    return [route_page(begun.home, begun.anke, page.pk) for page in pages_named(begun.anke.person, report)]


def test_a_policy_of_the_home_changes_the_way_without_any_code(begun: Node) -> None:
    reported(begun)
    page = routed(begun, country="BE")
    folder: Path = begun.home.settings.home / "policies"
    folder.mkdir()
    shipped = Path(routing.__file__).parents[1] / "hotline" / "policies" / "BE.toml"
    text = shipped.read_text("utf-8").replace('"2017-07-06.2"', '"2026-06-01.1"')
    own = 'route = "host"\nwords.fr.name = "chez nous"'
    (folder / "BE.toml").write_text(text.replace('route = "police-magistrate"', own), "utf-8")
    again = route_page(begun.home, begun.anke, page.pk)
    assert again.routing.outcome["words"] == {"fr": {"name": "chez nous"}}
    assert (again.routing.route, again.routing.policy_version, again.taken) == ("host", "2026-06-01.1", True)
    assert Routing.objects.count() == 2


def test_what_the_operator_loaded_says_where_a_page_is_until_an_analyst_knows_better(begun: Node) -> None:
    blocks = (block("192.0.2.0/24", "BE"), block("198.51.100.0/24", "NL"), block("203.0.113.0/24", "SN"))
    loaded(begun.anke.person, "delegations", day(1), *blocks, scope="ripencc")
    urls = [f"https://{number}/a" for number in ("192.0.2.7", "198.51.100.7", "203.0.113.7", "233.252.0.7")]
    report, _code = reported(begun, *urls)
    for url in urls:
        judged(begun, url)
    said = ways_of(begun, report)
    assert [(each.routing.route, each.routing.hosting_country) for each in said] == [
        ("police-magistrate", "BE"),
        ("inhope", "NL"),
        ("police", "SN"),
        ("undetermined", ""),
    ]
    find(begun.home, begun.anke, page_of(urls[0]).pk, Findings.HOSTING, "NL", "the host moved it")
    assert Routing.objects.latest("pk").route == "inhope"


def test_the_target_of_a_shortener_is_where_it_is_looked_for(begun: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def where(host: str, at: datetime) -> Hosting:
        asked.append(host)
        return where_is(host, at)

    monkeypatch.setattr(routing, "where_is", where)
    reported(begun)
    way_for(begun.home, begun.anke, page_of())
    find(begun.home, begun.anke, page_of().pk, Findings.TARGET, "hxxps://Target[.]example/x")
    way_for(begun.home, begun.anke, page_of())
    assert asked == ["site.example", "target.example"]
    assert Finding.objects.get().value == "https://target.example/x"


def test_a_shortener_is_nowhere_until_somebody_says_where_it_leads(begun: Node) -> None:
    blocks = (block("192.0.2.0/24", "BE"), block("198.51.100.0/24", "NL"))
    loaded(begun.anke.person, "delegations", day(1), *blocks, scope="ripencc")
    reported(begun, "https://192.0.2.7/a")
    judged(begun, "https://192.0.2.7/a")
    Page.objects.update(kind="shortener")
    page = page_of("https://192.0.2.7/a")
    said = route_page(begun.home, begun.anke, page.pk)
    assert (said.routing.route, said.routing.rule) == ("undetermined", "a shortener: find out where it leads")
    assert (said.routing.hosting_country, said.taken) == ("", False)
    for target, route in (("https://bit.ly/b", "undetermined"), ("https://198.51.100.7/x", "inhope")):
        find(begun.home, begun.anke, page.pk, Findings.TARGET, target)
        assert Routing.objects.latest("pk").route == route
    assert Page.objects.get().state == "routed"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("hosting country", "Belgium"), ("leads to", "nowhere"), ("colour", "blue"), ("on the page", "")],
)
def test_what_cannot_be_a_finding_is_refused(begun: Node, kind: str, value: str) -> None:
    reported(begun)
    with pytest.raises(Invalid):
        find(begun.home, begun.anke, page_of().pk, kind, value)
    assert not Finding.objects.exists()


def test_alone_in_another_country_it_is_that_countrys_policy(begun: Node) -> None:
    reported(begun, acting=begun.chiara)
    judge_page(begun.home, begun.chiara, page_of().pk, ACTIONABLE)
    find(begun.home, begun.chiara, page_of().pk, Findings.HOSTING, "IT")
    said = route_page(begun.home, begun.chiara, page_of().pk)
    assert (said.routing.route, said.routing.policy) == ("host", "default")
    assert said.routing.outcome["ladder"][0]["kind"] == "host"
