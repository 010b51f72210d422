"""The category of a page in a country, by the mapping that media have too."""

import pytest

from havre.assessments.facts import Facts
from havre.hotline.category import Derived, category_of


@pytest.mark.parametrize(
    ("country", "verdict", "facts", "category"),
    [
        ("BE", "actionable", Facts("6-9", ("nudity",), "camera"), "BE 1"),
        ("BE", "actionable", Facts(), "BE 1"),
        ("BE", "actionable", Facts("unclear"), "BE 2"),
        ("BE", "actionable", Facts("6-9", ("none",)), "BE 2"),
        ("BE", "actionable", Facts("6-9", ("act",), "generated"), "BE 3"),
        ("BE", "actionable", Facts("adult", ("act",)), ""),
        ("BE", "not actionable", Facts("6-9", ("nudity",)), ""),
        ("IT", "actionable", Facts("3-5"), "1"),
    ],
)
def test_the_category_follows_from_facts(country: str, verdict: str, facts: Facts, category: str) -> None:
    found = category_of(country, verdict, facts)
    assert (found.category, found.mapping) == (category, "BE" if country == "BE" else "default")


def test_it_says_which_rule_of_which_version() -> None:
    assert category_of("BE", "actionable", Facts("6-9", ("act",), "camera")) == Derived("BE 1", "BE", 1, 8)
