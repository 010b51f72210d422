"""Letters leave once each, every day until it is gone; silence climbs; what goes wrong with one touches no other."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from havre.errors import Refused
from havre.flows.draft_notice import confirm, draft, overturned, retract_notice
from havre.flows.home import Home, durable, take_turn
from havre.flows.notice_checked import gone
from havre.flows.notice_hands import Hands, Leaving, NotTakenError, Parcel
from havre.flows.one_letter import Sent, perhaps, plain, settle, way_to
from havre.flows.send_notices import matter_of, send_due
from havre.hotline.models import Judgement, Page, Routing
from havre.hotline.models import State as PageState
from havre.notices.models import First, How, Letter, Notice, Outcome, Recipient, Response, State, Transmission
from tests.cast import NOON, Node
from tests.notices.standing import HOST, LADDER, at, contact, ladder_of_contacts, outcome, routed, with_mail
from tests.simulators.smtp import smtp

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Post:
    """Hands of a test: what left, and what is to go wrong with which address."""

    def __init__(self) -> None:
        self.left: list[Parcel] = []
        self.wrong: dict[str, Exception] = {}
        self.unsure: set[str] = set()

    def hand(self, parcel: Parcel, going: Leaving) -> None:
        if parcel.to in self.wrong:
            raise self.wrong[parcel.to]
        going()
        if parcel.to in self.unsure:
            raise ConnectionResetError("the line went dead")
        self.left.append(parcel)

    @property
    def hands(self) -> Hands:
        return Hands(self.hand, self.hand, self.hand)

    def go(self, home: Home, when: datetime) -> Sent:
        return send_due(home, lambda: when, self.hands)


@pytest.fixture
def post() -> Post:
    return Post()


def begun_notice(here: Node, page: Page | None = None) -> Notice:
    """The first notice of a page, confirmed at noon."""
    (made,) = draft(here.home, here.anke, str((page or routed(here)).pk))
    return made if made.due_at else confirm(here.home, here.bram, made.reference)


def test_a_letter_is_sent_every_24_hours_until_it_is_gone(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    sent = [post.go(begun.home, NOON + hours * HOUR).left for hours in (0, 1, 23, 24, 25, 48)]
    assert sent == [1, 0, 0, 1, 0, 1]
    gone(begun.home, at(begun.anke, NOON + 50 * HOUR), notice.reference)
    assert post.go(begun.home, NOON + 72 * HOUR) == Sent()
    assert [row.due_at for row in Transmission.objects.order_by("number")] == [NOON, NOON + DAY, NOON + 2 * DAY]
    assert Page.objects.get().state == PageState.CLOSED


def test_what_stood_still_for_a_week_sends_one_letter_and_climbs(begun: Node, post: Post) -> None:
    ladder_of_contacts(begun)
    notice = begun_notice(begun)
    done = post.go(begun.home, NOON + 7 * DAY)
    assert (done.left, done.raised) == (1, 1)  # the next rung waits for a person, who confirms the first of its kind
    notice.refresh_from_db()
    assert notice.state == State.UNANSWERED
    upper = Notice.objects.get(rung=1)
    assert (upper.due_at, upper.state) == (None, State.DRAFTED)


def test_the_ladder_goes_by_itself_once_the_first_of_each_kind_was_confirmed(begun: Node, post: Post) -> None:
    ladder_of_contacts(begun)
    for number in (1, 2):
        notice = begun_notice(begun, routed(begun, f"https://photos.example/{number}"))
        assert notice.due_at == NOON
    for hours in (*range(0, 24 * 8, 24), 24 * 13):
        when = NOON + hours * HOUR
        post.go(begun.home, when)
        for each in Notice.objects.filter(due_at=None, page=1):
            confirm(begun.home, at(begun.bram, when), each.reference)
        post.go(begun.home, when)
    rungs = {each.rung: each for each in Notice.objects.filter(page=2)}
    assert {rung: (each.drafted_at - NOON) // HOUR for rung, each in rungs.items()} == {
        0: 0,
        1: 24,
        2: 48,
        3: 96,
        4: 144,
    }
    assert rungs[4].due_at is None  # what is published is confirmed each time
    assert Notice.objects.get(page=1, rung=4).state == State.UNANSWERED


def test_one_dead_address_does_not_stop_the_others(begun: Node) -> None:
    contact(begun, email="nobody@far.example")
    contact(begun, "Other", answers_for=("other.example",), email="abuse@other.example")
    contact(begun, "The upstream", "upstream", email="up@far.example")
    dead, other = begun_notice(begun), begun_notice(begun, routed(begun, "https://other.example/x"))
    with smtp() as server:
        server.rules.dead.add("nobody@far.example")
        done = send_due(with_mail(begun.home, server.mail), lambda: NOON)
        assert [each["To"] for each in server.taken] == ["abuse@other.example"]
    assert (done.left, done.dead) == (1, 1)
    dead.refresh_from_db()
    other.refresh_from_db()
    assert (dead.state, other.state) == (State.DRAFTED, State.SENT)
    assert Recipient.objects.get(name=HOST).verified_at is None
    assert Response.objects.get().notice == dead
    assert send_due(begun.home, lambda: NOON, Post().hands).raised == 1
    dead.refresh_from_db()
    assert dead.state == State.UNANSWERED
    assert Notice.objects.get(rung=1).page == dead.page


def test_what_was_not_taken_is_tried_again_with_the_same_identifier(begun: Node) -> None:
    contact(begun, email="busy@far.example")
    begun_notice(begun)
    with smtp() as server:
        home = with_mail(begun.home, server.mail)
        server.rules.later.add("busy@far.example")
        looks = [NOON + minutes * HOUR / 60 for minutes in (0, 0, 1, 2, 3)]
        assert [send_due(home, partial(datetime.astimezone, each, UTC)).failed for each in looks] == [1, 0, 1, 0, 1]
        server.rules.later.clear()
        assert send_due(home, lambda: NOON + HOUR).left == 1
        (mail,) = server.taken
    row = Transmission.objects.get()
    assert (row.outcome, row.number, mail["Message-ID"]) == (Outcome.TAKEN, 1, row.message_id)
    assert send_due(home, lambda: NOON + DAY, Post().hands).left == 1


def test_of_a_letter_of_which_nobody_knows_the_next_follows_within_a_day(begun: Node, post: Post) -> None:
    contact(begun)
    begun_notice(begun)
    post.unsure.add("host@example.example")
    assert post.go(begun.home, NOON).failed == 1
    assert Transmission.objects.get().outcome == Outcome.PERHAPS
    post.unsure.clear()
    assert [post.go(begun.home, NOON + hours * HOUR).left for hours in (1, 23, 24)] == [0, 0, 1]


def test_a_server_that_hangs_up_without_a_word_may_have_taken_it(begun: Node) -> None:
    contact(begun)
    begun_notice(begun)
    with smtp() as server:
        server.rules.silent_after_data = True
        home = with_mail(begun.home, server.mail)
        send_due(home, lambda: NOON)
        server.rules.silent_after_data = False
        send_due(home, lambda: NOON + HOUR)
        assert len(server.taken) == 1


def test_a_fallen_judgement_takes_back_what_was_sent_and_the_retraction_is_not_lost(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    post.go(begun.home, NOON)
    Judgement.objects.update(undone_at=NOON + HOUR, undone_because="wrong page")
    post.wrong["host@example.example"] = NotTakenError("451 not now")
    done = post.go(begun.home, NOON + HOUR)
    assert (done.retracted, done.left, done.failed) == (1, 0, 1)
    notice.refresh_from_db()
    assert notice.state == State.RETRACTED
    post.wrong.clear()
    assert post.go(begun.home, NOON + 2 * HOUR).left == 1
    assert [each.subject for each in post.left] == [
        f"Notice {notice.reference}: images of child sexual abuse",
        f"Notice {notice.reference} is taken back",
    ]
    assert post.go(begun.home, NOON + 9 * DAY) == Sent()


def test_a_retraction_of_which_nobody_knows_is_sent_again(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    post.go(begun.home, NOON)
    with durable():
        take_turn()
        overturned(begun.home, begun.anke, notice.page)
    post.unsure.add("host@example.example")
    post.go(begun.home, NOON)
    post.unsure.clear()
    post.go(begun.home, NOON)
    assert [each.to for each in post.left] == ["host@example.example"] * 2


def test_nothing_is_sent_of_a_page_that_is_disputed(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    Judgement.objects.filter(person=begun.bram.person).update(verdict="not actionable")
    assert post.go(begun.home, NOON).failed == 1
    notice.refresh_from_db()
    assert "does not stand judged actionable" in notice.trouble
    assert post.left == []


def test_nothing_is_sent_to_somebody_whose_contact_changed_since(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    Recipient.objects.update(verified_at=None)
    assert post.go(begun.home, NOON).failed == 1
    assert post.left == []
    contact(begun, "The upstream", "upstream")
    assert post.go(begun.home, NOON + DAY).raised == 1  # the silence counts from when the letter was due
    notice.refresh_from_db()
    assert notice.state == State.UNANSWERED


def test_a_rung_for_which_nobody_is_known_is_passed_over_and_said(begun: Node, post: Post) -> None:
    contact(begun)
    contact(begun, "Regulator", "coordinator")
    notice = begun_notice(begun)
    post.go(begun.home, NOON + DAY)
    notice.refresh_from_db()
    assert notice.trouble == "nobody verified is known as: upstream, registrar"
    assert Notice.objects.get(rung=3).recipient.name == "Regulator"


def test_where_nobody_is_known_above_it_is_asked_again_and_letters_go_on(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    assert [post.go(begun.home, NOON + days * DAY).left for days in (0, 1, 2)] == [1, 1, 1]
    notice.refresh_from_db()
    assert notice.trouble.startswith("nobody verified is known as: upstream")
    contact(begun, "The upstream", "upstream")
    assert post.go(begun.home, NOON + 3 * DAY).raised == 1


def test_what_a_process_left_behind_is_settled_by_one_rule(begun: Node) -> None:
    contact(begun)
    notice = begun_notice(begun)
    about = {"notice": notice, "due_at": NOON, "begun_at": NOON, "outcome": Outcome.LEAVING}
    kinds = [(Letter.NOTICE, How.MAIL), (Letter.NOTICE, How.FILE), (Letter.RETRACTION, How.MAIL)]
    for number, (letter, how) in enumerate(kinds, start=1):
        Transmission.objects.create(**about, number=number, letter=letter, how=how, message_id=f"<{number}@x>")
    assert settle(begun.home, matter_of) == 3
    assert [row.outcome for row in Transmission.objects.order_by("number")] == [
        *(Outcome.PERHAPS, Outcome.BEGUN, Outcome.BEGUN)
    ]
    assert settle(begun.home, matter_of) == 0
    assert perhaps(Transmission.objects.get(number=1), NOON) == {"outcome": Outcome.PERHAPS, "at": NOON}


def test_what_is_not_wanted_any_more_does_not_leave(begun: Node, post: Post) -> None:
    contact(begun)
    notice = begun_notice(begun)
    going = post.hand

    def late(parcel: Parcel, last: Leaving) -> None:
        gone(begun.home, begun.anke, notice.reference)
        going(parcel, last)

    send_due(begun.home, lambda: NOON, Hands(late, late, late))
    assert (post.left, Transmission.objects.get().outcome) == ([], Outcome.DROPPED)


def test_another_process_that_sends_keeps_this_one_from_it(begun: Node, post: Post) -> None:
    contact(begun)
    begun_notice(begun)
    inner: list[Sent] = []

    def twice(parcel: Parcel, last: Leaving) -> None:
        inner.append(send_due(begun.home, lambda: NOON, post.hands))
        post.hand(parcel, last)

    send_due(begun.home, lambda: NOON, Hands(twice, twice, twice))
    assert inner == [Sent(busy=True)]
    assert len(post.left) == 1


def test_a_contact_without_an_address_is_written_to_by_hand(begun: Node) -> None:
    contact(begun, email="")
    notice = begun_notice(begun)
    assert way_to(notice.recipient) == (How.FILE, "")
    assert send_due(begun.home, lambda: NOON).left == 1
    folder = begun.home.settings.home / "letters"
    name = f"{notice.reference.lower()}-1"
    assert sorted(each.name for each in folder.iterdir()) == [f"{name}.json", f"{name}.pdf", f"{name}.txt"]


def test_trouble_is_one_printable_line() -> None:
    assert plain(ValueError("a\r\nb\x1b[31m")) == "a  b [31m"


@pytest.mark.parametrize("change", ["disputed", "unverified", "address"])
def test_a_letter_that_is_tried_again_leaves_only_where_it_would_be_begun_now(
    begun: Node, post: Post, change: str
) -> None:
    known = contact(begun)
    begun_notice(begun)
    post.wrong[known.email] = NotTakenError("451 not now")
    assert post.go(begun.home, NOON).failed == 1
    post.wrong.clear()
    if change == "disputed":
        Judgement.objects.filter(person=begun.bram.person).update(verdict="not actionable")
    elif change == "unverified":
        Recipient.objects.update(verified_at=None)
    else:
        contact(begun, email="new@far.example")
    post.go(begun.home, NOON + HOUR)
    post.go(begun.home, NOON + 2 * HOUR)
    assert [each.to for each in post.left] == (["new@far.example"] if change == "address" else [])
    assert Transmission.objects.get(number=1).outcome == Outcome.DROPPED


def test_what_was_routed_elsewhere_since_is_not_written_to_whom_the_old_route_meant(begun: Node, post: Post) -> None:
    ladder_of_contacts(begun)
    notice, waits = begun_notice(begun), routed(begun, "https://photos.example/2")
    assert post.go(begun.home, NOON).left == 1
    Routing.objects.update(outcome=outcome(writes=False, recipients=[("police", "Federal Police")]))
    done = post.go(begun.home, NOON + DAY)
    assert (done.left, done.raised, done.failed) == (0, 0, 2)
    notice.refresh_from_db()
    assert "nothing is written to Example Hosting" in notice.trouble
    with pytest.raises(Refused, match="nothing is written to"):
        draft(begun.home, begun.anke, str(waits.pk), to=HOST)


def test_what_takes_a_notice_back_and_reaches_nobody_is_handed_over_by_somebody(begun: Node) -> None:
    contact(begun)
    notice = begun_notice(begun)
    assert send_due(begun.home, lambda: NOON, Post().hands).left == 1
    retract_notice(begun.home, begun.anke, notice.reference, "wrong page")
    with smtp() as server:
        server.rules.dead.add("host@example.example")
        home = with_mail(begun.home, server.mail)
        assert send_due(home, lambda: NOON + HOUR).dead == 1
        assert send_due(home, lambda: NOON + HOUR).left == 1
    name = f"{notice.reference.lower()}-2"
    assert f"{name}.txt" in {each.name for each in (begun.home.settings.home / "letters").iterdir()}
    notice.refresh_from_db()
    assert (notice.state, notice.trouble.partition(":")[0]) == (State.RETRACTED, "mail to them came back")


def test_what_must_happen_before_is_said_for_each_page_and_then_holds_for_its_ladder(begun: Node, post: Post) -> None:
    ladder_of_contacts(begun)
    before = begun_notice(begun, routed(begun, "https://photos.example/before"))
    known = {"unit": begun.anke.unit, "act": "remove", "notice": before, "by": begun.anke.person, "at": NOON}
    First.objects.create(kind="upstream", **known)  # somebody confirmed one of each before
    follows = outcome(*LADDER) | {"needs": "a magistrate's approval"}
    pages = [routed(begun, f"https://photos.example/{number}", follows) for number in (1, 2)]
    notices = [draft(begun.home, begun.anke, str(page.pk))[0] for page in pages]
    assert [each.due_at for each in notices] == [None, None]
    confirm(begun.home, begun.bram, notices[0].reference)
    post.go(begun.home, NOON)
    assert [Notice.objects.get(pk=each.pk).state for each in notices] == [State.SENT, State.DRAFTED]
    post.go(begun.home, NOON + DAY)
    assert Notice.objects.get(page=pages[0], rung=1).due_at == NOON + DAY


def test_what_was_published_and_came_back_is_published_again_only_once_a_person_says_so(begun: Node) -> None:
    ladder_of_contacts(begun)
    page = routed(begun)
    (made,) = draft(begun.home, begun.anke, str(page.pk), to="The publication")
    confirm(begun.home, begun.bram, made.reference)
    assert send_due(begun.home, lambda: NOON, Post().hands).left == 1
    gone(begun.home, begun.anke, made.reference)
    draft(begun.home, begun.anke, str(page.pk), to="The publication")
    made.refresh_from_db()
    assert (made.state, made.due_at) == (State.REAPPEARED, None)
    assert confirm(begun.home, at(begun.bram, NOON + HOUR), made.reference).due_at == NOON + HOUR
