"""The clue desk: regions drawn on objects, what each suggests, crops for wider circulation, and the countries left.

`shown(visit, number)` is the context of `series_clues.html` and `series_map.html`, which the page of a series includes.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from havre.care.rules import OnPause
from havre.entrypoints.analyst import clue_view as view
from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.care import pause_sentence
from havre.entrypoints.analyst.clue_words import CERTAINTY_WORDS, KIND_WORDS, TITLES, Choice, listed, options
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.veils import veiled
from havre.errors import Invalid, Refused
from havre.flows import clue as flow
from havre.flows.reveal import Asked
from havre.linking.countries import Certainty, Constraint, constraint
from havre.series.clues import Box, Drawn, suggested
from havre.series.models import Clue
from havre.series.queries import clue_for, series_for
from havre.series.united import united
from havre.units.models import RoleName

LISTS = ("country", "region", "language", "currency")
"""Kinds that are chosen from a list."""
TICKS = ("plug", "side", "voltage")
"""Kinds that are ticked."""
CIRCLE = ("latitude", "longitude", "km")
BOX = ("x", "y", "width", "height")

WAYS = ("Left", "Right", "Up", "Down")

REASONS = "reasons"
"""Where the session keeps why its person looks, by case."""

ON_SERIES = (
    Key("l", "clue", lazy("New clue: begin a region"), legend=True),
    *(Key(f"Shift+Arrow{way}", f"region-size-{way.lower()}", lazy("Size the region")) for way in WAYS),
    Key("Enter", "region-done", lazy("The region is right: name the clue")),
    Key("Backspace", "region-away", lazy("Take the region away")),
)
"""The keys of the clue desk within the page of a series, where arrows alone belong to its members too."""
KEYS = (*(Key(f"Arrow{way}", f"region-move-{way.lower()}", lazy("Move the region")) for way in WAYS), *ON_SERIES)
"""The keys of the clue desk alone."""


def shown(visit: Visit, number: int, given: QueryDict | None = None) -> dict[str, object]:
    """What the two parts show; `given` is what somebody typed that was not taken."""
    on, after = places(visit)
    if given is not None:
        on = _number(given.get("medium", ""))
    return _context(visit, flow.clue_desk(visit.home, visit.acting(), str(number), on, after), given)


def places(visit: Visit) -> tuple[int, int]:
    """The member to draw on, and the one behind which those to choose from begin; 0 where none is named."""
    asked = visit.request.GET
    return _number(asked.get("on", "")), _number(asked.get("pictures", ""))


def _context(visit: Visit, desk: flow.Desk, given: QueryDict | None = None) -> dict[str, object]:
    media = {medium.pk: medium for medium in [*desk.members, *([desk.stage] if desk.stage else [])]}
    veils = veiled(visit.home, visit.person.unit, media.values())
    return {
        "clue_series": desk.series,
        "clue_stage": view.stage(desk),
        "clue_veil": veils[desk.stage.pk] if desk.stage else None,
        "clue_media": [veils[medium.pk] for medium in desk.members],
        "clue_more": desk.members[-1].pk if desk.more else 0,
        "clue_list": view.listed(visit.home, visit.acting(), desk),
        "clue_withdrawn": desk.withdrawn,
        "clue_fields": fields(given),
        **_where(desk),
    }


def on_series(visit: Visit, desk: flow.Desk) -> dict[str, object]:
    """The same for the page of a series, where the form is folded until somebody begins a clue."""
    return {**_context(visit, desk), "clue_folded": True}


def _where(desk: flow.Desk) -> dict[str, object]:
    rows = view.rows(desk)
    possible = [row for row in rows if not row.excluded]
    first = [row for row in possible if row.level][: view.FIRST_ROWS]
    return {
        "where": desk.where,
        "where_rows": first,
        "where_others": possible[len(first) :],
        "where_excluded": [row for row in rows if row.excluded],
        "where_contradictions": view.contradictions(desk),
        "where_best": [row.countries for row in rows if row.level == 3],
        "where_places": desk.places,
        "map": view.map_data(desk),
        "close_up": view.close_up(desk),
    }


def fields(given: Mapping[str, Any] | None) -> dict[str, object]:
    """What can be chosen, with what was chosen before."""
    typed = given if isinstance(given, QueryDict) else QueryDict()
    certainty = typed.get("certainty", Certainty.LIKELY)
    return {
        "kinds": [Choice(kind, str(words), typed.get("kind") == kind) for kind, words in KIND_WORDS.items()],
        "certainties": [Choice(each, str(words), certainty == each) for each, words in CERTAINTY_WORDS.items()],
        "lists": [(kind, TITLES[kind], listed(kind, typed.getlist(kind))) for kind in LISTS],
        "ticks": [(kind, TITLES[kind], options(kind, typed.getlist(kind))) for kind in TICKS],
        "typed": {name: typed.get(name, "") for name in ("name", *BOX, *CIRCLE)},
    }


# ---- reading what was typed ----


def suggestions(given: QueryDict) -> list[Constraint]:
    """Everything that a form suggests, each kind with the same certainty. Raises Invalid."""
    certainty = given.get("certainty", "")
    found = [
        constraint({"kind": kind, "values": given.getlist(kind), "certainty": certainty})
        for kind in (*LISTS, *TICKS)
        if given.getlist(kind)
    ]
    if any(given.get(name, "").strip() for name in CIRCLE):
        place = {name: given.get(name, "").strip().replace(",", ".") for name in CIRCLE}
        found.append(constraint({"kind": "circle", "certainty": certainty, **place}))
    return found


def box(given: QueryDict) -> Box | None:
    """The region that was drawn or typed; None for the whole scene. Raises Invalid."""
    typed = [given.get(name, "").strip() for name in BOX]
    if not any(typed):
        return None
    if not all(each.isascii() and each.isdecimal() and len(each) < 8 for each in typed):
        raise Invalid(_("a region is four whole numbers: left, top, width and height; or none for the whole scene"))
    x, y, width, height = map(int, typed)
    return Box(x, y, width, height)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


# ---- pages ----


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def clues(visit: Visit, number: int) -> HttpResponse:
    """The clue desk of a series; a POST draws a clue."""
    if visit.request.method == "POST":
        return _draw(visit, number)
    return _page(visit, number)


def _page(visit: Visit, number: int, problem: str = "", status: int = 200) -> HttpResponse:
    given = visit.request.POST if problem else None
    context = shown(visit, number, given)
    return visit.show("clues.html", {**context, "problem": problem, "keys": KEYS}, status)


def _draw(visit: Visit, number: int) -> HttpResponse:
    given = visit.request.POST
    try:
        drawn = Drawn(given.get("name", ""), given.get("kind", ""), box(given), suggestions(given))
        medium = _number(given.get("medium", ""))
        clue = flow.draw_clue(visit.home, visit.acting(), str(number), medium, drawn, "nobody" in given)
    except (Invalid, Refused) as error:
        return _page(visit, number, sentence(error), 400)
    messages.success(visit.request, _("Clue %(number)s is drawn.") % {"number": clue.number})
    return redirect(_at(number, clue.medium_id))


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def clue_suggests(visit: Visit, number: int, clue: int) -> HttpResponse:
    """What one clue suggests: a form for more; a POST adds, or takes one away."""
    found = clue_for(visit.person, united(series_for(visit.person, str(number))), clue)
    given = visit.request.POST
    if visit.request.method != "POST":
        return _suggesting(visit, found)
    try:
        flow.suggest_more(visit.home, visit.acting(), str(number), clue, _changed(suggested(found), given))
    except (Invalid, Refused) as error:
        return _suggesting(visit, found, sentence(error), 400)
    return redirect(f"{_at(number, found.medium_id)}#clue-{clue}")


def _changed(now: list[Constraint], given: QueryDict) -> list[Constraint]:
    """What a clue suggests from now on: without one of them, or with more. Raises Invalid where nothing changes."""
    if "without" in given:
        place = _number(given.get("without", ""))
        return [each for at, each in enumerate(now) if at != place]
    more = suggestions(given)
    if not more:
        raise Invalid(_("choose what the clue suggests"))
    return [*now, *more]


def _suggesting(visit: Visit, clue: Clue, problem: str = "", status: int = 200) -> HttpResponse:
    given = visit.request.POST if problem else None
    context = {"clue": clue, "clue_series": clue.series, "clue_fields": fields(given), "problem": problem}
    return visit.show("clue_suggests.html", context, status)


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def withdraw_clue(visit: Visit, number: int, clue: int) -> HttpResponse:
    """The clue counts no more; or again, where somebody takes that back."""
    if "back" in visit.request.POST:
        there = flow.bring_clue_back(visit.home, visit.acting(), str(number), clue)
        messages.success(visit.request, _("Clue %(number)s counts again.") % {"number": there.number})
        return redirect(f"{_at(number, there.medium_id)}#clue-{clue}")
    gone = flow.withdraw_clue(visit.home, visit.acting(), str(number), clue)
    messages.success(visit.request, _("Clue %(number)s is withdrawn.") % {"number": gone.number})
    return redirect(f"{_at(number)}#clue-{clue}")


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def clue_crop(visit: Visit, number: int, clue: int) -> HttpResponse:
    """Make, confirm or refuse the crop of a clue."""
    where, nobody = (visit.home, visit.acting(), str(number), clue), "nobody" in visit.request.POST
    try:
        act = _crop_acts(visit.request.POST.get("act", ""), where, nobody)
    except (Invalid, Refused) as error:
        return _refused(visit, number, error)
    messages.success(visit.request, act)
    return redirect(f"{_at(number)}#clue-{clue}")


def _refused(visit: Visit, number: int, error: Invalid | Refused) -> HttpResponse:
    """To the top of the page, where the sentence stands: at the clue nobody would see it."""
    messages.error(visit.request, sentence(error))
    return redirect(_at(number))


def _crop_acts(act: str, where: tuple[Any, Any, str, int], nobody: bool) -> str:
    if act == "confirm":
        flow.confirm_crop(*where, nobody)
        return _("The crop is confirmed: nobody is in it.")
    if act == "refuse":
        flow.refuse_crop(*where)
        return _("The crop is gone.")
    made = flow.ask_for_crop(*where, nobody)
    if made.confirmed_at:
        return _("The crop is made. You are alone in your unit, so your own word stands.")
    return _("The crop is made. It stays veiled until a second person has looked at it.")


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def look_at_crop(visit: Visit, number: int, clue: int) -> HttpResponse:
    """The crop that waits for a second person, while a key is held; 409 where a reason is needed first."""
    hold = visit.request.POST.get("hold", "")[:64]
    reasons = cast("dict[str, str]", visit.request.session.get(REASONS, {}))
    try:
        seen = flow.look_at_crop(visit.home, visit.acting(), str(number), clue, hold, reasons)
    except OnPause as error:
        return JsonResponse({"sentence": pause_sentence(error.pause), "pause": reverse("pause")}, status=403)
    if isinstance(seen, Asked):
        return JsonResponse({"ask": "reason", "case": seen.case}, status=409)
    return HttpResponse(seen, content_type="image/jpeg")


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def hand_out_crop(visit: Visit, number: int, clue: int) -> HttpResponse:
    """The confirmed crop as a file, under a name that says nothing."""
    recipient = visit.request.POST.get("recipient", "")
    try:
        seen = flow.hand_out_crop(visit.home, visit.acting(), str(number), clue, recipient)
    except (Invalid, Refused) as error:
        return _refused(visit, number, error)
    answer = HttpResponse(seen, content_type="image/jpeg")
    answer.headers["Content-Disposition"] = f'attachment; filename="object-{number}-{clue}.jpg"'
    return answer


def _at(number: int, on: int = 0) -> str:
    return reverse("clues", args=[number]) + (f"?on={on}" if on else "")


ADDRESSES = [
    path("series/<int:number>/clues", clues, name="clues"),
    path("series/<int:number>/clues/<int:clue>/suggests", clue_suggests, name="clue_suggests"),
    path("series/<int:number>/clues/<int:clue>/withdraw", withdraw_clue, name="withdraw_clue"),
    path("series/<int:number>/clues/<int:clue>/crop", clue_crop, name="clue_crop"),
    path("series/<int:number>/clues/<int:clue>/crop/look", look_at_crop, name="look_at_crop"),
    path("series/<int:number>/clues/<int:clue>/crop/file", hand_out_crop, name="hand_out_crop"),
]
