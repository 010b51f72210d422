"""The schema that is given out is that of the table: who compares the two finds no difference."""

from havre.cybertip.check import ROOTS
from havre.cybertip.drift import drift
from havre.cybertip.tree import tree_of
from havre.cybertip.xsd import schema


def test_it_says_what_is_taken() -> None:
    tree = tree_of(schema().encode(), deepest=60)
    roots = [each.attributes["name"] for each in tree.inside if each.name == "element"]
    assert roots == list(ROOTS)
    assert drift(schema().encode()) == []
