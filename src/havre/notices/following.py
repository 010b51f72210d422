"""Notices as the rule of `due` sees them, read from their rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Coalesce

from havre.notices.due import Followed
from havre.notices.models import Act, Answers, Kind, Letter, Notice, Outcome, Response, State, Transmission

LEFT = frozenset({Outcome.LEAVING, Outcome.TAKEN, Outcome.PERHAPS})
"""What counts as having left."""
AT_ONCE = 5_000
"""Notices in one question: databases take no endless list."""


def followed(notices: Iterable[Notice]) -> dict[int, Followed]:
    """Each notice by its key; two questions for some thousands of them."""
    rows = list(notices)
    left, bounced = _left(rows), _bounced(rows)
    return {each.pk: _seen(each, left.get(each.pk), bounced.get(each.pk)) for each in rows}


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
    )


def _left(notices: list[Notice]) -> Mapping[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(notices), AT_ONCE):
        some = notices[start : start + AT_ONCE]
        rows = Transmission.objects.filter(notice__in=some, letter=Letter.NOTICE, outcome__in=LEFT)
        # One row a notice, however long it is followed.
        last = rows.values("notice").annotate(last=Max(Coalesce("at", "begun_at"))).order_by()
        found |= dict(last.values_list("notice", "last"))
    return found


def _bounced(notices: list[Notice]) -> Mapping[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(notices), AT_ONCE):
        some = notices[start : start + AT_ONCE]
        rows = Response.objects.filter(notice__in=some, kind=Answers.BOUNCE)
        found |= dict(rows.values("notice").annotate(last=Max("at")).order_by().values_list("notice", "last"))
    return found
