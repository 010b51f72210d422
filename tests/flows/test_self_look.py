"""The worker looks for those who asked to be told: bounded, once, resumed after a kill; a person decides."""

from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import Unavailable
from havre.flows import self_look
from havre.flows.home import Home
from havre.flows.hotline_at_work import STEPS, once
from havre.flows.self_found import find_submitted
from havre.flows.self_held import Held, Holding, Upto, upto
from havre.flows.self_look import Looked, look_at_all, look_for_submitted, sought
from havre.media.models import Exhibit, Medium
from havre.selfservice.models import Finding, Protected
from tests.cast import NOON, Node, noon
from tests.flows.fed import Fed
from tests.flows.test_self_found import held, of_bytes
from tests.flows.test_self_report import sent, taken, withdrawn
from tests.selfservice.made import given

LATER = NOON + timedelta(hours=1)


def looked(here: Node) -> Looked:
    """One turn of the worker."""
    return look_for_submitted(here.home, noon)


def findings() -> list[tuple[int, int, int | None, str]]:
    """Submission, medium, distance, and what was decided of each."""
    rows = Finding.objects.order_by("pk")
    return list(rows.values_list("file__submission__number", "medium", "distance", "state"))


def test_what_is_found_waits_for_a_person_and_nobody_is_answered(having_feed: Fed) -> None:
    here = having_feed.node
    near, exact = held(having_feed, 1, bits=9), having_feed.medium(to=None)
    sent(here, given(1, 2, tell=True))
    sent(here, of_bytes(exact), seed=2)
    sent(here, given(1, tell=False), seed=3)
    taken(here)
    assert once(here.home, noon, ["sought"]) == {"sought": {"sought": 3, "found": 2}}
    assert findings() == [(1, near.pk, 9, "waiting"), (2, exact.pk, None, "waiting")]
    said = [(each.verb, each.thing) for each in Entry.objects.order_by("-index")[:2]]
    assert said == [("change", "submission 2"), ("change", "submission 1")]
    assert (looked(here), "sought" in STEPS) == (Looked(), True)
    Exhibit.objects.filter(medium=near).delete()
    Medium.objects.filter(pk=near.pk).delete()
    assert [each[1] for each in findings()] == [exact.pk]


def test_it_looks_again_once_the_unit_holds_more(having_feed: Fed) -> None:
    here = having_feed.node
    sent(here, given(1, tell=True))
    taken(here)
    assert (looked(here), looked(here)) == (Looked(sought=1), Looked())
    medium = held(having_feed, 1)
    assert upto(here.anke.unit).to_medium == medium.pk
    assert upto(here.chiara.unit) == Upto()
    assert (looked(here), looked(here)) == (Looked(sought=1, found=1), Looked())
    held(having_feed, 2)
    assert looked(here) == Looked(sought=1)
    assert len(findings()) == 1


def test_a_turn_is_bounded_and_those_are_first_for_whom_nobody_looked_for_longest(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_look, "FILES_AT_ONCE", 2)
    sent(begun, given(1, 2, 3, tell=True))
    taken(begun)
    unit = begun.anke.unit
    first, second, third = sought(unit)
    assert [looked(begun).sought for _ in range(3)] == [2, 1, 0]
    Protected.objects.filter(pk=second.pk).update(looked_at=LATER)
    Protected.objects.filter(pk=first.pk).update(looked_at=None)
    assert list(sought(unit)) == [first, third, second]
    assert look_at_all(begun.home, unit, NOON).sought == 3
    monkeypatch.setattr(self_look, "HASHES_AT_ONCE", 1)
    Protected.objects.update(looked_at=None)
    assert [looked(begun).sought for _ in range(4)] == [1, 1, 1, 0]


def test_killed_while_it_looks_it_looks_again_and_finds_once(having_feed: Fed, monkeypatch: pytest.MonkeyPatch) -> None:
    here = having_feed.node
    held(having_feed, 1)
    sent(here, given(1, tell=True))
    taken(here)

    def killed(*_all: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patch:
        patch.setattr(self_look, "log_for", killed)
        with pytest.raises(Unavailable):
            looked(here)
    assert (findings(), Protected.objects.get().looked_at) == ([], None)
    assert (looked(here), len(findings())) == (Looked(sought=1, found=1), 1)


def test_taken_back_while_it_is_looked_for_nothing_is_written_down(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    held(having_feed, 1)
    code = sent(here, given(1, tell=True))
    taken(here)

    class Overtaken(Holding):
        def held(self, file: Protected) -> list[Held]:
            found = super().held(file)
            withdrawn(here, code)
            return found

    monkeypatch.setattr(self_look, "Holding", Overtaken)
    assert looked(here) == Looked(sought=1)
    assert (findings(), Protected.objects.get().looked_at) == ([], None)


def test_what_a_person_asks_for_now_is_looked_for_and_found_once(having_feed: Fed) -> None:
    here = having_feed.node
    medium = held(having_feed, 1)
    sent(here, given(1, tell=True))
    taken(here)
    for _ in range(2):
        (found,) = find_submitted(here.home, here.anke)
        assert (found["medium"], found["state"]) == (bytes(medium.sha256).hex(), "waiting")
    assert isinstance(here.home, Home)
    assert looked(here) == Looked()


def test_what_is_known_already_takes_no_room_of_what_comes(having_feed: Fed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_look, "MOST_OF_A_FILE", 1)
    here = having_feed.node
    near = held(having_feed, 1)
    sent(here, given(1, tell=True))
    taken(here)
    assert looked(here).found == 1
    Finding.objects.update(state="left")
    further = held(having_feed, 1, bits=9)
    assert looked(here).found == 1
    assert [(each[1], each[3]) for each in findings()] == [(near.pk, "left"), (further.pk, "waiting")]


def test_pictures_leave_films_their_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_look, "MOST_OF_A_FILE", 3)
    monkeypatch.setattr(self_look, "FILMS_OF_A_FILE", 1)
    pictures, films = [Held(key, 1) for key in range(4)], [Held(key, 1, 2) for key in (7, 8)]
    assert self_look._some_of(pictures + films) == [*pictures[:2], films[0]]
    assert self_look._some_of(pictures[:1] + films) == [pictures[0], *films]
    assert self_look._some_of(pictures) == pictures[:3]


def test_a_file_that_fails_keeps_none_behind_it_and_is_looked_for_again(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    other, medium = held(having_feed, 1), held(having_feed, 2)
    sent(here, given(1, 2, tell=True))
    taken(here)
    first = Protected.objects.order_by("pk")[0].pk

    class Damaged(Holding):
        def held(self, file: Protected) -> list[Held]:
            if file.pk == first:
                raise Unavailable("damaged")
            return super().held(file)

    monkeypatch.setattr(self_look, "Holding", Damaged)
    for _turn in range(2):
        with pytest.raises(Unavailable, match="damaged"):
            looked(here)
        assert [each[1] for each in findings()] == [medium.pk]
    with pytest.raises(Unavailable, match="damaged"):
        look_at_all(here.home, here.anke.unit, NOON)
    monkeypatch.undo()
    assert looked(here) == Looked(1, 1)
    assert sorted(each[1] for each in findings()) == sorted([other.pk, medium.pk])
