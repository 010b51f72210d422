"""What time alone does to what waits for answers: deadlines pass, retractions that nobody confirmed are sent again, and
what people said is erased on its day. Done again, nothing.
"""

import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from havre.corrections.models import Challenge
from havre.corrections.models import State as ChallengeState
from havre.corrections.taken_back import TakenBack, taken_back
from havre.flows.ask_platform import deadlines_passed, erase_replies
from havre.flows.challenge import thing_of
from havre.flows.contest import log_for
from havre.flows.erase_reports import said_unread
from havre.flows.forget import day_of, forget, wipe
from havre.flows.home import Home, durable, take_turn
from havre.flows.notice_letter import next_number
from havre.flows.one_letter import taking_back, way_to
from havre.flows.register import count_again
from havre.flows.send_notices import speaks
from havre.flows.stray_mail import erase_mail
from havre.notices.models import How, Letter, Notice, Outcome, Response, State, Transmission
from havre.platforms.models import Edition, Record
from havre.platforms.policy import answering
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import Random
from havre.units.acting import Acting, Clock
from havre.units.models import Unit

AT_ONCE = 100
WHY = "what was taken back"


@dataclass(frozen=True, slots=True)
class Tended:
    """How many things changed, and how."""

    deadlines: int
    reminded: int
    erased: int

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def tend_answers(home: Home, clock: Clock) -> Tended:
    """Everything that is due at this moment."""
    count_retracted(home, clock)
    erased = erase_challenges(home, clock) + erase_replies(home, clock) + erase_responses(home, clock)
    erased += erase_mail(home, clock)
    return Tended(deadlines_passed(home, clock), remind_retractions(home, clock), erased)


def remind_retractions(home: Home, clock: Clock) -> int:
    """Whoever was told that a notice is taken back, and did not confirm it, is told again, and so is whoever could not
    be reached, once somebody verified where they are; how many letters wait.
    """
    policy, made = answering(home.settings.home), 0
    for unit in Unit.objects.order_by("pk"):
        now, wait = clock(), timedelta(hours=policy.remind_after)
        some = _perhaps(unit, now - wait, policy.remind_times)
        if not any(_again(each, now, wait, policy.remind_times) for each in taken_back(some)):
            continue  # nobody waits for the turn of whoever writes
        with durable():
            take_turn()
            due = [(each, _again(each, now, wait, policy.remind_times)) for each in taken_back(some)]
            ways = {(each.notice.pk, way): each for each, way in due if way is not None}
            made += sum(_queue(home, unit, each, way, now) for (_key, way), each in ways.items())
    return made


def _perhaps(unit: Unit, before: datetime, times: int) -> "QuerySet[Notice]":
    """Of a unit's notices, those of which a letter may be due; those that were told often enough are not read again."""
    backs = owned_by(unit, Transmission.objects, "notice__unit").filter(letter=Letter.RETRACTION)
    told = backs.exclude(how=How.FILE).values("notice", "to").order_by()
    told = told.annotate(count=Count("pk"), last=Max(Coalesce("at", "begun_at")))
    late = told.filter(count__lte=times, last__lte=before).values("notice")
    dead = backs.filter(outcome=Outcome.REFUSED, notice__recipient__verified_at__gt=F("begun_at")).values("notice")
    return owned_by(unit, Notice.objects).filter(Q(pk__in=late) | Q(pk__in=dead))


def _again(back: TakenBack, now: datetime, wait: timedelta, times: int) -> tuple[str, str] | None:
    """Which way they are told again now; None where nothing is due."""
    if back.confirmed_at is not None or back.waits or not back.backs:
        return None
    last, contact = back.backs[-1], back.notice.recipient
    left = last.at or last.begun_at
    if back.dead:
        known = contact.verified_at is not None and contact.verified_at > last.begun_at
        return way_to(contact) if known and not _told_there(back) else None
    if last.how == How.FILE or len(back.backs) > times or left + wait > now:
        return None
    return last.how, last.to


