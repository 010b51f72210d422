"""Intakes: what was asked for, what runs, what each found; ask for another."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from havre.cases.models import Order, Outcome, State
from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.asked import number, text
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import Invalid, NotFound
from havre.flows import intake_shown as shown
from havre.flows.check import not_compared
from havre.flows.ordering import continue_order, discard_order, order_files, order_folder, stop_order
from havre.units.models import RoleName

WORK = (RoleName.ANALYST, RoleName.SUPERVISOR)

KEYS = (Key("n", "/intakes/new", gettext_lazy("New intake"), legend=True),)

PARTS = (
    ("k", Outcome.KNOWN, gettext_lazy("known")),
    ("n", Outcome.NEAR, gettext_lazy("near")),
    ("r", Outcome.REPEAT, gettext_lazy("repeat")),
    ("w", Outcome.NEW, gettext_lazy("new")),
    ("x", Outcome.REFUSED, gettext_lazy("refused")),
    ("q", Outcome.QUARANTINED, gettext_lazy("quarantined")),
)
"""Colour, outcome and word of each part of what an intake found."""

WIDTH = 1000
"""How wide the bar of shares is, in its own units."""


@page(*WORK)
def intakes(visit: Visit) -> HttpResponse:
    """What waits, then every intake, newest first."""
    waiting, found = shown.list_intakes(visit.home, visit.acting(), number(visit, "before"))
    rows = [(intake, bar(intake)) for intake in found.rows]
    context = {"waiting": waiting, "rows": rows, "next": found.next, "keys": KEYS}
    return visit.show("intakes_piece.html" if visit.partial else "intakes.html", context)


@page(*WORK)
def intake_new(visit: Visit) -> HttpResponse:
    """Choose the case and what is brought into it."""
    if visit.request.method != "POST":
        return _form(visit, {"source": "files"})
    typed = {name: text(visit, name) for name in ("case", "source", "root", "below", "reason")}
    try:
        return _asked(visit, typed)
    except (Invalid, NotFound) as error:
        return _form(visit, typed, sentence(error))


def _form(visit: Visit, typed: dict[str, str], problem: str = "") -> HttpResponse:
    context = {
        "cases": shown.open_cases(visit.acting()),
        "sources": [str(folder) for folder in visit.home.settings.sources],
        "typed": typed,
        "problem": problem,
    }
    return visit.show("intake_new.html", context, status=400 if problem else 200)


def _asked(visit: Visit, typed: dict[str, str]) -> HttpResponse:
    if not typed["case"]:
        raise Invalid(_("Choose a case first, or open one."))
    acting = visit.acting(typed["reason"])
    if typed["source"] == "files":
        order = order_files(visit.home, acting, typed["case"])
        return redirect("intake_upload", order=order.pk)
    below = typed["below"].strip("/")
    order = order_folder(visit.home, acting, typed["case"], f"{typed['root']}/{below}" if below else typed["root"])
    return redirect("intake_asked", order=order.pk)


@page(*WORK)
def intake_asked(visit: Visit, order: int) -> HttpResponse:
    """An order until it has become an intake."""
    found = shown.show_order(visit.acting(), order)
    if found.intake_id is not None:
        if visit.partial:
            return HttpResponse(status=200, headers={"HX-Redirect": f"/intakes/{found.intake_id}"})
        return redirect("intake", number=found.intake_id)
    if found.state == State.GATHERING and found.by == visit.person:
        return redirect("intake_upload", order=found.pk)
    template = "intake_asked_piece.html" if visit.partial else "intake_asked.html"
    return visit.show(template, {"order": found, "runs": found.state in {State.WAITING, State.RUNNING}})


@page(*WORK)
def intake(visit: Visit, number: int) -> HttpResponse:
    """One intake: how far it is, what it found, what it left out."""
    acting = visit.acting()
    running = shown.progress_of(acting, number) if visit.partial else shown.show_intake(visit.home, acting, number)
    context = {"running": running, "intake": running.intake, "order": running.order, "bar": bar(running.intake)}
    if visit.partial:
        return visit.show("intake_piece.html", context)
    files = shown.sent_files(acting, running.order) if running.order and not running.order.path else []
    return visit.show("intake.html", {**context, "files": files, "keys": KEYS, "passed_over": not_compared(acting)})


@page(*WORK)
def intake_left_out(visit: Visit, intake: int, outcome: str) -> HttpResponse:
    """Refused or quarantined files with the reason of each; the last row asks for more."""
    after = number(visit, "after")
    found = shown.show_left_out(visit.acting(), intake, outcome, after)
    context = {"items": found.rows, "next": found.next, "number": intake, "outcome": outcome, "first": not after}
    return visit.show("intake_left_out.html" if visit.partial else "intake_left_out_page.html", context)


ACTS = {"stop": stop_order, "continue": continue_order}


@page(RoleName.ANALYST)
def intake_act(visit: Visit, order: int, act: str) -> HttpResponse:
    """Stop, go on with or discard an order."""
    if act == "discard":
        discard_order(visit.home, visit.acting(), order)
        return redirect("intakes")
    if act not in ACTS:
        raise NotFound(_("there is no such act"))
    found: Order = ACTS[act](visit.home, visit.acting(), order)
    return redirect("intake_asked", order=found.pk)


def bar(intake: object) -> list[dict[str, object]]:
    """Each part of what was found: colour, word, number, and where it lies in a bar of WIDTH."""
    counts = [(colour, outcome, words, int(getattr(intake, outcome))) for colour, outcome, words in PARTS]
    found, at, parts = max(sum(count for *_, count in counts), 1), 0, []
    for colour, outcome, words, count in counts:
        width = round(WIDTH * (at + count) / found) - round(WIDTH * at / found)
        x = round(WIDTH * at / found)
        parts.append({"colour": colour, "outcome": outcome, "words": words, "count": count, "x": x, "width": width})
        at += count
    return parts


ADDRESSES = [
    path("intakes", intakes, name="intakes"),
    path("intakes/new", intake_new, name="intake_new"),
    path("intakes/<int:number>", intake, name="intake"),
    path("intakes/<int:intake>/<str:outcome>", intake_left_out, name="intake_left_out"),
    path("intakes/asked/<int:order>", intake_asked, name="intake_asked"),
    path("intakes/asked/<int:order>/<str:act>", require_POST(intake_act), name="intake_act"),
]
