"""How the public's templates are read: everything escaped, whoever wrote it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from havre.entrypoints.public.forms import Problem


def environment(**options: Any) -> Environment:
    """What Django asks for."""
    options |= {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"], "trim_blocks": True}
    made = Environment(**options, lstrip_blocks=True)  # noqa: S701 - Django says that everything is escaped
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=False, pgettext=translation.pgettext
    )
    made.globals |= {"at": at, "language": translation.get_language, "languages": settings.LANGUAGES}
    made.globals |= {"wrong": wrong, "describes": describes}
    made.filters |= {"dated": dated}
    return made


def at(name: str, language: str = "") -> str:
    """The address of a page, in the language that is spoken or in another."""
    return reverse(name, args=[language or translation.get_language()])


def wrong(field: str, problems: Iterable[Problem]) -> Markup:
    """What a field says of itself to who does not see it: that something at it must be mended."""
    return Markup(' aria-invalid="true"') if any(each.field == field for each in problems) else Markup()


def describes(field: str, problems: Iterable[Problem]) -> Markup:
    """What explains a field to who does not see it: the hint, and what must be mended."""
    also = f" {field}-problem" if wrong(field, problems) else ""
    return Markup(' aria-describedby="{}-hint{}"').format(field, Markup(also))  # noqa: S704 - names of our own fields


def dated(moment: Any) -> str:
    """A day as the language writes it; not the minute, which nobody needs."""
    return formats.date_format(moment, "j F Y")
