"""The pages of the hotline: what waits and why, one page to judge and route, one report to read and answer.

Addresses stand there as text: nothing on these pages leads outside.
"""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from havre.assessments.facts import facts_of
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.hotline_shown import groups_of, page_context, report_context
from havre.entrypoints.analyst.hotline_words import DESKS, EMPTY, KEYS
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.answer_reporter import answer_reporter, read_report
from havre.flows.follow_page import acted_on, close_page, close_report, seen_again
from havre.flows.hotline_queue import PAGE, next_page, queue, to_read, unseen
from havre.flows.judge_page import Word, judge_page, overturn, undo_judgement
from havre.flows.name_page import name_page
from havre.flows.page_shown import page_shown
from havre.flows.platform_tips import from_platform
from havre.flows.route_page import find, route_page
from havre.hotline.worded import worded
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

Act = Callable[[Visit, int], str]
"""Does something on a page or a report, and says what was done."""


@page(*WORKING)
def hotline(visit: Visit) -> HttpResponse:
    """What waits, in the order in which it matters."""
    given = visit.request.GET
    desk = given.get("desk", "waiting") if given.get("desk") in DESKS else "waiting"
    after = int(given["after"]) if given.get("after", "").isdecimal() and len(given["after"]) < 9 else 0
    found = queue(visit.home, visit.acting(), desk, after)
    context: dict[str, object] = {
        "desk": desk,
        "desks": [(name, words, name == desk) for name, words in DESKS.items()],
        "groups": groups_of(found[:PAGE], visit.acting().now()),
        "first": next((each.page.pk for each in found[:PAGE] if not each.mine), None) if desk == "waiting" else None,
        "empty": EMPTY[desk],
        "keys": KEYS,
        "after": after,
        "unseen": (counts := unseen(visit.home, visit.acting())),
        "lost": to_read(visit.home, visit.acting()) if counts.without_pages or counts.additions else [],
        "next": after + PAGE if len(found) > PAGE else 0,
    }
    return visit.show("hotline.html", context)


@page(*WORKING)
def hotline_next(visit: Visit) -> HttpResponse:
    """On to the next of what waits for this person; where nothing does, back to the queue."""
    given = visit.request.GET.get("after", "")
    found = next_page(visit.home, visit.acting(), int(given) if given.isdecimal() and len(given) < 16 else 0)
    if found is None:
        messages.success(visit.request, _("Nothing more waits for you here."))
        return redirect("hotline")
    return redirect("hotline_page", found.pk)


@page(*WORKING)
def hotline_page(visit: Visit, number: int) -> HttpResponse:
    """One page: where it is, who reported it, what was said of it, and the way it takes."""
    return _page(visit, number)


@page(*WORKING)
def hotline_report(visit: Visit, number: int) -> HttpResponse:
    """One report, opened: who reads it is written down."""
    return _report(visit, number)


def _page(visit: Visit, number: int, problem: HavreError | None = None, act: str = "") -> HttpResponse:
    context = page_context(page_shown(visit.home, visit.acting(), number), visit.person)
    context["keys"] = KEYS
    return visit.show("hotline_page.html", context | _problem(visit, problem, act), status=_status(problem))


def _report(visit: Visit, number: int, problem: HavreError | None = None, act: str = "") -> HttpResponse:
    context = report_context(read_report(visit.home, visit.acting(), number))
    context["platform"] = from_platform(visit.home, visit.acting(), number)
    return visit.show("hotline_report.html", context | _problem(visit, problem, act), status=_status(problem))


def _problem(visit: Visit, problem: HavreError | None, act: str) -> dict[str, object]:
    said = sentence(problem) if problem is not None else ""
    typed = visit.request.POST if problem is not None else {}
    seen = visit.request.POST.getlist("visible") if problem is not None else []
    return {"problem": said, "act": act, "typed": typed, "typed_visible": seen}


def _status(problem: HavreError | None) -> int:
    return status_of(problem) if problem is not None else 200


# ---- what is done on a page ----


def _field(visit: Visit, name: str) -> str:
    return visit.request.POST.get(name, "")


