"""Search: by a file, a held medium or a region of it, a digest, words, a place, a time, a camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst import sentences
from havre.entrypoints.analyst.answers import as_sentence, sentence, status_of
from havre.entrypoints.analyst.bars import Stretches, stretches_of
from havre.entrypoints.analyst.fact_words import known_as
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.media import file_name
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.sealed_upload import content_of
from havre.entrypoints.analyst.search_form import Form, form_of, is_number
from havre.entrypoints.analyst.troubles import in_words
from havre.entrypoints.analyst.veils import Veiled, veiled
from havre.errors import HavreError, Invalid, NotFound, Unavailable
from havre.flows.media_shown import measures_of
from havre.flows.search import ask, may_search
from havre.flows.search_asked import Question, of_content, of_digits, of_medium
from havre.flows.search_found import Answer, Where
from havre.flows.search_series import SeriesTold
from havre.flows.search_stated import Told, search_stated
from havre.flows.standing import keep_asking
from havre.linking.links import Kind, Link, between
from havre.matches.models import Match
from havre.matches.queries import knowledge_for
from havre.matching.places import Region
from havre.media.models import Medium
from havre.media.queries import media_of, medium_by_id, orientations_of
from havre.media.sources import Found
from havre.media.upright import AS_IT_IS, UPRIGHT, Matrix, Size, back, box_seen, size_seen
from havre.series.findings import told_of
from havre.series.queries import held_media
from havre.units.acting import Acting
from havre.units.models import RoleName

KEYS = (
    Key("j", "next", lazy("Next result"), legend=True),
    Key("k", "previous", lazy("Previous result"), legend=True),
    Key("Enter", "open", lazy("Open the result")),
)

SHOWN = 48
"""Results on one page."""

WRITTEN = "written"
BY_FILE = "file"
"""What the button says that keeps asking by the file beside it."""
GROUPS = {**sentences.KINDS, WRITTEN: lazy("What is written")}
TEXTS = {
    "path": lazy("path"),
    "metadata": lazy("metadata"),
    "word": lazy("a colleague's word"),
    "name": lazy("name"),
    "comment": lazy("comment"),
    "clue": lazy("clue"),
    "victim": lazy("victim"),
    "offender": lazy("offender"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One result: veiled, what it is called, why it is here."""

    kind: str
    name: str
    address: str
    """Of its page; empty for what is only known."""
    why: Sequence[tuple[str, str]]
    chance: str
    where: str
    veil: Veiled | None
    stretches: Stretches | None = None
    """Those that agree, on what asked and on what was found."""


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def search(visit: Visit) -> HttpResponse:
    """The form, and what was found; a file that was sent is looked at in the sandbox and kept nowhere."""
    if visit.request.method == "POST":
        return _sent(visit)
    form = form_of(visit.request.GET.dict())
    if not form.anything:
        return _page(visit, form)
    try:
        return _found(visit, form)
    except (Invalid, NotFound, Unavailable) as problem:
        return _page(visit, form, problem=problem)


def _found(visit: Visit, form: Form) -> HttpResponse:
    after = visit.request.GET.get("after", "")
    begin = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    question = _question(visit, form)
    if question is None:
        answers = search_stated(visit.home, _acting(visit), form.asked(), begin)
        return _page(visit, form, _written(visit, answers.found), after=answers.after, series=answers.series)
    found, notes = ask(visit.home, _acting(visit), question, form.radius, _region(visit, form, question))
    begin = begin or 0
    some = found[begin : begin + SHOWN]
    more = begin + SHOWN if len(found) > begin + SHOWN else None
    return _page(visit, form, _looked_like(visit, some), notes=notes, after=more)


def _question(visit: Visit, form: Form) -> Question | None:
    """What is asked by looks; None where it is asked by what is written."""
    if form.like is not None:
        may_search(visit.acting())
        return of_medium(visit.home, visit.acting(), medium_by_id(visit.person, form.like))
    return of_digits(form["q"]) if form.by_digits else None


def _region(visit: Visit, form: Form, question: Question) -> Region | None:
    """The part that alone asks, in pixels of the file: it was drawn where the picture is seen."""
    if form.region is None or question.asker.size is None:
        return form.region
    size, turn = question.asker.size, _turn(visit, form, question)
    x, y, width, height = map(round, box_seen(form.region, size_seen(size, turn), back(turn)))
    return x, y, width, height


def _turn(visit: Visit, form: Form, question: Question) -> Matrix:
    """What turns the picture that asks as it was seen: of a file that was sent, as a browser does that turns it."""
    if visit.request.FILES:
        return AS_IT_IS if visit.request.POST.get("unturned") == "yes" else UPRIGHT[question.turned]
    return AS_IT_IS if form.like is None else _lies(visit, medium_by_id(visit.person, form.like))[1]


def _lies(visit: Visit, medium: Medium) -> tuple[Size, Matrix]:
    """The size of its file, and what turns it upright."""
    turn = UPRIGHT[orientations_of(visit.person, [medium.pk]).get(medium.pk, 1)]
    return (medium.width or 0, medium.height or 0), turn


