"""What needs a person now: sources, each of which says what of its own waits for them.

A part of the workspace adds itself by adding a function to SOURCES. A source asks a fixed number of queries and
gives a fixed number of needs at most, however much there is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.alerts.queries import count_new_hits, newest_hit
from havre.assessments.models import Assessment, Stack, Tab
from havre.assessments.queries import stacks_for
from havre.cases.models import Intake
from havre.compiled import compiled
from havre.corrections.models import Challenge
from havre.corrections.queries import waiting as challenges_waiting
from havre.entrypoints.analyst.feed_needs import of_lists
from havre.entrypoints.analyst.need import COUNTED_TO, Near, Need, Source, ago, to_many
from havre.entrypoints.analyst.selfservice_needs import found_for_people
from havre.entrypoints.analyst.series_words import lasted
from havre.entrypoints.analyst.troubles import in_words
from havre.exchange.models import About, Notice
from havre.exchange.queries import waiting_for as waiting_here
from havre.flows.approvals import MAY_APPROVE
from havre.flows.hotline_queue import without_pages
from havre.hotline.models import Letter, Page, Report
from havre.hotline.models import State as PageState
from havre.hotline.queries import letters_waiting, reports_of
from havre.platforms.models import Reply
from havre.platforms.queries import unread_replies
from havre.restrictions.models import Restricted
from havre.restrictions.queries import to_review
from havre.restrictions.visible import visible_to
from havre.series.models import Claim, Series, Status
from havre.units.approve import waiting_for
from havre.units.models import Person, RoleName

WORKING = frozenset({RoleName.ANALYST, RoleName.SUPERVISOR})

MOST = 5
"""Needs of one kind; what is behind them is on the page that the verb leads to."""

CLAIM_ENDS = timedelta(hours=24)
"""So long before its end a claim is a need."""

LOOKED_AT = 50
"""Of the newest intakes."""

RECENT = timedelta(days=14)
"""Of intakes whose quarantine is a need."""


def proposed_series(viewer: Person, now: datetime) -> Iterator[Need]:
    """Series that Havre proposes and nobody decided on."""
    found = _proposed(viewer)
    if found:
        what = ngettext(
            "%(count)s proposed series waits for a decision",
            "%(count)s proposed series wait for a decision",
            len(found),
        ) % {"count": to_many(len(found))}
        why = _("Files that may show the same child or place; each link says why")
        yield Need(Near.SERIES, what, why, found[0], ago(found[0], now), _("Decide"), "/series?which=proposed")


@compiled
def _proposed(viewer: Person) -> "QuerySet[Series, datetime]":
    waiting = visible_to(viewer, Series.objects).filter(status=Status.PROPOSED).order_by("created_at", "id")
    return waiting.values_list("created_at", flat=True)[:COUNTED_TO]


def ending_claims(viewer: Person, now: datetime) -> Iterator[Need]:
    """Claims of this person that end soon, or ended."""
    for claim in _ending(viewer, now + CLAIM_ENDS):
        named = {"series": " ".join(filter(None, [claim.series.reference, claim.series.name]))}
        if claim.until <= now:
            what, when = _("Your claim on %(series)s has ended") % named, ago(claim.until, now)
        else:
            what = _("Your claim on %(series)s ends soon") % named
            when = _("in %(time)s") % {"time": lasted(claim.until - now)}
        why = _("Nothing was done on it since; others may take it over")
        address = f"/series/{claim.series.number}"
        yield Need(Near.CLAIM, what, why, claim.since, when, _("Renew or release"), address)


@compiled
def _ending(viewer: Person, until: datetime) -> QuerySet[Claim]:
    held = visible_to(viewer, Claim.objects.all(), "series__unit").filter(by=viewer.pk, released_at=None)
    return held.filter(until__lte=until).select_related("series").order_by("until", "id")[:MOST]


def approvals(viewer: Person, now: datetime) -> Iterator[Need]:
    """What colleagues asked for and a second person must allow."""
    others = [each for each in waiting_for(viewer) if each.asked_by_id != viewer.pk]
    for each in others[:MOST]:
        what = _("%(person)s asks for a second person") % {"person": each.asked_by.name}
        asked = in_words(each.subject)
        why = _("to disclose: %(what)s") % {"what": asked} if each.act == "export" else f"{each.act}: {asked}"
        address = f"/desk/approvals/{each.pk}"
        yield Need(Near.APPROVAL, what, why, each.asked_at, ago(each.asked_at, now), _("Approve"), address, post=True)


def quarantined(viewer: Person, now: datetime) -> Iterator[Need]:
    """Files of recent intakes that could not be read."""
    bad = [intake for intake in _recent(viewer, now - RECENT) if intake.quarantined]
    for intake in bad[:MOST]:
        what = ngettext(
            "%(count)s file of %(case)s could not be read",
            "%(count)s files of %(case)s could not be read",
            intake.quarantined,
        ) % {"count": intake.quarantined, "case": intake.case.reference}
        why = _("It failed three times; everything else went on")
        when = ago(intake.begun_at, now)
        yield Need(Near.QUARANTINE, what, why, intake.begun_at, when, _("See reasons"), f"/intakes/{intake.pk}")


@compiled
def _recent(viewer: Person, since: datetime) -> QuerySet[Intake]:
    recent = visible_to(viewer, Intake.objects, "case__unit").filter(case__erased_at=None, begun_at__gte=since)
    return recent.select_related("case").order_by("-id")[:LOOKED_AT]


def hits(viewer: Person, now: datetime) -> Iterator[Need]:
    """What came that a standing question waits for, and nobody handled."""
    newest = next(iter(newest_hit(viewer)), None)
    if newest is not None:
        count = count_new_hits(viewer)
        what = ngettext(
            "%(count)s file that came answers a standing question",
            "%(count)s files that came answer standing questions",
            count,
        ) % {"count": to_many(count)}
        why = _("The last: %(question)s") % {"question": newest.question.name}
        yield Need(Near.HIT, what, why, newest.at, ago(newest.at, now), _("Look"), "/alerts")


def second_judgements(viewer: Person, now: datetime) -> Iterator[Need]:
    """Stacks that a colleague judged and a second person must."""
    waiting = _waiting(viewer)
    if not waiting:
        return
    said = Assessment.objects.filter(stack__in=waiting, undone_at=None).select_related("person").order_by("at").first()
    if said is not None:
        count = len(waiting)
        what = ngettext(
            "%(count)s stack waits for a second judgement", "%(count)s stacks wait for a second judgement", count
        ) % {"count": to_many(count)}
        why = _("The first was judged by %(person)s") % {"person": said.person.name}
        yield Need(Near.SECOND, what, why, said.at, ago(said.at, now), _("Judge"), "/triage?tab=second")


@compiled
def _waiting(viewer: Person) -> "QuerySet[Stack, int]":
    own = Assessment.objects.filter(stack=OuterRef("pk"), person=viewer.pk, undone_at=None)
    waiting = stacks_for(viewer).filter(~Exists(own), tab=Tab.SECOND).order_by("rank", "id")  # as its index has them
    return waiting.values_list("id", flat=True)[:COUNTED_TO]


def country_alerts(viewer: Person, now: datetime) -> Iterator[Need]:
    """Series that may be of a child in this unit's country, and nobody acknowledged yet."""
    for notice in _of_countries(viewer, now):
        told = notice.told
        what = _("Clues say that a child may be in your country: %(series)s") % {"series": told.get("reference", "")}
        why = ", ".join(told.get("reasons", [])) or str(told.get("unanswered", ""))
        when = ago(notice.at, now)
        if notice.answer_by is not None:
            left = _("late") if notice.answer_by <= now else _("in %(time)s") % {"time": lasted(notice.answer_by - now)}
            when = f"{when}, {left}"
        yield Need(Near.ANSWER, what, why, notice.at, when, _("Acknowledge"), "/notices")


