"""Whoever takes their hashes back: once everybody has heard it, nothing of them is with the publisher any more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.test import Client, override_settings

from havre.configured import platform_answers
from havre.entrypoints.platform.node import serve
from havre.feeds.blank import AT_FIRST, AT_LAST
from havre.feeds.lay import zstd
from havre.feeds.models import Subscriber
from havre.feeds.receipts import acknowledge
from havre.flows.feed_self import Hashes, propose_unreviewed, retract_unreviewed
from havre.flows.feed_subscribers import add_subscriber
from havre.flows.forget import wipe
from havre.flows.mirror_feed import mirror
from havre.flows.publish_feed import KEPT, SIGNED_AGAIN
from havre.flows.tend_feeds import SOON, tend_feeds
from havre.hashlists.entry import Signal
from havre.settings import Front, Settings
from tests.cast import NOON, Node, node
from tests.flows.fed import chance, fed, lines_of
from tests.hashlists.made import made

KEY = "HS-2F7K-0001"
VALUES = [each.value for each in made(77).signals] + [f"{Random(7).getrandbits(256):064x}"]
SIGNALS = tuple(Signal(*each) for each in zip(("pdq", "md5", "sha1", "sha256"), VALUES, strict=True))


def answers(token: str) -> Iterator[bytes]:
    """What a subscriber is answered in every format, from the beginning."""
    base = f"/feed/{Subscriber.objects.get().ref}"
    bearer = {"Authorization": f"Bearer {token}"}
    with override_settings(**platform_answers()):
        client = Client()
        for path, headers in (
            (f"{base}/entries?list=unreviewed", bearer),
            (f"{base}/table/unreviewed", bearer),
            (f"{base}/hma/unreviewed", bearer),
            (f"{base}/stopncii/unreviewed/v1/FetchHashes", {"x-functions-key": token}),
            (f"{base}/graph/unreviewed/1/threat_updates/?access_token=1|{token}", {}),
        ):
            response: Any = client.get(path, headers=headers)
            assert response.status_code == 200
            yield response.getvalue()


def everything(begun: Node, token: str, folder: Path) -> dict[str, bytes]:
    """Every byte by where it lies; what is packed unpacked."""
    mirror(begun.home, begun.anke, "Platform", folder)
    mirrored = [each.read_bytes() for each in folder.rglob("*") if each.is_file()]
    sqlite = begun.home.settings.sqlite
    own = begun.home.settings.feeds
    return {
        "folder": lines_of(begun.home, Subscriber.objects.get().feed),
        "mirror": b"".join(
            zstd.decompress(each) if each.startswith(b"\x28\xb5\x2f\xfd") else each for each in mirrored
        ),
        "rows": str(
            [list(each._default_manager.values()) for each in apps.get_app_config("feeds").get_models()]
        ).encode(),
        "database": b"".join(each.read_bytes() for each in sqlite.parent.glob(f"{sqlite.name}*")),
        "names": b"".join(str(each).encode() for each in own.rglob("*")),
        "answers": b"".join(answers(token)),
    }


def holding(found: dict[str, bytes]) -> set[str]:
    """Where any of these hashes is, in digits or as bytes."""
    forms = [form for value in VALUES for form in (value.encode(), bytes.fromhex(value))]
    return {where for where, content in found.items() if any(form in content for form in forms)}


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """Belgium's people, before they have a feed."""
    with node(database) as here:
        yield here


@pytest.mark.parametrize("heard", [True, False])
def test_nothing_of_a_hash_that_was_taken_back_is_left(begun: Node, tmp_path: Path, heard: bool) -> None:
    having = fed(begun, tmp_path / "roots")
    serve(Front(feeds=begun.home.settings.feeds, tokens_in_addresses=True))
    token = add_subscriber(begun.home, begun.anke, "Platform", "platform", ["unreviewed"], random=chance(3))["token"]
    propose_unreviewed(begun.home, begun.anke.unit, "another-key", [Hashes(made(5).signals, 80)], NOON)
    propose_unreviewed(begun.home, begun.anke.unit, KEY, [Hashes(SIGNALS, 80)], NOON)
    tend_feeds(begun.home, lambda: NOON)
    retract_unreviewed(begun.home, begun.anke.unit, KEY, NOON + SOON)
    assert tend_feeds(begun.home, lambda: NOON + SOON).published == 1
    there = {"folder", "mirror", "rows", "answers"}
    if begun.home.settings.database == "":
        there |= {"database"}
    assert holding(everything(begun, token, tmp_path / "mirror")) == there  # something was there to be left

    if heard:
        acknowledge(Subscriber.objects.get(), "unreviewed", 2, NOON + SOON)
    at = NOON + SOON + (AT_FIRST if heard else AT_LAST)
    assert tend_feeds(begun.home, lambda: at - timedelta(seconds=1)).forgotten == 0
    assert tend_feeds(begun.home, lambda: at).published == 1
    assert having.feed.version == 3
    for later in (KEPT + SIGNED_AGAIN, KEPT + SIGNED_AGAIN * 2):
        tend_feeds(begun.home, lambda moment=at + later: moment)  # type: ignore[misc]
    wipe()
    found = everything(begun, token, tmp_path / "mirror")
    assert holding(found) == set()
    assert [made(5).signals[0].value.encode() in found[where] for where in sorted(there)] == [True] * len(there)
