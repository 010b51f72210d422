"""What waits of notices and when, one notice with its letter as it will be sent, and how long it took until gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from havre.errors import HavreError
from havre.flows.at_page import WORKING
from havre.flows.home import Home, consulted
from havre.flows.notice_letter import next_number, told_of
from havre.hotline.queries import routings_of
from havre.hotline.worded import worded
from havre.notices.due import Due, dues, silent_until
from havre.notices.following import followed, followed_in
from havre.notices.letters import Written, written
from havre.notices.models import Letter, Look, Notice, Response, Return, State, Transmission
from havre.notices.queries import (
    about_page,
    first_of_pages,
    looks_at,
    notice_for,
    notices_of,
    responses_of,
    transmissions_of,
    waiting,
)
from havre.units.acting import Acting

PAGE = 50
"""Things shown at once."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that is due of one notice."""

    notice: Notice
    due: Due

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {"due": self.due.at.isoformat(), "step": str(self.due.step), **brief(self.notice)}


def brief(notice: Notice) -> dict[str, Any]:
    """What a line of a list says of a notice."""
    return {
        "reference": notice.reference,
        "page": notice.page_id,
        "address": notice.page.address,
        "recipient": notice.recipient.name,
        "kind": str(notice.recipient.kind),
        "rung": notice.rung,
        "act": str(notice.act),
        "state": str(notice.state),
        "trouble": notice.trouble,
    }


def waits_by(home: Home, acting: Acting, at: datetime) -> list[Waits]:
    """Everything that is due by then, the earliest first: letters, rungs, and what a person has to confirm."""
    acting.must_be(*WORKING, to="read notices")
    rows = list(waiting(acting.person))
    seen = followed(rows)
    found = [Waits(row, each) for row in rows for each in dues(seen[row.pk]) if each.at <= at]
    consulted(home, acting, "notices", {"act": "due", "shown": len(found)})
    return sorted(found, key=lambda each: (each.due.at, each.due.step, each.notice.pk))


def not_gone(home: Home, acting: Acting, after: int = 0) -> list[Notice]:
    """The notices that are followed, those that wait for a person and the longest first; one more than a page shows."""
    acting.must_be(*WORKING, to="read notices")
    found = list(waiting(acting.person)[after : after + PAGE + 1])
    consulted(home, acting, "notices", {"act": "not gone", "shown": len(found)})
    return found


Place = tuple[datetime, str, int]
"""Where one thing stands in the order of what is due: when, which step, the notice's key."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what is due."""

    waits: list[Waits]
    count: int
    """Of all that is due."""
    onward: Place | None
    """After which the rest comes; None where nothing does."""


def waits_from(home: Home, acting: Acting, at: datetime, after: Place | None = None) -> Part:
    """What is due by then, a page of it, in the same order: whatever comes behind a place, however long that is.

    Of those that are not shown only what the rule sees is read, and as many questions are asked for ten as for ten
    thousand.
    """
    acting.must_be(*WORKING, to="read notices")
    seen = followed_in(waiting(acting.person))
    places = {(each.at, str(each.step), key): each for key, one in seen.items() for each in dues(one) if each.at <= at}
    behind = sorted(place for place in places if after is None or place > after)
    some = behind[:PAGE]
    rows = notices_of(acting.person).in_bulk([key for _at, _step, key in some])
    consulted(home, acting, "notices", {"act": "due", "shown": len(some)})
    onward = some[-1] if len(behind) > PAGE else None
    return Part([Waits(rows[place[2]], places[place]) for place in some if place[2] in rows], len(places), onward)


