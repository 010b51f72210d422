"""What a policy says is read in one's own language: every key of every shipped file has words; a file's own win."""

from importlib.resources import files

import pytest
from django.utils.translation import override

from havre.hotline.models import Routing
from havre.hotline.policy import Kind, Rule
from havre.hotline.policy_file import read_policy
from havre.hotline.worded import CONTEXT, FOLLOWS, ROUTES, worded
from tests.words import PAGES, catalogue

SHIPPED = {
    file.name: file.read_text("utf-8")
    for file in (files("havre.hotline") / "policies").iterdir()
    if file.name.endswith(".toml") and file.name != "inhope.toml"
}
RULES = [(name, rule) for name, text in SHIPPED.items() for rule in read_policy(text, name).rules]


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_key_of_every_shipped_policy_has_its_words(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    keys = {
        text for _file, rule in RULES for text in (rule.name, rule.needs, *(to.name for to in rule.recipients)) if text
    }
    assert len(keys) > 15
    assert {key for key in keys - {""} if (CONTEXT, key, "") not in known} == set()
    assert {rule.route for _file, rule in RULES} <= set(ROUTES)
    unnamed = {to.kind for _file, rule in RULES for to in rule.recipients if not to.name}
    assert unnamed <= set(FOLLOWS) == {Kind.HOST, Kind.CDN, Kind.HOTLINE}


def routing_of(rule: Rule, **more: object) -> Routing:
    to = [{"kind": each.kind, "name": each.name} for each in rule.recipients]
    outcome = {"recipients": to, "needs": rule.needs, **more}
    return Routing(route=rule.route, rule=rule.name, outcome=outcome)


def test_it_is_said_in_the_language_of_whoever_reads() -> None:
    rule = next(rule for name, rule in RULES if name == "BE.toml")
    with override("en"):
        assert worded(routing_of(rule)).needs == rule.needs
        assert worded(routing_of(rule)).route == "To the police, once a magistrate approves"
    with override("nl"):
        said = worded(routing_of(rule))
        assert (said.rule, said.recipient) == ("gehost in België", "Federale Politie")
        assert said.needs.startswith("de goedkeuring van een magistraat")


def test_the_words_of_a_file_come_first_and_what_has_none_stands_as_it_is() -> None:
    rule = Rule("ours", "own-way", needs="a form")
    own = {"fr": {"name": "la nôtre", "route": "Notre voie"}}
    with override("fr"):
        said = worded(routing_of(rule, words=own))
        assert (said.rule, said.route, said.needs, said.recipient) == ("la nôtre", "Notre voie", "a form", "")
    with override("nl"):
        assert worded(routing_of(rule, words=own)).rule == "ours"
    broken: list[object] = [{"fr": 1}, [], None, {"fr": {}}]
    for each in broken:
        with override("fr"):
            assert worded(routing_of(rule, words=each)).rule == "ours"
