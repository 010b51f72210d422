"""The requests of a unit as people read them: all of them in their order, or one with what was said to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from havre.flows.ask_platform import WORKING
from havre.flows.home import Home, consulted
from havre.flows.sealed_words import open_words
from havre.flows.send_requests import as_if_sent, thing_of
from havre.hotline.queries import overturned
from havre.notices.letters import Written
from havre.notices.models import Transmission
from havre.platforms.letter import letter_of
from havre.platforms.life import OVER, WAITING
from havre.platforms.models import Reply, Request
from havre.platforms.policy import Answering, answering
from havre.platforms.queries import letters_of, replies_of, request_for, requests_of, unread_counts, unread_replies
from havre.units.acting import Acting


@dataclass(frozen=True, slots=True)
class Shown:
    """A request with what was said to it."""

    request: Request
    replies: Sequence[tuple[Reply, str]]
    letter: Written
    """As it left, or would leave now."""
    letters: Sequence[Transmission]
    """Every handing over, in their order."""


def show_request(home: Home, acting: Acting, reference: str) -> Shown:
    """A request with its answers, opened once it is written down who reads them."""
    acting.must_be(*WORKING, to="look at requests")
    request = request_for(acting.person, reference)
    replies = [each for each in replies_of(acting.person, request) if each.sealed]
    consulted(home, acting, thing_of(request), {"act": "read", "replies": len(replies)})
    opened = [(each, open_words(home, request.unit, bytes(each.sealed), request.reference)) for each in replies]
    shown = unread_replies(acting.person).filter(pk__in=[each.pk for each in replies])  # none that came since
    shown.update(read_at=acting.now())
    letter = letter_of(as_if_sent(home, request, acting.now()))
    return Shown(request, opened, letter, list(letters_of(acting.person, request)))


def list_requests(home: Home, acting: Acting, *, old: bool = False) -> list[dict[str, Any]]:
    """The unit's requests as fields, those that have not left first, then the soonest deadline."""
    policy, found = answering(home.settings.home), listed_requests(home, acting, old=old)
    return [
        request_fields(each.request, acting.now(), policy, stands=each.stands, unread=each.unread) for each in found
    ]


@dataclass(frozen=True, slots=True)
class Listed:
    """A request as it stands in the list."""

    request: Request
    stands: bool
    """Whether the judgement of its page does."""
    unread: int
    """Mails to it that nobody read."""


def listed_requests(
    home: Home, acting: Acting, *, old: bool = False, after: int = 0, most: int | None = None
) -> list[Listed]:
    """The unit's requests in their order, so many behind so many.

    With `old`, those that are over too; without, only those of them to which somebody wrote what nobody read.
    """
    acting.must_be(*WORKING, to="look at requests")
    rows, unread = requests_of(acting.person), unread_counts(acting.person)
    shown = rows if old else rows.exclude(Q(state__in=OVER) & ~Q(pk__in=list(unread)))
    some = list(shown[after : None if most is None else after + most])
    fallen = set(overturned(acting.person).filter(requests__in=rows).values_list("pk", flat=True))
    consulted(home, acting, "requests", {"shown": len(some)})
    return [Listed(each, each.page_id not in fallen, unread.get(each.pk, 0)) for each in some]


def request_fields(
    request: Request, at: datetime, policy: Answering, *, stands: bool = True, unread: int = 0
) -> dict[str, Any]:
    """A request in a list; it `stands` no more where the judgement of its page was taken back."""
    sent = request.sent_at is not None
    ends = request.kept_until if sent else None
    return {
        "request": request.reference,
        "kind": request.kind,
        "provider": request.provider.name,
        "basis": request.basis,
        "page": request.page.address if request.page is not None else None,
        "asked_at": request.asked_at.isoformat(),
        "days": request.days,
        "sent_at": request.sent_at.isoformat() if request.sent_at else None,
        "deadline": request.deadline.isoformat() if request.deadline and sent else None,
        "late": is_late(request, at),
        "state": request.state,
        "trouble": request.trouble,
        "complete": request.completeness or None,
        "answered_at": request.answered_at.isoformat() if request.answered_at else None,
        "kept_until": ends.isoformat() if ends else None,
        "unread": unread,
        "stands": stands,
        "ends_soon": ends is not None and ends <= at + timedelta(days=policy.reminders[0]),
    }


def is_late(request: Request, at: datetime) -> bool:
    """Whether its deadline passed while they said nothing."""
    waits = request.state in WAITING and request.answered_at is None and request.sent_at is not None
    return waits and not request.unsure and request.deadline is not None and request.deadline <= at
