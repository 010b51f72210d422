"""Series: the list of them; and one of them, from proposal to the child that is safe."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from havre.entrypoints.analyst import clues
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.merging import asked_first
from havre.entrypoints.analyst.others import around
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_acts import ACTS, PLACES
from havre.entrypoints.analyst.series_shown import series_context
from havre.entrypoints.analyst.series_words import CHIPS, LIVES, STATUSES, STEPS, WHICH, lasted
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.series_listed import Row, list_page
from havre.flows.series_opened import open_series
from havre.series.models import Series, Status
from havre.series.queries import series_for
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

KEYS = (
    Key("m", "comment", _("Comment"), legend=True),
    Key("i", "identified", _("Record identified"), legend=True),
    Key("x", "select", _("Select this stack"), legend=True),
    Key("ArrowLeft", "tile-back", _("Stack before")),
    Key("ArrowRight", "tile-on", _("Next stack")),
    Key("ArrowUp", "tile-up", _("Row above")),
    Key("ArrowDown", "tile-down", _("Row below")),
    Key("Home", "tile-first", _("First stack")),
    Key("End", "tile-last", _("Last stack")),
    Key("n", "link-on", _("Next link")),
    Key("Shift+n", "link-back", _("Link before")),
    *clues.ON_SERIES,
)


@page(*WORKING)
def series(visit: Visit) -> HttpResponse:
    """The unit's series, the newest first."""
    which = visit.request.GET.get("which", "open")
    listed = list_page(visit.home, visit.acting(), which, _number(visit.request.GET.get("before", "")))
    rows = [_row(row) for row in listed.rows]
    choices = [(word, said, word == which) for word, said in WHICH.items()]
    return visit.show("series_list.html", {"rows": rows, "before": listed.before, "which": which, "choices": choices})


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None


def _row(row: Row) -> dict[str, object]:
    found, now = row.series, row.course.now
    return {
        "series": found,
        "course": row.course,
        "life": LIVES[found.life],
        "chip": CHIPS[found.life],
        "status": None if found.status == Status.CONFIRMED else STATUSES[found.status],
        "clock": lasted(row.course.clock),
        "waits": STEPS[now] if now else "",
        "claim": row.claim,
        "holds": row.holds,
        "media": getattr(found, "size", 0),
    }


@page(*WORKING)
def one_series(visit: Visit, number: int) -> HttpResponseBase:
    """One series; of one that became part of another, the other."""
    found = series_for(visit.person, str(number))
    if found.status == Status.MERGED and found.merged_into is not None:
        return HttpResponseRedirect(reverse("one_series", args=[found.merged_into.number]))
    return _shown(visit, found)


def _shown(
    visit: Visit, named: str | Series, problem: HavreError | None = None, place: str = "", status: int = 200
) -> HttpResponse:
    after = _number(visit.request.GET.get("after", "")) or 0
    opened = open_series(visit.home, visit.acting(), named, after, *clues.places(visit))
    context = series_context(visit, opened) | {
        "keys": KEYS,
        **around(visit, opened.series),
        "problem": sentence(problem) if problem else "",
        "place": place,
        "after": after,
    }
    context["typed"] = visit.request.POST if problem else {}
    return visit.show("series.html", context | clues.on_series(visit, opened.clues), status=status)


@page(*WORKING)
def series_act(visit: Visit, number: int, act: str) -> HttpResponseBase:
    """Something is done on a series; what goes wrong is said beside the form, with what was typed."""
    if act not in ACTS:
        raise NotFound(gettext("there is no such act on a series"))
    if visit.request.method != "POST":
        return HttpResponseRedirect(reverse("one_series", args=[number]))
    place = PLACES.get(act, "main")
    try:
        if act == "merge" and (first := asked_first(visit, str(number))) is not None:
            return first
        shown = ACTS[act](visit, str(number))
    except NotFound:
        raise
    except (Invalid, Refused, Unavailable) as error:
        return _shown(visit, str(number), error, place, status=status_of(error))
    return HttpResponseRedirect(f"{reverse('one_series', args=[shown])}#{place}")


ADDRESSES = [
    path("series", series, name="series"),
    path("series/<int:number>", one_series, name="one_series"),
    path("series/<int:number>/<slug:act>", series_act, name="series_act"),
]
