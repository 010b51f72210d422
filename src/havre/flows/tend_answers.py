"""What time alone does to what waits for answers: deadlines pass, retractions that nobody confirmed are sent again, and
what people said is erased on its day. Done again, nothing.
"""

import os
from dataclasses import asdict, dataclass
from datetime import timedelta

from havre.corrections.models import Challenge
from havre.corrections.models import State as ChallengeState
from havre.corrections.taken_back import TakenBack, taken_back
from havre.flows.ask_platform import deadlines_passed, erase_replies
from havre.flows.challenge import thing_of
from havre.flows.contest import log_for
from havre.flows.draft_notice import message_id
from havre.flows.home import Home, durable, take_turn
from havre.flows.take_letters import forget
from havre.notices.models import How, Letter, Notice, Transmission
from havre.platforms.policy import answering
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import Random
from havre.units.acting import Clock
from havre.units.models import Unit

AT_ONCE = 100


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
    erased = erase_challenges(home, clock) + erase_replies(home, clock)
    return Tended(deadlines_passed(home, clock), remind_retractions(home, clock), erased)


def remind_retractions(home: Home, clock: Clock) -> int:
    """Whoever was told that a notice is taken back, and did not confirm it, is told again; how many letters wait."""
    policy, made = answering(home.settings.home), 0
    for unit in Unit.objects.order_by("pk"):
        with durable():
            take_turn()
            for each in taken_back(owned_by(unit, Notice.objects)):
                made += _remind(home, unit, each, clock, policy.remind_after, policy.remind_times)
    return made


def _remind(home: Home, unit: Unit, back: TakenBack, clock: Clock, hours: int, times: int) -> bool:
    now = clock()
    if back.told_at is None or back.confirmed_at is not None or back.waits:
        return False
    letters = Transmission.objects.filter(notice=back.notice).order_by("number")
    told = [each for each in letters if each.letter == Letter.RETRACTION]
    last = told[-1]
    due = (last.at or last.begun_at) + timedelta(hours=hours)
    if last.how == How.FILE or len(told) > times or due > now:
        return False
    number = max(each.number for each in letters) + 1
    Transmission.objects.create(
        notice=back.notice,
        number=number,
        letter=Letter.RETRACTION,
        how=last.how,
        to=last.to,
        message_id=message_id(back.notice, number, last.message_id),
        due_at=now,
        begun_at=now,
        again_at=now,
    )
    log_for(home, unit, "change", f"notice {back.notice.reference}", now, {"act": "reminded that it is taken back"})
    return True


def erase_challenges(home: Home, clock: Clock, random: Random = os.urandom) -> int:
    """What challengers said, and what they were answered, is erased on its day; how many."""
    erased, now = 0, clock()
    over = Challenge.objects.filter(erase_after__lt=now.date(), erased_at=None).exclude(state=ChallengeState.WAITING)
    while some := list(over.select_related("unit", "receipt").order_by("pk")[:AT_ONCE]):
        with durable():
            take_turn()
            for challenge in some:
                _erase(home, challenge, clock, random)
        erased += len(some)
    return erased


def _erase(home: Home, challenge: Challenge, clock: Clock, random: Random) -> None:
    if challenge.receipt is not None:
        forget(challenge.receipt, clock(), random)
    challenge.told, challenge.erased_at = None, clock()
    challenge.save(update_fields=["told", "erased_at"])
    log_for(home, challenge.unit, "erasure", thing_of(challenge), clock(), {"act": "erased on its day"})
