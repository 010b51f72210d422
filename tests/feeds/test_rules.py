"""What a list is called says what is on it; a source speaks of an audience by its class."""

from dataclasses import replace
from datetime import timedelta

import pytest

from havre.assessments.agreement import Judgement, baseline_of
from havre.assessments.facts import NOTHING, Facts
from havre.errors import Invalid, Refused
from havre.feeds.models import Audience, Purpose
from havre.feeds.rules import Judged, Named, lets_go, must_belong, named
from havre.restrictions.model import Level, Restriction, narrower
from tests.cast import NOON

OPEN = Restriction(Level.OPEN, groups=frozenset({"platform"}), onward=True)
YES = Facts("6-9", ("act",), "camera")


def judged(*countries: str, facts: Facts = YES, label: str = "1") -> Judged:
    """What units of these countries judged alike; the first is ours."""
    return Judged(countries[0], label, facts, baseline_of(Judgement(f"Unit {c}", c, label, facts) for c in countries))


def test_a_name_says_purpose_country_and_audience() -> None:
    assert named("baseline") == Named("baseline", Purpose.BASELINE, "", Audience.PLATFORM)
    assert named(" national-be-hotline ") == Named("national-be-hotline", Purpose.NATIONAL, "BE", Audience.HOTLINE)
    assert named("generated-provider").audience == Audience.PROVIDER
    for name in ("", "national", "national-xx", "Baseline", "baseline-police", "../x", "baseline\n-x"):
        with pytest.raises(Invalid, match="a list is called"):
            named(name)


def test_categories_are_those_of_all_who_judged_and_units_are_counted() -> None:
    assert dict(judged("BE", "FR", "IT").categories).keys() == {"BE", "FR"}
    assert (judged("BE", "FR", "IT").units, judged("BE", label="5", facts=NOTHING).units) == (3, 0)
    assert judged("BE").labels == ["age-6-9", "produced-camera", "visible-act"]


def test_a_machines_work_is_on_no_list_but_its_own() -> None:
    made = judged("BE", "FR", facts=Facts("6-9", ("act",), "generated"))
    must_belong(named("generated"), made)
    for name in ("baseline", "national-be"):
        with pytest.raises(Refused, match="a machine made this"):
            must_belong(named(name), made)
    with pytest.raises(Refused, match="no country"):
        must_belong(named("generated"), judged("IT", facts=Facts("6-9", ("act",), "generated")))


def test_what_was_not_judged_is_on_no_list() -> None:
    for name in ("baseline", "national-be", "generated"):
        with pytest.raises(Refused, match="not judged to be illegal"):
            must_belong(named(name), Judged("BE", "", NOTHING, baseline_of([])))


def test_a_source_lets_go_to_a_class_that_every_part_names() -> None:
    assert lets_go(OPEN, "platform", NOON)
    closed = [
        None,
        Restriction(),
        replace(OPEN, onward=False),
        replace(OPEN, level=Level.HIT),
        replace(OPEN, groups=frozenset({"hotline"})),
        replace(OPEN, groups=frozenset(), countries=frozenset({"BE", "US"})),
        replace(OPEN, no_countries=frozenset({"US"})),
        replace(OPEN, retain_until=NOON),
        narrower(OPEN, Restriction(Level.OPEN, countries=frozenset({"IT"}), onward=True)),
    ]
    assert [lets_go(each, "platform", NOON) for each in closed] == [False] * len(closed)
    assert lets_go(replace(OPEN, retain_until=NOON + timedelta(days=1)), "platform", NOON)
