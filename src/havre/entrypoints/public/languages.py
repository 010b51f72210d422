"""The language of an answer: that of its address; before there is one, the first that the browser asks for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from havre.settings import LANGUAGES

Answer = Callable[[HttpRequest], HttpResponseBase]

CODES = tuple(code for code, _name in LANGUAGES)


def spoken(answer: Answer) -> Answer:
    """Answer in the language of the address, or in that which is asked for."""

    def in_language(request: HttpRequest) -> HttpResponseBase:
        translation.activate(of_address(request.path_info) or asked(request.headers.get("Accept-Language", "")))
        return answer(request)

    return in_language


def of_address(path: str) -> str:
    """The language with which a path begins; empty where it begins with none."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in CODES else ""


def asked(header: str) -> str:
    """The language of ours that a browser likes most, by its Accept-Language; English where it likes none."""
    found = [_weighed(each, place) for place, each in enumerate(header[:200].split(",")[:20])]
    known = [(weight, -place, code) for weight, place, code in found if code in CODES and weight > 0]
    return max(known)[2] if known else CODES[0]


def _weighed(text: str, place: int) -> tuple[float, int, str]:
    code, _semicolon, rest = text.strip().partition(";")
    try:
        weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
    except ValueError:
        weight = 0.0
    return weight, place, code.partition("-")[0].lower()