def _judge(visit: Visit, number: int) -> str:
    facts = facts_of(_field(visit, "age"), visit.request.POST.getlist("visible"), _field(visit, "produced"))
    word = Word(_field(visit, "verdict"), facts, _field(visit, "because"))
    judged = judge_page(visit.home, visit.acting(), number, word)
    if judged.standing.settled:
        return _("Judged.")
    return _("Your word is kept. A second person is needed.")


def _undo(visit: Visit, number: int) -> str:
    undo_judgement(visit.home, visit.acting(), number, _field(visit, "because"))
    return _("Your word is taken back.")


def _overturn(visit: Visit, number: int) -> str:
    overturn(visit.home, visit.acting(), number, _field(visit, "because"))
    return _("The judgement is overturned: the page is judged anew.")


def _route(visit: Visit, number: int) -> str:
    routed = route_page(visit.home, visit.acting(), number)
    if routed.taken:
        return _("It goes to: %(recipient)s.") % {"recipient": worded(routed.routing).recipient}
    return _("It goes nowhere yet.")


def _found(visit: Visit, number: int) -> str:
    find(visit.home, visit.acting(), number, _field(visit, "kind"), _field(visit, "value"), _field(visit, "source"))
    return _("What you found out is kept.")


def _acted(visit: Visit, number: int) -> str:
    acted_on(visit.home, visit.acting(), number, _field(visit, "because"))
    return _("Kept: somebody acts on it.")


def _close(visit: Visit, number: int) -> str:
    gone = bool(_field(visit, "gone"))
    close_page(visit.home, visit.acting(), number, _field(visit, "because"), gone=gone)
    return _("The page is closed.")


def _again(visit: Visit, number: int) -> str:
    seen_again(visit.home, visit.acting(), number)
    return _("The page is open again.")


ON_PAGE: Mapping[str, Act] = {
    "judge": _judge,
    "undo": _undo,
    "overturn": _overturn,
    "route": _route,
    "found": _found,
    "acted": _acted,
    "close": _close,
    "again": _again,
}
"""By the last part of their address."""


def _answer(visit: Visit, number: int) -> str:
    answer_reporter(visit.home, visit.acting(), number, _field(visit, "text"))
    return _("Answered: the reporter's code opens it.")


def _settle(visit: Visit, number: int) -> str:
    close_report(visit.home, visit.acting(), number, _field(visit, "because"))
    return _("The report is settled.")


def _name(visit: Visit, number: int) -> str:
    name_page(visit.home, visit.acting(), number, _field(visit, "address"))
    return _("The report names this page now.")


ON_REPORT: Mapping[str, Act] = {"answer": _answer, "settle": _settle, "page": _name}

Shown = Callable[[Visit, int, HavreError, str], HttpResponse]


def _do(visit: Visit, number: int, act: str, acts: Mapping[str, Act], to: tuple[str, Shown]) -> HttpResponseBase:
    """Do it, and lead back to where it was asked; what goes wrong is said beside the form, with what was typed."""
    if act not in acts:
        raise NotFound(_("there is no such act at the hotline"))
    name, shown = to
    if visit.request.method == "POST":
        try:
            messages.success(visit.request, acts[act](visit, number))
        except NotFound as error:
            if act not in ("undo", "overturn"):
                raise
            return shown(visit, number, error, act)
        except (Invalid, Refused, Unavailable) as error:
            return shown(visit, number, error, act)
    return HttpResponseRedirect(reverse(name, args=[number]))


@page(*WORKING)
def hotline_page_act(visit: Visit, number: int, act: str) -> HttpResponseBase:
    """Something is done on a page."""
    return _do(visit, number, act, ON_PAGE, ("hotline_page", _page))


@page(*WORKING)
def hotline_report_act(visit: Visit, number: int, act: str) -> HttpResponseBase:
    """Something is done on a report."""
    return _do(visit, number, act, ON_REPORT, ("hotline_report", _report))


ADDRESSES = [
    path("hotline", hotline, name="hotline"),
    path("hotline/next", hotline_next, name="hotline_next"),
    path("hotline/pages/<int:number>", hotline_page, name="hotline_page"),
    path("hotline/pages/<int:number>/<slug:act>", hotline_page_act, name="hotline_page_act"),
    path("hotline/reports/<int:number>", hotline_report, name="hotline_report"),
    path("hotline/reports/<int:number>/<slug:act>", hotline_report_act, name="hotline_report_act"),
]
