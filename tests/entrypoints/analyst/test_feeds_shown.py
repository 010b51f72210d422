"""What the templates of hash lists are given."""

from havre.entrypoints.analyst.feeds_shown import categories, checks_context, entry_context
from havre.feeds.rules import named
from havre.flows.feed_checked import checks_of
from havre.flows.feed_shown import read_entry
from tests.flows.conftest import begun, having_feed
from tests.flows.fed import Fed

__all__ = ["begun", "having_feed"]


def test_categories_stand_by_country() -> None:
    assert categories({"IT": "IT 2", "BE": "BE 1"}) == "BE 1, IT 2"


def test_keys_are_of_what_one_may_do(having_feed: Fed) -> None:
    node, entry = having_feed.node, having_feed.propose(having_feed.medium())
    keys = {}
    for who in (node.anke, node.bram):
        context = entry_context(read_entry(node.home, who, entry.number), who.person.pk)
        keys[who.person.name] = [each.press for each in context["keys"]]
        assert context["may_confirm"] == (who is node.bram)
    assert keys == {"anke": ["j"], "bram": ["b", "n", "j"]}


def test_checks_are_sentences(having_feed: Fed) -> None:
    node, names = having_feed.node, [named("baseline")]
    checked = checks_of(node.home, node.anke, having_feed.feed, names, having_feed.medium())
    told = checks_context(checked, checked.lists[0])
    assert told["belongs"] == "Baseline takes what 2 countries confirmed; of this 1 did."
    assert (told["may_go"], told["lets_go"], told["unfit"], told["categories"]) == (False, True, "", "BE 1")
