"""Policies and the members of INHOPE as files: shipped with Havre, replaced by a file of the same name in
HOME/policies. What is wrong in one is said in one sentence each; a file with a fault is not used at all.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from havre.errors import Invalid
from havre.hotline.policy import (
    CAPTURE_DAYS,
    Act,
    Days,
    Hosting,
    Kind,
    Looks,
    Members,
    Policy,
    Rule,
    Rung,
    Times,
    To,
)

DEFAULT = "default"
MEMBERS = "inhope"
FOLDER = "policies"
"""Below a home: what the unit decided otherwise than the files shipped."""

LONGEST = 100_000
COUNTRY = re.compile(r"[A-Z]{2}")
VERSION = re.compile(r"[\w.-]{1,40}")
ROUTE = re.compile(r"[a-z][a-z0-9-]{0,39}")
RULE_NAME = 80
TWO_PEOPLE = frozenset({"actionable", "not actionable", *Kind})
LANGUAGES = ("en", "fr", "nl")
MOST_HOURS = 24 * 365
MOST_DAYS = 365 * 5
"""INTERPOL's rules: at most five years, then somebody looks again."""

POLICY_KEYS = frozenset(
    {"name", "version", "source", "verified", "two_people", "hours", "days", "looks", "captures", "rules"}
)
RULE_KEYS = frozenset(field.name for field in fields(Rule))
WORDS = frozenset({"name", "needs", "route"})
"""What a rule may say in the words of the file."""
LONGEST_WORDS = 200


def policy_of(country: str, home: Path | None = None) -> Policy:
    """The policy of a country, of this home where it has one, else as shipped; the default where there is none.

    Raises Invalid where the file has a fault.
    """
    for name in (country, DEFAULT):
        found = _text(name, home) if name == DEFAULT or COUNTRY.fullmatch(name) else None
        if found is not None:
            return read_policy(*found)
    raise Invalid("there is no policy %(name)s among the files of Havre: install it again", name=DEFAULT)


def own_policies(home: Path) -> list[str]:
    """The countries, and `default`, for which this home has a policy of its own, by name."""
    names = sorted(path.stem for path in (home / FOLDER).glob("*.toml"))
    return [name for name in names if name == DEFAULT or COUNTRY.fullmatch(name)]


def members_of(home: Path | None = None) -> Members:
    """Which countries have a member of INHOPE. Raises Invalid where the file has a fault."""
    found = _text(MEMBERS, home)
    if found is None:
        raise Invalid("there is no file %(name)s among those of Havre: install it again", name=MEMBERS)
    return read_members(*found)


def _text(name: str, home: Path | None) -> tuple[str, str] | None:
    """What the file of this name holds, and how a sentence calls it."""
    own = home / FOLDER / f"{name}.toml" if home is not None else None
    if own is not None and own.is_file():
        if own.stat().st_size > LONGEST:
            raise Invalid("%(file)s is longer than a policy may be (%(most)s bytes)", file=own, most=LONGEST)
        try:
            return own.read_text("utf-8"), str(own)
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid("%(file)s cannot be read (%(error)s): mend or remove it", file=own, error=error) from None
    shipped = files("havre.hotline") / FOLDER / f"{name}.toml"
    return (shipped.read_text("utf-8"), f"{name}.toml") if shipped.is_file() else None


@lru_cache(maxsize=64)
def read_policy(text: str, file: str) -> Policy:
    """The policy in a file. Raises Invalid with every fault, a sentence each."""
    data = _parsed(text, file)
    _refuse(file, _policy_faults(data))
    return Policy(
        data["name"],
        data["version"],
        data["source"],
        data.get("verified", ""),
        frozenset(data["two_people"]),
        Times(**data["hours"]),
        Days(**data["days"]),
        tuple(_rule(each) for each in data["rules"]),
        Looks(**data.get("looks", {})),
        data.get("captures", {}).get("days", CAPTURE_DAYS),
    )


@lru_cache(maxsize=8)
def read_members(text: str, file: str) -> Members:
    """The members in a file. Raises Invalid with every fault, a sentence each."""
    data = _parsed(text, file)
    _refuse(file, _member_faults(data))
    return Members(data["version"], str(data["date"]), data["source"], dict(data["members"]))


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid("%(file)s is not TOML (%(error)s)", file=file, error=error) from None


def _refuse(file: str, faults: Iterator[str]) -> None:
    if found := list(faults):
        raise Invalid("%(file)s can't be used: %(faults)s", file=file, faults="; ".join(found))


def _rule(data: Mapping[str, Any]) -> Rule:
    given = dict(data)
    for name in ("hosting", "category"):
        given[name] = frozenset(data.get(name, ()))
    given["recipients"] = tuple(To(**each) for each in data.get("recipients", ()))
    given["acts"] = tuple(data.get("acts", ()))
    given["ladder"] = tuple(Rung(**each) for each in data.get("ladder", ()))
    return Rule(**given)


# ---- what is wrong ----


def _policy_faults(data: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"nobody knows what {name!r} is" for name in sorted(set(data) - POLICY_KEYS))
    yield from (f"{name!r} must be text" for name in ("name", "source") if not _is_text(data.get(name)))
    if not isinstance(data.get("version"), str) or not VERSION.fullmatch(data["version"]):
        yield "'version' must be 1 to 40 letters, digits, dots and hyphens"
    if not isinstance(data.get("verified", ""), str):
        yield "'verified' must say who compared it, and when"
    yield from _listed(data.get("two_people"), TWO_PEOPLE, "'two_people'")
    yield from _numbers(data.get("hours"), [field.name for field in fields(Times)], "hours", MOST_HOURS)
    yield from _numbers(data.get("days"), [field.name for field in fields(Days)], "days", MOST_DAYS)
    if "looks" in data:
        yield from _numbers(data["looks"], [field.name for field in fields(Looks)], "looks", MOST_HOURS)
    if "captures" in data:
        yield from _numbers(data["captures"], ["days"], "captures", MOST_DAYS)
    yield from _rules_faults(data.get("rules"))


