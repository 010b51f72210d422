"""How the public's templates are read: everything escaped, whoever wrote it."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """What Django asks for."""
    options |= {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"], "trim_blocks": True}
    made = Environment(**options, lstrip_blocks=True)  # noqa: S701 - Django says that everything is escaped
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=False, pgettext=translation.pgettext
    )
    made.globals |= {"at": at, "language": translation.get_language, "languages": settings.LANGUAGES}
    made.filters |= {"dated": dated}
    return made


def at(name: str, language: str = "") -> str:
    """The address of a page, in the language that is spoken or in another."""
    return reverse(name, args=[language or translation.get_language()])


def dated(moment: Any) -> str:
    """A day as the language writes it; not the minute, which nobody needs."""
    return formats.date_format(moment, "j F Y")
