"""An analyst's word is kept, stronger than any link, said once, and only about one's own series."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.series import propose
from havre.flows.series_decided import Decided, confirm, reject, split
from havre.media.models import Medium
from havre.series.models import Decision, Member, Series, Status
from havre.units.models import Role, RoleName
from tests.cast import Node
from tests.exposures import NIKON, exposure, intake
from tests.sources import variants

SERIAL = {"BodySerialNumber": "6030741"}
OTHER = {"BodySerialNumber": "6030742"}


def of_one_camera(*seeds: int, serial: dict[str, str] = SERIAL) -> dict[str, bytes]:
    return {f"{seed}.jpg": exposure(seed, NIKON, serial) for seed in seeds}


def proposed(node: Node, folder: Path, files: dict[str, bytes]) -> None:
    intake(node.home, node.anke, folder, files)
    propose(node.home, node.anke)


def members(number: int = 1) -> set[str]:
    held = Member.objects.filter(series__number=number, series__unit__country="BE")
    return {path.rpartition("/")[2] for path in held.values_list("medium__exhibits__item__path", flat=True)}


def sha256(name: str) -> str:
    return bytes(Medium.objects.get(exhibits__item__path__endswith=name).sha256).hex()


def test_a_confirmed_series_stays_and_what_comes_is_proposed_to_be_added(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2))
    said = confirm(begun.home, begun.anke, "S1")
    assert (said.series.status, said.media, said.already) == (Status.CONFIRMED, 2, False)
    assert (said.series.decided_by, said.series.decided_at) == (begun.anke.person, begun.anke.now())

    proposed(begun, tmp_path / "two", of_one_camera(3))
    assert members() == {"1.jpg", "2.jpg", "3.jpg"}
    assert Member.objects.get(confirmed=False).medium == Medium.objects.get(exhibits__item__path__endswith="3.jpg")
    assert (confirm(begun.home, begun.anke, "S1").media, Member.objects.filter(confirmed=True).count()) == (3, 3)


def test_a_rejected_series_is_not_proposed_again_not_even_with_new_evidence(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2, 3))
    said = reject(begun.home, begun.anke, "S1")
    assert (said.series.status, said.media, Member.objects.count()) == (Status.REJECTED, 3, 0)

    proposed(begun, tmp_path / "two", of_one_camera(4))
    propose(begun.home, begun.anke, anew=True)
    for series in Series.objects.exclude(number=1):
        assert len(members(series.number) & {"1.jpg", "2.jpg", "3.jpg"}) <= 1
    assert Series.objects.get(number=1).status == Status.REJECTED


def test_what_was_split_off_stays_off_and_may_be_a_series_of_its_own(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2, 3, 4, 5))
    said = split(begun.home, begun.anke, "S1", [sha256("/4.jpg")[:8], sha256("/5.jpg")])
    assert (said.media, said.others) == (2, ("S2",))
    proposed(begun, tmp_path / "two", of_one_camera(6))

    apart = [members(1), members(2)]
    assert apart[0] >= {"1.jpg", "2.jpg", "3.jpg"}
    assert apart[1] >= {"4.jpg", "5.jpg"}
    assert "6.jpg" in apart[0] ^ apart[1]


def test_a_split_confirmed_series_stays_confirmed_in_its_parts(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2, 3, 4))
    confirm(begun.home, begun.anke, "S1")
    split(begun.home, begun.anke, "S1", [sha256("/1.jpg")])
    assert (members(1), Series.objects.get().status) == ({"2.jpg", "3.jpg", "4.jpg"}, Status.CONFIRMED)


def test_two_series_that_a_confirmed_one_brings_together_keep_its_number(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2, 3))
    proposed(begun, tmp_path / "two", of_one_camera(4, 5, serial=OTHER))
    confirm(begun.home, begun.anke, "S2")
    again = {f"{seed} again.png": variants(seed)["larger"] for seed in (1, 2, 4, 5)}
    bridge = {f"{seed} b.jpg": exposure(seed, NIKON, OTHER) for seed in (1, 2)}
    proposed(begun, tmp_path / "three", again | bridge)

    assert members(2) >= {"1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"}
    assert set(Member.objects.filter(confirmed=True).values_list("series__number", flat=True)) == {2}
    assert Member.objects.filter(confirmed=True).count() == 2
    merged = Series.objects.get(number=1)
    assert (merged.status, merged.merged_into) == (Status.MERGED, Series.objects.get(number=2))
    with pytest.raises(Refused, match="S1 became part of S2"):
        reject(begun.home, begun.anke, "S1")


def test_a_word_said_twice_is_kept_once(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2, 3))
    away = [sha256("/3.jpg")[:6]]
    words: list[Callable[[], Decided]] = [
        lambda: confirm(begun.home, begun.anke, "S1"),
        lambda: split(begun.home, begun.anke, "S1", away),
        lambda: reject(begun.home, begun.anke, "S1"),
    ]
    for number, word in enumerate(words, start=1):
        first, logged = word(), Entry.objects.count()
        again = word()
        assert (first.already, again.already, again.media) == (False, True, first.media)
        assert (Decision.objects.count(), Entry.objects.count()) == (number, logged + 1)
    assert Series.objects.get().status == Status.REJECTED


def test_every_word_is_in_the_log_with_its_reason_and_kept_with_it(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2))
    confirm(begun.home, begun.anke, "S1")
    entry = Entry.objects.get(thing="series S1")
    assert (entry.verb, entry.reason, entry.person) == ("change", "a test", "anke")
    assert '"act":"confirmed"' in entry.detail
    assert Decision.objects.get().reason == "a test"
    assert sha256("/1.jpg") not in entry.detail


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ffff" * 16], "no member of S1"),
        (["ab"], "at least 4 hex digits"),
        ([""], "at least 4 hex digits"),
        ([], "name some members"),
    ],
)
def test_members_that_are_none_are_one_sentence(begun: Node, tmp_path: Path, names: list[str], said: str) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2))
    with pytest.raises(Invalid, match=said):
        split(begun.home, begun.anke, "S1", names)
    with pytest.raises(Invalid, match="not all"):
        split(begun.home, begun.anke, "S1", [sha256("/1.jpg"), sha256("/2.jpg")])
    assert not Decision.objects.exists()


def test_a_decided_series_says_what_became_of_it(begun: Node, tmp_path: Path) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2))
    reject(begun.home, begun.anke, "S1")
    with pytest.raises(Refused, match=r"S1 was rejected by anke on 2026-03-02"):
        confirm(begun.home, begun.anke, "S1")


WORDS: list[Callable[..., Any]] = [confirm, reject, lambda home, acting, ref: split(home, acting, ref, ["abcd"])]


@pytest.mark.parametrize("word", WORDS)
def test_another_units_series_and_none_are_told_with_the_same_words(
    begun: Node, tmp_path: Path, word: Callable[..., Any]
) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2))
    with pytest.raises(NotFound) as theirs:
        word(begun.home, begun.chiara, "S1")
    with pytest.raises(NotFound) as none:
        word(begun.home, begun.chiara, "S7")
    assert str(theirs.value) == str(none.value).replace("S7", "S1")
    assert Series.objects.filter(number=1).exists()  # there was something to leak


@pytest.mark.parametrize("word", WORDS)
def test_only_an_analyst_decides(begun: Node, tmp_path: Path, word: Callable[..., Any]) -> None:
    proposed(begun, tmp_path / "one", of_one_camera(1, 2))
    Role.objects.filter(person=begun.bram.person).update(name=RoleName.SUPERVISOR)
    with pytest.raises(Refused, match="role analyst"):
        word(begun.home, begun.bram, "S1")
