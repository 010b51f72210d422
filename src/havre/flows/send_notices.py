"""What is due of notices is done: letters leave once each, silence climbs the ladder, what is back is linked.

One process of a node does this at a time, and only while it lives: what another left behind is settled by one rule
(decision 0216). Each letter is written down before it leaves; what goes wrong with one does not touch the others.
"""

import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from havre.errors import HavreError, Refused
from havre.flows.at_page import policy_for
from havre.flows.draft_notice import message_id, overturned, raise_rung
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_answered import came_back
from havre.flows.notice_checked import see_returns
from havre.flows.notice_hands import TROUBLES, DeadAddressError, Hands, NotTakenError, hands_of
from havre.flows.notice_letter import next_number, parcel_of, told_of
from havre.flows.notice_route import must_go
from havre.flows.sender import only_sender
from havre.hotline.life import become as page_becomes
from havre.hotline.models import State as PageState
from havre.hotline.queries import overturned as pages_overturned
from havre.notices.due import SENDING, Due, Step, dues
from havre.notices.following import followed
from havre.notices.life import become
from havre.notices.models import How, Letter, Notice, Outcome, Recipient, State, Transmission
from havre.notices.queries import waiting
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting, Clock
from havre.units.models import Person, RoleName, Unit

OUTBOX = "letters"
"""The folder of a home from which people take letters to hand over."""

WHY = "notices that were due"
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
CHANCE = 8
"""Bytes of the name of each letter: references are published, and who reads one can't name a letter that came back."""
MOST_ROUNDS = 50
"""Rungs that may follow one another in one go, where the node did not run for long."""


class NotWantedError(Exception):
    """It was taken back, or is gone, a moment before it would have left."""


@dataclass
class Sent:
    """What became of one go."""

    left: int = 0
    failed: int = 0
    dead: int = 0
    """Addresses that take nothing any more."""
    raised: int = 0
    """Notices of which the silence lasted long enough."""
    returned: int = 0
    retracted: int = 0
    settled: int = 0
    """Letters that another process had begun when it ended."""
    busy: bool = False
    """Another process is at it."""

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        return asdict(self)


def send_due(home: Home, clock: Clock, hands: Hands | None = None) -> Sent:
    """Everything that is due now, for every unit of this node."""
    done = Sent()
    given = hands or hands_of(home.settings.mail, home.settings.egress, home.settings.home / OUTBOX)
    with only_sender(home) as mine:
        if not mine:
            return Sent(busy=True)
        done.settled = settle()
        for unit in Unit.objects.filter(takedowns__isnull=False).distinct().order_by("pk"):
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
        except (Refused, *TROUBLES) as error:
            _note(row, error)
            done.failed += 1
    done.raised += climbed
    return climbed


def _order(pair: tuple[Due, Notice]) -> tuple[datetime, str, int]:
    return pair[0].at, pair[0].step, pair[1].pk


def _note(notice: Notice, error: Exception) -> None:
    Notice.objects.filter(pk=notice.pk).update(trouble=plain(error))


def plain(error: Exception) -> str:
    """What went wrong, as one line that may be kept and printed."""
    return "".join(char if char.isprintable() else " " for char in f"{error}" or type(error).__name__)[:200]


def _climb(home: Home, acting: Acting, row: Notice) -> int:
    with durable():
        take_turn()
        notice = _held(row)
        due = dues(followed([notice])[notice.pk])
        if not any(each.step == Step.RAISE and each.at <= acting.now() for each in due):
            return 0
        raise_rung(home, acting, notice)
        climbed = int(notice.raised_at is not None)
    seal_log(home, acting)
    return climbed


def _held(row: Notice) -> Notice:
    rows = Notice.objects.select_for_update(of=("self",)).select_related("page__unit", "recipient", "unit")
    return rows.get(pk=row.pk)


# ---- one letter ----


def _begin(home: Home, acting: Acting, row: Notice, due: Due, hands: Hands, done: Sent) -> None:
    """Write a letter down before it leaves; then hand it over."""
    with durable():
        take_turn()
        notice = _held(row)
        still = [each for each in dues(followed([notice])[notice.pk]) if each.step == Step.SEND]
        if not still or still[0].at > acting.now() or _unfinished(notice):
            return
        must_go(home, acting, notice)
        how, to = way_to(notice.recipient)
        number, chance = next_number(notice), os.urandom(CHANCE).hex()
        made = Transmission.objects.create(
            notice=notice,
            number=number,
            how=how,
            to=to,
            message_id=message_id(notice, number, f"@{chance}.{domain(home)[-70:].lstrip('.-')}"),
            due_at=due.at,
            begun_at=acting.now(),
            again_at=acting.now(),
        )
        detail = {"act": "letter", "number": number, "to": notice.recipient.name, "how": how}
        log(home, acting, "disclosure", f"notice {notice.reference}", detail)
    seal_log(home, acting)
    _hand(home, acting, made, hands, done)


def _unfinished(notice: Notice) -> bool:
    return Transmission.objects.filter(notice=notice, outcome__in=(Outcome.BEGUN, Outcome.LEAVING)).exists()


def way_to(contact: Recipient) -> tuple[How, str]:
    """How they are reached: by their own address for notices, else by mail, else by hand."""
    if contact.api:
        return How.API, contact.api
    return (How.MAIL, contact.email) if contact.email else (How.FILE, "")


def domain(home: Home) -> str:
    """What stands behind the @ of the identifiers of letters."""
    mail = home.settings.mail
    return mail.sender.rpartition("@")[2] if mail is not None else "havre.invalid"


