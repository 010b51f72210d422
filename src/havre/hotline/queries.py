"""Reads of reports and pages; the first parameter is who asks."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.hotline.models import (
    Addition,
    Finding,
    Findings,
    Judgement,
    Letter,
    Mention,
    Page,
    Reopening,
    Report,
    Routing,
    State,
    Verdict,
)
from havre.restrictions.visible import visible_to
from havre.units.models import Person

JUDGED = (State.TRIAGED, State.ROUTED, State.ACTED_ON, State.CLOSED)
"""States in which a page was judged actionable, unless it was closed without."""


def pages_of(viewer: Person) -> "QuerySet[Page]":
    """The pages of the viewer's unit."""
    return visible_to(viewer, Page.objects)


def page_for(viewer: Person, number: int) -> Page:
    """A page by its key. Raises NotFound where there is none, or it is another unit's."""
    found = pages_of(viewer).select_related("unit", "case").filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no page of that number"))
    return found


def reports_of(viewer: Person) -> "QuerySet[Report]":
    """The reports of the viewer's unit, those withdrawn too."""
    return visible_to(viewer, Report.objects)


def report_for(viewer: Person, number: int) -> Report:
    """A report by its number in the unit. Raises NotFound where there is none."""
    found = reports_of(viewer).select_related("receipt", "unit").filter(number=number).first()
    if found is None:
        raise NotFound(_("there is no report of that number"))
    return found


def pages_named(viewer: Person, report: Report) -> list[Page]:
    """The pages that a report names, in its order."""
    named = visible_to(viewer, Mention.objects, "page__unit").filter(report=report).select_related("page__unit")
    return [mention.page for mention in named.order_by("position", "pk")]


def reports_naming(viewer: Person, page: Page) -> "QuerySet[Report]":
    """The reports that name a page, the newest first."""
    return reports_of(viewer).filter(mentions__page=page).order_by("-at", "-pk")


def words_on(viewer: Person, page: Page) -> list[Judgement]:
    """What was said of a page and not taken back, in the order it was said."""
    return [word for word in every_word_on(viewer, page) if word.undone_at is None]


def every_word_on(viewer: Person, page: Page) -> list[Judgement]:
    """The same, with what was taken back."""
    words = visible_to(viewer, Judgement.objects, "page__unit").filter(page=page)
    return list(words.select_related("person").order_by("pk"))


def findings_on(viewer: Person, page: Page) -> list[Finding]:
    """What people found out about a page, the newest first."""
    found = visible_to(viewer, Finding.objects, "page__unit").filter(page=page)
    return list(found.select_related("by").order_by("-at", "-pk"))


def found_out(viewer: Person, page: Page) -> dict[str, Finding]:
    """The newest finding of each kind."""
    newest: dict[str, Finding] = {}
    for each in findings_on(viewer, page):
        newest.setdefault(each.kind, each)
    return {kind: newest[kind] for kind in Findings.values if kind in newest}


def routings_of(viewer: Person, page: Page) -> list[Routing]:
    """The ways a page took, the newest first: that one counts."""
    found = visible_to(viewer, Routing.objects, "page__unit").filter(page=page)
    return list(found.select_related("by").order_by("-at", "-pk"))


def reopenings_of(viewer: Person, page: Page) -> list[Reopening]:
    """How often a page that was over was open again, the newest first."""
    found = visible_to(viewer, Reopening.objects, "page__unit").filter(page=page)
    return list(found.select_related("by").order_by("-at", "-pk"))


def additions_of(viewer: Person, report: Report) -> list[Addition]:
    """What its reporter added, in the order it came."""
    added = visible_to(viewer, Addition.objects, "report__unit").filter(report=report)
    return list(added.select_related("read_by").order_by("at", "pk"))


def letters_waiting(viewer: Person) -> "QuerySet[Letter]":
    """What came through the door and was not taken in yet; also what could not be."""
    return visible_to(viewer, Letter.objects, "receipt__unit").filter(taken_at=None)


def letters_apart(viewer: Person) -> "QuerySet[Letter]":
    """Those of them that could not be taken in: danger first, then the oldest."""
    return letters_waiting(viewer).exclude(trouble="").order_by("-danger", "pk")


def actionable(viewer: Person) -> "QuerySet[Page]":
    """Pages of which somebody's word that one must act on them holds now. Nothing else may be written to anybody."""
    held = Judgement.objects.filter(page=OuterRef("pk"), undone_at=None)
    return pages_of(viewer).filter(
        Exists(held.filter(verdict=Verdict.ACTIONABLE)),
        ~Exists(held.exclude(verdict=Verdict.ACTIONABLE)),
        state__in=JUDGED,
    )


def overturned(viewer: Person, since: datetime | None = None) -> "QuerySet[Page]":
    """Pages that somebody once judged actionable and that are not any more: what was written of them is retracted.

    It is read from what holds now, so that whoever asks late misses nothing; `since` leaves out what was taken back
    before.
    """
    back = Judgement.objects.filter(page=OuterRef("pk"), verdict=Verdict.ACTIONABLE, undone_at__isnull=False)
    if since is not None:
        back = back.filter(undone_at__gte=since)
    return pages_of(viewer).filter(Exists(back), ~Exists(actionable(viewer).filter(pk=OuterRef("pk"))))


def numbers_of(viewer: Person, pages: Iterable[Page]) -> dict[int, list[int]]:
    """The numbers of the reports that name each page, those withdrawn left out."""
    rows = visible_to(viewer, Mention.objects, "report__unit").filter(page__in=pages, report__withdrawn_at=None)
    found: dict[int, list[int]] = {}
    for page, number in rows.order_by("report__number").values_list("page", "report__number"):
        found.setdefault(page, []).append(number)
    return found
