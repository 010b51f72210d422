"""A provider's own record: what we count of how it answers, shown under its code before anybody else sees it; and
what it says is wrong of that, as a letter with a code of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from havre.entrypoints.public import forms, node
from havre.entrypoints.public.answers import sentence
from havre.entrypoints.public.forms import Problem
from havre.entrypoints.public.letters import code_of, labour, leave_first, turn, typed_code
from havre.entrypoints.public.pages import shown
from havre.errors import Invalid, NotFound
from havre.hotline.models import Door, LetterKind
from havre.platforms.door import Shown, contesting, record_under
from havre.sealing.receipt import Code

FIGURES: Mapping[str, str] = {
    "notices": gettext_noop("Letters to you that count"),
    "retracted": gettext_noop("Letters that we took back; they do not count"),
    "receipts": gettext_noop("You said: we have got it"),
    "answered_share": gettext_noop("Answered"),
    "answer.median": gettext_noop("Half of your answers came within"),
    "answer.ninety": gettext_noop("Nine in ten answers came within"),
    "removal.median": gettext_noop("Half of the pages were gone within"),
    "removal.ninety": gettext_noop("Nine in ten pages were gone within"),
    "silent": gettext_noop("No answer, and the page was still there"),
    "silent_share": gettext_noop("No answer, as a share"),
    "repeats": gettext_noop("Letters that we had to send again"),
    "reappeared": gettext_noop("Pages that came back"),
    "requests": gettext_noop("Other things that we asked"),
    "requests_answered": gettext_noop("Of these, answered"),
    "requests_full": gettext_noop("Of these, answered in full"),
    "requests_silent": gettext_noop("Of these, without a word until their deadline"),
}
"""What a record says, in the order in which it is read."""


def record(request: HttpRequest, _language: str) -> HttpResponse:
    """The field for the code; with it, the record of its provider alone."""
    door = node.door(closed=True)
    if request.method != "POST":
        return shown(request, "record", door, typed="")
    try:
        code = typed_code(request)
        with turn():
            found = record_under(door, code, node.now())
    except (Invalid, NotFound) as error:
        # Typed wrong, never there, replaced by another: the same page, and for the last two the same words.
        problems = [Problem("code", sentence(error))]
        return shown(request, "record", door, 422, typed=request.POST.get("code", "")[:60], problems=problems)
    if request.POST.get("act") == "contest":
        return _contest(request, door, code, found)
    return _own(request, door, code, found)


def _contest(request: HttpRequest, door: Door, code: Code, found: Shown) -> HttpResponse:
    follows, (told, problems) = code_of(request, "follows"), forms.contest(request.POST)
    if not problems:
        said = contesting(code, told)
        follows, trouble = leave_first(request, door, follows, LetterKind.CHALLENGE, said)
        problems = [Problem("seen", trouble)] if trouble else []
    if problems:
        return _own(request, door, code, found, problems)
    return shown(request, "receipt", door, groups=str(follows).split("-"), code=follows.letters, challenged=True)


def _own(
    request: HttpRequest, door: Door, code: Code, found: Shown, problems: list[Problem] | None = None
) -> HttpResponse:
    follows = code_of(request, "follows")
    carried = labour(door, follows) | {"code": code.letters, "follows": follows.letters}
    told = {
        "found": found,
        "figures": [(_(said), value_of(found.figures, name)) for name, said in FIGURES.items()],
        "sources": [source_of(each) for each in found.sources],
        "typed": request.POST if problems else {},
        "problems": problems or (),
    }
    return shown(request, "own", door, 422 if problems else 200, **carried, **told)


def value_of(figures: Mapping[str, Any], name: str) -> str:
    """A figure as it is read; those behind which too few letters stand are said to be none."""
    first, _dot, second = name.partition(".")
    value = figures.get(first)
    value = value.get(second) if second and isinstance(value, Mapping) else value
    if value is None:
        return _("too few to say")
    if second:
        return _("%(hours)s hours") % {"hours": f"{value:g}"}
    return f"{100 * value:g} %" if first.endswith("_share") else str(value)


def source_of(source: Mapping[str, Any]) -> dict[str, object]:
    """One letter or request that was counted, with its days."""
    return {
        "reference": source.get("reference", ""),
        "sent": _moment(source.get("left_at") or source.get("asked_at")),
        "answered": _moment(source.get("answered_at")),
        "gone": _moment(source.get("gone_at")),
        "silent": bool(source.get("silent")),
        "retracted": bool(source.get("retracted")),
    }


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