def _told_there(back: TakenBack) -> bool:
    """Whether they were told, or will be, at where they are now."""
    _how, to = way_to(back.notice.recipient)
    rows = Transmission.objects.filter(notice=back.notice, letter=Letter.RETRACTION, to=to)
    return rows.exclude(outcome=Outcome.REFUSED).exists()


def _queue(home: Home, unit: Unit, back: TakenBack, way: tuple[str, str], now: datetime) -> int:
    taking_back(back.backs[-1], back.notice.reference, next_number(back.notice), way, now)
    log_for(home, unit, "change", f"notice {back.notice.reference}", now, {"act": "reminded that it is taken back"})
    return 1


def count_retracted(home: Home, clock: Clock) -> int:
    """Notices that were taken back count apart in registers that were made before, too; how many registers changed."""
    changed = 0
    for unit in Unit.objects.filter(editions__isnull=False).distinct().order_by("pk"):
        person, stale = speaks(unit), _stale(unit)
        if person is None or not stale:
            continue
        with durable():
            take_turn()
            for edition in owned_by(unit, Edition.objects).filter(pk__in=stale).order_by("pk"):
                count_again(home, Acting(person, clock, WHY), edition)
                log_for(home, unit, "change", f"register {edition.number}", clock(), {"act": "counted again"})
        changed += len(stale)
    return changed


def _stale(unit: Unit) -> set[int]:
    """The registers in which something counts that was taken back since."""
    since = Coalesce("corrected_at", "edition__made_at")
    back = {"provider__notices__state": State.RETRACTED, "provider__notices__ended_at__gt": since}
    rows = owned_by(unit, Record.objects, "edition__unit")
    found = set()
    for record in rows.filter(pk__in=rows.filter(**back).values("pk")):
        counts = [each["reference"] for each in record.sources if each.get("retracted") is False]
        if Notice.objects.filter(reference__in=counts, state=State.RETRACTED).exists():
            found.add(record.edition_id)
    return found


def erase_challenges(home: Home, clock: Clock, random: Random = os.urandom) -> int:
    """What challengers said, and what they were answered, is erased on its day; how many."""
    erased, now = 0, clock()
    settled = Challenge.objects.filter(again_at=None).exclude(state=ChallengeState.WAITING)
    over = settled.filter(~Exists(said_unread()), erase_after__lt=now.date(), erased_at=None).order_by("pk")
    while some := list(over.values_list("pk", flat=True)[:AT_ONCE]):
        with durable():
            take_turn()
            still = list(over.filter(pk__in=some).select_related("unit", "receipt"))  # one may wait again meanwhile
            for challenge in still:
                _erase(home, challenge, clock, random)
        erased += len(still)
    if erased:
        wipe()
    return erased


def erase_responses(home: Home, clock: Clock) -> int:
    """What recipients said to notices that are over is erased on its day, as what was said to requests; how many."""
    erased, before = 0, clock() - timedelta(days=answering(home.settings.home).erase_replies)
    over = Response.objects.filter(notice__state__in=(State.REMOVED, State.RETRACTED), notice__ended_at__lt=before)
    # What came after it was over has its own days: somebody reads it first.
    rows = over.filter(at__lt=before).exclude(sealed=b"").select_related("notice__unit").order_by("pk")
    while some := list(rows[:AT_ONCE]):
        with durable():
            take_turn()
            for each in some:
                told = {"act": "answer erased on its day"}
                log_for(home, each.notice.unit, "erasure", f"notice {each.notice.reference}", clock(), told)
            Response.objects.filter(pk__in=[each.pk for each in some]).update(sealed=b"")
        erased += len(some)
    return erased


def _erase(home: Home, challenge: Challenge, clock: Clock, random: Random) -> None:
    if challenge.receipt is not None:
        forget(challenge.receipt, clock(), random)
    else:
        days = {"at": day_of(challenge.at), "erased_at": day_of(clock())}
        Challenge.objects.filter(pk=challenge.pk).update(told=None, **days)
    log_for(home, challenge.unit, "erasure", thing_of(challenge), clock(), {"act": "erased on its day"})
