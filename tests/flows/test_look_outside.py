"""The fetcher asks whether pages are gone: it believes little, waits, and a person's word stands against it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.flows.draft_notice import confirm, draft
from havre.flows.holding import alone_at
from havre.flows.look_outside import AT_ONCE, FRESH, look, look_at_waiting, look_by_itself
from havre.flows.looks_unclear import list_unclear
from havre.flows.notice_checked import gone, still_there
from havre.flows.notice_hands import Hands
from havre.flows.notice_shown import show_notice
from havre.flows.send_notices import send_due
from havre.hosting.models import Answer
from havre.hosting.rows import Answered
from havre.hotline.models import Finding, Page, Reopening
from havre.hotline.models import State as PageState
from havre.hotline.models import Why as Reopened
from havre.media.outside.glance import Glance
from havre.media.outside.signs import Saw, Why
from havre.media.outside.visit import Asked
from havre.notices.models import BY_FETCHER, BY_PERSON, Look, Lookout, Notice, Return, State
from havre.settings import Egress, Settings
from tests.cast import NOON, Node, node
from tests.hosting.loaded import loaded
from tests.notices.standing import at, contact, routed, taken_down
from tests.simulators.egress import HOST, web

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)
NUMBER = "9.9.9.9"
ABSENT, THERE = Glance(Saw.ABSENT, Why.NOT_FOUND, 404), Glance(Saw.ANSWERS, Why.THERE, 200)
LOGIN = Glance(Saw.UNCLEAR, Why.LOGIN, 200)


@dataclass
class Hosts:
    """What each host says when it is asked, and everything that was asked."""

    says: dict[str, Glance] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def ask(self, egress: Egress, asked: Asked) -> Glance:
        assert egress.host == "proxy.example"
        self.asked.append(asked)
        return self.says[asked.host]


@pytest.fixture
def here(begun: Node) -> Node:
    return proxied(begun)


def proxied(begun: Node) -> Node:
    begun.home.settings = replace(begun.home.settings, egress=Egress("proxy.example", 3128))
    return begun


def sent(
    here: Node, host: str = "photos.example", numbers: tuple[str, ...] = (NUMBER,), ago: timedelta = HOUR
) -> Notice:
    """A notice whose first letter left at noon, on a page of which the number was heard an hour ago."""
    answers = [Answered(host, "A" if "." in number else "AAAA", number, NOON - ago) for number in numbers]
    loaded(here.anke.person, "answers", NOON - ago, *answers, name=host)
    contact(here, f"Host of {host}", answers_for=(host,))
    (notice,) = draft(here.home, here.anke, str(routed(here, f"https://{host}/a?b=1").pk))
    if notice.due_at is None:
        confirm(here.home, here.bram, notice.reference)
    send_due(here.home, lambda: NOON, TAKES)
    return Notice.objects.select_related("page").get(pk=notice.pk)


def seen(here: Node, notice: Notice, when: datetime, glance: Glance) -> Look:
    if when > NOON:  # the operator loaded new answers meanwhile
        Answer.objects.update(at=when - HOUR)
    hosts = Hosts({notice.page.host: glance})
    return look(here.home, at(here.anke, when), notice.reference, ask=hosts.ask)


def state(notice: Notice) -> tuple[str, str]:
    found = Notice.objects.select_related("page").get(pk=notice.pk)
    return found.state, found.page.state


def test_absent_counts_once_it_was_found_so_again_a_day_later(here: Node) -> None:
    notice = sent(here)
    first = seen(here, notice, NOON + HOUR, ABSENT)
    assert (first.gone, first.how, first.saw, first.why, first.status) == (
        *(False, BY_FETCHER, "absent", "not found", 404),
    )
    assert seen(here, notice, NOON + 24 * HOUR, ABSENT).gone is False
    assert state(notice) == (State.SENT, PageState.ACTED_ON)
    assert seen(here, notice, NOON + 25 * HOUR, ABSENT).gone is True
    assert state(notice) == (State.REMOVED, PageState.CLOSED)
    page = Page.objects.get()
    assert page.gone_at == NOON + HOUR  # the host did it then; that it took a day to believe is not its fault
    assert Look.objects.filter(gone=True).count() == 3


@pytest.mark.parametrize("between", [THERE, LOGIN])
def test_whatever_speaks_against_it_begins_the_count_anew(here: Node, between: Glance) -> None:
    notice = sent(here)
    for hours, glance in ((1, ABSENT), (13, between), (26, ABSENT), (49, ABSENT)):
        assert seen(here, notice, NOON + hours * HOUR, glance).gone is False
    assert seen(here, notice, NOON + 50 * HOUR, ABSENT).gone is True


def test_a_person_who_saw_it_there_is_believed_and_the_host_never_again(here: Node) -> None:
    notice = sent(here)
    for day in (1, 2):
        seen(here, notice, NOON + day * DAY, ABSENT)
    assert state(notice)[0] == State.REMOVED
    still_there(here.home, at(here.bram, NOON + 3 * DAY), notice.reference)
    for day in (4, 6, 9):
        lied = seen(here, notice, NOON + day * DAY, ABSENT)
        assert (lied.gone, lied.saw, lied.why, lied.status) == (False, "unclear", "doubted", 404)
    assert [each.look.pk for each in list_unclear(here.home, here.anke)] == [lied.pk]
    gone(here.home, at(here.bram, NOON + 10 * DAY), notice.reference)
    assert seen(here, notice, NOON + 11 * DAY, ABSENT).gone is True


def test_what_was_gone_and_answers_waits_for_a_person_and_is_said_once(here: Node) -> None:
    notice = sent(here)
    for day in (1, 2):
        seen(here, notice, NOON + day * DAY, ABSENT)
    seen(here, notice, NOON + 9 * DAY, THERE)
    seen(here, notice, NOON + 10 * DAY, THERE)
    found = Notice.objects.get()
    assert (found.state, found.due_at, state(notice)[1]) == (State.REAPPEARED, None, PageState.CLOSED)
    assert [each.how for each in Return.objects.all()] == ["it answers again"]
    assert send_due(here.home, lambda: NOON + 10 * DAY, TAKES).left == 0
    gone(here.home, at(here.anke, NOON + 11 * DAY), notice.reference)  # it only says that it is gone: overruled
    seen(here, notice, NOON + 12 * DAY, THERE)
    assert (state(notice)[0], Return.objects.count()) == (State.REMOVED, 1)


def test_what_waits_for_a_person_is_not_ended_by_the_fetcher(here: Node) -> None:
    notice = sent(here)
    for day in (1, 2):
        seen(here, notice, NOON + day * DAY, ABSENT)
    Page.objects.update(last_at=NOON + 3 * DAY)
    send_due(here.home, lambda: NOON + 3 * DAY, TAKES)
    for day in (4, 5, 6):
        assert seen(here, notice, NOON + day * DAY, ABSENT).gone is False
    assert state(notice)[0] == State.REAPPEARED


def test_who_may_have_the_number_now_is_not_believed_about_pages_of_who_had_it(here: Node) -> None:
    notice = sent(here, ago=FRESH + DAY)
    assert (seen(here, notice, NOON, ABSENT).why, seen(here, notice, NOON, THERE).why) == ("old number", "there")
    given = look(here.home, here.anke, notice.reference, number="9.9.9.7", ask=Hosts({"photos.example": ABSENT}).ask)
    assert given.saw == Saw.ABSENT


def test_a_host_is_absent_where_all_its_numbers_say_so_of_the_older_family(here: Node) -> None:
    notice = sent(here, numbers=("9.9.9.9", "9.9.9.8", "2620:fe::9"))
    behind = Answered("photos.example", "ORIGIN", "9.9.9.1", NOON - HOUR)  # which may refuse all but its CDN
    loaded(here.anke.person, "answers", NOON - HOUR, behind, name="behind")
    hosts, numbers = Hosts({"photos.example": ABSENT}), ["9.9.9.8", "9.9.9.9"]
    look(here.home, here.anke, notice.reference, ask=hosts.ask)
    assert sorted(each.number for each in hosts.asked) == numbers
    assert {(each.scheme, each.target, each.port) for each in hosts.asked} == {("https", "/a?b=1", None)}
    hosts.says["photos.example"] = LOGIN
    look(here.home, here.anke, notice.reference, ask=hosts.ask)
    assert len(hosts.asked) == 3


def test_a_name_that_is_none_any_more_is_absent_and_nobody_is_asked(here: Node) -> None:
    notice, hosts = sent(here, ago=3 * DAY), Hosts()
    for heard, gone_then in ((NOON, False), (NOON + DAY, True)):
        loaded(here.anke.person, "answers", heard, Answered("photos.example", "NONE", "", heard), name=str(heard))
        made = look(here.home, at(here.anke, heard + HOUR), notice.reference, ask=hosts.ask)
        assert (made.why, made.gone) == ("no name", gone_then)
        with pytest.raises(Invalid, match="no network address is known"):  # one answer counts for one look
            look(here.home, at(here.anke, heard + DAY), notice.reference, ask=hosts.ask)
    assert hosts.asked == []


def test_two_looks_never_rest_on_one_answer_of_dns(here: Node) -> None:
    notice, hosts = sent(here), Hosts({"photos.example": ABSENT})
    told = [
        look(here.home, at(here.anke, NOON + hours * HOUR), notice.reference, ask=hosts.ask).why
        for hours in (0, 22, 23, 24)
    ]
    assert told == ["not found", "not found", "old number", "old number"]
    assert state(notice)[0] == State.SENT


def test_an_alias_on_the_way_must_be_as_new_as_the_number_it_leads_to(here: Node) -> None:
    notice, hosts = sent(here, ago=9 * DAY), Hosts({"photos.example": ABSENT})
    alias = Answered("photos.example", "CNAME", "pool.example", NOON - 8 * DAY)
    number = Answered("pool.example", "A", NUMBER, NOON - HOUR)
    Answer.objects.all().delete()
    loaded(here.anke.person, "answers", NOON - HOUR, alias, number, name="pool")
    assert look(here.home, here.anke, notice.reference, ask=hosts.ask).why == Why.OLD_NUMBER
    Answer.objects.filter(type="CNAME").update(at=NOON - HOUR)
    assert look(here.home, here.anke, notice.reference, ask=hosts.ask).why == Why.NOT_FOUND


def test_what_only_leads_there_ends_nothing_of_what_it_led_to(here: Node) -> None:
    notice = sent(here)
    finding = Finding.objects.create(
        page=notice.page, kind="leads to", value="https://real.example/x", by=here.anke.person, at=NOON
    )
    for day in (1, 2):
        assert seen(here, notice, NOON + day * DAY, ABSENT).why == Why.LEADS_ON
    finding.delete()
    Page.objects.update(kind="shortener")
    assert seen(here, notice, NOON + 3 * DAY, ABSENT).saw == Saw.UNCLEAR
    assert state(notice)[0] == State.SENT


def test_a_report_or_a_reopening_between_two_looks_begins_the_count_anew(here: Node) -> None:
    notice = sent(here)
    for hours, what in ((1, None), (26, "reported"), (51, "opened"), (75, None)):
        when = NOON + hours * HOUR
        if what == "reported":
            Page.objects.update(last_at=when - HOUR)
        elif what == "opened":
            Reopening.objects.create(page=notice.page, why=Reopened.SEEN, at=when - HOUR, was="closed")
        assert seen(here, notice, when, ABSENT).gone is (hours == 75)


def test_it_is_off_and_refuses_what_is_inside_and_what_is_not_ours(begun: Node) -> None:
    with pytest.raises(Refused, match="HAVRE_EGRESS"):
        look(begun.home, begun.anke, "https://photos.example/a")
    with pytest.raises(Refused, match="HAVRE_EGRESS"):
        look_by_itself(begun.home, begun.anke, on=True)
    with pytest.raises(Refused, match="may not"):
        look_by_itself(begun.home, begun.bram, on=False)
    assert look_at_waiting(begun.home, lambda: NOON)["asked"] == 0
    here = proxied(begun)
    notice, hosts = sent(here), Hosts()
    before = Entry.objects.count()
    for number in ("127.0.0.1", "10.0.0.8", "::1", "169.254.169.254", "photos.example"):
        with pytest.raises(Refused):
            look(here.home, here.anke, notice.reference, number=number, ask=hosts.ask)
    with pytest.raises(NotFound):
        look(here.home, here.chiara, notice.reference, ask=hosts.ask)
    assert (hosts.asked, Entry.objects.count(), Look.objects.count()) == ([], before, 0)


def test_who_asked_and_at_which_numbers_is_logged_before(here: Node) -> None:
    notice = sent(here)

    def refuses(_egress: Egress, _asked: Asked) -> Glance:
        raise Unavailable("the proxy does not answer")

    with pytest.raises(Unavailable):
        look(here.home, here.anke, notice.reference, ask=refuses)
    entry = Entry.objects.order_by("-index")[0]
    assert (entry.verb, entry.thing) == ("consultation", f"page {notice.page_id}")
    assert json.loads(entry.detail) == {"act": "asked whether it is gone", "numbers": [NUMBER]}
    assert Look.objects.count() == 0


def by_itself(here: Node, on: bool = True) -> None:
    look_by_itself(here.home, here.anke, on=on)


def test_by_itself_it_asks_where_the_unit_wants_it_and_no_more_often_than_the_policy_says(here: Node) -> None:
    notice, hosts = sent(here), Hosts({"photos.example": LOGIN})
    assert look_at_waiting(here.home, lambda: NOON, hosts.ask)["asked"] == 0
    for _twice in range(2):
        by_itself(here)
    assert Lookout.objects.count() == 1
    for hours, asked in ((0, 1), (1, 0), (23, 0), (24, 1), (47, 0)):
        done = look_at_waiting(here.home, lambda hours=hours: NOON + hours * HOUR, hosts.ask)  # type: ignore[misc]
        assert (done["asked"], done["unclear"]) == (asked, asked)
    with alone_at(here.home, "looks"):
        assert look_at_waiting(here.home, lambda: NOON + 9 * DAY, hosts.ask)["asked"] == 0
    by_itself(here, on=False)
    assert look_at_waiting(here.home, lambda: NOON + 9 * DAY, hosts.ask)["asked"] == 0
    assert [each.saw for each in show_notice(here.home, here.anke, notice.reference).looks] == ["unclear"] * 2


def test_what_is_wrong_with_one_unit_stops_no_other(here: Node) -> None:
    notice = sent(here)
    by_itself(here)
    theirs = taken_down(here.chiara, NOON)
    Lookout.objects.create(unit=theirs.unit, since=NOON, by=here.chiara.person)
    asked = list[str]()

    def fails_once(_egress: Egress, asks: Asked) -> Glance:
        asked.append(asks.host)
        if len(asked) == 1:
            raise Unavailable("the proxy does not answer")
        return LOGIN

    Page.objects.filter(pk=notice.page_id).update(host="photos.example")
    Page.objects.filter(pk=theirs.page_id).update(host="theirs.example", address="https://9.9.9.5/a")
    with pytest.raises(Unavailable):
        look_at_waiting(here.home, lambda: NOON, fails_once)
    assert asked == ["photos.example", "9.9.9.5"]


def test_one_go_asks_few_hosts_each_once_and_whom_nobody_can_ask_waits_for_a_person(here: Node) -> None:
    hosts = Hosts({f"h{number}.example": LOGIN for number in range(AT_ONCE)})
    for number in range(AT_ONCE):
        sent(here, f"h{number}.example")
    routed_beside = draft(here.home, here.anke, str(routed(here, "https://h0.example/other").pk))
    contact(here, "Host of nobody", answers_for=("unknown.example",))
    unknown = draft(here.home, here.anke, str(routed(here, "https://unknown.example/").pk))
    by_itself(here)
    assert look_at_waiting(here.home, lambda: NOON, hosts.ask)["asked"] == AT_ONCE
    assert look_at_waiting(here.home, lambda: NOON + HOUR, hosts.ask)["asked"] == 2
    assert sorted(each.host for each in hosts.asked) == sorted([*hosts.says, "h0.example"])
    assert Look.objects.get(page=unknown[0].page).why == Why.NO_NUMBER
    assert Look.objects.filter(page=routed_beside[0].page).count() == 1


def test_a_real_server_behind_a_real_proxy_is_asked(begun: Node, tmp_path: Path) -> None:
    with web(tmp_path) as outside:
        begun.home.settings = replace(begun.home.settings, egress=outside.egress)
        notice = sent(begun, HOST)
        outside.pages["/a?b=1"] = (200, {"Content-Type": "text/html"}, b"<input type=password>")
        assert look(begun.home, begun.anke, notice.reference).why == Why.LOGIN
        outside.pages.clear()
        for day in (1, 2):
            Answer.objects.update(at=NOON + day * DAY - HOUR)
            look(begun.home, at(begun.anke, NOON + day * DAY), notice.reference)
        assert outside.asked == [f"{HOST} /a?b=1"] * 3
        assert set(outside.tunnels) == {f"{NUMBER}:443"}
    assert state(notice) == (State.REMOVED, PageState.CLOSED)


# ---- months ----

Says = Callable[[int], Glance]
"""What a host says on a day."""

SAYING: dict[str, Says] = {
    "honest.example": lambda day: THERE if day < 5 else ABSENT,
    "login.example": lambda day: THERE if day < 3 else LOGIN,
    "flapping.example": lambda day: ABSENT if day % 2 else THERE,
    "cloaking.example": lambda day: THERE if day < 2 else ABSENT,
    "returning.example": lambda day: ABSENT if 3 <= day < 11 else THERE,
}


@pytest.fixture
def months(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield proxied(found)


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_over_months_only_the_honest_host_is_let_go_and_the_lying_ones_wait_for_a_person(
    months: Node, count: Callable[[int, int], int]
) -> None:
    here, days = months, count(13, 90)
    notices = {host: sent(here, host) for host in SAYING}
    by_itself(here)
    ended: dict[str, int] = {}
    for day in range(1, days):
        when = NOON + day * DAY
        Answer.objects.update(at=when - HOUR)  # the operator loads new answers every day
        hosts = Hosts({host: says(day) for host, says in SAYING.items()})
        look_at_waiting(here.home, lambda when=when: when, hosts.ask)  # type: ignore[misc]
        if day == 6:  # somebody looks by another way, and sees what the fetcher is not shown
            still_there(here.home, at(here.bram, when), notices["cloaking.example"].reference)
        send_due(here.home, lambda when=when: when, TAKES)  # type: ignore[misc]
        for host, notice in notices.items():
            if state(notice)[0] == State.REMOVED:
                ended.setdefault(host, day)
    assert ended == {"honest.example": 6, "cloaking.example": 3, "returning.example": 4}
    last = {host: state(notice)[0] for host, notice in notices.items()}
    assert last["honest.example"] == State.REMOVED
    assert last["returning.example"] == State.REAPPEARED
    assert {last[f"{host}.example"] for host in ("login", "flapping", "cloaking")} <= {State.SENT, State.UNANSWERED}
    waits = {each.look.page.host: each.look.why for each in list_unclear(here.home, here.anke)}
    assert waits == {"login.example": "login", "cloaking.example": "doubted"}
    assert {each.how for each in Look.objects.filter(gone=False, saw="")} == {BY_PERSON}
