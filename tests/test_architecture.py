"""The house keeps its order; and each check that says so can see what is wrong."""

import ast
import gc
from functools import cache

import pytest

from tests.architecture import (
    CHECKS,
    Check,
    Tree,
    depth,
    entry_points_apart,
    environment,
    mirrored_tests,
    names,
    nothing_forbidden,
    nothing_unfinished,
    order,
    purity,
    ratchets,
    sizes,
    viewers,
)
from tests.checkout import files

F = "def f(): pass\n"
LONG = "def long():\n" + "    pass\n" * 50
ASYNC = "async " + LONG
DEEP = "def deep():\n    for a in b:\n        if a:\n            while b:\n                pass\n"

BAD: list[tuple[Check, dict[str, str], str]] = [
    (order, {"src/havre/media/keep.py": "from havre.matches.models import Match\n"}, "media may not import matches"),
    (order, {"src/havre/media/keep.py": "def f():\n    import havre.flows.intake\n"}, "media may not import flows"),
    (order, {"src/havre/media/keep.py": "from ..flows import intake\n"}, "media may not import flows"),
    (order, {"src/havre/media/keep.py": "from havre import flows\n"}, "media may not import flows"),
    (order, {"src/havre/settings.py": "from havre.units.models import Unit\n"}, "settings may not import units"),
    (order, {"src/havre/cases/models.py": 'x = models.ForeignKey("media.Medium")\n'}, "cases may not import media"),
    (order, {"src/havre/kitchen/cook.py": ""}, "kitchen is not in the import order"),
    (
        entry_points_apart,
        {"src/havre/entrypoints/public/main.py": "from havre.entrypoints.analyst import pages\n"},
        "imports havre.entrypoints.analyst",
    ),
    (purity, {"src/havre/matching/index.py": "from django.db import models\n"}, "imports django.db"),
    (purity, {"src/havre/matching/index.py": "import socket\n"}, "imports socket"),
    (purity, {"src/havre/linking/group.py": "import time\n"}, "imports time"),
    (purity, {"src/havre/linking/group.py": "def f():\n    return datetime.now()\n"}, "asks the world"),
    (purity, {"src/havre/sealing/chain.py": "import random\nx = random.random()\n"}, "asks the world"),
    (purity, {"src/havre/sealing/chain.py": "x = np.random.default_rng()\n"}, "asks the world"),
    (purity, {"src/havre/sealing/chain.py": "x = os.urandom(12)\n"}, "asks the world"),
    (purity, {"src/havre/fingerprints/pdq.py": "x = os.environ['THREADS']\n"}, "asks the world"),
    (environment, {"src/havre/media/store.py": "x = os.environ.get('SHARE')\n"}, "reads the environment"),
    (environment, {"src/havre/media/store.py": "from os import getenv\n"}, "reads the environment"),
    (mirrored_tests, {"src/havre/media/store.py": F, "tests/test_store.py": ""}, "has no tests/media/test_store.py"),
    (mirrored_tests, {"src/havre/settings.py": F}, "has no tests/test_settings.py"),
    (names, {"src/havre/media/utils.py": ""}, "media/utils.py: has a name that says nothing"),
    (names, {"src/havre/common/store.py": ""}, "has a name that says nothing"),
    (names, {"tests/search_helpers.py": ""}, "has a name that says nothing"),
    (names, {"src/havre/media/store.py": "class StoreManager: pass\n"}, "the class StoreManager"),
    (names, {"src/havre/media/store.py": "class BaseStore: pass\n"}, "the class BaseStore"),
    (sizes, {"src/havre/media/store.py": "x = 1\n" * 401}, "401 lines, at most 400"),
    (sizes, {"tests/media/test_store.py": LONG}, "long has 51 lines, at most 50"),
    (sizes, {"src/havre/media/store.py": ASYNC}, "long has 51 lines, at most 50"),
    (ratchets, {"src/havre/media/store.py": ("def f():\n" + "    pass\n" * 7) * 10}, "the median function has 8"),
    (ratchets, {"src/havre/media/store.py": "def f(): pass\n" * 8 + LONG * 2}, "one function in ten"),
    (ratchets, {"src/havre/media/store.py": "def f(): pass\n" * 15 + DEEP}, "nest three deep"),
    (viewers, {"src/havre/cases/queries.py": "def case_for(reference, viewer): pass\n"}, "case_for does not say"),
    (viewers, {"src/havre/cases/queries.py": "def cases(): pass\n"}, "cases does not say who asks"),
    (nothing_forbidden, {"tests/test_x.py": "from unittest import mock\n"}, "imports unittest.mock"),
    (nothing_forbidden, {"tests/test_x.py": "import unittest.mock as m\n"}, "imports unittest.mock"),
    (nothing_forbidden, {"src/havre/matching/index.py": "import pickle\n"}, "imports pickle"),
    (nothing_forbidden, {"bench/join.py": "np.load(path, allow_pickle=True)\n"}, "allows pickles"),
    (nothing_unfinished, {"native/pdq/hash.c": "/* TO" + "DO faster */"}, "native/pdq/hash.c: is unfinished"),
]

GOOD = {
    "src/havre/media/store.py": '"""Takes os.environ from nobody."""\nfrom havre.errors import Broken\n' + F,
    "src/havre/entrypoints/command/main.py": "import os\nfrom havre.flows.intake import intake\nx = os.environ\n",
    "src/havre/entrypoints/command/show.py": "from havre.entrypoints.command.main import x\n",
    "src/havre/matching/near.py": "import numpy as np\nx = np.random.default_rng(7)\n",
    "src/havre/cases/queries.py": "def case_for(viewer, reference): pass\ndef _one(x): pass\n",
    "src/havre/media/migrations/0001_initial.py": "x = 1\n" * 500,
    "tests/media/test_store.py": "",
    "tests/matching/test_near.py": "",
    "tests/cases/test_queries.py": "",
    "tests/entrypoints/command/test_main.py": "",
    "tests/entrypoints/command/test_show.py": "",
}


@cache
def house() -> Tree:
    """The house as it stands; every file is read and taken apart once."""
    tree = Tree(files())
    gc.disable()  # of two million nodes none is let go, and looking for those that are takes longer than all checks
    sum(len(source.nodes) for source in tree.python)
    gc.freeze()
    gc.enable()
    return tree


pytestmark = pytest.mark.xdist_group("house")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_keeps_its_order(check: Check) -> None:
    if complaints := check(house()):
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.mark.parametrize(("check", "tree", "complaint"), BAD, ids=lambda x: getattr(x, "__name__", ""))
def test_a_house_in_disorder_is_noticed(check: Check, tree: dict[str, str], complaint: str) -> None:
    complaints = check(Tree(tree))
    assert len(complaints) == 1
    assert complaint in complaints[0]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_house_in_order_is_left_alone(check: Check) -> None:
    assert check(Tree(GOOD)) == []


def test_every_check_has_been_seen_to_fail() -> None:
    assert {check for check, _, _ in BAD} == set(CHECKS)


def test_the_whole_product_is_looked_at() -> None:
    assert len(house().product) > 20


def test_an_elif_is_no_deeper_than_its_if() -> None:
    assert depth(ast.parse("if a:\n    pass\nelif b:\n    pass\nelif c:\n    pass\n")) == 1
    assert depth(ast.parse("if a:\n    if b:\n        pass\n")) == 2


def test_tests_of_a_group_are_kept_together_where_several_processes_test(request: pytest.FixtureRequest) -> None:
    apart = "workerinput" in vars(request.config)
    assert request.node.nodeid.endswith("@house") is apart
