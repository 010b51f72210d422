"""The unit's numbers, in tables with charts beside them; counts by which somebody could be found stay hidden."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from havre.cases.models import Outcome
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_words import STEPS, age_band, lasted
from havre.errors import Invalid
from havre.flows.desk import known_share
from havre.flows.statistics import Brought, Export, Timing, exported, numbers
from havre.units.models import RoleName
from havre.victims.indicator import EARLIER, OTHER, UNKNOWN, Indicator
from havre.victims.models import Sex
from havre.victims.suppress import LEAST

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

TITLES: "Mapping[tuple[str, str], str | Promise]" = {
    ("victims", "age"): gettext_lazy("Victims by age in the media"),
    ("victims", "sex"): gettext_lazy("Victims by sex"),
    ("victims", "country"): gettext_lazy("Victims by country"),
    ("victims", "year"): gettext_lazy("Victims by year"),
    ("series", "year"): gettext_lazy("Series by year"),
}

SEXES: "Mapping[str, str | Promise]" = {
    Sex.FEMALE: gettext_lazy("Girls"),
    Sex.MALE: gettext_lazy("Boys"),
    Sex.OTHER: gettext_lazy("Other"),
    Sex.UNKNOWN: gettext_lazy("Not known"),
}

ROWS: "Mapping[str, str | Promise]" = {
    EARLIER: gettext_lazy("Earlier"),
    OTHER: gettext_lazy("Other countries"),
    UNKNOWN: gettext_lazy("Not known"),
}
"""Rows that are no year and no country."""


@require_GET
@page(*WORKING)
def statistics(visit: Visit) -> HttpResponse:
    """The global indicator, time per step, known share, workload."""
    found = numbers(visit.home, visit.acting())
    context = {
        "at": now(),
        "least": LEAST,
        "indicators": [_indicator(each) for each in found.indicators],
        "timings": [_timing(each) for each in found.timings],
        "brought": [_brought(each) for each in found.brought],
        "worked": found.worked,
    }
    return visit.show("statistics.html", context)


@require_POST
@page(*WORKING, fresh=True, file_from="statistics")
def statistics_table(visit: Visit) -> HttpResponse:
    """One of the tables as a file for spreadsheets: no cell of it is a formula."""
    asked = visit.request.POST.get("table", Export.INDICATOR.value)
    if asked not in set(Export):
        raise Invalid(_("there is no such table: take out one that this page shows"))
    which = Export(asked)
    answer = HttpResponse(exported(visit.home, visit.acting(), which), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="havre-{which}-{now():%Y-%m-%d}.csv"'
    return answer


def _indicator(each: Indicator) -> dict[str, object]:
    lines = [(_value(each.by, value) if value else "", counts) for value, counts in each.lines()]
    return {
        "name": f"{each.what}-{each.by}",
        "title": TITLES[each.what, each.by],
        "lines": lines[:-1],
        "all": lines[-1][1],
        "countries": each.by == "country",
        "empty": len(each.hidden) == len(each.table.counts()),
    }


def _value(by: str, value: str) -> str:
    if by == "age":
        return age_band(value)
    if by == "sex":
        return str(SEXES[value])
    return str(ROWS.get(value, value))


def _timing(each: Timing) -> dict[str, object]:
    hours = each.median.total_seconds() / 3600 if each.median is not None else None
    took = lasted(each.median) if each.median is not None else ""
    return {"step": STEPS[each.step], "series": each.series, "took": took, "hours": hours}


def _brought(each: Brought) -> dict[str, object]:
    share = known_share(each.outcomes)
    shown = {"share": None if share is None else 100 * share, "known_files": each.outcomes[Outcome.KNOWN]}
    return shown | {"intake": each.intake, "near": each.outcomes[Outcome.NEAR], "new": each.outcomes[Outcome.NEW]}


ADDRESSES = [
    path("statistics", statistics, name="statistics"),
    path("statistics/table", statistics_table, name="statistics_table"),
]
