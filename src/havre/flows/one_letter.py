"""One letter, to its end: written down before it leaves, handed over once, tried again where it was clearly not taken.

What it says, whether it still goes and what follows is said by what it is about: a notice or a request (decision 0216).
"""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.errors import HavreError
from havre.flows.credentials import barred, let_in, speaking
from havre.flows.home import Home, durable, take_turn
from havre.flows.notice_hands import TROUBLES, BarredError, DeadAddressError, Hands, NotTakenError, Parcel
from havre.notices.following import LEFT
from havre.notices.models import How, Letter, Outcome, Recipient, Transmission
from havre.units.acting import Acting

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
CHANCE = 8
"""Bytes of the name of each letter: references are published, and who reads one can't name a letter that came back."""


class NotWantedError(Exception):
    """It was taken back, or is gone, a moment before it would have left."""


@dataclass
class Sent:
    """What became of one go."""

    left: int = 0
    failed: int = 0
    dead: int = 0
    """Addresses that take nothing any more."""
    barred: int = 0
    """Letters that a platform did not let in: somebody gives another credential."""
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


@dataclass(frozen=True, slots=True)
class Matter:
    """What letters of one sort are about, as far as sending them asks."""

    parcel: Callable[[Home, Acting, Transmission, datetime], Parcel]
    """The letter, as it is to leave at this moment."""
    contact: Callable[[Transmission], Recipient]
    goes: Callable[[Home, Acting, Transmission, datetime], bool]
    """Whether it would be begun like this now; asked in the transaction in which it leaves, at this moment."""
    left: Callable[[Home, Transmission, datetime], None]
    """It left, or perhaps did: what follows, inside the caller's transaction."""
    dead: Callable[[Home, Transmission, str, datetime], None]
    """Its address takes nothing, with what was said: what follows, inside the caller's transaction."""
    note: Callable[[Transmission, str], None]
    """Says what stands in the way, for a person."""


MatterOf = Callable[[Transmission], Matter]


def way_to(contact: Recipient) -> tuple[How, str]:
    """How they are reached: by their own address for notices, else by mail, else by hand.

    One that does not let us in is written to by mail meanwhile, where there is one.
    """
    if contact.api and not (contact.barred_at is not None and contact.email):
        return How.API, contact.api
    return (How.MAIL, contact.email) if contact.email else (How.FILE, "")


def domain(home: Home) -> str:
    """What stands behind the @ of the identifiers of letters."""
    mail = home.settings.mail
    return mail.sender.rpartition("@")[2] if mail is not None else "havre.invalid"


def new_message_id(home: Home, reference: str, number: int) -> str:
    """The identifier of a letter that nobody else can name."""
    chance = os.urandom(CHANCE).hex()
    return message_id(reference, number, f"@{chance}.{domain(home)[-70:].lstrip('.-')}")


def message_id(reference: str, number: int, like: str) -> str:
    """The identifier of a letter: the same for the same letter, whoever sends it and however often it is begun."""
    return f"<{reference.lower()}.{number}@{like.rpartition('@')[2].rstrip('>')}>"


def take_back(rows: "QuerySet[Transmission]", reference: str, number: int, at: datetime) -> list[Transmission]:
    """Every address that these letters went to is told, once, that it is taken back: queued from this number on.

    What has not left is dropped. Inside the caller's transaction.
    """
    told = {each.to: each for each in rows.filter(outcome__in=LEFT).order_by("number")}
    rows.filter(outcome=Outcome.BEGUN).update(outcome=Outcome.DROPPED)
    each_to = enumerate(told.values(), start=number)
    return [taking_back(last, reference, following, (last.how, last.to), at) for following, last in each_to]


def taking_back(last: Transmission, reference: str, number: int, way: tuple[str, str], at: datetime) -> Transmission:
    """What takes back a letter that left, queued by this way."""
    return Transmission.objects.create(
        notice_id=last.notice_id,
        number=number,
        letter=Letter.RETRACTION,
        how=way[0],
        to=way[1],
        message_id=message_id(reference, number, last.message_id),
        due_at=at,
        begun_at=at,
        again_at=at,
    )


