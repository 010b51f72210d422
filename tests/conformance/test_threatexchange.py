"""The `threatexchange` package's own clients, as they are, fetch our lists: all, from the middle, tombstones too."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from requests import HTTPError
from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI
from threatexchange.exchanges.clients.fb_threatexchange.threat_updates import ThreatUpdateJSON, ThreatUpdatesDelta
from threatexchange.exchanges.clients.ncmec.hash_api import (
    FeedbackType,
    FingerprintType,
    NCMECEnvironment,
    NCMECHashAPI,
)
from threatexchange.exchanges.clients.stopncii.api import (
    StopNCIIAPI,
    StopNCIICaseStatus,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIISignalType,
)
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.exchanges.fetch_state import AggregateSignalOpinionCategory
from threatexchange.exchanges.impl.fb_threatexchange_api import (
    FBThreatExchangeCollabConfig,
    FBThreatExchangeSignalExchangeAPI,
)
from threatexchange.exchanges.impl.ncmec_api import NCMECCollabConfig, NCMECSignalExchangeAPI
from threatexchange.exchanges.impl.stop_ncii_api import StopNCIISignalExchangeAPI
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal

from havre.hashlists.entry import Entry, Kind
from havre.hashlists.ncmec import REASONS
from havre.hashlists.ncmec_read import Vote
from havre.hashlists.shared import marks_of
from havre.hashlists.stopncii import Opinion
from havre.hashlists.threat_updates import name_of
from tests.hashlists.sharing import Sharing, several
from tests.simulators.lists import TOKEN, Served, serving

COUNT = 300
TYPES = [PdqSignal, VideoMD5Signal]


def clock() -> int:
    return int(time.time())


def ncmec(served: Served, password: str = TOKEN) -> NCMECHashAPI:
    client = NCMECHashAPI("a platform", password, NCMECEnvironment.test_Industry)
    client._base_url = f"{served.address}/ncmec"
    return client


class Pointed(NCMECSignalExchangeAPI):
    """The package's exchange with the address of its client set, and nothing else."""

    served: Served

    def get_client(self, environment: NCMECEnvironment) -> NCMECHashAPI:
        client = super().get_client(environment)
        client._base_url = f"{self.served.address}/ncmec"
        return client


def ncmec_exchange(served: Served) -> Pointed:
    config = NCMECCollabConfig(name="national-be", environment=NCMECEnvironment.test_Industry)
    exchange = Pointed(config, "a platform", TOKEN)
    exchange.served = served
    return exchange


def stopncii(served: Served) -> StopNCIIAPI:
    keys = {StopNCIIEndpoint.SubmitFeedback: TOKEN, StopNCIIEndpoint.SubmitHashes: TOKEN}
    return StopNCIIAPI("subscription", TOKEN, keys, base_url_override=f"{served.address}/stopncii/v1")


def graph(served: Served) -> ThreatExchangeAPI:
    return ThreatExchangeAPI(f"12345678|{TOKEN}", endpoint_override=f"{served.address}/graph")


def exchanges(served: Served) -> list[Any]:
    """Each exchange class of the package, as it is, reading from here."""
    base = CollaborationConfigBase("national-be", "stop_ncii", enabled=True)
    return [
        ncmec_exchange(served),
        StopNCIISignalExchangeAPI(base, stopncii(served)),
        FBThreatExchangeSignalExchangeAPI(
            graph(served), FBThreatExchangeCollabConfig(name="national-be", privacy_group=99)
        ),
    ]


def signals(entries: Sequence[Entry], kind: Kind, method: str) -> set[str]:
    living = [entry for entry in entries if entry.kind == kind and not entry.retracted]
    return {each.value for entry in living for each in entry.signals if each.method == method}


def held(exchange: Any, state: dict[Any, Any]) -> tuple[set[str], set[str]]:
    """PDQ of pictures and MD5 of films that a platform would match against."""
    found = exchange.naive_convert_to_signal_type(TYPES, exchange.collab, state)
    return set(found.get(PdqSignal, {})), set(found.get(VideoMD5Signal, {}))


def expected(listed: Sharing) -> tuple[set[str], set[str]]:
    entries = list(listed.entries.values())
    return signals(entries, Kind.PICTURE, "pdq"), signals(entries, Kind.FILM, "md5")


