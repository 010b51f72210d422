"""Policies are read from files: those shipped hold, a unit's own come first, and every fault is said."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hotline.policy import Place, way_of
from havre.hotline.policy_file import _policy_faults, members_of, policy_of, read_members, read_policy

SHIPPED = {
    file.name: file.read_text("utf-8") for file in (files("havre.hotline") / "policies").iterdir() if file.is_file()
}
BELGIUM = SHIPPED["BE.toml"]


def test_every_file_that_is_shipped_can_be_used_and_says_where_it_is_from() -> None:
    assert {"BE.toml", "NL.toml", "FR.toml", "DE.toml", "default.toml", "inhope.toml"} <= set(SHIPPED)
    for name, text in SHIPPED.items():
        if name != "inhope.toml":
            policy = read_policy(text, name)
            assert (f"{policy.name}.toml", policy.verified) == (name, "")
            assert policy.source
    members = members_of()
    assert (members.version, members.has("BE"), members.has("XX"), members.has("")) == ("2026-01.1", True, False, None)
    assert "memory" in members.source


def test_a_country_without_a_file_has_the_default() -> None:
    assert policy_of("IT").name == policy_of("../BE").name == "default"


def test_the_file_of_a_home_changes_the_route_without_any_code(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    changed = BELGIUM.replace('route = "police-magistrate"', 'route = "host"').replace("2017-07-06.2", "2026-06-01.1")
    (own / "BE.toml").write_text(changed, "utf-8")
    before = way_of(policy_of("BE"), members_of(), "BE", Place("BE"), False, "")
    policy = policy_of("BE", tmp_path)
    after = way_of(policy, members_of(tmp_path), "BE", Place("BE"), False, "")
    assert (before.rule.route, after.rule.route, policy.version) == ("police-magistrate", "host", "2026-06-01.1")


def test_a_country_that_joined_inhope_is_routed_as_a_member(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "inhope.toml").write_text(SHIPPED["inhope.toml"] + 'XX = "Hotline of X"\n', "utf-8")
    way = way_of(policy_of("BE"), members_of(tmp_path), "BE", Place("XX"), False, "")
    assert (way.rule.route, way.recipients[0].name, way.inhope) == ("inhope", "Hotline of X", True)


FAULTS = [
    ('version = "2017-07-06.2"', "version = 7", "'version' must be"),
    ('name = "BE"', 'name = ""', "'name' must be text"),
    ('name = "BE"', 'name = "BE"\nhue = "blue"', "nobody knows what 'hue' is"),
    ('two_people = ["actionable"]', 'two_people = ["everything"]', "'two_people' can't be 'everything'"),
    ('two_people = ["actionable"]', 'two_people = "actionable"', "'two_people' must be a list"),
    ("judge = 24", "judge = -1", "'judge' of [hours] must be a whole number"),
    ("judge = 24", "juge = 24", "[hours] must say danger, judge"),
    ("closed = 180", "closed = 100000", "'closed' of [days]"),
    ('hosting = ["own"]', 'hosting = ["here"]', "'hosting' can't be 'here'"),
    ('hosting = ["own"]', "hosting = 1", "'hosting' must be a list"),
    ('acts = ["inform"]\nneeds', 'acts = ["shout"]\nneeds', "'acts' can't be 'shout'"),
    ('route = "police-magistrate"', 'route = "Police!"', "'route' must be"),
    ('{ kind = "hotline" }', '{ kind = "friend" }', "'recipients' can't be 'friend'"),
    ('{ kind = "hotline" }', '{ name = "x" }', "'recipients' needs kind"),
    ("hours = 24\n\n# (2)", 'hours = "soon"\n\n# (2)', "'hours' must be a whole number"),
    ("hours = 24\n\n# (2)", "danger = 1\n\n# (2)", "'danger' must be true or false"),
    ("hours = 24\n\n# (2)", 'ladder = [{ kind = "host", hours = 4 }]\n\n# (2)', "does not write to the host"),
    ("hours = 24\n\n# (2)", 'ladder = [{ kind = "host", hours = 0 }]\n\n# (2)', "hours of 'ladder'"),
    ('name = "hosting unknown"', 'name = "hosted in Belgium"', "two rules are called 'hosted in Belgium'"),
    ('name = "hosting unknown"', 'name = "x"\ndanger = true', "the last rule must apply whatever is the case"),
    ('name = "hosting unknown"', 'name = "x"\nwords = 1', "'words' must be a table for each of en, fr, nl"),
    ('name = "hosting unknown"', 'name = "x"\nwords.de.name = "y"', "'words' must be a table for each of en, fr, nl"),
    ('name = "hosting unknown"', 'name = "x"\nwords.fr.title = "y"', "'words' in fr may say name, needs, route"),
    ('name = "hosting unknown"', 'name = "x"\nwords.fr.name = 1', "'words' in fr may say name, needs, route"),
    ("[[rules]]", "[[ways]]", "there must be [[rules]]"),
    ("[hours]", "[hours", "is not TOML"),
]


@pytest.mark.parametrize(("right", "wrong", "fault"), FAULTS)
def test_a_fault_is_said_in_a_sentence(right: str, wrong: str, fault: str) -> None:
    assert right in BELGIUM
    with pytest.raises(Invalid) as refused:
        read_policy(BELGIUM.replace(right, wrong), "BE.toml")
    assert fault in str(refused.value)
    assert "BE.toml" in str(refused.value)


def test_every_fault_of_a_file_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_policy(BELGIUM.replace("judge = 24", "judge = 0").replace('["own"]', '["here"]'), "BE.toml")
    assert str(refused.value).count(";") == 1


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ('version = "2026-01.1"', "version = 1", "'version' must be"),
        ("date =", "day =", "'date' is missing"),
        ("BE =", "BEL =", "'BEL' is no country"),
        ('"Child Focus"', "7", "the member of BE must be a name"),
        ("[members]", "[others]", "there must be [members]"),
    ],
)
def test_a_fault_in_the_members_is_said(right: str, wrong: str, fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_members(SHIPPED["inhope.toml"].replace(right, wrong), "inhope.toml")
    assert fault in str(refused.value)


def test_a_file_that_is_no_text_or_too_long_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "policies"
    own.mkdir()
    (own / "BE.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match="cannot be read"):
        policy_of("BE", tmp_path)
    (own / "BE.toml").write_bytes(b"#" * 100_001)
    with pytest.raises(Invalid, match="longer than a policy"):
        policy_of("BE", tmp_path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["name", "version", "two_people", "hours", "days", "rules"]), VALUES)
def test_whatever_stands_in_a_file_is_a_policy_or_a_sentence(key: str, value: object) -> None:
    data = tomllib.loads(BELGIUM)
    data[key] = value
    assert all(isinstance(fault, str) for fault in _policy_faults(data))


@given(
    st.sampled_from(
        ["name", "route", "hosting", "danger", "category", "recipients", "acts", "ladder", "hours", "needs"]
    ),
    VALUES,
)
def test_whatever_stands_in_a_rule_is_a_rule_or_a_sentence(key: str, value: object) -> None:
    data = tomllib.loads(BELGIUM)
    data["rules"][0][key] = value
    assert all(isinstance(fault, str) for fault in _policy_faults(data))
