"""Lists in use with a few entries, one of them of a photograph, and a service that answers from them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from havre.entrypoints.matching.app import App
from havre.entrypoints.matching.clients import Clients
from havre.fingerprints.exact import digest
from havre.fingerprints.pdq import fingerprint
from havre.flows.match_uploads import Lists
from havre.hashlists.entry import Entry, Signal
from havre.subscription.feed import Subscription
from havre.subscription.fetcher import Fetcher
from tests.entrypoints.matching.asking import Asking
from tests.films import film
from tests.flows.test_match_films import decoded
from tests.hashlists.filmed import filmed
from tests.hashlists.made import made
from tests.pictures import photograph
from tests.simulators.feed import TOKEN, Publisher, serving

LISTED = 7
"""The entry of the photograph, in `baseline`."""
FILM = 6
"""The entry of a film that can be decoded."""


@cache
def encoded(name: str, *, mirrored: bool = False) -> bytes:
    """A photograph as PNG."""
    picture = Image.fromarray(photograph(name))
    if mirrored:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    kept = io.BytesIO()
    picture.save(kept, "PNG", compress_level=1)
    return kept.getvalue()


@cache
def listed() -> Entry:
    pdq = fingerprint(photograph("astronaut")).pdq.value.hex()
    signals = (Signal("pdq", pdq, "1.0"), Signal("md5", digest(encoded("astronaut")).md5.hex()))
    return replace(made(LISTED), signals=signals, categories={"BE": "1"}, labels=("face",), baseline=True, confirmed=3)


def entries() -> dict[str, list[Entry]]:
    unreviewed = replace(made(20), reviewed=False, confirmed=0)
    return {"baseline": [made(1), listed(), replace(made(9), disputed=True)], "self-reported": [unreviewed]}


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        running.publish(entries())
        yield running


@pytest.fixture(scope="module")
def lists(publisher: Publisher, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    folder = tmp_path_factory.mktemp("feed")
    with Lists(Subscription(folder, Fetcher(publisher.base, TOKEN), publisher.pinned)) as opened:
        opened.refresh()
        yield opened


@pytest.fixture(scope="module")
def film_lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    """Lists of two films: one of chance, and one as a decoder saw it."""
    with serving() as running:
        running.publish({"baseline": [filmed(5), filmed(FILM, decoded(film(1, 4.0)))]})
        subscription = Subscription(tmp_path_factory.mktemp("films"), Fetcher(running.base, TOKEN), running.pinned)
        with Lists(subscription) as opened:
            opened.refresh()
            yield opened


@pytest.fixture
def ask(lists: Lists) -> Asking:
    """A program of the same machine, where no clients are named."""
    return Asking(App(lists, Clients(None), lambda: 0.0))


@pytest.fixture
def new_folder(publisher: Publisher, tmp_path: Path) -> Subscription:
    """A subscription that has nothing yet."""
    return Subscription(tmp_path / "new", Fetcher(publisher.base, TOKEN), publisher.pinned)
