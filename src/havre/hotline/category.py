"""What a country's law calls a page, derived from facts by the same versioned mapping as media."""

from dataclasses import dataclass

from havre.assessments.facts import Facts
from havre.assessments.mapping import mapping_of
from havre.assessments.models import Age, Produced, Visible
from havre.hotline.models import Verdict


@dataclass(frozen=True, slots=True)
class Derived:
    """A category with where it comes from."""

    category: str
    """Empty where the country's law has none for it."""
    mapping: str
    version: int
    rule: int


def category_of(country: str, verdict: str, facts: Facts) -> Derived:
    """The category of a page that was judged so, in this country."""
    mapping = mapping_of(country)
    found = mapping.category(label_of(verdict, facts), facts)
    return Derived(found.category, mapping.name, mapping.version, found.rule)


def label_of(verdict: str, facts: Facts) -> str:
    """The label under which mappings know such media: pages are judged by facts, and labels are for media."""
    if verdict != Verdict.ACTIONABLE or facts.age == Age.ADULT:
        return "5"
    if facts.produced in (Produced.DRAWN, Produced.GENERATED):
        return "3"
    # What nobody said of it does not make it less: only what is said to be unclear, or not to be seen, does.
    return "2" if facts.age == Age.UNCLEAR or facts.visible == (Visible.NONE,) else "1"
