"""The package's clients, as they are, against the process that `havre serve --entrypoint platform` starts."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from examples.havre_exchange import HavreCollabConfig, HavreSignalExchangeAPI
from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI
from threatexchange.exchanges.clients.ncmec.hash_api import (
    FeedbackType,
    FingerprintType,
    NCMECEnvironment,
    NCMECHashAPI,
)
from threatexchange.exchanges.clients.stopncii.api import (
    StopNCIIAPI,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIISignalType,
)
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.impl.fb_threatexchange_api import (
    FBThreatExchangeCollabConfig,
    FBThreatExchangeSignalExchangeAPI,
)
from threatexchange.exchanges.impl.ncmec_api import NCMECCollabConfig, NCMECSignalExchangeAPI
from threatexchange.exchanges.impl.stop_ncii_api import StopNCIISignalExchangeAPI
from threatexchange.signal_type.pdq.signal import PdqSignal

from havre.feeds.models import Subscriber, Vote
from havre.hashlists.ncmec import REASONS
from havre.settings import Settings
from tests.cast import introduce
from tests.feeds.published import list_of, published, reader
from tests.hashlists.made import made
from tests.web import free_port

TOKEN = "token-of-one"
COUNT = 120


class Pointed(NCMECSignalExchangeAPI):
    """The package's exchange with the address of its client set, and nothing else."""

    base_url = ""

    def get_client(self, environment: NCMECEnvironment) -> NCMECHashAPI:
        client = super().get_client(environment)
        client._base_url = self.base_url
        return client


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The process, for as long as the block lasts; where it answers."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("havre")), "--home", str(settings.home), "serve"]
    command += ["--entrypoint", "platform", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "HAVRE_GRAPH_TOKENS": "1"})
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it answers at all: nothing lies at its root."""
    for _ in range(600):
        assert process.poll() is None
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError("it does not start")


def stopncii(base: str) -> StopNCIIAPI:
    keys = {StopNCIIEndpoint.SubmitFeedback: TOKEN}
    return StopNCIIAPI("any", TOKEN, keys, base_url_override=f"{base}/stopncii/baseline/v1")


def exchanges(base: str) -> list[Any]:
    """Each exchange class of the package, and ours, pointed at the address of a subscriber."""
    ncmec = Pointed(NCMECCollabConfig(name="n", environment=NCMECEnvironment.test_Industry), "any", TOKEN)
    ncmec.base_url = f"{base}/ncmec/baseline"
    graph = ThreatExchangeAPI(f"12345678|{TOKEN}", endpoint_override=f"{base}/graph/baseline")
    return [
        ncmec,
        StopNCIISignalExchangeAPI(CollaborationConfigBase("s", "stop_ncii", enabled=True), stopncii(base)),
        FBThreatExchangeSignalExchangeAPI(graph, FBThreatExchangeCollabConfig(name="t", privacy_group=99)),
        HavreSignalExchangeAPI(HavreCollabConfig(name="h", url=base, hash_list="baseline"), TOKEN),
    ]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_client_reads_the_list_that_is_served_and_votes_reach_its_entries(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed, token=TOKEN)
    entries = [made(number, 1 + number // 20, retracted=number % 50 == 0) for number in range(1, COUNT + 1)]
    for entry in entries:
        published(listed, entry)
    living = {entry.signals[0].value for entry in entries if not entry.retracted}
    every = {entry.signals[0].value for entry in entries}
    with served(database) as address:
        base = f"{address}/feed/{one.ref}"
        for exchange, expected in zip(exchanges(base), (living, every, living, living), strict=True):
            state: dict[Any, Any] = {}
            for delta in exchange.fetch_iter([PdqSignal], None):
                exchange.naive_fetch_merge(state, delta.updates)
            found = exchange.naive_convert_to_signal_type([PdqSignal], exchange.collab, state)
            assert set(found[PdqSignal]) == expected
        ncmec = exchanges(base)[0].get_client(NCMECEnvironment.test_Industry)
        guid, reason = next(iter(REASONS.items()))
        ncmec.submit_feedback(1, "7", FingerprintType.pdq, FeedbackType.downvote, guid)
        value = entries[8].signals[0].value
        stopncii(base).submit_feedback(StopNCIISignalType.ImagePDQ, value, StopNCIICSPFeedbackValue.Blocked)
    said = {(each.entry.number, each.up, each.reason) for each in Vote.objects.filter(subscriber=one)}
    assert said == {(7, False, reason), (9, True, "Blocked")}
    assert Subscriber.objects.count() == 1