@pytest.mark.parametrize("which", [0, 1, 2], ids=["ncmec", "stopncii", "threatexchange"])
def test_an_exchange_fetches_everything_and_goes_on_from_wherever_it_stopped(which: int) -> None:
    listed = several(COUNT)
    with serving(listed, clock, a_page=40) as served:
        state: dict[Any, Any] = {}
        checkpoint, fetches = None, 0
        # Stopped after every second page, and begun anew from what it remembers.
        while True:
            exchange = exchanges(served)[which]
            given = 0
            for delta in exchange.fetch_iter(TYPES, checkpoint):
                exchange.naive_fetch_merge(state, delta.updates)
                checkpoint, given, fetches = delta.checkpoint, given + 1, fetches + 1
                if given == 2 and fetches < 12:
                    break
            else:
                break
        pdq, md5 = held(exchange, state)
        if which == 2:  # as the exchange has no type of the package's for frames of films, their PDQ counts as well
            pdq &= expected(listed)[0]
        assert (pdq, md5) == expected(listed)
        assert fetches > 8


@pytest.mark.parametrize("which", [0, 2], ids=["ncmec", "threatexchange"])
def test_an_exchange_forgets_what_was_retracted_and_takes_what_is_new(which: int) -> None:
    listed = several(60)
    with serving(listed, clock, a_page=40) as served:
        exchange = exchanges(served)[which]
        state: dict[Any, Any] = {}
        checkpoint: Any = None
        for delta in exchange.fetch_iter(TYPES, None):
            exchange.naive_fetch_merge(state, delta.updates)
            checkpoint = delta.checkpoint
        before = len(state)
        for number in (3, 5, 50):  # 5 and 50 are of films
            listed.change(number, retracted=True, changed=clock() - 30)
        if which == 0:  # it asked up to five seconds ago: what changed before is not asked for again
            checkpoint.get_entries_max_ts -= 60
        for delta in exchange.fetch_iter(TYPES, checkpoint):
            exchange.naive_fetch_merge(state, delta.updates)
        pdq, md5 = held(exchange, state)
        assert pdq >= expected(listed)[0]
        assert md5 == expected(listed)[1]
        assert len(state) == before - (3 if which == 0 else 9)
        gone = {each.value for number in (3, 5, 50) for each in listed.entries[number].signals}
        assert gone.isdisjoint(pdq | md5)


def test_stopncii_says_withdrawn_and_its_exchange_learns_that_it_is_not_to_be_acted_on() -> None:
    listed = several(60)
    retracted = listed.change(3, retracted=True)
    listed.change(7, disputed=True)
    listed.change(8, reviewed=False)
    with serving(listed, clock) as served:
        records = {each.hashValue: each for page in stopncii(served).fetch_hashes_iter() for each in page.hashRecords}
        exchange = exchanges(served)[1]
        state: dict[Any, Any] = {}
        for delta in exchange.fetch_iter(TYPES, None):
            exchange.naive_fetch_merge(state, delta.updates)
    gone = records[retracted.signals[0].value]
    assert gone.hashStatus == StopNCIICaseStatus.Withdrawn
    assert gone.caseNumbers == {"3": StopNCIICaseStatus.Withdrawn}
    living = [each for each in records.values() if each.hashStatus == StopNCIICaseStatus.Active]
    assert {each.hashValue for each in living} == set().union(*expected(listed))
    said = {number: state["pdq", listed.entries[number].signals[0].value] for number in (1, 3, 7, 8)}
    assert {number: each.get_as_aggregate_opinion().category for number, each in said.items()} == {
        1: AggregateSignalOpinionCategory.POSITIVE_CLASS,
        3: AggregateSignalOpinionCategory.DISPUTED,
        7: AggregateSignalOpinionCategory.DISPUTED,
        8: AggregateSignalOpinionCategory.INVESTIGATION_SEED,
    }


def test_the_ncmec_client_reads_entries_whole_and_follows_pages() -> None:
    listed = several(95)
    listed.change(4, retracted=True)
    listed.change(6, disputed=True)
    with serving(listed, a_page=20) as served:
        pages = list(ncmec(served).get_entries_iter(end_timestamp=listed.settled))
    updates = {int(each.id): each for page in pages for each in page.updates}
    assert [len(page.updates) for page in pages] == [20, 20, 20, 20, 15]
    assert sorted(updates) == sorted(listed.entries)
    assert {number for number, each in updates.items() if each.deleted} == {4}
    entry = listed.entries[6]
    assert updates[6].fingerprints == {each.method: each.value for each in entry.signals}
    assert updates[6].classification == "A1"
    assert {each.feedback_type.value for each in updates[6].feedback["md5"]} == {"upvote", "downvote"}
    assert max(page.max_timestamp for page in pages) == max(each.changed for each in listed.entries.values())


