"""What is said of a stack: a label and facts, each of which may be left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.assessments.models import Age, Produced, Visible
from havre.errors import Invalid


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person sees; empty where they did not say."""

    age: str = ""
    visible: tuple[str, ...] = ()
    """The gravest first."""
    produced: str = ""


NOTHING = Facts()


def facts_of(age: str, visible: Iterable[str], produced: str) -> Facts:
    """Facts as a page or a table has them. Raises Invalid for one that there is not."""
    seen = set(visible)
    _must_be(age, Age.values, "an age")
    _must_be(produced, Produced.values, "a way of being made")
    for each in seen:
        _must_be(each, Visible.values, "something visible")
    if Visible.NONE in seen and len(seen) > 1:
        raise Invalid(_("either none of these is visible, or say which"))
    return Facts(age, tuple(value for value in Visible.values if value in seen), produced)


def _must_be(value: str, values: list[str], what: str) -> None:
    if value and value not in values:
        raise Invalid(
            _("%(value)r is not %(what)s: take one of %(choices)s")
            % {"value": value, "what": pgettext("fact", what), "choices": ", ".join(values)}
        )


def agree(one: Facts, other: Facts) -> bool:
    """Whether two people contradict each other in nothing; what one left out contradicts nothing."""
    pairs = ((one.age, other.age), (one.visible, other.visible), (one.produced, other.produced))
    return all(not a or not b or a == b for a, b in pairs)


def both(one: Facts, other: Facts) -> Facts:
    """What the second said, and of the first what the second left out."""
    return replace(
        other,
        age=other.age or one.age,
        visible=other.visible or one.visible,
        produced=other.produced or one.produced,
    )
