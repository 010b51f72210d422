"""The yearly report that a trusted flagger publishes (DSA Art. 22(3)): counted from what left; JSON, CSV or a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.assessments.facts import NOTHING, both
from havre.errors import Invalid
from havre.flows.home import Home, durable, log, seal_log
from havre.hotline.category import category_of
from havre.hotline.models import Judgement, Verdict
from havre.hotline.standing import facts_of
from havre.notices.models import Act, Kind, Notice, State
from havre.platforms.policy import answering
from havre.platforms.queries import counted, left_in
from havre.platforms.written import as_csv, as_html
from havre.platforms.yearly import Action, Noticed, Yearly, yearly
from havre.restrictions.visible import visible_to
from havre.units.acting import Acting
from havre.units.models import RoleName

HOSTING = (Kind.HOST, Kind.CDN, Kind.PLATFORM)
"""Providers of hosting services: letters to registrars, authorities and other hotlines are no notices under Art. 16."""

FIRST_YEAR = 2024
"""The Digital Services Act applies since 17 February 2024."""
LANGUAGES = ("en", "fr", "nl")


@dataclass(frozen=True, slots=True)
class Art22:
    """The report of one year."""

    unit: str
    year: int
    made_at: datetime
    figures: Yearly

    def to_json(self) -> dict[str, Any]:
        """As it is published."""
        told = {"unit": self.unit, "year": self.year, "made_at": self.made_at.isoformat()}
        return told | self.figures.to_json()


def report_art22(home: Home, acting: Acting, year: int) -> Art22:
    """The report of a year, which may still go on; that it was made is logged before it leaves."""
    acting.must_be(RoleName.SUPERVISOR, RoleName.ANALYST, to="make the yearly report")
    now = acting.now()
    if not FIRST_YEAR <= year <= now.year:
        raise Invalid(_("the report is of a year from %(first)s to %(last)s") % {"first": FIRST_YEAR, "last": now.year})
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    figures = yearly(noticed(acting, begins, ends), answering(home.settings.home).fewest)
    with durable():
        log(home, acting, "disclosure", f"report art22 {year}", {"act": "made", "notices": figures.notices})
        seal_log(home, acting)
    return Art22(acting.unit.name, year, now, figures)


def noticed(acting: Acting, begins: datetime, ends: datetime) -> list[Noticed]:
    """Every notice to a provider of hosting services whose first letter left in this time."""
    by_reference = {
        each.reference: each for some in counted(acting.person, begins, ends, every=True).values() for each in some
    }
    rows = list(left_in(acting.person, begins, ends).filter(act=Act.REMOVE, recipient__kind__in=HOSTING))
    kinds = _kinds(acting, rows)
    return [
        Noticed(row.recipient.name, kinds.get(row.page_id, ""), row.state == State.REFUSED, by_reference[row.reference])
        for row in rows
        if row.reference in by_reference  # what left since the first question is in the next report
    ]


def _kinds(acting: Acting, notices: Sequence[Notice]) -> dict[int, str]:
    """The type of content of each page, as the law of the unit's country names it; one question for all."""
    pages = {each.page_id for each in notices}
    words = visible_to(acting.person, Judgement.objects, "page__unit").filter(
        verdict=Verdict.ACTIONABLE, undone_at=None
    )
    facts = dict.fromkeys(pages, NOTHING)
    said = set()
    for word in words.order_by("pk"):
        if word.page_id in pages:
            facts[word.page_id] = both(facts[word.page_id], facts_of(word))
            said.add(word.page_id)
    country = acting.unit.country
    return {page: category_of(country, Verdict.ACTIONABLE, facts[page]).category for page in said}


# ---- as files ----


def art22_csv(report: Art22) -> str:
    """A line for each provider, type and action."""
    rows = [
        {
            "year": report.year,
            "provider": each.provider,
            "type": each.kind,
            "action": each.action,
            "notices": each.notices,
        }
        for each in report.figures.cells
    ]
    return as_csv(("year", "provider", "type", "action", "notices"), rows)


def art22_html(report: Art22, language: str) -> str:
    """A page to publish, in this language."""
    if language not in LANGUAGES:
        raise Invalid(_("the report is written in: %(languages)s") % {"languages": ", ".join(LANGUAGES)})
    figures = report.figures
    with override(language):
        told = {"unit": report.unit, "year": report.year}
        actions = _actions()
        notes = [
            _(
                "Report under Article 22(3) of Regulation (EU) 2022/2065 on the notices submitted in accordance with"
                " Article 16."
            ),
            _("Notices submitted: %(count)s.") % {"count": figures.notices},
            _("Retracted, and counted in no table: %(count)s.") % {"count": figures.retracted},
            _("Median hours until removal: %(hours)s.") % {"hours": _hours(figures.median_hours)},
            _("A median is left out where fewer than %(count)s removals stand behind it.") % {"count": figures.fewest},
            _("This report holds no personal data."),
        ]
        number, kind, taken = _("Notices"), _("Type of allegedly illegal content"), _("Action taken by the provider")
        provider = _("Provider of hosting services")
        tables: list[tuple[str, Sequence[str], Any]] = [
            (
                _("By provider of hosting services"),
                (provider, number, actions[Action.REMOVED], _("Median hours until removal")),
                [
                    (each.provider, each.notices, each.removed, _hours(each.median_hours))
                    for each in figures.by_provider
                ],
            ),
            (
                _("By type of allegedly illegal content"),
                (kind, number),
                [(name or _("not said"), count) for name, count in figures.by_kind],
            ),
            (
                _("By action taken by the provider"),
                (taken, number),
                [(actions[Action(name)], count) for name, count in figures.by_action],
            ),
            (
                _("By provider, type and action"),
                (provider, kind, taken, number),
                [
                    (each.provider, each.kind or _("not said"), actions[Action(each.action)], each.notices)
                    for each in figures.cells
                ],
            ),
        ]
        return as_html(language, _("%(unit)s: trusted flagger report %(year)s") % told, notes, tables)


def _actions() -> dict[Action, str]:
    return {
        Action.REMOVED: _("Removed"),
        Action.REFUSED: _("Refused"),
        Action.ANSWERED: _("Answered, not removed"),
        Action.NONE: _("No action known"),
    }


def _hours(value: float | None) -> str:
    return "–" if value is None else str(value)
