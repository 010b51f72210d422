"""What is due of notices and requests is done: letters leave once each, silence climbs, what is back is linked.

One process of a node does this at a time, and only while it lives: what another left behind is settled by one rule
(decision 0216). Each letter is written down before it leaves; what goes wrong with one does not touch the others.
"""

from datetime import datetime

from havre.errors import Refused
from havre.flows.at_page import policy_for
from havre.flows.draft_notice import overturned, raise_rung
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_answered import Said, came_back
from havre.flows.notice_checked import see_returns
from havre.flows.notice_hands import TROUBLES, Hands, Parcel, hands_of
from havre.flows.notice_letter import next_number, parcel_of, told_of
from havre.flows.notice_route import must_go
from havre.flows.one_letter import Matter, Sent, hand, new_message_id, plain, settle, way_to
from havre.flows.send_requests import OF_REQUEST, send_requests
from havre.flows.sender import only_sender
from havre.flows.stray_mail import writing_units
from havre.hotline.life import become as page_becomes
from havre.hotline.models import State as PageState
from havre.hotline.queries import overturned as pages_overturned
from havre.notices.due import SENDING, Due, Step, dues
from havre.notices.following import followed
from havre.notices.life import become
from havre.notices.models import Answers, Letter, Notice, Outcome, Recipient, State, Transmission
from havre.notices.queries import waiting
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting, Clock
from havre.units.models import Person, RoleName, Unit

OUTBOX = "letters"
"""The folder of a home from which people take letters to hand over."""

WHY = "notices that were due"
MOST_ROUNDS = 50
"""Rungs that may follow one another in one go, where the node did not run for long."""


def send_due(home: Home, clock: Clock, hands: Hands | None = None) -> Sent:
    """Everything that is due now, for every unit of this node."""
    done = Sent()
    given = hands or hands_of(home.settings.mail, home.settings.egress, home.settings.home / OUTBOX)
    with only_sender(home) as mine:
        if not mine:
            return Sent(busy=True)
        done.settled = settle(home, matter_of)
        for unit in writing_units():
            person = speaks(unit)
            if person is not None:
                _unit(home, Acting(person, clock, WHY), given, done)
    return done


def speaks(unit: Unit) -> Person | None:
    """In whose name it is done: whoever first worked here, and still does."""
    rows = unit.people.filter(roles__name__in=(RoleName.ANALYST, RoleName.SUPERVISOR), left_at=None)
    return rows.select_related("unit").order_by("pk").first()


def _unit(home: Home, acting: Acting, hands: Hands, done: Sent) -> None:
    done.returned += see_returns(home, acting)
    done.retracted += _take_back(home, acting)
    for _round in range(MOST_ROUNDS):
        if not _once(home, acting, hands, done):
            break
    send_requests(home, acting, hands, done)
    _open(home, acting, hands, done)


def _take_back(home: Home, acting: Acting) -> int:
    """Pages of which the judgement fell: nobody need have called `overturned`, and nothing is lost if it failed."""
    pages = pages_overturned(acting.person).filter(notices__in=waiting(acting.person)).distinct()
    for page in pages:
        with durable():
            take_turn()
            overturned(home, acting, page)
        seal_log(home, acting)
    return len(pages)


def _once(home: Home, acting: Acting, hands: Hands, done: Sent) -> int:
    """What is due of each notice as it stands; how many rungs were climbed: they have something due too."""
    now, climbed = acting.now(), 0
    rows = list(waiting(acting.person).exclude(due_at=None))
    seen = followed(rows)
    due = sorted(((each, row) for row in rows for each in dues(seen[row.pk]) if each.at <= now), key=_order)
    for each, row in due:
        try:
            if each.step == Step.RAISE:
                climbed += _climb(home, acting, row)
            else:
                _begin(home, acting, row, each, hands, done)
        except TROUBLES as error:
            _note(row, error)
            done.failed += 1
    done.raised += climbed
    return climbed


def _order(pair: tuple[Due, Notice]) -> tuple[datetime, str, int]:
    return pair[0].at, pair[0].step, pair[1].pk


def _note(notice: Notice, error: Exception) -> None:
    Notice.objects.filter(pk=notice.pk).update(trouble=plain(error))


def _climb(home: Home, acting: Acting, row: Notice) -> int:
    with durable():
        take_turn()
        notice = _held(row.pk)
        due = dues(followed([notice])[notice.pk])
        if not any(each.step == Step.RAISE and each.at <= acting.now() for each in due):
            return 0
        raise_rung(home, acting, notice)
        climbed = int(notice.raised_at is not None)
    seal_log(home, acting)
    return climbed


