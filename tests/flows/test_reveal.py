"""A key leaves only after the log, within the limits, and for those who may see."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from havre.audit.models import Entry, Head
from havre.care.choose import set_limits
from havre.care.models import Reveal, Why
from havre.care.rules import OnPause
from havre.cases.models import Case
from havre.errors import Broken, Invalid, NotFound, Refused, Unavailable
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.reveal import (
    NO_CASE,
    Asked,
    Revealed,
    reason_given,
    reason_key,
    reveal,
    sealed_preview,
    sealed_previews,
    veil,
)
from havre.media.models import Medium, SealedFile
from havre.sealing.ticket import open_with
from havre.units.acting import Acting
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON, Node, acting
from tests.seizure import seizure, taken_in

SESSION = "a session"


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def medium(begun: Node, tmp_path: Path) -> Medium:
    """A picture of a Belgian case."""
    taken_in(begun.home, begun.anke, "A", seizure(tmp_path / "seized", range(2)))
    return Medium.objects.order_by("id")[0]


def asked(node: Node, by: Acting, medium: Medium, hold: str = "one", session: str = SESSION) -> Revealed | Asked:
    """A reveal by somebody whose session has reasons for every case."""
    sealed = sealed_preview(node.home, by, session, medium.pk)
    reasons = {reason_key(case): "a warrant" for case in Case.objects.all()} | {NO_CASE: "a list"}
    return reveal(node.home, by, session, medium.pk, sealed.ticket, hold, reasons)


def by(node: Node, hands: Hands) -> Acting:
    """Bram, by this clock."""
    return Acting(node.bram.person, hands)


def test_the_entry_is_in_the_log_when_the_key_leaves(begun: Node, medium: Medium) -> None:
    before = Entry.objects.count()
    sealed = sealed_preview(begun.home, begun.bram, SESSION, medium.pk)
    assert Entry.objects.count() == before
    answer = reveal(
        begun.home, begun.bram, SESSION, medium.pk, sealed.ticket, "one", {reason_key(_case()): "a warrant"}
    )
    assert isinstance(answer, Revealed)
    assert open_with(answer.key, sealed.body, medium.pk)[:2] == b"\xff\xd8"
    last = Entry.objects.order_by("-index").first()
    assert last is not None
    assert Entry.objects.count() == before + 1
    assert (last.person, last.verb, last.reason) == ("bram", "consultation", "a warrant")


def _case() -> Case:
    return Case.objects.get(reference="A")


def test_without_a_log_there_is_no_key_and_no_look(begun: Node, medium: Medium) -> None:
    Head.objects.all().delete()
    with pytest.raises(Broken):
        asked(begun, begun.bram, medium)
    assert not Reveal.objects.exists()


def test_where_the_database_takes_nothing_there_is_no_key(begun: Node, medium: Medium) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL is asked in another way")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        with pytest.raises((Unavailable, DatabaseError)):
            asked(begun, begun.bram, medium)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
    assert not Reveal.objects.exists()


def test_without_a_reason_the_case_is_named(begun: Node, medium: Medium) -> None:
    sealed = sealed_preview(begun.home, begun.bram, SESSION, medium.pk)
    answer = reveal(begun.home, begun.bram, SESSION, medium.pk, sealed.ticket, "one", {"999": "another case"})
    assert answer == Asked(str(_case().pk), "A")


def test_the_newest_case_is_the_one_asked_for(begun: Node, medium: Medium, tmp_path: Path) -> None:
    later = Acting(begun.anke.person, lambda: NOON + timedelta(hours=1), "a test")
    open_dossier(begun.home, later, "B", "a warrant", "a test")
    take_in(begun.home, later, "B", str(tmp_path / "seized"), workers=1)
    key, _ = reason_given(begun.bram, medium.pk, "a warrant")
    assert Case.objects.get(pk=int(key)).reference == "B"


@pytest.mark.parametrize("words", ["", " a ", "x" * 501, "a\x00warrant"])
def test_a_reason_says_something(begun: Node, medium: Medium, words: str) -> None:
    with pytest.raises(Invalid):
        reason_given(begun.bram, medium.pk, words)


def test_a_medium_of_no_case_is_asked_for_as_such(begun: Node, medium: Medium) -> None:
    Medium.objects.filter(pk=medium.pk).get().exhibits.all().delete()
    assert reason_given(begun.bram, medium.pk, "a list")[0] == NO_CASE


def test_another_unit_finds_nothing(begun: Node, medium: Medium) -> None:
    ticket = sealed_preview(begun.home, begun.bram, SESSION, medium.pk).ticket
    assert sealed_previews(begun.home, begun.chiara, SESSION, [medium.pk]) == {}
    for ask in (
        lambda: sealed_preview(begun.home, begun.chiara, SESSION, medium.pk),
        lambda: reveal(begun.home, begun.chiara, SESSION, medium.pk, ticket, "one", {NO_CASE: "a list"}),
        lambda: veil(begun.chiara, medium.pk, "one"),
        lambda: reason_given(begun.chiara, medium.pk, "a warrant"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_an_auditor_gets_neither_sealed_bytes_nor_a_key(begun: Node, medium: Medium) -> None:
    dirk = acting(add_person("dirk", begun.bram.unit, NOON, [RoleName.AUDITOR, RoleName.ADMINISTRATOR]))
    with pytest.raises(Refused, match="reveal pictures"):
        sealed_preview(begun.home, dirk, SESSION, medium.pk)
    with pytest.raises(Refused, match="reveal pictures"):
        reveal(begun.home, dirk, SESSION, medium.pk, b"", "one", {NO_CASE: "a list"})


def test_a_medium_without_a_preview_shows_nothing(begun: Node, medium: Medium) -> None:
    SealedFile.objects.filter(medium=medium, purpose="preview").delete()
    with pytest.raises(NotFound, match="nothing to show"):
        sealed_preview(begun.home, begun.bram, SESSION, medium.pk)


def test_seconds_are_measured_by_the_servers_clock(begun: Node, medium: Medium, hands: Hands) -> None:
    asked(begun, by(begun, hands), medium)
    hands.move(seconds=7)
    assert veil(by(begun, hands), medium.pk, "one") is None
    assert Reveal.objects.get().seconds == 7
    hands.move(hours=1)
    veil(by(begun, hands), medium.pk, "one")
    assert Reveal.objects.get().seconds == 7


def test_the_server_keeps_the_pause(begun: Node, medium: Medium, hands: Hands) -> None:
    set_limits(begun.bram.unit, 3600, 300, 900)
    for _ in range(3):
        asked(begun, by(begun, hands), medium)
        hands.move(seconds=100)
        coming = veil(by(begun, hands), medium.pk, "one")
    assert coming is not None
    assert coming.why == Why.STRETCH
    hands.move(seconds=119)
    in_grace = asked(begun, by(begun, hands), medium)
    assert isinstance(in_grace, Revealed)
    assert in_grace.pause == coming
    hands.move(seconds=1)
    before = Entry.objects.count()
    with pytest.raises(OnPause):
        asked(begun, by(begun, hands), medium, hold="two")
    assert Entry.objects.count() == before
    assert Reveal.objects.filter(ended_at=None).count() == 0
    hands.move(minutes=14)
    with pytest.raises(OnPause):
        asked(begun, by(begun, hands), medium)
    hands.move(minutes=1)
    assert isinstance(asked(begun, by(begun, hands), medium), Revealed)


def test_the_server_keeps_the_limit_of_the_day(begun: Node, medium: Medium, hands: Hands) -> None:
    set_limits(begun.bram.unit, 300, 300, 300)
    for _ in range(3):
        asked(begun, by(begun, hands), medium)
        hands.move(seconds=100)
        veil(by(begun, hands), medium.pk, "one")
    hands.move(hours=8)
    with pytest.raises(OnPause, match="until 00:00 UTC"):
        asked(begun, by(begun, hands), medium)
    hands.move(hours=4)
    assert isinstance(asked(begun, by(begun, hands), medium), Revealed)


def test_a_case_that_is_erased_leaves_the_seconds(begun: Node, medium: Medium, hands: Hands) -> None:
    asked(begun, by(begun, hands), medium)
    hands.move(seconds=5)
    veil(by(begun, hands), medium.pk, "one")
    medium.exhibits.all().delete()
    medium.delete()
    left = Reveal.objects.get()
    assert (left.medium, left.seconds) == (None, 5)