@compiled
def _of_countries(viewer: Person, now: datetime) -> QuerySet[Notice]:
    return waiting_here(viewer, now).filter(about=About.COUNTRY)[:MOST]


def told_by_others(viewer: Person, now: datetime) -> Iterator[Need]:
    """What other units let this one know, and nobody read yet."""
    waiting = _of_others(viewer, now)
    if waiting:
        what = ngettext("%(count)s message of other units", "%(count)s messages of other units", len(waiting))
        why = _("Series that others hold, work on or identified")
        first = waiting[-1].at
        said = what % {"count": to_many(len(waiting))}
        yield Need(Near.HIT, said, why, first, ago(first, now), _("Read"), "/notices")


@compiled
def _of_others(viewer: Person, now: datetime) -> QuerySet[Notice]:
    return waiting_here(viewer, now).exclude(about=About.COUNTRY)[:COUNTED_TO]


def reviews(viewer: Person, now: datetime) -> Iterator[Need]:
    """What others may know, of which somebody is to look whether it ends."""
    waiting = _to_review(viewer, now)
    if waiting and waiting[0] is not None:
        what = ngettext(
            "%(count)s thing that others may know is to be reviewed",
            "%(count)s things that others may know are to be reviewed",
            len(waiting),
        ) % {"count": to_many(len(waiting))}
        why = _("It ends on its day unless somebody keeps it longer")
        yield Need(Near.REVIEW, what, why, waiting[0], ago(waiting[0], now), _("Look"), "/reviews")


