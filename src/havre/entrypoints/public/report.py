"""A report: the form, and the receipt of what was sent with it."""

from django.http import HttpRequest, HttpResponse

from havre.entrypoints.public import forms, node
from havre.entrypoints.public.letters import code_of, labour, leave_first
from havre.entrypoints.public.pages import shown
from havre.hotline.models import Door, LetterKind
from havre.sealing.receipt import Code


def report(request: HttpRequest, _language: str, danger: bool = False) -> HttpResponse:
    """The form; sent, what was told is kept and its receipt shown."""
    door, code = node.door(), code_of(request)
    if request.method != "POST":
        return _form(request, door, code, {"danger": "1" if danger else ""})
    told, problems = forms.report(request.POST)
    if not problems:
        code, trouble = leave_first(request, door, code, LetterKind.REPORT, told)
        problems = [forms.Problem("address", trouble)] if trouble else []
    if problems:
        return _form(request, door, code, request.POST, problems)
    return shown(request, "receipt", door, groups=str(code).split("-"), code=code.letters, challenged=False)


def _form(
    request: HttpRequest, door: Door, code: Code, typed: forms.Posted, problems: list[forms.Problem] | None = None
) -> HttpResponse:
    # In another language the box is ticked too: the address says so.
    page = "report now" if typed.get("danger") == "1" else "report"
    carried = labour(door, code) | {"typed": typed, "problems": problems or (), "page": page}
    return shown(request, "report", door, 422 if problems else 200, **carried)
