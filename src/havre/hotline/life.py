"""The life of a page: what it may become, and the one function that moves it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid
from havre.hotline.models import Page, State
from havre.hotline.policy import Times
from havre.hotline.standing import Standing, Waits

MAY_BECOME: Mapping[str, frozenset[str]] = {
    State.RECEIVED: frozenset({State.TRIAGED, State.NOT_ACTIONABLE, State.CLOSED}),
    State.TRIAGED: frozenset({State.ROUTED, State.RECEIVED, State.CLOSED}),
    State.ROUTED: frozenset({State.ROUTED, State.TRIAGED, State.ACTED_ON, State.RECEIVED, State.CLOSED}),
    State.ACTED_ON: frozenset({State.ROUTED, State.TRIAGED, State.RECEIVED, State.CLOSED}),
    State.CLOSED: frozenset({State.TRIAGED, State.RECEIVED}),
    State.NOT_ACTIONABLE: frozenset({State.RECEIVED}),
}
"""Back to received it comes where a judgement is taken back; to triaged where it is there again, where nobody knows any
more where it is, or where somebody says only now that a child is in danger: its way may be another."""

OVER = frozenset({State.CLOSED, State.NOT_ACTIONABLE})
"""Nothing waits for anybody."""

OPEN = (State.RECEIVED, State.TRIAGED, State.ROUTED, State.ACTED_ON)


def become(page: Page, to: str, at: datetime, times: Times) -> Page:
    """The page in its next state, written, with when the next thing is due. Raises Invalid where that may not be."""
    if to not in MAY_BECOME[page.state]:
        raise Invalid(
            _("a page that is %(state)s cannot become %(to)s")
            % {"state": pgettext("page", page.state), "to": pgettext("page", to)}
        )
    page.state, page.since = to, at
    page.due_at = due(page, at, times)
    page.closed_at = at if to == State.CLOSED else None
    page.disputed = False
    page.save(update_fields=["state", "since", "due_at", "closed_at", "disputed", "gone_at", "gone_hours", "reason"])
    return page


def due(page: Page, at: datetime, times: Times) -> datetime | None:
    """When the next thing must have been done, where the page came to its state at this moment."""
    waits = {
        State.RECEIVED: times.danger if page.danger else times.judge,
        State.TRIAGED: min(times.route, times.danger) if page.danger else times.route,
        State.ROUTED: times.act,
        State.ACTED_ON: times.gone,
    }
    return at + timedelta(hours=waits[State(page.state)]) if page.state in waits else None


def waits_until(page: Page, standing: Standing, times: Times) -> datetime | None:
    """When a page that is not judged yet must have been: the next person has their own time, from the word before."""
    if standing.waits is Waits.FIRST or standing.at is None:
        return due(page, page.since or page.first_at, times)
    return standing.at + timedelta(hours=min(times.second, times.danger) if page.danger else times.second)


def due_after(page: Page, at: datetime, times: Times, *, danger: bool, begun: bool) -> datetime | None:
    """When the next thing must have been done, now that somebody says at this time that it is there.

    The first report begins the clock. A later one changes nothing, unless it is the first to say that a child is in
    danger now: then the clock is as short as if it had been the first, and no report after makes it longer.
    """
    hours = timedelta(hours=times.danger if danger else times.judge)
    if begun:
        return at + hours
    if not danger or page.danger or page.due_at is None:
        return page.due_at
    return min(page.due_at, at + hours)
