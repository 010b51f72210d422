"""Reads of requests, waiting mail, registers, and what figures are computed from; the first parameter is who asks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.notices.following import LEFT
from havre.notices.models import BY_PERSON, Answers, Letter, Look, Notice, Response, Return, Transmission
from havre.notices.models import State as NoticeState
from havre.platforms.figures import Asked, Counted
from havre.platforms.life import UNSURE, WAITING
from havre.platforms.models import Completeness, Edition, Record, Reply, Request, State, Stray
from havre.restrictions.visible import visible_to
from havre.units.models import Person

ANSWERED = (Answers.DECISION, Answers.REDRESS, Answers.OTHER)
"""What counts as an answer: somebody said something about it."""


def requests_of(viewer: Person) -> "QuerySet[Request]":
    """The requests of the viewer's unit, those that have not left first, then the soonest deadline."""
    rows = visible_to(viewer, Request.objects).select_related("provider", "page", "case", "asked_by", "unit")
    return rows.annotate(unsure=UNSURE).order_by(F("deadline").asc(nulls_first=True), "pk")  # type: ignore[no-redef]


def request_for(viewer: Person, reference: str) -> Request:
    """A request by its reference. Raises NotFound where there is none, or it is another unit's."""
    text = reference.strip().upper()
    found = requests_of(viewer).filter(reference=text).first() if "\x00" not in text else None
    if found is None:
        raise NotFound(_("there is no such request"))
    return found


def requests_waiting(viewer: Person, at: datetime) -> "QuerySet[Request]":
    """Requests whose deadline has passed without a word, of those whose letter is known to have left."""
    return requests_of(viewer).filter(state__in=WAITING, deadline__lte=at, answered_at=None).exclude(UNSURE)


def ending(viewer: Person, until: datetime) -> "QuerySet[Request]":
    """What a provider preserves, and whose time ends by then, the soonest first."""
    open_ = (State.ASKED, State.ANSWERED, State.UNANSWERED)
    return requests_of(viewer).filter(kept_until__lte=until, state__in=open_).order_by("kept_until", "pk")


def letters_of(viewer: Person, request: Request) -> "QuerySet[Transmission]":
    """Every handing over of a letter of a request, in their order."""
    rows = visible_to(viewer, Transmission.objects, "handed__request__unit")
    return rows.filter(handed__request=request).order_by("pk")


def replies_of(viewer: Person, request: Request) -> "QuerySet[Reply]":
    """What a provider said to a request, the oldest first."""
    return visible_to(viewer, Reply.objects, "request__unit").filter(request=request).order_by("at", "pk")


def unread_replies(viewer: Person) -> "QuerySet[Reply]":
    """What came by mail to requests, from whomever, and nobody read: also to those that are over."""
    return visible_to(viewer, Reply.objects, "request__unit").filter(by=None, read_at=None).exclude(sealed=b"")


def unread_counts(viewer: Person) -> dict[int, int]:
    """How many of them each request has that has any."""
    return dict(unread_replies(viewer).order_by().values_list("request").annotate(count=Count("pk")))


def strays_of(viewer: Person) -> "QuerySet[Stray]":
    """Mail that belongs to nothing that is known and that nobody placed, the oldest first."""
    return visible_to(viewer, Stray.objects).filter(placed_at=None).order_by("pk")


def stray_for(viewer: Person, number: int) -> Stray:
    """One of them. Raises NotFound where there is none, or it is another unit's."""
    found = strays_of(viewer).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no mail of that number that waits"))
    return found


# ---- registers ----


def editions_of(viewer: Person) -> "QuerySet[Edition]":
    """The registers of the viewer's unit, the newest first."""
    return visible_to(viewer, Edition.objects).order_by("-number")


def edition_for(viewer: Person, number: int) -> Edition:
    """A register by its number. Raises NotFound where there is none."""
    found = visible_to(viewer, Edition.objects).filter(number=number).first()
    if found is None:
        raise NotFound(_("there is no register of that number"))
    return found


def edition_keyed(viewer: Person, key: int) -> Edition:
    """A register by its key, for a page. Raises NotFound where there is none, or it is another unit's."""
    found = visible_to(viewer, Edition.objects).filter(pk=key).first()
    if found is None:
        raise NotFound(_("there is no register of that number"))
    return found


def records_of(viewer: Person, edition: Edition) -> "QuerySet[Record]":
    """What a register says, by the provider's name."""
    rows = visible_to(viewer, Record.objects, "edition__unit").filter(edition=edition)
    return rows.select_related("provider", "edition").order_by("provider__name")


