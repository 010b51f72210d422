"""A challenge: whoever is concerned says that a decision is wrong, and gets a code to read what came of it."""

from django.http import HttpRequest, HttpResponse

from havre.entrypoints.public import forms, node
from havre.entrypoints.public.letters import code_of, labour, leave_first
from havre.entrypoints.public.pages import shown
from havre.hotline.models import LetterKind


def challenge(request: HttpRequest, _language: str) -> HttpResponse:
    """The form; sent, what was told is kept and its receipt shown."""
    door, code = node.door(), code_of(request)
    if request.method != "POST":
        return shown(request, "challenge", door, 200, typed={}, **labour(door, code))
    told, problems = forms.challenge(request.POST)
    if not problems:
        code, trouble = leave_first(request, door, code, LetterKind.CHALLENGE, told)
        problems = [forms.Problem("about", trouble)] if trouble else []
    if problems:
        carried = labour(door, code) | {"typed": request.POST, "problems": problems}
        return shown(request, "challenge", door, 422, **carried)
    return shown(request, "receipt", door, groups=str(code).split("-"), code=code.letters, challenged=True)
