"""The legal category of a country, derived from a label and facts by the first rule that applies. The data is in
`schemes/`: one file a country and version, `BE-1.json`; the highest version holds.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext as _

from havre.assessments.facts import Facts
from havre.errors import Broken, Invalid

BASELINE = "baseline"
"""The internationally agreed narrowest class, derived of everything beside the country's."""

ELSEWHERE = "default"
"""For countries without a mapping of their own."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one key says."""

    key: str
    name: str
    """As havre.matches.formats.labels calls it: what the unit knows of the media from then on."""
    title: str
    pertinent: bool


@dataclass(frozen=True, slots=True)
class Category:
    """What a mapping makes of an assessment, and by which of its rules, from 1."""

    category: str
    rule: int


@dataclass(frozen=True, slots=True)
class MappingOf:
    """One version of one country's mapping."""

    name: str
    version: int
    source: str
    two_people: frozenset[str]
    """Labels that two people must agree on."""
    rules: tuple[Mapping[str, object], ...]

    def category(self, label: str, facts: Facts) -> Category:
        """The category of this label with these facts."""
        for number, rule in enumerate(self.rules, start=1):
            if _applies(rule, label, facts):
                return Category(str(rule["category"]), number)
        raise Broken(
            _("the mapping %(mapping)s-%(version)s says nothing of label %(label)s with %(facts)s")
            % {"mapping": self.name, "version": self.version, "label": label, "facts": facts}
        )


def _applies(rule: Mapping[str, object], label: str, facts: Facts) -> bool:
    said = {"label": {label}, "age": {facts.age}, "produced": {facts.produced}, "visible": set(facts.visible) or {""}}
    return all(values & set(_listed(rule[name])) for name, values in said.items() if name in rule)


def _listed(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


@cache
def labels() -> Mapping[str, Label]:
    """The set of labels, by key, in order."""
    data = json.loads((files("havre.assessments") / "schemes" / "labels.json").read_text(encoding="utf-8"))
    return {each["key"]: Label(**each) for each in data["labels"]}


def label(key: str) -> Label:
    """The label of this key. Raises Invalid for one that there is not."""
    found = labels().get(key)
    if found is None:
        raise Invalid(
            _("there is no label %(key)r: take one of %(choices)s") % {"key": key, "choices": ", ".join(labels())}
        )
    return found


@cache
def mappings() -> Mapping[str, MappingOf]:
    """The newest version of every mapping, by name."""
    newest: dict[str, MappingOf] = {}
    for read in sorted(_read(), key=lambda each: each.version):
        newest[read.name] = read
    return newest


def _read() -> Iterator[MappingOf]:
    for file in (files("havre.assessments") / "schemes").iterdir():
        if file.name.endswith(".json") and file.name != "labels.json":
            yield parse(file.read_text(encoding="utf-8"))


def parse(text: str) -> MappingOf:
    """A mapping as its file holds it."""
    data = json.loads(text)
    two = frozenset(data["two_people"])
    return MappingOf(data["name"], data["version"], data["source"], two, tuple(data["rules"]))


def mapping_of(country: str) -> MappingOf:
    """The mapping of a country, by its two letters."""
    return mappings().get(country, mappings()[ELSEWHERE])
