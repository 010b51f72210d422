"""A list of others is known as it stands: what it takes back is known no more, wherever one stopped reading it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from havre.cases.models import Item
from havre.errors import Invalid, Unavailable
from havre.fingerprints.pdq import fingerprint
from havre.flows.dossier import open_dossier
from havre.flows.follow_list import Where, follow, follow_file
from havre.flows.intake import take_in
from havre.hashlists import hma, ncmec, stopncii, threat_updates
from havre.hashlists.entry import VERSIONS, Entry, Signal
from havre.matches.models import Heard, Knowledge, Source
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.folders import digests, folder, scene, turned
from tests.hashlists.made import made
from tests.hashlists.sharing import Sharing

BASE = "https://lists.example/list"
KINDS = ("ncmec", "stopncii", "threatexchange", "hma")


def fetching(listed: Sharing, most: int, broken_after: int = 1_000) -> Callable[[str], bytes]:
    """The list as it answers at BASE; after so many answers it does not."""
    answers = Counter[str]()

    def fetch(address: str) -> bytes:
        answers["given"] += 1
        if answers["given"] > broken_after:
            raise Unavailable("away")
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query)) | dict.fromkeys(("size", "pageSize", "limit"), str(most))
        at = 2**33
        if parts.path.endswith("/v2/entries"):
            return ncmec.entries(listed, query, ncmec.Member(1, "x"), at).body
        if parts.path.endswith("/FetchHashes"):
            return stopncii.hashes(listed, query, "x", listed.settled).body
        if parts.path.endswith("/threat_updates/"):
            assert query["access_token"] == "1|x"
            return threat_updates.updates(listed, query, f"{BASE}/threat_updates/", listed.settled).body
        return hma.bank(listed, query).body

    return fetch


def where(kind: str) -> Where:
    return Where(kind, "theirs", BASE, "1|x" if kind == "threatexchange" else "", "pertinent")


def of(number: int, file: Path, seed: int) -> Entry:
    """An entry of this very picture."""
    values = {**digests(file), "pdq": fingerprint(scene(seed)).orientations[:32].hex()}
    signals = tuple(Signal(name, values[name], VERSIONS[name]) for name in ("pdq", "md5", "sha1"))
    return replace(made(number), signals=signals)


def held(here: Node) -> set[str]:
    """PDQ of what is known from the list."""
    rows = Knowledge.objects.filter(source__path="theirs", unit=here.anke.unit)
    return {bytes(row.pdq or b"").hex() for row in rows}


def pdq_of(listed: Sharing) -> set[str]:
    return {entry.signals[0].value for entry in listed.entries.values() if not entry.retracted}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_read_and_later_what_changed_wherever_one_stopped(kind: str, database: Settings) -> None:
    listed = Sharing([made(number, 1 + number // 5, categories={"US": "A1"}) for number in range(1, 31)])
    with node(database) as here:
        with pytest.raises(Unavailable):
            follow(here.home, here.anke, where(kind), fetching(listed, 6, broken_after=2))
        source = Source.objects.get()
        assert (source.finished_at, 0 < Knowledge.objects.count() < 30 * 3) == (None, True)
        assert "1|x" not in str(source.told)
        listed.change(1, retracted=True)
        follow(here.home, here.anke, where(kind), fetching(listed, 6))
        assert held(here) - {""} == pdq_of(listed)
        for second, number in enumerate((2, 29)):
            listed.change(number, retracted=True, changed=int(NOON.timestamp()) + second)
        listed.entries[31] = made(31, listed.version + 1, changed=listed.settled)
        later = replace(here.anke, clock=lambda: NOON + timedelta(hours=1))
        answer = follow(here.home, later, where(kind), fetching(listed, 6))
        assert held(here) - {""} == pdq_of(listed)
        assert answer["withdrawn"] == (6 if kind == "threatexchange" else 2)
        assert answer["read"] == sum(answer[name] for name in ("added", "withdrawn", "repeated", "unknown"))
        assert follow(here.home, later, where(kind), fetching(listed, 6))["withdrawn"] == 0
        assert Source.objects.get().finished_at is not None


def test_what_vanished_from_a_bank_is_withdrawn_at_the_end_of_a_whole_reading(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.follow_list.UNHEARD", 2)
    listed = Sharing([made(number, 1 + number // 5) for number in range(1, 21)])
    with node(database) as here:
        follow(here.home, here.anke, where("hma"), fetching(listed, 6))
        for number in (1, 2, 7, 20):
            del listed.entries[number]
        later = replace(here.anke, clock=lambda: NOON + timedelta(hours=1))
        with pytest.raises(Unavailable):
            follow(here.home, later, where("hma"), fetching(listed, 6, broken_after=2))
        assert len(held(here)) == 20
        answer = follow(here.home, later, where("hma"), fetching(listed, 6))
        assert (held(here), answer["withdrawn"], Heard.objects.count()) == (pdq_of(listed), 4, 16)
        listed.entries[1] = made(1, 9)
        last = replace(here.anke, clock=lambda: NOON + timedelta(hours=2))
        answer = follow(here.home, last, where("hma"), fetching(listed, 6))
        assert (held(here), answer["added"], answer["withdrawn"]) == (pdq_of(listed), 1, 0)


def test_what_rested_on_what_was_taken_back_is_judged_again(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        files = folder(tmp_path / "in", a=scene(1), b=turned(scene(1)), c=scene(2))
        listed = Sharing([of(1, files / "a.png", 1), of(2, files / "c.png", 2)])
        follow(here.home, here.anke, where("ncmec"), fetching(listed, 10))
        take_in(here.home, here.anke, "C", str(files), workers=1)
        assert outcomes() == {"a.png": "known", "b.png": "near", "c.png": "known"}
        listed.change(1, retracted=True, changed=int(NOON.timestamp()))
        later = replace(here.anke, clock=lambda: NOON + timedelta(hours=1))
        answer = follow(here.home, later, where("ncmec"), fetching(listed, 10))
        assert outcomes() == {"a.png": "new", "b.png": "repeat", "c.png": "known"}
        assert (answer["withdrawn"], answer["judged_again"]) == (1, 2)


def outcomes() -> dict[str, str]:
    return {item.path.rpartition("/")[2]: item.outcome for item in Item.objects.all()}


def test_killed_before_it_is_judged_again_the_next_run_does_it(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        files = folder(tmp_path / "in", a=scene(1))
        listed = Sharing([of(1, files / "a.png", 1)])
        follow(here.home, here.anke, where("ncmec"), fetching(listed, 10))
        take_in(here.home, here.anke, "C", str(files), workers=1)
        listed.change(1, retracted=True, changed=int(NOON.timestamp()))
        later = replace(here.anke, clock=lambda: NOON + timedelta(hours=1))

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("havre.flows.follow_list.judge_again", killed)
        with pytest.raises(KeyboardInterrupt):
            follow(here.home, later, where("ncmec"), fetching(listed, 10))
        monkeypatch.undo()
        assert (outcomes(), Knowledge.objects.count()) == ({"a.png": "known"}, 0)
        follow(here.home, later, where("ncmec"), fetching(listed, 10))
        assert outcomes() == {"a.png": "new"}


def test_what_is_told_late_changes_nothing_that_is_newer(database: Settings) -> None:
    with node(database) as here:
        early, late = made(1, 1), made(1, 9, retracted=True)
        for entry in (late, early):
            body = ncmec.entries(Sharing([entry]), {}, ncmec.Member(1, "x"), 2**33).body
            answer = follow_file(here.home, here.anke, where("ncmec"), body)
        assert (answer["older"], Knowledge.objects.count(), Heard.objects.count()) == (1, 0, 1)


def test_a_class_of_the_industry_is_its_label_and_more_pdq_are_found_by(database: Settings) -> None:
    more = Signal("pdq", "0f" * 32, "1.0")
    entry = replace(made(1), categories={"US": "B2"}, signals=(*made(1).signals, more), disputed=True)
    with node(database) as here:
        body = ncmec.entries(Sharing([entry]), {}, ncmec.Member(1, "x"), 2**33).body
        follow_file(here.home, here.anke, where("ncmec"), body)
        rows = Knowledge.objects.order_by("id")
        assert [(row.label, row.pertinent, bytes(row.pdq or b"").hex()) for row in rows] == [
            ("b2", True, entry.signals[0].value),
            ("b2", True, more.value),
        ]
        assert rows[1].whole == rows[0]
        assert rows[0].facts == {"list_says": ["B2"], "agree": 1, "disagree": 1}
        gone = replace(entry, version=2, changed=entry.changed + 9, retracted=True)
        body = ncmec.entries(Sharing([gone]), {}, ncmec.Member(1, "x"), 2**33).body
        follow_file(here.home, here.anke, where("ncmec"), body)
        assert Knowledge.objects.count() == 0


def test_what_goes_on_with_too_old_an_address_begins_its_stretch_anew(database: Settings) -> None:
    listed = Sharing([made(number) for number in range(1, 11)])
    with node(database) as here:
        with pytest.raises(Unavailable):
            follow(here.home, here.anke, where("ncmec"), fetching(listed, 4, broken_after=1))
        working = fetching(listed, 4)

        refused: list[str] = []

        def forgetful(address: str) -> bytes:
            if "after=" in address and len(refused) < 3:
                refused.append(address)
                raise Invalid("no such page")
            return working(address)

        with pytest.raises(Invalid):
            follow(here.home, here.anke, where("ncmec"), forgetful)
        assert len(refused) == 2
        follow(here.home, here.anke, where("ncmec"), forgetful)
        assert held(here) == pdq_of(listed)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Where("vics", "x"), "a list is one of"),
        (Where("ncmec", ""), "name"),
        (Where("stopncii", "x"), "--label"),
        (Where("ncmec", "x", label="nothing"), "label"),
    ],
)
def test_what_is_no_list_is_refused(wrong: Where, why: str, database: Settings) -> None:
    with node(database) as here, pytest.raises(Invalid, match=why):
        follow_file(here.home, here.anke, wrong, b"")


def test_an_answer_that_is_none_changes_nothing(database: Settings) -> None:
    with node(database) as here:
        with pytest.raises(Invalid):
            follow_file(here.home, here.anke, where("ncmec"), b"no")
        assert Knowledge.objects.count() == 0