def _held(key: int) -> Notice:
    rows = Notice.objects.select_for_update(of=("self",)).select_related("page__unit", "recipient", "unit")
    return rows.get(pk=key)


# ---- one letter ----


def _begin(home: Home, acting: Acting, row: Notice, due: Due, hands: Hands, done: Sent) -> None:
    """Write a letter down before it leaves; then hand it over."""
    with durable():
        take_turn()
        notice = _held(row.pk)
        still = [each for each in dues(followed([notice])[notice.pk]) if each.step == Step.SEND]
        if not still or still[0].at > acting.now() or _unfinished(notice):
            return
        must_go(home, acting, notice)
        how, to = way_to(notice.recipient)
        number = next_number(notice)
        made = Transmission.objects.create(
            notice=notice,
            number=number,
            how=how,
            to=to,
            message_id=new_message_id(home, notice.reference, number),
            due_at=due.at,
            begun_at=acting.now(),
            again_at=acting.now(),
        )
        detail = {"act": "letter", "number": number, "to": notice.recipient.name, "how": how}
        log(home, acting, "disclosure", f"notice {notice.reference}", detail)
    seal_log(home, acting)
    hand(home, acting, made, OF_NOTICE, hands, done)


def _unfinished(notice: Notice) -> bool:
    return Transmission.objects.filter(notice=notice, outcome__in=(Outcome.BEGUN, Outcome.LEAVING)).exists()


def _open(home: Home, acting: Acting, hands: Hands, done: Sent) -> None:
    """Letters that were begun and have not left: what waits to be tried again, and what takes something back."""
    begun = Transmission.objects.filter(outcome=Outcome.BEGUN, again_at__lte=acting.now())
    of_notices = owned_by(acting.unit, begun, "notice__unit")
    of_requests = owned_by(acting.unit, begun, "handed__request__unit")
    for made in sorted((*of_notices, *of_requests), key=lambda each: (each.due_at, each.pk)):
        hand(home, acting, made, matter_of(made), hands, done)


def matter_of(made: Transmission) -> Matter:
    """What a letter is about."""
    return OF_REQUEST if made.notice_id is None else OF_NOTICE


def _about(made: Transmission) -> int:
    assert made.notice_id is not None  # of a request it is another matter
    return made.notice_id


def _parcel(home: Home, acting: Acting, made: Transmission, _at: datetime) -> Parcel:
    notice = Notice.objects.select_related("page__unit", "page__case", "recipient", "unit").get(pk=_about(made))
    told = told_of(home, acting, notice, Letter(made.letter), made.number, made.begun_at)
    return parcel_of(home, told, made.to, made.message_id)


def _contact(made: Transmission) -> Recipient:
    return Recipient.objects.select_related("unit").get(notices=_about(made))


def _goes(home: Home, acting: Acting, made: Transmission, _at: datetime) -> bool:
    """Whether it would be begun like this now; where not, what is due is begun anew, or says what is in the way."""
    if made.letter == Letter.RETRACTION:
        return True
    notice = Notice.objects.select_related("page__unit", "recipient", "unit").get(pk=_about(made))
    if notice.state not in SENDING or (made.how, made.to) != way_to(notice.recipient):
        return False
    try:
        must_go(home, acting, notice)
    except Refused:
        return False
    return True


def _left(home: Home, made: Transmission, at: datetime) -> None:
    if made.letter != Letter.NOTICE:
        return
    notice = _held(_about(made))
    if notice.state in (State.DRAFTED, State.REAPPEARED):
        become(notice, State.SENT, at)
    if notice.page.state == PageState.ROUTED:
        page_becomes(notice.page, PageState.ACTED_ON, at, policy_for(home, notice.unit).times)
    # What stands in the way of the next rung still does.
    Notice.objects.filter(pk=notice.pk).exclude(state=State.UNANSWERED, raised_at=None).update(trouble="")


def _dead(home: Home, made: Transmission, said: str, at: datetime) -> None:
    came_back(home, _held(_about(made)), Said(Answers.BOUNCE, said, at, letter=made))


def _noted(made: Transmission, said: str) -> None:
    Notice.objects.filter(pk=_about(made)).update(trouble=said[:500])


OF_NOTICE = Matter(_parcel, _contact, _goes, _left, _dead, _noted)
