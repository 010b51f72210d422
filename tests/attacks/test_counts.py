"""What another unit does changes no letter and no number of what a unit sees: pages before and after are the same."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from difflib import unified_diff
from pathlib import Path
from random import Random

import pytest

from havre.entrypoints.analyst import node as served_by
from havre.settings import Settings
from havre.units.models import RoleName
from tests.attacks.ground import Ground, laid
from tests.attacks.routes import Owner, Route, Who, routes
from tests.attacks.test_routes import Step, Visitor, arguments, asked, lasting, told
from tests.cast import Node, node
from tests.web import visiting

TELLS_OF_THE_NODE = ("audit", "audit/checkpoints", "audit/entries/<int:index>/proof", "series/<int:number>/seen")
"""Entries are numbered and checkpoints signed over the whole node, whose length is no secret (decision 0177)."""

MADE_ANEW = ("settings/passkey", "settings/app", "media/<int:medium>/sealed")
"""Challenges, secrets and sealed bytes are others each time."""

QUESTIONS = {
    "search": ("", "?q=jpg", "?q=harbour"),
    "series": ("", "?which=proposed", "?which=over", "?which=mine"),
    "triage": ("", "?tab=near", "?tab=judged", "?tab=second"),
    "alerts": ("", "?all=yes"),
}
"""What is asked of pages that count and sort."""


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock of all pages stands."""
    at, real = served_by.now(), served_by.now
    for name, module in list(sys.modules.items()):
        if name.startswith("havre.entrypoints.analyst") and getattr(module, "now", None) is real:
            monkeypatch.setattr(module, "now", lambda: at)
    return at


def visitors(here: Node, ours: Ground) -> Iterator[Visitor]:
    """Somebody of all roles, and of each alone."""
    for name, person in ours.people.items():
        roles = frozenset(RoleName.values) if name == "all" else frozenset({name})
        yield Visitor(ours, ours, Who.IN, roles, lasting(visiting(here, person)))


def seen(visitor: Visitor, parts: int) -> Iterator[tuple[str, str]]:
    """Every page this visitor may open, by its address; or one of so many, drawn for each visitor."""
    open_to = [route for route in routes() if route.declared and visitor.roles & route.declared.roles]
    few = Random(str(sorted(visitor.roles))).sample(open_to, -(-len(open_to) // parts))
    for route in few + [route for route in open_to if route.pattern in QUESTIONS and route not in few]:
        if route.pattern not in (*TELLS_OF_THE_NODE, *MADE_ANEW):
            for owner, named in arguments(visitor, route):
                if owner in (Owner.NONE, Owner.OWN):
                    for question in QUESTIONS.get(route.pattern, ("",)):
                        asking = Route(route.pattern + question, route.declared)
                        step = Step(visitor, asking, "get", named, owner, htmx=False, language="en")
                        yield asking.address(named), _without_tokens(told(asked(step)))


def _without_tokens(text: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", text)


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_count_and_no_facet_changes_with_what_another_unit_holds(
    database: Settings, tmp_path: Path, still: datetime, count: Callable[[int, int], int]
) -> None:
    parts = count(4, 1)
    with node(database) as here:
        ours = laid(here, here.anke, tmp_path / "BE")
        everybody = list(visitors(here, ours))
        before = [dict(seen(visitor, parts)) for visitor in everybody]
        laid(here, here.chiara, tmp_path / "IT")
        changed = []
        for visitor, earlier in zip(everybody, before, strict=True):
            for address, text in seen(visitor, parts):
                lines = list(unified_diff(earlier[address].splitlines(), text.splitlines(), lineterm="", n=0))
                changed += [f"{address} for {sorted(visitor.roles)}: {lines[3:7]}"] if lines else []
        assert not changed, "\n".join(["", *changed[:20]])
        assert sum(map(len, before)) > count(50, 100)
        shown = "".join(text for pages in before for text in pages.values())
        assert "Blue tiles" in shown  # there was something to count
