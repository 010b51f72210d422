"""Notices as the rule of `due` sees them, read from their rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from havre.notices.due import Followed
from havre.notices.models import Act, Answers, Kind, Letter, Notice, Outcome, Response, State, Transmission

LEFT = frozenset({Outcome.LEAVING, Outcome.TAKEN, Outcome.PERHAPS})
"""What counts as having left."""
AT_ONCE = 5_000
"""Notices in one question: databases take no endless list."""
COLUMNS = (
    *("state", "act", "hours", "drafted_at", "due_at", "acknowledged_at", "ended_at", "raised_at"),
    *("recipient__kind", "recipient__email", "recipient__verified_at", "recipient__barred_at"),
)
"""What of a notice the rule sees."""

Some = list[Notice] | QuerySet[Any, Any]


def followed(notices: Iterable[Notice]) -> dict[int, Followed]:
    """Each notice by its key; two questions for some thousands of them."""
    rows = list(notices)
    left, bounced = _left(rows), _bounced(rows)
    return {each.pk: _seen(each, left.get(each.pk), bounced.get(each.pk)) for each in rows}


def followed_in(notices: "QuerySet[Notice]") -> dict[int, Followed]:
    """The same of all of these, of which nothing else is read: three questions, however many they are."""
    keys = notices.order_by().values("pk")
    left, bounced = dict(_last_letters(keys)), dict(_last_bounces(keys))
    rows = notices.order_by().select_related(None).select_related("recipient").only(*COLUMNS)
    return {each.pk: _seen(each, left.get(each.pk), bounced.get(each.pk)) for each in rows.iterator()}


def _seen(notice: Notice, left: datetime | None, bounced: datetime | None) -> Followed:
    verified = notice.recipient.verified_at
    return Followed(
        State(notice.state),
        Kind(notice.recipient.kind),
        Act(notice.act),
        notice.hours,
        notice.drafted_at,
        notice.due_at,
        notice.acknowledged_at,
        notice.ended_at if notice.state == State.REFUSED else None,
        bounced if bounced is not None and (verified is None or verified <= bounced) else None,
        notice.raised_at is not None,
        left,
        notice.recipient.barred_at is not None and not notice.recipient.email,
    )


def _left(notices: list[Notice]) -> Mapping[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(notices), AT_ONCE):
        some = notices[start : start + AT_ONCE]
        found |= dict(_last_letters(some))
    return found


def _last_letters(notices: Some) -> "QuerySet[Any, Any]":
    """When the last letter of each left: one row a notice, however long it is followed."""
    rows = Transmission.objects.filter(notice__in=notices, letter=Letter.NOTICE, outcome__in=LEFT)
    last = rows.values("notice").annotate(last=Max(Coalesce("at", "begun_at"))).order_by()
    return last.values_list("notice", "last")


def _bounced(notices: list[Notice]) -> Mapping[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(notices), AT_ONCE):
        some = notices[start : start + AT_ONCE]
        found |= dict(_last_bounces(some))
    return found


def _last_bounces(notices: Some) -> "QuerySet[Any, Any]":
    rows = Response.objects.filter(notice__in=notices, kind=Answers.BOUNCE)
    return rows.values("notice").annotate(last=Max("at")).order_by().values_list("notice", "last")