def test_the_ncmec_client_goes_on_with_a_page_that_it_kept() -> None:
    listed = several(95)
    with serving(listed, a_page=20) as served:
        until = listed.settled
        first = next(ncmec(served).get_entries_iter(end_timestamp=until))
        listed.change(1, retracted=True)
        listed.change(90, retracted=True)
        rest = list(ncmec(served).get_entries_iter(end_timestamp=until, resume_paging_url=first.next))
        later = list(ncmec(served).get_entries_iter(start_timestamp=until, end_timestamp=listed.settled))
    read = {each.id: each.deleted for page in (first, *rest, *later) for each in page.updates}
    assert read == {str(number): number in {1, 90} for number in listed.entries}


def test_the_ncmec_client_waits_for_a_moment_that_is_not_over() -> None:
    listed = several(5)
    seconds = iter([listed.settled - 1, listed.settled, listed.settled])
    with serving(listed, lambda: next(seconds)) as served:
        page = ncmec(served).get_entries(end_timestamp=listed.settled)
        assert len(page.updates) == 5
        assert served.asked == ["/ncmec/v2/entries"] * 2


def test_the_ncmec_client_learns_who_it_is_and_votes() -> None:
    with serving(several(5)) as served:
        client = ncmec(served)
        assert (client.status().esp_id, client.status().esp_name) == (1, "Havre")
        assert [each.esp_name for each in client.members()] == ["Havre"]
        assert client.feedback_reasons(FingerprintType.md5) == REASONS
        client.submit_upvote(1, "2", FingerprintType.md5)
        guid, name = list(REASONS.items())[1]
        client.submit_feedback(1, "3", FingerprintType.pdq, FeedbackType.downvote, guid)
        assert served.votes == [("2", "MD5", Vote(up=True)), ("3", "PDQ", Vote(up=False, reason=name))]


def test_the_stopncii_client_votes_and_hands_in() -> None:
    listed = several(5)
    value = listed.entries[1].signals[0].value
    with serving(listed) as served:
        client = stopncii(served)
        client.submit_feedback(StopNCIISignalType.ImagePDQ, value, StopNCIICSPFeedbackValue.NotBlocked, {"harmless"})
        client.submit_hash(StopNCIISignalType.ImagePDQ, value)
        opinion, told = served.votes
    assert opinion == Opinion(value, up=False, reason="NotBlocked: harmless")
    assert (told.signals, told.kind, told.agree) == (listed.entries[1].signals[:1], Kind.PICTURE, 1)  # type: ignore[attr-defined]


def test_the_threatexchange_client_reads_by_stretches_and_by_types() -> None:
    listed = several(50, a_version=1)
    listed.change(4, retracted=True)
    with serving(listed) as served:
        delta = ThreatUpdatesDelta(99, end=listed.settled, types=["HASH_PDQ"])
        delta.incremental_sync_from_threatexchange(graph(served))
    updates: list[ThreatUpdateJSON] = list(delta)
    pdq = {entry.number: entry.signals[0].value for entry in listed.entries.values()}
    marks = [mark for entry in listed.entries.values() for mark in marks_of(entry)]
    assert sorted(each.indicator for each in updates) == sorted(pdq.values())
    assert [each.indicator for each in updates if each.should_delete] == [pdq[4]]
    assert {str(each.id) for each in updates} == {name_of(mark) for mark in marks if mark.method == "pdq"}


def test_a_signal_that_another_entry_carries_stays_when_one_is_retracted() -> None:
    listed = several(4)
    shared = listed.entries[2].signals
    listed.change(1, signals=(shared[0], *listed.entries[1].signals[1:]))
    listed.change(2, retracted=True)
    with serving(listed, clock) as served:
        for exchange in exchanges(served)[1:]:
            state: dict[Any, Any] = {}
            for delta in exchange.fetch_iter(TYPES, None):
                exchange.naive_fetch_merge(state, delta.updates)
            assert shared[0].value in held(exchange, state)[0]


@pytest.mark.parametrize("what", ["ncmec", "stopncii", "graph"])
def test_who_shows_no_token_reads_nothing(what: str) -> None:
    with serving(several(3)) as served:
        graph_of = ThreatExchangeAPI("1|x", endpoint_override=f"{served.address}/graph")
        stop = StopNCIIAPI("x", "y", base_url_override=f"{served.address}/stopncii/v1")
        wrong: dict[str, Callable[[], object]] = {
            "ncmec": lambda: ncmec(served, "wrong").get_entries(),
            "stopncii": stop.fetch_hashes,
            "graph": lambda: list(graph_of.get_threat_updates(99)),
        }
        with pytest.raises(HTTPError, match="401"):
            wrong[what]()