def _rules_faults(rules: Any) -> Iterator[str]:
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        yield "there must be [[rules]]"
        return
    for number, rule in enumerate(rules, start=1):
        yield from (f"rule {number}: {fault}" for fault in _rule_faults(rule))
    names = [str(rule.get("name")) for rule in rules]
    yield from (f"two rules are called {name!r}" for name in sorted({n for n in names if names.count(n) > 1}))
    if set(rules[-1]) & {"hosting", "danger", "category"}:
        yield "the last rule must apply whatever is the case, so that every page has a route"


def _rule_faults(rule: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"nobody knows what {name!r} is" for name in sorted(set(rule) - RULE_KEYS))
    if not _is_text(rule.get("name")) or len(rule["name"]) > RULE_NAME:
        yield f"'name' must be text of at most {RULE_NAME} characters"
    if not isinstance(rule.get("route"), str) or not ROUTE.fullmatch(rule["route"]):
        yield "'route' must be at most 40 small letters, digits and hyphens"
    yield from _hosting_faults(rule.get("hosting", []))
    yield from _words_faults(rule.get("words", {}))
    yield from _texts(rule.get("category", []), "'category'")
    yield from _listed(rule.get("acts", []), frozenset(Act), "'acts'")
    yield from _tables(rule.get("recipients", []), {"kind"}, {"name"}, "'recipients'")
    yield from _tables(rule.get("ladder", []), {"kind", "hours"}, set(), "'ladder'")
    for name, kind in (("danger", bool), ("writes_to_host", bool), ("needs", str)):
        if name in rule and not isinstance(rule[name], kind):
            yield f"{name!r} must be {'true or false' if kind is bool else 'text'}"
    if not _is_number(rule.get("hours", 0), 0, MOST_HOURS):
        yield f"'hours' must be a whole number up to {MOST_HOURS}"
    if rule.get("ladder") and not rule.get("writes_to_host"):
        yield "it has a ladder, and does not write to the host"


def _words_faults(values: Any) -> Iterator[str]:
    if not isinstance(values, dict) or not set(values) <= set(LANGUAGES):
        yield f"'words' must be a table for each of {', '.join(LANGUAGES)}"
        return
    for language, said in values.items():
        texts = said.values() if isinstance(said, dict) and set(said) <= WORDS else [None]
        if not all(isinstance(each, str) and each.strip() and len(each) <= LONGEST_WORDS for each in texts):
            yield f"'words' in {language} may say {', '.join(sorted(WORDS))}, each at most {LONGEST_WORDS} characters"


def _hosting_faults(values: Any) -> Iterator[str]:
    if not isinstance(values, list):
        yield "'hosting' must be a list"
        return
    wrong = [each for each in map(str, values) if each not in set(Hosting) and not COUNTRY.fullmatch(each)]
    yield from (f"'hosting' can't be {each!r}: it is {', '.join(Hosting)} or a country" for each in wrong)


def _tables(values: Any, must: set[str], may: set[str], what: str) -> Iterator[str]:
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        yield f"{what} must be a list of tables"
        return
    for each in values:
        if not must <= set(each) <= must | may:
            yield f"{what} needs {' and '.join(sorted(must))}, and may have {' and '.join(sorted(may)) or 'no more'}"
        elif str(each["kind"]) not in set(Kind):
            yield f"{what} can't be {each['kind']!r}: it is one of {', '.join(Kind)}"
        elif not _is_number(each.get("hours", 1), 1, MOST_HOURS):
            yield f"hours of {what} must be a whole number from 1 to {MOST_HOURS}"
        elif not isinstance(each.get("name", ""), str) or len(each.get("name", "")) > 200:
            yield f"a name of {what} must be text of at most 200 characters"


def _listed(values: Any, known: frozenset[str], what: str) -> Iterator[str]:
    if not isinstance(values, list):
        yield f"{what} must be a list"
        return
    wrong = [each for each in map(str, values) if each not in known]
    yield from (f"{what} can't be {each!r}: take of {', '.join(sorted(known))}" for each in wrong)


def _texts(values: Any, what: str) -> Iterator[str]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        yield f"{what} must be a list of texts"


def _numbers(values: Any, names: list[str], what: str, most: int) -> Iterator[str]:
    if not isinstance(values, dict) or set(values) != set(names):
        yield f"[{what}] must say {', '.join(names)}, and no more"
        return
    wrong = [name for name in names if not _is_number(values[name], 1, most)]
    yield from (f"{name!r} of [{what}] must be a whole number from 1 to {most}" for name in wrong)


def _member_faults(data: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(data.get("version"), str) or not VERSION.fullmatch(data["version"]):
        yield "'version' must be 1 to 40 letters, digits, dots and hyphens"
    yield from (f"{name!r} is missing" for name in ("date", "source") if not data.get(name))
    members = data.get("members")
    if not isinstance(members, dict) or not members:
        yield "there must be [members]"
        return
    yield from (f"{each!r} is no country of two letters" for each in members if not COUNTRY.fullmatch(each))
    yield from (f"the member of {each} must be a name" for each, name in members.items() if not _is_text(name))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
