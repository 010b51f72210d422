"""A way is written down with all that follows from it."""

from havre.hotline.models import Page
from havre.hotline.policy import Place, Rung, To, way_of
from havre.hotline.policy_file import members_of, policy_of
from havre.hotline.routing import called, ladder_in, outcome_of, recipients_in, routing_of
from tests.cast import NOON


def test_a_way_keeps_its_rule_version_and_outcome() -> None:
    policy = policy_of("NL")
    way = way_of(policy, members_of(), "NL", Place("NL"), False, "")
    row = routing_of(Page(), policy, way, NOON, None)
    assert (row.route, row.rule, row.policy, row.policy_version) == ("host", way.rule.name, "NL", policy.version)
    assert (row.hosting_country, row.inhope, row.recipient) == ("NL", True, "Politie, whoever hosts it")
    assert recipients_in(row.outcome) == (To("police", "Politie"), To("host"))
    assert ladder_in(row.outcome)[:2] == (Rung("host", 24), Rung("upstream", 24))
    assert row.outcome["writes_to_host"] is True


def test_an_outcome_of_before_says_nothing() -> None:
    assert (recipients_in({}), ladder_in({})) == ((), ())
    assert called((To("hotline"), To("police", "Politie"))) == "the member of INHOPE, Politie"
    assert outcome_of(way_of(policy_of("BE"), members_of(), "BE", Place(), False, ""))["recipients"] == []