def _sent(visit: Visit) -> HttpResponse:
    """A file that was sent is searched for; with `keep`, whatever is asked becomes a standing question."""
    form, file = form_of(visit.request.POST.dict()), visit.request.FILES.get("file")
    try:
        if "keep" in visit.request.POST:
            if file is None and visit.request.POST["keep"] == BY_FILE:
                raise Invalid(_("choose the file again: what was searched by is not kept"))
            return _kept(visit, form, _of_file(visit, file) if file else _question(visit, form))
        if file is None:
            raise Invalid(_("choose a file to search by"))
        question = _of_file(visit, file)
        found, notes = ask(visit.home, _acting(visit), question, form.radius, _region(visit, form, question))
        if question.unread and not found:
            raise Invalid(
                _("%(name)s shows nothing to compare (%(why)s): choose a picture, a film or a sound"),
                name=file.name or _("the file that was sent"),
                why=question.unread,
            )
    except (Invalid, NotFound, Unavailable) as problem:
        return _page(visit, form, problem=problem)
    if len(found) > SHOWN:
        notes += (_("%(shown)d of %(all)d are shown: the nearest") % {"shown": SHOWN, "all": len(found)},)
    return _page(
        visit, form, _looked_like(visit, found[:SHOWN]), notes=notes, by_file=file.name or _("the file that was sent")
    )


def _of_file(visit: Visit, file: "UploadedFile[Any]") -> Question:
    content = content_of(file)
    found = Found(_("the file that was sent"), b"", content.length)
    return of_content(visit.home, found, lambda: content, "a file that was sent")  # type: ignore[arg-type,return-value]


def _kept(visit: Visit, form: Form, question: Question | None) -> HttpResponse:
    sent = visit.request.POST
    days = sent.get("days", "")
    lasts = timedelta(days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0)
    asked = form.asked() if question is None else question
    region = _region(visit, form, question) if question is not None else None
    keep_asking(visit.home, _acting(visit), sent.get("name", ""), asked, radius=form.radius, region=region, lasts=lasts)
    messages.success(visit.request, _("From now on everything that comes is asked this too."))
    return redirect("alerts")


def _acting(visit: Visit) -> Acting:
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    return visit.acting(given.get("reason", "").strip()[:500])


# ---- what is shown ----

DAYS = "90"
"""For which a standing question is proposed to last."""


def _page(
    visit: Visit,
    form: Form,
    cards: Sequence[Card] | None = None,
    *,
    notes: Sequence[str] = (),
    after: int | None = None,
    problem: HavreError | None = None,
    by_file: str = "",
    series: Sequence[SeriesTold] = (),
) -> HttpResponse:
    groups = [(kind, GROUPS[kind], [each for each in cards or () if each.kind == kind]) for kind in GROUPS]
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    like = None if isinstance(problem, NotFound) else _like(visit, form)
    context = {
        "form": form.typed,
        "groups": [(kind, words, some) for kind, words, some in groups if some],
        "searched": cards is not None,
        "series": [(each.series, [(TEXTS[kind], text) for kind, text in each.why]) for each in series],
        "notes": [as_sentence(in_words(each)) for each in notes],
        "problem": sentence(problem) if problem is not None else "",
        "more": f"?{urlencode({**form.typed, 'after': str(after)})}" if after is not None else "",
        "by_file": by_file,
        "reason": given.get("reason", ""),
        "name": given.get("name", ""),
        "days": given.get("days", "") or DAYS,
        "keeping": given.get("keep", BY_FILE) != BY_FILE and not visit.request.FILES,
        "keeping_file": bool(by_file) or "keep" in given,
        "like": like,
        "keys": KEYS,
    }
    return visit.show("search.html", context, status=status_of(problem) if problem is not None else 200)


def _like(visit: Visit, form: Form) -> dict[str, object] | None:
    """The held medium that is asked with, for a region to be drawn on."""
    if not is_number(form["like"]):
        return None
    medium = medium_by_id(visit.person, int(form["like"]))
    veil = veiled(visit.home, visit.person.unit, [medium])[medium.pk]
    return {"medium": medium, "veil": veil, "size": list(size_seen(*_lies(visit, medium)))}


def _looked_like(visit: Visit, answers: Sequence[Answer]) -> list[Card]:
    known_ones = [each.id for each in answers if each.where == Where.KNOWN]
    known = knowledge_for(visit.person).in_bulk(known_ones) if known_ones else {}
    held_ones = [each.id for each in answers if each.where == Where.HELD]
    media = {each.pk: each for each in media_of(visit.person, held_ones)}
    names, veils = held_media(visit.person, media), veiled(visit.home, visit.person.unit, media.values())
    cards: list[Card] = []
    for each in answers:
        link = _link(each)
        why, chance = [("", sentences.sentence(link))], sentences.chance(each.expected_false)
        drawn = stretches_of(link)
        if each.where == Where.HELD and each.id in media:
            held = names[each.id]
            where, address = ", ".join(held.cases), f"/media/{each.id}"
            veil = veils[each.id]
            cards.append(Card(each.kind, file_name(held.path), address, why, chance, where, veil, drawn))
        elif each.where == Where.KNOWN and each.id in known:
            entry = known[each.id]
            name = file_name(entry.path) or _("Known entry %(number)s") % {"number": entry.pk}
            label = known_as(entry.label) or _("only listed, not judged")
            cards.append(Card(each.kind, name, "", why, chance, label, None, drawn))
    return cards


def _link(answer: Answer) -> Link:
    match = Match(distance=answer.distance, orientation=answer.orientation, evidence=answer.evidence)
    return between(0, 1, Kind(answer.kind), answer.expected_false, told_of(match) | measures_of(match))


def _written(visit: Visit, found: Sequence[Told]) -> list[Card]:
    media = {each.medium.pk: each.medium for each in found}
    names, veils = held_media(visit.person, media), veiled(visit.home, visit.person.unit, media.values())
    cards: list[Card] = []
    for each in found:
        held, number = names[each.medium.pk], each.medium.pk
        why = [(str(TEXTS.get(kind, kind)), text) for kind, text in each.why]
        where = ", ".join(held.cases)
        cards.append(Card(WRITTEN, file_name(held.path), f"/media/{number}", why, "", where, veils[number]))
    return cards


ADDRESSES = [path("search", search, name="search")]
