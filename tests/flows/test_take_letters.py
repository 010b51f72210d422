"""Letters become reports and pages: each once, danger first, and what was withdrawn is gone."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from havre.audit.models import Entry, Head
from havre.errors import Broken, Invalid
from havre.flows.forget import day_of
from havre.flows.home import durable
from havre.flows.judge_page import judge_page
from havre.flows.letters_opened import opened_report
from havre.flows.open_door import open_door
from havre.flows.route_page import route_page
from havre.flows.take_letters import TAKE, Desk, Taken, take_in
from havre.hotline.letters import seal_answer, write_letter
from havre.hotline.models import Addition, Answer, Door, Letter, LetterKind, Page, Receipt, Report, State
from havre.hotline.telling import Told
from havre.sealing.receipt import Code, new_code
from havre.settings import Settings
from tests.cast import NOON, Node, noon
from tests.hotline.reported import NOT, OTHER, page_of, routed
from tests.sealing.wire import chance

PAGE = "https://site.example/a?id=1"
THIRD = "https://third.example/c"
TOLD = Told(addresses=(PAGE,), seen="a harbour", contact="mira@home.example", relation="parent", language="fr")


def code(seed: int) -> Code:
    return new_code(chance(seed))


def write(
    begun: Node, told: Told = TOLD, seed: int = 1, kind: LetterKind = LetterKind.REPORT, slow: bool = False
) -> None:
    door = open_door(begun.home, begun.anke)
    write_letter(door, code(seed), kind, told, NOON + timedelta(minutes=seed), slow=slow)


def take(begun: Node) -> Taken:
    return take_in(begun.home, begun.anke.unit, noon)


def test_a_letter_becomes_a_report_and_its_page(begun: Node) -> None:
    write(begun)
    assert take(begun) == Taken(reports=1, pages=1)
    assert take(begun) == Taken()
    report, page = Report.objects.get(), Page.objects.get()
    assert (report.number, report.via, report.language, report.relation) == (1, "door", "fr", "parent")
    assert (page.address, page.host, page.state, page.reports) == (PAGE, "site.example", State.RECEIVED, 1)
    assert opened_report(begun.home, report) == TOLD
    assert bytes(Letter.objects.get().sealed) == b""


def test_one_page_is_judged_once_however_many_report_it_and_however_they_type_it(begun: Node) -> None:
    for seed, typed in enumerate((PAGE, "HTTPS://Site.Example:443/a?id=1#part", "hxxps://site[.]example/a?id=1")):
        write(begun, replace(TOLD, addresses=(typed, typed)), seed)
    assert take(begun).reports == 3
    page = Page.objects.get()
    assert (page.reports, page.mentions.count()) == (3, 3)
    assert (page.first_at, page.last_at) == (NOON, NOON + timedelta(minutes=2))


def test_danger_is_never_lost_when_reports_meet_on_one_page(begun: Node) -> None:
    write(begun, replace(TOLD, danger=True), 1)
    take(begun)
    write(begun, TOLD, 2)
    take(begun)
    assert Page.objects.get().danger is True
    assert [report.danger for report in Report.objects.order_by("number")] == [True, False]


def test_what_cannot_be_read_as_an_address_stays_in_the_report(begun: Node) -> None:
    write(begun, Told(addresses=("the site with the boat", PAGE), seen="x"))
    take(begun)
    assert Page.objects.get().address == PAGE
    assert opened_report(begun.home, Report.objects.get()).addresses == ("the site with the boat", PAGE)


def test_what_was_withdrawn_is_nowhere_any_more_and_its_page_stays(begun: Node) -> None:
    write(begun, replace(TOLD, danger=True))
    write(begun, Told(seen="the boat again"), kind=LetterKind.ADDITION)
    assert take(begun) == Taken(reports=1, additions=1, pages=1)
    Answer.objects.create(receipt=Receipt.objects.get(), sealed=seal_answer(code(1).sealing, "thank you"), at=NOON)
    write(begun, Told(), kind=LetterKind.WITHDRAWAL)
    assert take(begun) == Taken(withdrawals=1)
    report, receipt = Report.objects.get(), Receipt.objects.get()
    day = day_of(NOON)
    assert (report.told, report.withdrawn_at, report.erased_at) == (None, day, day)
    assert (report.relation, report.language, report.partner, report.at) == ("", "en", "", day)
    assert (bytes(receipt.sealing), receipt.made_at) == (bytes(32), day)
    assert bytes(receipt.digest) != code(1).digest
    assert not any(table.objects.exists() for table in (Addition, Answer, Letter))
    assert Page.objects.get().reports == 0
    with pytest.raises(Invalid, match="erased"):
        opened_report(begun.home, report)


@pytest.mark.parametrize("slow", [True, False])
def test_a_report_that_was_withdrawn_before_anybody_took_it_in_is_never_opened(begun: Node, slow: bool) -> None:
    write(begun, slow=slow)
    write(begun, Told(), kind=LetterKind.WITHDRAWAL)
    assert take(begun) == Taken(withdrawals=1)
    assert not any(table.objects.exists() for table in (Report, Page, Letter))
    assert take(begun) == Taken()


def test_what_comes_while_a_report_is_withdrawn_is_destroyed(begun: Node) -> None:
    write(begun)
    late = Letter.objects.get()
    write(begun, Told(), kind=LetterKind.WITHDRAWAL)
    take(begun)
    # Another process had read the receipt before, and keeps its letter after.
    Letter.objects.create(receipt=Receipt.objects.get(), kind=LetterKind.ADDITION, sealed=late.sealed, at=NOON)
    assert take(begun) == Taken()
    assert [(bytes(left.sealed), left.trouble) for left in Letter.objects.all()] == [(b"", "")]


def test_danger_that_is_added_counts_at_once_and_for_every_page(begun: Node) -> None:
    for seed in (2, 3, 1):
        write(begun, TOLD if seed == 1 else Told(seen="x"), seed, slow=seed == 1)
    more = Told(addresses=("https://other.example/b", PAGE), seen="now", danger=True)
    write(begun, more, kind=LetterKind.ADDITION)
    assert take_in(begun.home, begun.anke.unit, noon, most=1) == Taken(reports=1, additions=1, pages=2)
    report = Report.objects.get()
    assert (report.danger, bytes(report.receipt.digest)) == (True, code(1).digest)
    assert {page.address: (page.danger, page.reports) for page in Page.objects.all()} == {
        PAGE: (True, 1),
        "https://other.example/b": (True, 1),
    }


def test_a_report_that_stands_behind_what_is_added_to_it_is_taken_in_once_and_holds_nothing_up(begun: Node) -> None:
    write(begun, TOLD, 1, slow=True)
    write(begun, Told(seen="and again"), 1, LetterKind.ADDITION)
    write(begun, TOLD, 2, slow=True)
    assert take(begun) == Taken(reports=2, additions=1, pages=2)
    assert take(begun) == Taken()


def test_a_form_that_was_sent_twice_adds_nothing_and_what_was_changed_in_it_is_added(begun: Node) -> None:
    write(begun)
    take(begun)
    write(begun, kind=LetterKind.ADDITION)
    assert take(begun) == Taken()
    assert (Addition.objects.count(), Letter.objects.filter(taken_at=None).count()) == (0, 0)
    write(begun, replace(TOLD, danger=True), kind=LetterKind.ADDITION)
    assert take(begun) == Taken(additions=1)
    assert Page.objects.get().danger is True
    for more in (1, 0):
        write(begun, replace(TOLD, seen="and more"), kind=LetterKind.ADDITION)
        assert take(begun) == Taken(additions=more)


def test_letters_that_come_meanwhile_find_the_database_free_between_two_transactions(
    begun: Node, database: Settings
) -> None:
    door = open_door(begun.home, begun.anke)
    with durable():
        for seed in range(60):
            write_letter(door, code(seed), LetterKind.REPORT, Told(seen=f"{seed}"), NOON)
    waited: list[float] = []

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        with ThreadPoolExecutor(1) as other:
            other.submit(from_another_connection).result()

    def from_another_connection() -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
        write_letter(door, code(100), LetterKind.REPORT, Told(seen="meanwhile"), NOON)
        connection.close()

    taken = take_in(begun.home, begun.anke.unit, noon, pause=meanwhile)
    sqlite = not database.database
    # Who waits for SQLite looks at least every tenth of a second.
    assert ([seconds > 0.1 for seconds in waited], taken.reports) == (([True], 61) if sqlite else ([], 60))


def test_every_kind_of_letter_is_taken_in() -> None:
    assert set(TAKE) == set(LetterKind)


def test_a_fault_of_ours_costs_one_letter(begun: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in (1, 2):
        write(begun, replace(TOLD, seen=f"{seed}"), seed)

    def fails(desk: Desk, letter: Letter, told: Told) -> None:
        if told.seen == "1":
            raise KeyError("a fault")
        TAKE[LetterKind.REPORT](desk, letter, told)

    monkeypatch.setattr("havre.flows.take_letters.TAKE", {LetterKind.REPORT: fails})
    assert take(begun) == Taken(reports=1, trouble=1, pages=1)
    assert Letter.objects.get(taken_at=None).trouble == "this is a fault of Havre (KeyError): report it"


def test_a_fault_of_the_log_costs_no_letter(begun: Node) -> None:
    write(begun)
    heads = list(Head.objects.all())
    Head.objects.all().delete()
    with pytest.raises(Broken):
        take(begun)
    assert [(letter.trouble, letter.taken_at) for letter in Letter.objects.all()] == [("", None)]
    Head.objects.bulk_create(heads)
    assert take(begun).reports == 1


def test_a_key_of_the_door_that_is_not_ours_is_noticed(begun: Node) -> None:
    write(begun)
    Door.objects.update(sealing=bytes(32))
    with pytest.raises(Broken, match="changed the key of the door"):
        take(begun)


def test_a_letter_that_was_altered_waits_for_a_person_and_stops_no_other(begun: Node) -> None:
    write(begun, seed=1)
    write(begun, seed=2)
    Letter.objects.filter(receipt__digest=code(1).digest).update(sealed=b"\x00" * 100)
    assert take(begun) == Taken(reports=1, trouble=1, pages=1)
    assert "does not open" in Letter.objects.get(taken_at=None).trouble
    assert take(begun) == Taken()


def test_more_letters_than_fit_one_transaction_are_all_taken_in(begun: Node) -> None:
    door = open_door(begun.home, begun.anke)
    with durable():
        for seed in range(120):
            write_letter(door, code(seed), LetterKind.REPORT, Told(seen=f"{seed}"), NOON)
    assert take(begun) == Taken(reports=120)
    assert sorted(Report.objects.values_list("number", flat=True)) == list(range(1, 121))


def test_a_page_that_was_over_is_looked_at_again_when_it_is_reported_again(begun: Node) -> None:
    write(begun)
    take(begun)
    Page.objects.update(state=State.CLOSED, closed_at=NOON, reason="gone")
    write(begun, seed=2)
    take(begun)
    page = Page.objects.get()
    assert (page.state, page.closed_at, page.reports) == (State.RECEIVED, None, 2)


def test_the_log_says_what_was_taken_in_and_nothing_of_what_was_said(begun: Node) -> None:
    write(begun)
    take(begun)
    entry = Entry.objects.get(thing="report 1")
    assert (entry.person, entry.unit) == ("the door", "Federal Police")
    assert json.loads(entry.detail) == {"act": "reported", "danger": False, "pages": 1, "via": "door"}


def test_another_unit_takes_in_nothing_of_it(begun: Node) -> None:
    write(begun)
    assert take_in(begun.home, begun.chiara.unit, noon) == Taken()
    assert Letter.objects.get().taken_at is None


def test_a_report_that_its_danger_overtook_is_taken_in_once(begun: Node) -> None:
    write(begun, slow=True)
    write(begun, Told(seen="now", danger=True), kind=LetterKind.ADDITION)
    write(begun, Told(seen="x"), 2)
    assert take(begun) == Taken(reports=2, additions=1, pages=1)
    assert take(begun) == Taken()


def test_danger_that_is_added_opens_what_was_over_and_sets_its_clock(begun: Node) -> None:
    write(begun, replace(TOLD, addresses=(PAGE, OTHER, THIRD)))
    take(begun)
    judge_page(begun.home, begun.anke, page_of(PAGE).pk, NOT)
    routed(begun, OTHER)
    write(begun, Told(seen="now", danger=True), kind=LetterKind.ADDITION)
    take(begun)
    hour = NOON + timedelta(hours=1)
    assert [(page_of(each).state, page_of(each).danger) for each in (PAGE, OTHER, THIRD)] == [
        (State.RECEIVED, True),
        (State.TRIAGED, True),
        (State.RECEIVED, True),
    ]
    assert [page_of(each).due_at for each in (PAGE, OTHER)] == [hour, hour]
    assert page_of(THIRD).due_at == hour + timedelta(minutes=1)


def test_danger_that_others_report_asks_a_person_for_the_way_again(begun: Node) -> None:
    write(begun)
    take(begun)
    routed(begun, PAGE)
    write(begun, TOLD, 2)
    take(begun)
    assert page_of(PAGE).state == State.ROUTED
    for seed in (3, 4):
        write(begun, replace(TOLD, danger=True), seed)
        take(begun)
        assert page_of(PAGE).state == (State.TRIAGED if seed == 3 else State.ROUTED)
        route_page(begun.home, begun.anke, page_of(PAGE).pk)


@pytest.mark.parametrize("kind", [LetterKind.REPORT, LetterKind.ADDITION])
def test_a_report_stays_while_one_of_its_pages_is_open_in_whatever_order(begun: Node, kind: LetterKind) -> None:
    write(begun)
    take(begun)
    judge_page(begun.home, begun.anke, page_of(PAGE).pk, NOT)
    write(begun, replace(TOLD, addresses=(PAGE, OTHER)), 1 if kind == LetterKind.ADDITION else 2, kind)
    take(begun)
    last = Report.objects.order_by("number").last()
    assert last is not None
    assert (last.settled_at, last.erase_after, page_of(OTHER).state) == (None, None, State.RECEIVED)


def test_a_policy_with_a_fault_sets_no_letter_apart(begun: Node) -> None:
    write(begun)
    folder = begun.home.settings.home / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "BE.toml").write_text("name = 1")
    with pytest.raises(Invalid, match=r"BE\.toml"):
        take(begun)
    assert Letter.objects.get().trouble == ""
    (folder / "BE.toml").unlink()
    assert take(begun).reports == 1