def _open(home: Home, acting: Acting, hands: Hands, done: Sent) -> None:
    """Letters that were begun and have not left: what waits to be tried again, and what takes a notice back."""
    rows = owned_by(acting.unit, Transmission.objects, "notice__unit").filter(outcome=Outcome.BEGUN)
    for made in rows.filter(again_at__lte=acting.now()).order_by("due_at", "pk"):
        _hand(home, acting, made, hands, done)


def _hand(home: Home, acting: Acting, made: Transmission, hands: Hands, done: Sent) -> None:
    """One letter, to its end: it left, it is tried again, or nobody takes it."""
    try:
        notice = Notice.objects.select_related("page__unit", "page__case", "recipient", "unit").get(pk=made.notice_id)
        told = told_of(home, acting, notice, Letter(made.letter), made.number, made.begun_at)
        parcel = parcel_of(home, told, made.to, made.message_id)
        hand = {How.MAIL: hands.mail, How.API: hands.api, How.FILE: hands.file}[How(made.how)]
        hand(parcel, lambda: leaving(home, acting, made))
    except NotWantedError:
        Transmission.objects.filter(pk=made.pk, outcome=Outcome.BEGUN).update(outcome=Outcome.DROPPED)
    except DeadAddressError as error:
        _dead(home, acting, made, plain(error))
        done.dead += 1
    except (*TROUBLES, HavreError) as error:
        _failed(acting, made, error)
        done.failed += 1
    else:
        _left(home, acting, made)
        done.left += 1


def leaving(home: Home, acting: Acting, made: Transmission) -> None:
    """It leaves now: from here on it is not done again. Raises NotWantedError where it is not wanted any more.

    It may have been begun long ago: whatever had to hold then has to hold now.
    """
    with durable():
        take_turn()
        rows = Transmission.objects.select_related("notice__page__unit", "notice__recipient", "notice__unit")
        row = rows.select_for_update(of=("self",)).get(pk=made.pk)
        if row.outcome != Outcome.BEGUN or (row.letter == Letter.NOTICE and not _still_goes(home, acting, row)):
            raise NotWantedError
        Transmission.objects.filter(pk=made.pk).update(outcome=Outcome.LEAVING)


def _still_goes(home: Home, acting: Acting, row: Transmission) -> bool:
    """Whether it would be begun like this now; where not, what is due is begun anew, or says what is in the way."""
    notice = row.notice
    if notice.state not in SENDING or (row.how, row.to) != way_to(notice.recipient):
        return False
    try:
        must_go(home, acting, notice)
    except Refused:
        return False
    return True


def _left(home: Home, acting: Acting, made: Transmission) -> None:
    now = acting.now()
    with durable():
        take_turn()
        Transmission.objects.filter(pk=made.pk).update(
            outcome=Outcome.TAKEN, at=now, tries=0, trouble="", again_at=None
        )
        notice = _held(made.notice)
        if made.letter == Letter.NOTICE:
            _sent(home, notice, now)
            # What stands in the way of the next rung still does.
            Notice.objects.filter(pk=notice.pk).exclude(state=State.UNANSWERED, raised_at=None).update(trouble="")


def _sent(home: Home, notice: Notice, at: datetime) -> None:
    if notice.state in (State.DRAFTED, State.REAPPEARED):
        become(notice, State.SENT, at)
    if notice.page.state == PageState.ROUTED:
        page_becomes(notice.page, PageState.ACTED_ON, at, policy_for(home, notice.unit).times)


def _failed(acting: Acting, made: Transmission, error: Exception) -> None:
    """Before it left, or with a clear no: tried again, later each time. Whatever else: perhaps it left."""
    row = Transmission.objects.get(pk=made.pk)
    known = row.outcome == Outcome.BEGUN or isinstance(error, NotTakenError)
    told: dict[str, object] = {"trouble": plain(error)}
    if known:
        wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(row.tries, 10))
        tries, again = min(row.tries + 1, 1_000), acting.now() + wait
        told |= {"outcome": Outcome.BEGUN, "tries": tries, "again_at": again}
    else:
        told |= perhaps(row, acting.now())
    Transmission.objects.filter(pk=made.pk).update(**told)


def perhaps(row: Transmission, at: datetime) -> dict[str, object]:
    """What is made of a letter of which nobody knows whether it left: the one rule for that.

    A notice counts as sent: another follows within 24 hours. What is sent once is sent again: told twice is better
    than never. Files are put there again: they are the same.
    """
    again = row.letter == Letter.RETRACTION or row.how == How.FILE
    return {"outcome": Outcome.BEGUN, "again_at": at} if again else {"outcome": Outcome.PERHAPS, "at": row.begun_at}


def settle() -> int:
    """What a process that has ended was at when it ended; nobody else sends meanwhile."""
    rows = list(Transmission.objects.filter(outcome=Outcome.LEAVING))
    for row in rows:
        with durable():
            take_turn()
            Transmission.objects.filter(pk=row.pk, outcome=Outcome.LEAVING).update(**perhaps(row, row.begun_at))
            notice = _held(row.notice)
            if row.letter == Letter.NOTICE and notice.state in (State.DRAFTED, State.REAPPEARED):
                become(notice, State.SENT, row.begun_at)
    return len(rows)


def _dead(home: Home, acting: Acting, made: Transmission, said: str) -> None:
    """The address takes nothing: it counts as a letter that came back."""
    with durable():
        take_turn()
        Transmission.objects.filter(pk=made.pk).update(outcome=Outcome.REFUSED, trouble=said)
        came_back(home, _held(made.notice), said, acting.now())
