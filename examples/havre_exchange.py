"""Reads a list of a Havre feed in `tx` (the `threatexchange` package) and in Hasher-Matcher-Actioner.

See README.md beside this file. It needs `threatexchange` alone, and nothing of Havre.
"""

import time
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from threatexchange.exchanges import auth, fetch_state
from threatexchange.exchanges.collab_config import CollaborationConfigWithDefaults
from threatexchange.exchanges.signal_exchange_api import SignalExchangeAPI
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.sha256 import VideoSHA256Signal
from threatexchange.signal_type.signal_base import SignalType

NAME = "havre"
A_PAGE = 1_000
PATIENCE = 60
"""Seconds that an answer may take."""

OF_KIND: t.Mapping[tuple[str, str], type[SignalType]] = {
    ("picture", "pdq"): PdqSignal,
    ("film", "md5"): VideoMD5Signal,
    ("film", "sha256"): VideoSHA256Signal,
}
"""Which signals of which content the package can match without extensions."""


@dataclass
class _Where:
    url: str = field(metadata={"help": "the address of your feed, as the unit that gives it told you"})
    hash_list: str = field(metadata={"help": "the name of the list, such as national-be"})


@dataclass
class HavreCollabConfig(CollaborationConfigWithDefaults, _Where):
    """One list of one feed."""

    api: str = field(init=False, default=NAME)


@dataclass
class HavreCredentials(auth.CredentialHelper):
    """The token that came with the feed."""

    ENV_VARIABLE: t.ClassVar[str] = "TX_HAVRE_TOKEN"
    FILE_NAME: t.ClassVar[str] = "~/.tx_havre_token"

    token: str = field(metadata={"help": "the token of your subscription"})

    @classmethod
    def _from_str(cls, s: str) -> "HavreCredentials":
        return cls(s.strip())

    def _are_valid(self) -> bool:
        return bool(self.token) and self.token.isprintable()


@dataclass
class HavreCheckpoint(fetch_state.FetchCheckpointBase):
    """The last entry that was read. It never goes stale: what was taken back stays on the list as taken back."""

    version: int
    number: int
    changed: int

    def get_progress_timestamp(self) -> int | None:
        return self.changed


@dataclass
class HavreOpinion(fetch_state.SignalOpinion):
    """What the list says of one entry."""

    number: int


@dataclass
class HavreRecord(fetch_state.FetchedSignalMetadata):
    """Every entry of the list that carries a signal."""

    opinions: list[HavreOpinion]

    def get_as_opinions(self) -> t.Sequence[HavreOpinion]:
        return self.opinions


class HavreSignalExchangeAPI(
    auth.SignalExchangeWithAuth[HavreCollabConfig, HavreCredentials],
    SignalExchangeAPI[HavreCollabConfig, HavreCheckpoint, HavreRecord, int, dict[str, t.Any]],
):
    """Entries are kept by number, as the list gives them; one that is taken back is forgotten."""

    def __init__(self, collab: HavreCollabConfig, token: str) -> None:
        super().__init__()
        self.collab = collab
        self._token = token

    @classmethod
    def for_collab(
        cls, collab: HavreCollabConfig, credentials: HavreCredentials | None = None
    ) -> "HavreSignalExchangeAPI":
        credentials = credentials or HavreCredentials.get(cls)
        return cls(collab, credentials.token)

    @classmethod
    def get_name(cls) -> str:
        return NAME

    @staticmethod
    def get_config_cls() -> type[HavreCollabConfig]:
        return HavreCollabConfig

    @staticmethod
    def get_checkpoint_cls() -> type[HavreCheckpoint]:
        return HavreCheckpoint

    @staticmethod
    def get_record_cls() -> type[HavreRecord]:
        return HavreRecord

    @staticmethod
    def get_credential_cls() -> type[HavreCredentials]:
        return HavreCredentials

    def fetch_iter(
        self,
        _supported_signal_types: t.Sequence[type[SignalType]],
        checkpoint: HavreCheckpoint | None,
    ) -> t.Iterator[fetch_state.FetchDelta[int, dict[str, t.Any], HavreCheckpoint]]:
        """Page by page behind the last entry that was read; every page may be the last one, and is gone on from."""
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {self._token}"
            while entries := self._page(session, checkpoint):
                last = entries[-1]
                checkpoint = HavreCheckpoint(last["version"], last["number"], last["changed"])
                yield fetch_state.FetchDelta({entry["number"]: entry for entry in entries}, checkpoint)

    def _page(self, session: requests.Session, checkpoint: HavreCheckpoint | None) -> list[dict[str, t.Any]]:
        asked: dict[str, str | int] = {"list": self.collab.hash_list, "most": A_PAGE}
        if checkpoint is not None:
            asked |= {"version": checkpoint.version, "number": checkpoint.number}
        # A redirect could carry the token to somewhere else.
        answer = session.get(_address(self.collab.url), params=asked, timeout=PATIENCE, allow_redirects=False)
        if answer.status_code == 503 and "Retry-After" in answer.headers:
            time.sleep(min(int(answer.headers["Retry-After"]), PATIENCE))
            answer = session.get(_address(self.collab.url), params=asked, timeout=PATIENCE, allow_redirects=False)
        if answer.status_code != 200:
            raise RuntimeError(f"the feed answered {answer.status_code}: {answer.text[:200]!r}")
        return list(answer.json()["entries"])

    @classmethod
    def fetch_value_merge(cls, old: dict[str, t.Any] | None, new: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
        return None if new is None or new["retracted"] else new

    @classmethod
    def naive_convert_to_signal_type(
        cls,
        signal_types: t.Sequence[type[SignalType]],
        collab: HavreCollabConfig,
        fetched: t.Mapping[int, dict[str, t.Any]],
    ) -> dict[type[SignalType], dict[str, HavreRecord]]:
        found: dict[type[SignalType], dict[str, HavreRecord]] = {}
        for entry in fetched.values():
            for method, _version, value in entry["signals"]:
                kind = OF_KIND.get((entry["kind"], method))
                if kind in signal_types and kind is not None and not entry["retracted"]:
                    record = found.setdefault(kind, {}).setdefault(kind.validate_signal_str(value), HavreRecord([]))
                    record.opinions += _opinions(entry)
        return found


def _address(url: str) -> str:
    """Where entries are read. A token goes over https alone, or stays in this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("a feed is read over https: its address begins with https://")
    return url.rstrip("/") + "/entries"


def _opinions(entry: dict[str, t.Any]) -> list[HavreOpinion]:
    """What nobody looked at or confirmed is to be looked at before anything is done."""
    sure = entry["reviewed"] and entry["confirmed"] > 0
    category = fetch_state.SignalOpinionCategory
    said = [category.POSITIVE_CLASS if sure else category.INVESTIGATION_SEED]
    said += [category.NEGATIVE_CLASS] if entry["disputed"] else []
    tags = {*entry["labels"], *(f"{country}:{name}" for country, name in entry["categories"].items())}
    tags |= {name for name in ("baseline", "generated") if entry[name]}
    return [HavreOpinion(False, each, set(tags), entry["number"]) for each in said]


TX_MANIFEST = ThreatExchangeExtensionManifest(apis=(HavreSignalExchangeAPI,))
"""How `tx config extensions add havre_exchange` finds the class."""