@dataclass(frozen=True, slots=True)
class Shown:
    """One notice with everything that belongs to it."""

    notice: Notice
    coming: list[Due]
    silent_until: datetime | None
    letter: Written | None
    """As the next one will be sent; None where none will, or it can't be written."""
    problem: str
    transmissions: list[Transmission]
    responses: list[Response]
    looks: list[Look]
    returns: list[Return]
    beside: list[Notice]
    """The other notices on the page."""
    needs: str
    """What must have happened before anybody is asked to act, by the page's route: a magistrate's approval."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        first = self.notice.page.first_at
        return {
            **brief(self.notice),
            "due_at": _iso(self.notice.due_at),
            "coming": [{"at": each.at.isoformat(), "step": str(each.step)} for each in self.coming],
            "silent_until": _iso(self.silent_until),
            "reported": first.isoformat(),
            "gone": _iso(self.notice.page.gone_at),
            "hours": self.notice.page.hours,
            "letter": {"subject": self.letter.subject, "text": self.letter.text()} if self.letter else None,
            "problem": self.problem,
            "transmissions": [transmission_fields(each) for each in self.transmissions],
            "answers": [{"kind": str(each.kind), "at": each.at.isoformat()} for each in self.responses],
            "looks": [{"gone": each.gone, "at": each.at.isoformat(), "by": each.by.name} for each in self.looks],
            "returns": [
                {"page": each.page_id, "how": each.how, "at": each.at.isoformat(), "where": each.where}
                for each in self.returns
            ],
            "beside": [each.reference for each in self.beside],
            "needs": self.needs,
        }


def transmission_fields(each: Transmission) -> dict[str, Any]:
    """One handing over, as the command line tells it."""
    return {
        "number": each.number,
        "letter": str(each.letter),
        "how": str(each.how),
        "to": each.to,
        "due": each.due_at.isoformat(),
        "at": _iso(each.at),
        "outcome": str(each.outcome),
        "trouble": each.trouble,
    }


def show_notice(home: Home, acting: Acting, reference: str) -> Shown:
    """One notice, once it is written down who looks."""
    acting.must_be(*WORKING, to="read notices")
    notice = notice_for(acting.person, reference)
    consulted(home, acting, f"notice {notice.reference}", {"act": "shown"})
    seen = followed([notice])[notice.pk]
    letter, problem = _letter(home, acting, notice)
    return Shown(
        notice,
        dues(seen),
        silent_until(seen) if notice.raised_at is None else None,
        letter,
        problem,
        list(transmissions_of(acting.person, [notice])),
        list(responses_of(acting.person, notice)),
        list(looks_at(acting.person, notice.page)),
        list(Return.objects.filter(notice=notice).select_related("page", "capture__site").order_by("at", "pk")),
        list(about_page(acting.person, notice.page).exclude(pk=notice.pk)),
        next((worded(way).needs for way in routings_of(acting.person, notice.page)), ""),
    )


def _letter(home: Home, acting: Acting, notice: Notice) -> tuple[Written | None, str]:
    """What the next letter says, or why there is none."""
    if notice.state == State.REMOVED:
        return None, ""
    kind = Letter.RETRACTION if notice.state == State.RETRACTED else Letter.NOTICE
    try:
        told = told_of(home, acting, notice, kind, next_number(notice), acting.now())
        return written(told), ""
    except HavreError as error:
        return None, str(error)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


# ---- how long it took ----


def hours_between(first: datetime, last: datetime | None) -> float | None:
    """Hours, to a tenth; None while it is not over."""
    return None if last is None else round((last - first).total_seconds() / 3600, 1)


def removal_times(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """From the first report until somebody saw that it is gone: per host and country, the most pages first.

    What was taken back is held against nobody.
    """
    acting.must_be(*WORKING, to="read notices")
    rows = first_of_pages(acting.person)
    pages = {page: told for page, *told in rows}
    consulted(home, acting, "notices", {"act": "removal times", "shown": len(pages)})
    return removal_by(pages.values())


def removal_by(told: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """The figures of pages: of each its host and country, when it was first reported, when it was gone, and after how
    many hours where that was counted before (`Page.gone_hours`): those times are days since.
    """
    groups: dict[tuple[str, str], list[float | None]] = {}
    for holder, country, first, gone, *kept in told:
        counted = kept[0] if kept and gone is not None else None
        groups.setdefault((holder, country), []).append(hours_between(first, gone) if counted is None else counted)
    return sorted(
        (_figures(holder, country, group) for (holder, country), group in groups.items()),
        key=lambda row: (-row["pages"], row["holder"], row["country"]),
    )


def _figures(holder: str, country: str, group: list[float | None]) -> dict[str, Any]:
    times = [hours for hours in group if hours is not None]
    middle = round(median(times), 1) if times else None
    longest = max(times, default=None)
    return {
        "holder": holder,
        "country": country,
        "pages": len(group),
        "gone": len(times),
        "median_hours": middle,
        "longest_hours": longest,
    }
