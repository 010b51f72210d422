"""Every combination of a label and facts has exactly one category in every country, by a rule that is not dead."""

from itertools import chain, combinations, product

import pytest

from havre.assessments.facts import NOTHING, Facts
from havre.assessments.mapping import MappingOf, label, labels, mapping_of, mappings, parse
from havre.assessments.models import Age, Produced, Visible
from havre.errors import Broken, Invalid
from havre.matches.formats.labels import labels as known_labels

SEEN = [value for value in Visible.values if value != Visible.NONE]
SETS = [*chain.from_iterable(combinations(SEEN, size) for size in range(4)), (Visible.NONE.value,)]
EVERY = [
    (key, Facts(age, tuple(visible), produced))
    for key, age, visible, produced in product(labels(), ["", *Age.values], SETS, ["", *Produced.values])
]
"""All labels with all facts, said or not: 5 × 8 × 9 × 6."""


def test_there_is_a_mapping_of_each_country_and_of_none() -> None:
    assert set(mappings()) == {"baseline", "BE", "NL", "FR", "default"}
    assert [mapping_of(country).name for country in ("BE", "NL", "FR", "IT")] == ["BE", "NL", "FR", "default"]
    assert len(EVERY) == 2160


@pytest.mark.parametrize("name", sorted(mappings()))
def test_every_combination_has_one_category_and_every_rule_is_needed(name: str) -> None:
    mapping = mappings()[name]
    made = [mapping.category(key, facts) for key, facts in EVERY]
    assert {each.rule for each in made} == set(range(1, len(mapping.rules) + 1))
    assert all(mapping.rules[each.rule - 1]["category"] == each.category for each in made)


@pytest.mark.parametrize("name", sorted(mappings()))
def test_what_is_not_relevant_or_adult_has_no_category(name: str) -> None:
    for key, facts in EVERY:
        category = mappings()[name].category(key, facts).category
        if key in "45" or (facts.age == Age.ADULT and name != "default"):
            assert category == ""


def test_the_narrowest_class_wants_a_real_child_under_thirteen_and_something_severe() -> None:
    made = {each for each in EVERY if mappings()["baseline"].category(*each).category}
    young = {"0-2", "3-5", "6-9", "10-13"}
    for key, facts in made:
        assert (key in "12", facts.age in young, facts.produced in ("", "camera", "self")) == (True, True, True)
        assert set(facts.visible) & {"act", "focus"}
    assert ("1", Facts("6-9", ("act",), "camera")) in made


def test_a_label_alone_is_enough() -> None:
    assert [mapping_of("BE").category(key, NOTHING).category for key in labels()] == ["BE 1", "BE 2", "BE 3", "", ""]


def test_every_label_is_known_by_its_name_and_means_the_same_there() -> None:
    for each in labels().values():
        assert known_labels()[each.name].pertinent == each.pertinent
        assert known_labels()[each.name].category == each.key
    with pytest.raises(Invalid, match="there is no label '6'"):
        label("6")


def test_a_mapping_with_a_hole_is_noticed() -> None:
    hole = parse(
        '{"name": "X", "version": 1, "two_people": [], "source": "", "rules": [{"label": ["1"], "category": "a"}]}'
    )
    assert isinstance(hole, MappingOf)
    with pytest.raises(Broken, match="says nothing of label 2"):
        hole.category("2", NOTHING)
