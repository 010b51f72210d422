"""Labels and their schemes: which category of whose list means pertinent. The data is in `schemes/`."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from havre.errors import Invalid

SCHEMES = ("universal", "vics-us", "vics-uk", "icse", "industry")

DEFAULT_REGION = "US"
"""A document that names no region, or Default, comes from Project VIC itself."""

_REGIONS = {"US": "vics-us", "UK": "vics-uk"}
_STATES_NONE = frozenset({"DEFAULT", "UNKNOWN", ""})


@dataclass(frozen=True, slots=True)
class Label:
    """One judgement of one scheme; `pertinent` None says that it is none."""

    name: str
    pertinent: bool | None
    title: str
    category: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A country's or body's categories, by category and by label name."""

    name: str
    title: str
    source: str
    by_category: dict[str, Label]
    stands_for: dict[str, str]

    def read(self, category: str | None) -> str | None:
        """The label that this category means; None if it means no judgement or is not of the scheme."""
        found = self.by_category.get(category or "")
        return found.name if found is not None and found.pertinent is not None else None

    def write(self, name: str | None) -> str:
        """The category to write for a label of any scheme: its own, else the weakest that says as much."""
        own = [label.category for label in self.by_category.values() if label.name == name]
        if own:
            return own[0]
        return self.stands_for[_MEANS[pertinent(name)]]


_MEANS = {True: "pertinent", False: "not pertinent", None: "unjudged"}


@cache
def scheme(name: str) -> Scheme:
    """The scheme of that name; raises Invalid for an unknown one."""
    if name not in SCHEMES:
        raise Invalid("there is no scheme %(name)r: take one of %(choices)s", name=name, choices=", ".join(SCHEMES))
    data = json.loads((files("havre.matches") / "schemes" / f"{name}.json").read_text(encoding="utf-8"))
    labels = [Label(**label) for label in data["labels"]]
    by_category = {label.category: label for label in labels}
    return Scheme(data["name"], data["title"], data["source"], by_category, data["stands_for"])


@cache
def labels() -> dict[str, Label]:
    """Every label of every scheme by name."""
    return {label.name: label for name in SCHEMES for label in scheme(name).by_category.values()}


def label(name: str) -> Label:
    """The label of that name, in any case; raises Invalid for an unknown one."""
    found = labels().get(name.strip().lower())
    if found is None:
        raise Invalid("there is no label %(name)r: take one of %(choices)s", name=name, choices=", ".join(labels()))
    return found


def pertinent(name: str | None) -> bool | None:
    """Whether a label means pertinent; None for no label, or one that no scheme knows."""
    found = labels().get(name) if name is not None else None
    return found.pertinent if found is not None else None


def scheme_of_region(region: str | None) -> Scheme | None:
    """The scheme of a VICS region; Default and none stated are read as US; None for CUSTOM and others."""
    stated = (region or "").strip().upper()
    name = _REGIONS.get(DEFAULT_REGION if stated in _STATES_NONE else stated)
    return scheme(name) if name is not None else None


def chosen_region(region: str) -> str:
    """A region somebody chose, in capitals; raises Invalid for one without a scheme."""
    if region.strip().upper() not in _REGIONS:
        raise Invalid(
            "there are no categories for region %(region)r: take one of %(choices)s",
            region=region,
            choices=", ".join(_REGIONS),
        )
    return region.strip().upper()


# Read at import: a reader in the sandbox can open no file any more.
labels()
