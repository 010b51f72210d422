"""Back with the code: how far it is, what was answered; add something, take it back.

The code comes in the body of a POST alone, so that it stands in no address, no history and no log.
"""

from types import MappingProxyType

from django.http import HttpRequest, HttpResponse

from havre.entrypoints.public import forms, node
from havre.entrypoints.public.answers import sentence
from havre.entrypoints.public.forms import Problem
from havre.entrypoints.public.letters import labour, leave, typed_code
from havre.entrypoints.public.pages import shown
from havre.entrypoints.public.protect import under
from havre.errors import Invalid, NotFound
from havre.hotline.letters import Followed, follow
from havre.hotline.models import Door, LetterKind
from havre.hotline.telling import Told
from havre.sealing.receipt import Code


def followed(request: HttpRequest, _language: str) -> HttpResponse:
    """The field for the code; with it, what is under it."""
    door = node.door(closed=True)
    if request.method != "POST":
        return shown(request, "follow", door, typed="")
    try:
        code = typed_code(request)
        found = follow(door, code)
    except (Invalid, NotFound) as error:
        # Typed wrong, never there, taken back: the same page, and for the last two the same words.
        problems = [Problem("code", sentence(error))]
        return shown(request, "follow", door, 422, typed=request.POST.get("code", "")[:60], problems=problems)
    return _act(request, door, code, found)


def _act(request: HttpRequest, door: Door, code: Code, found: Followed) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "withdraw":
        if trouble := leave(request, door, code, LetterKind.WITHDRAWAL, Told()):
            return _under(request, door, code, found, [Problem("more", trouble)])
        return shown(request, "withdrawn", door, hashes=found.begun == LetterKind.HASHES)
    if found.begun == LetterKind.HASHES:
        return under(request, door, code, found)
    if act == "add":
        return _add(request, door, code, found)
    return _under(request, door, code, found)


def _add(request: HttpRequest, door: Door, code: Code, found: Followed) -> HttpResponse:
    told, problems = forms.addition(request.POST)
    if not problems and (trouble := leave(request, door, code, LetterKind.ADDITION, told)):
        problems = [Problem("more", trouble)]
    if problems:
        return _under(request, door, code, found, problems, request.POST)
    return _under(request, door, code, found, added="danger" if told.danger else "words")


def _under(
    request: HttpRequest,
    door: Door,
    code: Code,
    found: Followed,
    problems: list[Problem] | None = None,
    typed: forms.Posted = MappingProxyType({}),
    added: str = "",
) -> HttpResponse:
    said = {"found": found, "problems": problems or (), "typed": typed, "added": added}
    return shown(request, "under", door, 422 if problems else 200, **labour(door, code), **said)