def record_for(viewer: Person, edition: Edition, provider: str) -> Record:
    """What a register says of one provider. Raises NotFound where it says nothing."""
    found = (
        records_of(viewer, edition).filter(provider__name=provider.strip()).first() if provider.isprintable() else None
    )
    if found is None:
        raise NotFound(_("this register has no provider of that name"))
    return found


# ---- what figures are computed from ----


def counted(viewer: Person, begins: datetime, ends: datetime, *, every: bool = False) -> dict[int, list[Counted]]:
    """By provider, every notice whose first letter left in this time, in the order they left.

    Those that were left out are not there, unless `every` is asked for. One question for each column: the database
    groups the numbers.
    """
    grouped = _left(viewer, begins, ends)
    left = {each["notice"]: (each["first"], each["letters"]) for each in grouped}
    which = grouped.values("notice")
    rows = visible_to(viewer, Notice.objects).filter(pk__in=which)
    if not every:
        rows = rows.filter(left_out=None)
    kept = list(rows.values_list("pk", "reference", "recipient", "page", "state"))
    receipts = _said(viewer, which, (Answers.RECEIPT,))
    answers, gone = _said(viewer, which, ANSWERED), _gone(viewer, rows.values("page"), ends)
    # That somebody reported it, or that it stands elsewhere, says nothing of whoever removed it.
    seen = visible_to(viewer, Return.objects, "notice__unit").filter(how=BY_PERSON)
    came_back = seen.filter(notice__in=which, at__lt=ends)
    returns = dict(came_back.values_list("notice").annotate(count=Count("pk")).order_by())
    found: dict[int, list[Counted]] = {}
    for key, reference, recipient, page, state in sorted(kept, key=lambda row: (left[row[0]][0], row[1])):
        first, letters = left[key]
        each = Counted(
            reference,
            first,
            letters,
            _before(receipts.get(key), ends),
            _before(answers.get(key), ends),
            next((at for at in gone.get(page, ()) if at >= first), None),
            returns.get(key, 0),
            state == NoticeState.RETRACTED,
        )
        found.setdefault(recipient, []).append(each)
    return found


def left_in(viewer: Person, begins: datetime, ends: datetime) -> "QuerySet[Notice]":
    """The notices whose first letter left in this time, also those that no register counts."""
    rows = visible_to(viewer, Notice.objects).filter(pk__in=_left(viewer, begins, ends).values("notice"))
    return rows.select_related("recipient").order_by("pk")


def asked(viewer: Person, begins: datetime, ends: datetime) -> dict[int, list[Asked]]:
    """By provider, every request whose letter left in this time and that was not withdrawn."""
    rows = visible_to(viewer, Request.objects).filter(sent_at__gte=begins, sent_at__lt=ends)
    columns = ("pk", "provider", "reference", "sent_at", "deadline", "answered_at", "completeness")
    unsure = set(rows.filter(UNSURE).values_list("pk", flat=True))
    found: dict[int, list[Asked]] = {}
    kept = rows.exclude(state=State.WITHDRAWN).order_by("sent_at", "reference").values_list(*columns)
    for key, provider, reference, at, deadline, answered, complete in kept:
        full = complete == Completeness.FULL and answered is not None
        due = deadline if key not in unsure else None
        found.setdefault(provider, []).append(Asked(reference, at, _before(answered, ends), full, due))
    return found


def _left(viewer: Person, begins: datetime, ends: datetime) -> "QuerySet[Any, Any]":
    """When the first letter of each notice left, and how many did until then."""
    rows = visible_to(viewer, Transmission.objects, "notice__unit").filter(letter=Letter.NOTICE, outcome__in=LEFT)
    left = rows.annotate(left=Coalesce("at", "begun_at")).filter(left__lt=ends)
    grouped = left.values("notice").annotate(first=Min("left"), letters=Count("pk"))
    return grouped.filter(first__gte=begins).order_by()


def _said(viewer: Person, notices: "QuerySet[Any, Any]", kinds: Iterable[str]) -> dict[int, datetime]:
    rows = visible_to(viewer, Response.objects, "notice__unit").filter(notice__in=notices, kind__in=list(kinds))
    return dict(rows.values_list("notice").annotate(first=Min("at")).order_by())


def _gone(viewer: Person, pages: "QuerySet[Any, Any]", ends: datetime) -> dict[int, list[datetime]]:
    rows = visible_to(viewer, Look.objects, "page__unit").filter(page__in=pages, gone=True, at__lt=ends)
    found: dict[int, list[datetime]] = {}
    for page, at in rows.order_by("at").values_list("page", "at"):
        found.setdefault(page, []).append(at)
    return found


def _before(at: datetime | None, ends: datetime) -> datetime | None:
    return at if at is not None and at < ends else None
