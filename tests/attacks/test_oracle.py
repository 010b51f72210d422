"""Nobody learns from the public pages whether a hash is known: answers are equal in bytes and, as far as statistics can
tell, in time.

Stated: the two kinds of probe are sent in a random order, and their times compared by the Mann-Whitney statistic, the
share of pairs in which the known one took longer. Without a difference it lies around one half with a known spread; it
must not lie further from it than four of these (one time in 16,000 by chance). In `make proof` 10,000 probes see a
difference of 2.3 hundredths of that share.
"""

import re
from collections.abc import Callable, Iterator
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from django.test import Client, override_settings

from havre.configured import public_pages
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.models import Letter
from havre.selfservice.models import Protected
from havre.settings import Settings
from tests.cast import Node, node, noon
from tests.entrypoints.public.shown import code_on, posted
from tests.feeds.published import feed_of
from tests.selfservice.made import hashed, lines

SPREADS = 4
KNOWN = range(20)


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """The same statements on both."""
    return str(request.param)


@pytest.fixture
def holding(database: Settings) -> Iterator[Node]:
    """A node that holds hashes: there is something to leak."""
    with node(database) as found, override_settings(**public_pages()):
        open_door(found.home, found.anke)
        feed_of(found.anke.person)
        for seed in KNOWN:
            sent(Client(), seed)
        assert take_in(found.home, found.anke.unit, noon).hashes == len(KNOWN)
        assert Protected.objects.filter(sha256=hashed(3).sha256).exists()
        yield found


def sent(visitor: Client, seed: int) -> Any:
    """What is answered to a picture's hashes; the code is made with the answer."""
    return posted(visitor, "/en/protect/choose", hashes=lines(hashed(seed)), who="me", platforms="1", tell="1")


def without_code(answer: Any) -> str:
    """A page without the code that is on it, and what is made of the code."""
    page = re.sub(r"<span>[0-9A-Z]{5}</span>", "<span>.....</span>", answer.content.decode())
    return re.sub(r'value="[0-9A-Za-z.]{25,40}"', 'value="."', page)


def slower(known: list[float], unknown: list[float]) -> float:
    """The share of pairs in which the known one took longer, as its distance from one half in spreads."""
    order = np.argsort(np.argsort(np.concatenate([known, unknown]), kind="stable"), kind="stable") + 1
    first, second = len(known), len(unknown)
    share = (order[:first].sum() - first * (first + 1) / 2) / (first * second)
    return float((share - 0.5) / ((first + second + 1) / (12 * first * second)) ** 0.5)


def test_the_statistic_sees_a_difference_where_there_is_one() -> None:
    random = np.random.default_rng(1)
    same = [list(random.gamma(3, 1, 5_000)) for _ in range(2)]
    assert abs(slower(*same)) < SPREADS
    assert slower([each * 1.1 for each in same[0]], same[1]) > SPREADS
    assert slower([1.0] * 100 + [2.0], [1.0] * 100 + [2.0]) != pytest.approx(1_000)


@pytest.mark.proof
def test_answers_to_known_and_unknown_hashes_are_equal_in_bytes_and_time(
    holding: Node, count: Callable[[int, int], int]
) -> None:
    probes, visitor = count(200, 10_000), Client()
    times: dict[bool, list[float]] = {True: [], False: []}
    order = [place % 2 == 0 for place in range(probes)]
    Random(5).shuffle(order)
    pages: set[tuple[int, str]] = set()
    for place, known in enumerate(order):
        begun = perf_counter()
        answer = sent(visitor, place % len(KNOWN) if known else 1_000 + place)
        times[known].append(perf_counter() - begun)
        pages.add((len(answer.content), without_code(answer)))
    spreads = slower(times[True], times[False])
    print(
        f"{probes} probes, median {np.median(times[True]) * 1e3:.2f} and {np.median(times[False]) * 1e3:.2f} ms, "
        f"{spreads:+.1f} spreads"
    )
    assert len(pages) == 1
    assert abs(spreads) < SPREADS
    assert len(set(map(len, Letter.objects.filter(taken_at=None).values_list("sealed", flat=True)))) == 1


def test_what_lies_under_a_code_is_the_same_for_known_and_unknown(holding: Node) -> None:
    visitor = Client()
    codes = [code_on(sent(visitor, seed)) for seed in (3, 4_000)]
    before = {without_code(posted(visitor, "/en/follow", code=str(code))) for code in codes}
    assert take_in(holding.home, holding.anke.unit, noon).hashes == 2
    after = {without_code(posted(visitor, "/en/follow", code=str(code))) for code in codes}
    assert "Your numbers have come in." in min(before)
    assert "Pictures: 1. Films: 0." in min(after)
    assert (len(before), len(after)) == (1, 1)
    changed = {without_code(posted(visitor, "/en/follow", code=str(code), act="allow", tell="1")) for code in codes}
    assert len(changed) == 1
