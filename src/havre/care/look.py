"""Begin and end a look: what a reveal adds to the time somebody looked, by the server's clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

from havre.care.models import Pause, Reveal, Why
from havre.care.queries import going_on, last_reveal, limits_of, spent_by, standing_pauses
from havre.care.rules import GRACE, LONGEST_LOOK, Limits, hold_end, next_day, reached, seconds_added, stretch_of
from havre.cases.models import Case
from havre.media.models import Medium
from havre.units.models import Person


def begin_look(
    person: Person, medium: Medium, case: Case | None, hold: str, at: datetime, crop: int | None = None
) -> Reveal:
    """From now on this person looks at this medium, or at this crop of it alone; called inside a transaction, after
    `end_looks` and a pause."""
    stretch = stretch_of(last_reveal(person), at, limits_of(person))
    return Reveal.objects.create(
        person=person, medium=medium, crop=crop, case=case, hold=hold, began_at=at, stretch_began_at=stretch
    )


def end_looks(person: Person, at: datetime, of: Callable[[str], bool]) -> int:
    """End the looks of the holds that `of` says, and those that lasted too long; how many ended."""
    going = going_on(person)
    holds = {look.hold for look in going if of(look.hold) or look.began_at + LONGEST_LOOK < at}
    return sum(_end([look for look in going if look.hold == hold], at) for hold in sorted(holds))


def _end(looks: list[Reveal], at: datetime) -> int:
    began = [look.began_at for look in looks]
    end = hold_end(began, at)
    for look, seconds in zip(looks, seconds_added(began, end), strict=True):
        look.ended_at, look.seconds = max(end, look.began_at), seconds
    Reveal.objects.bulk_update(looks, ["ended_at", "seconds"])
    return len(looks)


def pause_due(person: Person, at: datetime) -> Pause | None:
    """The pause this person is on or that is about to begin; made where a limit was reached just now."""
    limits = limits_of(person)
    spent = spent_by(person, at, limits)
    pauses = standing_pauses(person, at, spent, limits)
    why = reached(spent, limits)
    for pause in (each for each in pauses if each.why == Why.STRETCH and at < each.began_at):
        _put_off(pause, at, limits)
    if why is not None and why not in {pause.why for pause in pauses}:
        pauses.append(Pause.objects.create(person=person, why=why, began_at=at + GRACE, until=_until(why, at, limits)))
    return min(pauses, key=lambda pause: pause.began_at, default=None)


def _put_off(pause: Pause, at: datetime, limits: Limits) -> None:
    """Whoever still looks in the grace pauses from then on."""
    pause.until = max(pause.until, _until(Why.STRETCH, at, limits))
    pause.save(update_fields=["until"])


def _until(why: Why, at: datetime, limits: Limits) -> datetime:
    return next_day(at) if why == Why.DAY else at + timedelta(seconds=limits.pause)
