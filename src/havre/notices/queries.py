"""Reads of notices and contacts; the first parameter is who asks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.hotline.models import Page
from havre.hotline.policy import Looks
from havre.hotline.queries import pages_of
from havre.media.outside.signs import Saw
from havre.notices.life import OPEN
from havre.notices.models import (
    BY_FETCHER,
    Answers,
    Look,
    Notice,
    Recipient,
    Response,
    State,
    Transmission,
)
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def contacts_of(viewer: Person) -> "QuerySet[Recipient]":
    """Everybody the viewer's unit may write to, by name."""
    return visible_to(viewer, Recipient.objects).order_by("name")


def contact_for(viewer: Person, name: str) -> Recipient:
    """A contact by its name. Raises NotFound where there is none, or it is another unit's."""
    found = visible_to(viewer, Recipient.objects).filter(name=name.strip()).first() if _sound(name) else None
    if found is None:
        raise NotFound(_("there is no contact of that name: `havre notices contacts add` adds one"))
    return found


def contact_numbered(viewer: Person, number: int) -> Recipient:
    """A contact by its key, for a page."""
    found = visible_to(viewer, Recipient.objects).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no contact of that name: `havre notices contacts add` adds one"))
    return found


def page_known(viewer: Person, named: str) -> Page:
    """A page of the viewer's unit, by its number or its canonical address. Raises NotFound where there is none."""
    text = named.strip()
    short = text.isascii() and text.isdecimal() and len(text) < 19
    rows = pages_of(viewer).select_related("unit", "case")
    found = rows.filter(pk=int(text)).first() if short else rows.filter(address=text).first() if _sound(text) else None
    if found is None:
        raise NotFound(_("there is no such page"))
    return found


def notices_of(viewer: Person) -> "QuerySet[Notice]":
    """The notices of the viewer's unit, with what is told of each."""
    rows = visible_to(viewer, Notice.objects)
    return rows.select_related("page", "recipient", "unit", "drafted_by__unit", "confirmed_by__unit")


def notice_for(viewer: Person, reference: str) -> Notice:
    """A notice by its reference. Raises NotFound where there is none, or it is another unit's."""
    text = reference.strip().upper()
    found = notices_of(viewer).filter(reference=text).first() if _sound(text) else None
    if found is None:
        raise NotFound(_("there is no such notice"))
    return found


def pages_meant(viewer: Person, named: str) -> Page:
    """The page of a notice's reference, or of its own number or address."""
    if named.strip().upper().startswith("HN-"):
        return notice_for(viewer, named).page
    return page_known(viewer, named)


def about_page(viewer: Person, page: Page) -> "QuerySet[Notice]":
    """The notices on a page, the lowest rung first."""
    return notices_of(viewer).filter(page=page).order_by("rung", "pk")


def waiting(viewer: Person) -> "QuerySet[Notice]":
    """Notices that are not over: what is due of them, `notices.due` says."""
    over = (State.REMOVED, State.RETRACTED)
    return notices_of(viewer).exclude(state__in=over).order_by(F("due_at").asc(nulls_first=True), "pk")


def first_of_pages(viewer: Person) -> "QuerySet[Notice, tuple[int, str, str, datetime, datetime | None, int | None]]":
    """Of each page that was written about: host, country, when it was reported, when it was gone, and after how many
    hours where that was counted before the times became days.

    A page to whose lowest rung several belong comes several times; what was taken back is held against nobody.
    """
    rows = visible_to(viewer, Notice.objects).filter(rung=0).exclude(state=State.RETRACTED).order_by("page", "pk")
    return rows.values_list("page", "holder", "country", "page__first_at", "page__gone_at", "page__gone_hours")


def transmissions_of(viewer: Person, notices: Iterable[Notice]) -> "QuerySet[Transmission]":
    """Every handing over of these notices, in their order."""
    rows = visible_to(viewer, Transmission.objects, "notice__unit")
    return rows.filter(notice__in=list(notices)).order_by("notice", "number")


def responses_of(viewer: Person, notice: Notice) -> "QuerySet[Response]":
    """What a recipient said, the oldest first."""
    return visible_to(viewer, Response.objects, "notice__unit").filter(notice=notice).order_by("at", "pk")


def unread(viewer: Person) -> list[tuple[Notice, datetime]]:
    """Notices to which something came by mail that nobody read, each with when, the longest wait first.

    A receipt and a letter that came back have done by themselves what they do.
    """
    rows = visible_to(viewer, Response.objects, "notice__unit").filter(by=None, read_at=None).exclude(sealed=b"")
    first = rows.exclude(kind__in=(Answers.RECEIPT, Answers.BOUNCE)).filter(notice=OuterRef("pk")).order_by("at")
    marked = notices_of(viewer).annotate(came=Subquery(first.values("at")[:1]))
    return [(each, each.came) for each in marked.exclude(came=None).order_by("came", "pk")]


def looks_at(viewer: Person, page: Page) -> "QuerySet[Look]":
    """When somebody looked whether it is gone, the newest first."""
    return visible_to(viewer, Look.objects, "page__unit").filter(page=page).select_related("by").order_by("-at", "-pk")


FOLLOWED = timedelta(days=90)
"""So long after a page was gone the fetcher asks whether it is back."""


def pages_to_look_at(viewer: Person, at: datetime, looks: Looks) -> "QuerySet[Page]":
    """Pages of which notices wait, or that are gone not long ago, and of which the fetcher may ask again by now.

    Those for which it never asked come first, then those for which it asked longest ago.
    """
    asked = Look.objects.filter(page=OuterRef("pk"), how=BY_FETCHER)
    notices = Notice.objects.filter(page=OuterRef("pk"))
    waits = Exists(notices.filter(state__in=OPEN)) & _rested(asked, at, looks.every)
    gone = Exists(notices.filter(state=State.REMOVED)) & Q(gone_at__gt=at - FOLLOWED) & _rested(asked, at, looks.again)
    # The newest is one row of an index: to group all looks, every few seconds, would be to read them all.
    newest = Subquery(asked.order_by("-at").values("at")[:1])
    due = pages_of(viewer).filter(waits | gone).annotate(looked=newest)
    return due.order_by(F("looked").asc(nulls_first=True), "pk")


def _rested(asked: "QuerySet[Look]", at: datetime, hours: int) -> Q:
    return Q(~Exists(asked.filter(at__gt=at - timedelta(hours=hours))))


def looks_unclear(viewer: Person) -> "QuerySet[Look]":
    """The newest look at each page of which a notice is open, where the fetcher could not tell; the newest first."""
    later = Look.objects.filter(page=OuterRef("page"), pk__gt=OuterRef("pk"))
    waits = Notice.objects.filter(page=OuterRef("page"), state__in=OPEN)
    rows = visible_to(viewer, Look.objects, "page__unit").filter(~Exists(later), Exists(waits), saw=Saw.UNCLEAR)
    return rows.select_related("page").order_by("-at", "-pk")


def _sound(text: str) -> bool:
    return bool(text) and "\x00" not in text
