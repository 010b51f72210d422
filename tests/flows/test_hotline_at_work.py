"""Letters leave by themselves while a node runs; the same trouble is told once."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from havre.errors import Invalid
from havre.flows import hotline_at_work
from havre.flows.draft_notice import confirm, draft
from havre.flows.health import health
from havre.flows.home import Home
from havre.flows.hotline_at_work import PAUSE, SIDES, at_work, keep_working, mailbox_reader, once, read_mailbox
from havre.flows.open_door import open_door
from havre.hotline.letters import write_letter
from havre.hotline.models import LetterKind, Report
from havre.hotline.telling import Told
from havre.notices.models import Transmission
from havre.sealing.receipt import new_code
from havre.units.acting import Clock
from tests.cast import NOON, Node, noon
from tests.flows.test_mail_from import with_box
from tests.flows.test_stray_mail import BOX
from tests.notices.standing import contact, routed
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import asked
from tests.sealing.wire import chance
from tests.simulators.imap import mailbox


def test_what_is_due_leaves_and_trouble_is_told_once(begun: Node) -> None:
    contact(begun, email="")
    (notice,) = draft(begun.home, begun.anke, str(routed(begun).pk))
    confirm(begun.home, begun.bram, notice.reference)
    waits: list[float] = []
    told: list[str] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 2:
            begun.home.settings.halted.touch()  # from here on nothing may be signed
            Transmission.objects.all().delete()
        return len(waits) > 4

    keep_working(begun.home, noon, wait, told.append)
    assert waits == [PAUSE] * 5
    assert len(told) == 1
    assert "older state" in told[0]


def test_the_mailbox_is_read_also_where_a_unit_only_asked_providers_and_sent_no_notice(begun: Node) -> None:
    with mailbox(mail("here it is")) as box:
        home = with_box(begun, box.where)
        assert read_mailbox(home, noon) == {}  # nobody wrote to anybody yet
        asked(begun)
        assert read_mailbox(home, noon)["stray"] == 1


def test_a_mailbox_of_a_unit_where_nobody_could_read_is_trouble(begun: Node) -> None:
    asked(begun)
    home = with_box(begun, replace(BOX, unit=begun.chiara.unit.name))
    assert mailbox_reader(begun.home) == begun.anke.person
    assert mailbox_reader(home) == begun.chiara.person
    begun.chiara.unit.people.update(left_at=NOON)
    with pytest.raises(Invalid, match="nobody is an analyst"):
        read_mailbox(home, noon)
    assert {each.name: each.state for each in health(home, NOON)}["mailbox"] == "broken"


def test_a_server_that_says_nothing_keeps_no_report_waiting_at_the_door(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters hang until reports were taken in twice: in one thread that would be never."""
    taken, hung, over, done = threading.Semaphore(0), threading.Event(), threading.Event(), list[bool]()

    def letters(_home: Home, _clock: Clock) -> dict[str, Any]:
        hung.set()
        done.append(taken.acquire(timeout=30) and taken.acquire(timeout=30))
        over.set()
        return {}

    def hotline(_home: Home, _clock: Clock) -> dict[str, Any]:
        hung.wait(30)
        taken.release()
        return {}

    nothing: dict[str, Any] = {name: lambda _home, _clock: {} for name in hotline_at_work.STEPS}
    monkeypatch.setattr(hotline_at_work, "STEPS", nothing | {"letters": letters, "hotline": hotline})
    monkeypatch.setattr(hotline_at_work, "PAUSE", 0.01)
    told: list[str] = []
    with at_work(begun.home, noon, told.append):
        assert over.wait(60)
    assert (told, done[0]) == ([], True)


def test_what_the_public_sent_is_taken_in_meanwhile(begun: Node) -> None:
    door = open_door(begun.home, begun.anke)
    write_letter(door, new_code(chance(1)), LetterKind.REPORT, Told(seen="a harbour"), NOON)
    assert once(begun.home, noon) == {"hotline": {"letters": 1, "told": 0, "erased": 0}}
    assert Report.objects.get().number == 1


def test_every_step_is_on_a_side() -> None:
    assert sorted(name for side in SIDES for name in side) == sorted(hotline_at_work.STEPS)


def test_it_ends_with_the_process_that_began_it(begun: Node) -> None:
    with at_work(begun.home, noon, lambda _: None):
        pass