@compiled
def _to_review(viewer: Person, now: datetime) -> "QuerySet[Restricted, datetime | None]":
    return to_review(viewer, now).values_list("condition__review_at", flat=True)[:COUNTED_TO]


def reported(viewer: Person, now: datetime) -> Iterator[Need]:
    """Reported pages that wait at the hotline: those where a child may be in danger now, and the others."""
    waiting = _reported(viewer)
    danger, others = ([at for asked, at in waiting if asked is wanted] for wanted in (True, False))
    if danger:
        what = ngettext(
            "%(count)s reported page where a child may be in danger now",
            "%(count)s reported pages where a child may be in danger now",
            len(danger),
        ) % {"count": to_many(len(danger))}
        yield Need(Near.DANGER, what, "", danger[0], ago(danger[0], now), _("Look"), "/hotline/next")
    if others:
        what = ngettext(
            "%(count)s reported page waits at the hotline",
            "%(count)s reported pages wait at the hotline",
            len(others),
        ) % {"count": to_many(len(others))}
        why = _("What matters most comes first, with the reason")
        yield Need(Near.REPORT, what, why, others[0], ago(others[0], now), _("Look"), "/hotline")


def mail_to_requests(viewer: Person, now: datetime) -> Iterator[Need]:
    """What came by mail to what providers were asked, from whomever, and nobody read."""
    waiting = _mailed(viewer)
    if waiting:
        what = ngettext(
            "%(count)s mail to a request that nobody has read",
            "%(count)s mails to requests that nobody has read",
            len(waiting),
        ) % {"count": to_many(len(waiting))}
        why = _("What a provider answers counts once somebody has said what it is")
        yield Need(Near.ANSWER, what, why, waiting[0], ago(waiting[0], now), _("Read"), "/requests")


@compiled
def _mailed(viewer: Person) -> "QuerySet[Reply, datetime]":
    return unread_replies(viewer).order_by("at", "pk").values_list("at", flat=True)[:COUNTED_TO]


def danger_elsewhere(viewer: Person, now: datetime) -> Iterator[Need]:
    """That a child may be in danger now where no page of the queue says it: in letters at the door, in reports that
    name no page, in challenges.
    """
    letters, reports, challenges = _letters_in_danger(viewer), _reports_in_danger(viewer), _challenges_in_danger(viewer)
    since = sorted([*letters, *reports, *challenges])[:COUNTED_TO]
    if since:
        what = ngettext(
            "%(count)s letter, report or challenge says that a child may be in danger now",
            "%(count)s letters, reports or challenges say that a child may be in danger now",
            len(since),
        ) % {"count": to_many(len(since))}
        address = "/hotline" if letters or reports else "/challenges"
        yield Need(Near.DANGER, what, "", since[0], ago(since[0], now), _("Look"), address)


@compiled
def _letters_in_danger(viewer: Person) -> "QuerySet[Letter, datetime]":
    return _danger_since(letters_waiting(viewer))


@compiled
def _reports_in_danger(viewer: Person) -> "QuerySet[Report, datetime]":
    return _danger_since(without_pages(reports_of(viewer)))


@compiled
def _challenges_in_danger(viewer: Person) -> "QuerySet[Challenge, datetime]":
    return _danger_since(challenges_waiting(viewer))


def _danger_since(rows: "QuerySet[Any]") -> "QuerySet[Any, datetime]":
    return rows.filter(danger=True).order_by("at").values_list("at", flat=True)[:COUNTED_TO]


@compiled
def _reported(viewer: Person) -> "QuerySet[Page, tuple[bool, datetime]]":
    waiting = visible_to(viewer, Page.objects).filter(Q(state=PageState.RECEIVED) | Q(state=PageState.TRIAGED))
    return waiting.order_by("-danger", "first_at", "id").values_list("danger", "first_at")[:COUNTED_TO]


SOURCES: list[tuple[frozenset[RoleName], Source]] = [
    (WORKING, reported),
    (WORKING, danger_elsewhere),
    (WORKING, found_for_people),
    (WORKING, mail_to_requests),
    (WORKING, country_alerts),
    (WORKING, told_by_others),
    (WORKING, hits),
    (WORKING, ending_claims),
    (WORKING, proposed_series),
    (WORKING, second_judgements),
    (frozenset(MAY_APPROVE), approvals),
    (WORKING, quarantined),
    (WORKING, of_lists),
    (WORKING, reviews),
]
"""Who is asked, and what; the roles are those whose pages the verbs lead to."""


def needs(viewer: Person, roles: frozenset[str], now: datetime) -> list[Need]:
    """What needs this person: nearest to a child first, then what has waited longest."""
    found = [need for asked, source in SOURCES if roles & asked for need in source(viewer, now)]
    return sorted(found, key=lambda need: (need.near, need.at))
