"""`examples/havre_exchange.py` in the package that it is for: fetched by its class, and by `tx` as one types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from examples.havre_exchange import HavreCollabConfig, HavreCredentials, HavreSignalExchangeAPI
from threatexchange.cli.main import inner_main
from threatexchange.exchanges.fetch_state import AggregateSignalOpinionCategory
from threatexchange.interface_validation import SignalExchangeAPIMapping
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal

from examples import havre_exchange
from tests.checkout import ROOT
from tests.conformance.test_threatexchange import clock, expected, held
from tests.hashlists.sharing import Sharing, several
from tests.simulators.lists import TOKEN, Served, serving

TYPES = [PdqSignal, VideoMD5Signal]


def exchange(served: Served) -> HavreSignalExchangeAPI:
    config = HavreCollabConfig(name="havre", url=f"{served.address}/feed", hash_list="national-be")
    return HavreSignalExchangeAPI.for_collab(config, HavreCredentials(TOKEN))


def fetched(served: Served, state: dict[Any, Any], checkpoint: Any = None, most: int = 1_000) -> Any:
    """Everything, or so many pages, merged as the package does; where it stopped."""
    reading = exchange(served)
    for count, delta in enumerate(reading.fetch_iter(TYPES, checkpoint), start=1):
        reading.naive_fetch_merge(state, delta.updates)
        checkpoint = delta.checkpoint
        if count == most:
            break
    return checkpoint


def test_a_list_is_fetched_and_gone_on_with_and_what_was_taken_back_is_forgotten() -> None:
    listed = several(200)
    with serving(listed, a_page=30) as served:
        state: dict[Any, Any] = {}
        checkpoint = fetched(served, state, most=3)
        assert len(state) == 90
        listed.change(10, retracted=True)
        checkpoint = fetched(served, state, checkpoint)
        assert held(exchange(served), state) == expected(listed)
        for number in (20, 21):
            listed.change(number, retracted=True)
        fetched(served, state, checkpoint)
        assert held(exchange(served), state) == expected(listed)
        assert len(state) == 197


def test_what_the_list_says_of_a_signal_is_an_opinion() -> None:
    listed = several(4)
    listed.change(1, disputed=True)
    listed.change(2, reviewed=False, generated=True)
    listed.change(3, signals=listed.entries[4].signals)
    with serving(listed) as served:
        state: dict[Any, Any] = {}
        fetched(served, state)
        found = exchange(served).naive_convert_to_signal_type(TYPES, exchange(served).collab, state)[PdqSignal]
    said = {number: found[listed.entries[number].signals[0].value] for number in (1, 2, 3)}
    assert [each.get_as_aggregate_opinion().category for each in said.values()] == [
        AggregateSignalOpinionCategory.DISPUTED,
        AggregateSignalOpinionCategory.INVESTIGATION_SEED,
        AggregateSignalOpinionCategory.POSITIVE_CLASS,
    ]
    assert said[2].get_as_aggregate_opinion().tags == {"BE:A1", "generated", "indoors"}
    assert [each.number for each in said[3].opinions] == [4, 3]


def test_the_package_takes_the_class_for_one_of_its_own() -> None:
    mapping = SignalExchangeAPIMapping([HavreSignalExchangeAPI])  # type: ignore[list-item]
    assert list(mapping.api_by_name) == ["havre"]
    assert havre_exchange.TX_MANIFEST.apis == (HavreSignalExchangeAPI,)


def test_a_token_goes_nowhere_without_https() -> None:
    config = HavreCollabConfig(name="havre", url="http://lists.example/feed", hash_list="national-be")
    with pytest.raises(ValueError, match="https"):
        next(HavreSignalExchangeAPI(config, TOKEN).fetch_iter(TYPES, None))


def test_what_is_refused_says_why() -> None:
    with serving(several(1)) as served:
        config = HavreCollabConfig(name="havre", url=f"{served.address}/elsewhere", hash_list="x")
        with pytest.raises(RuntimeError, match=r"404: .*no such address"):
            next(HavreSignalExchangeAPI(config, TOKEN).fetch_iter(TYPES, None))


def states(folder: Path, listed: Sharing, capsys: pytest.CaptureFixture[str]) -> str:
    """What `tx match` finds for the first picture of a list."""
    asked = folder / "asked.txt"
    asked.write_text(listed.entries[1].signals[0].value)
    inner_main(["match", "--only-signal", "pdq", "--hashes", "photo", str(asked)], folder)
    return capsys.readouterr().out


def test_tx_fetches_a_havre_list_and_matches_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    monkeypatch.setenv("TX_HAVRE_TOKEN", TOKEN)
    listed = several(120)
    with serving(listed, clock, a_page=50) as served:
        inner_main(["config", "extensions", "add", "havre_exchange"], tmp_path)
        where = ["--url", f"{served.address}/feed", "--hash-list", "national-be"]
        inner_main(["config", "collab", "edit", "havre", "ours", "--create", *where], tmp_path)
        inner_main(["fetch"], tmp_path)
        capsys.readouterr()
        assert "ours" in states(tmp_path, listed, capsys)
        listed.change(1, retracted=True)
        inner_main(["fetch"], tmp_path)
        assert states(tmp_path, listed, capsys) == ""


def test_tx_fetches_as_from_stopncii_with_an_address_in_its_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = several(60)
    with serving(listed, clock, a_page=50) as served:
        keys = {"fetch_function_key": TOKEN, "subscription_key": "x"}
        keys["base_url_override"] = f"{served.address}/stopncii/v1"
        (tmp_path / "config.json").write_text(json.dumps({"stop_ncii_keys": keys}))
        inner_main(["config", "collab", "edit", "stop_ncii", "ours", "--create"], tmp_path)
        inner_main(["fetch"], tmp_path)
        capsys.readouterr()
        assert "ours" in states(tmp_path, listed, capsys)
