"""Notices as the rule of `due` sees them, read from their rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from havre.notices.due import Followed
from havre.notices.models import Act, Answers, Kind, Letter, Notice, Outcome, Response, State, Transmission

LEFT = frozenset({Outcome.LEAVING, Outcome.TAKEN, Outcome.PERHAPS})
"""What counts as having left."""


def followed(notices: Iterable[Notice]) -> dict[int, Followed]:
    """Each notice by its key; two questions for all of them."""
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
    rows = Transmission.objects.filter(notice__in=notices, letter=Letter.NOTICE, outcome__in=LEFT)
    found: dict[int, datetime] = {}
    for key, at, begun in rows.order_by("number").values_list("notice", "at", "begun_at"):
        found[key] = at or begun
    return found


def _bounced(notices: list[Notice]) -> Mapping[int, datetime]:
    rows = Response.objects.filter(notice__in=notices, kind=Answers.BOUNCE)
    return dict(rows.order_by("at", "pk").values_list("notice", "at"))