def hand(home: Home, acting: Acting, made: Transmission, matter: Matter, hands: Hands, done: Sent) -> None:
    """One letter, to its end: it left, it is tried again, or nobody takes it."""
    try:
        at = acting.now()
        parcel = matter.parcel(home, acting, made, at)
        if made.how == How.API:
            parcel = replace(parcel, headers=speaking(home, matter.contact(made), parcel, at))
        way = {How.MAIL: hands.mail, How.API: hands.api, How.FILE: hands.file}[How(made.how)]
        way(parcel, lambda: leaving(home, acting, made, matter, at))
    except NotWantedError:
        Transmission.objects.filter(pk=made.pk, outcome=Outcome.BEGUN).update(outcome=Outcome.DROPPED)
    except DeadAddressError as error:
        _dead(home, made, matter, plain(error), acting.now())
        done.dead += 1
    except (*TROUBLES, HavreError) as error:
        _failed(home, made, matter, error, acting.now())
        done.failed += 1
        done.barred += isinstance(error, BarredError)
    else:
        _left(home, made, matter, acting.now())
        done.left += 1


def plain(error: Exception) -> str:
    """What went wrong, as one line that may be kept and printed."""
    return "".join(char if char.isprintable() else " " for char in f"{error}" or type(error).__name__)[:200]


def leaving(home: Home, acting: Acting, made: Transmission, matter: Matter, at: datetime) -> None:
    """It leaves now: from here on it is not done again. Raises NotWantedError where it is not wanted any more.

    It may have been begun long ago: whatever had to hold then has to hold now.
    """
    with durable():
        take_turn()
        row = Transmission.objects.select_for_update().get(pk=made.pk)
        if row.outcome != Outcome.BEGUN or not matter.goes(home, acting, row, at):
            raise NotWantedError
        Transmission.objects.filter(pk=made.pk).update(outcome=Outcome.LEAVING)


def _left(home: Home, made: Transmission, matter: Matter, at: datetime) -> None:
    with durable():
        take_turn()
        told = {"outcome": Outcome.TAKEN, "at": at, "tries": 0, "trouble": "", "again_at": None}
        Transmission.objects.filter(pk=made.pk).update(**told)
        # Another address of theirs says nothing of the one that they have.
        if made.how == How.API and made.to == (contact := matter.contact(made)).api:
            let_in(contact, at)
        matter.left(home, made, at)


def _failed(home: Home, made: Transmission, matter: Matter, error: Exception, at: datetime) -> None:
    """Before it left, or with a clear no: tried again, later each time. Whatever else: perhaps it left."""
    row = Transmission.objects.get(pk=made.pk)
    Transmission.objects.filter(pk=made.pk).update(trouble=plain(error))
    if row.outcome == Outcome.LEAVING and not isinstance(error, NotTakenError):
        _in_doubt(home, row, matter, at)
        return
    wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(row.tries, 10))
    told = {"outcome": Outcome.BEGUN, "tries": min(row.tries + 1, 1_000), "again_at": at + wait}
    with durable():
        take_turn()
        Transmission.objects.filter(pk=made.pk).update(**told)
        if isinstance(error, BarredError):
            contact = matter.contact(made)
            if made.to == contact.api:
                barred(home, contact, at)
            matter.note(made, _("they do not let us in (%(said)s): give another credential") % {"said": plain(error)})


def perhaps(row: Transmission, at: datetime) -> dict[str, object]:
    """What is made of a letter of which nobody knows whether it left: the one rule for that.

    A notice counts as sent: another follows within 24 hours. So does a request, and a person is told. What takes
    something back is sent again: told twice is better than never. Files are put there again: they are the same.
    """
    again = row.letter == Letter.RETRACTION or row.how == How.FILE
    return {"outcome": Outcome.BEGUN, "again_at": at} if again else {"outcome": Outcome.PERHAPS, "at": row.begun_at}


def _in_doubt(home: Home, row: Transmission, matter: Matter, at: datetime) -> None:
    told = perhaps(row, at)
    with durable():
        take_turn()
        changed = Transmission.objects.filter(pk=row.pk, outcome=Outcome.LEAVING).update(**told)
        if changed and told["outcome"] == Outcome.PERHAPS:
            matter.left(home, row, row.begun_at)


def settle(home: Home, matter_of: MatterOf) -> int:
    """What a process that has ended was at when it ended; nobody else sends meanwhile."""
    rows = list(Transmission.objects.filter(outcome=Outcome.LEAVING))
    for row in rows:
        _in_doubt(home, row, matter_of(row), row.begun_at)
    return len(rows)


def _dead(home: Home, made: Transmission, matter: Matter, said: str, at: datetime) -> None:
    """The address takes nothing: it counts as a letter that came back."""
    with durable():
        take_turn()
        Transmission.objects.filter(pk=made.pk).update(outcome=Outcome.REFUSED, trouble=said)
        matter.dead(home, made, said, at)
