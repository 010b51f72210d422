"""How templates are read: Jinja, which compiles each into Python once (decision 0181).

Everything is escaped, whoever wrote it. Numbers and dates are written as the language writes them where a filter says
so: `counted`, `floatformat`, `date`. Times are told by the clock of whoever reads (`zones`), days of UTC by `date_utc`.
"""

from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import reverse
from django.utils import formats, translation
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from jinja2 import ChainableUndefined, pass_context, pass_environment
from jinja2.runtime import Context
from markupsafe import Markup, escape

from havre.entrypoints.analyst.keys import EVERYWHERE, Key
from havre.entrypoints.analyst.shell import Shown
from havre.entrypoints.analyst.spoken import Spoken
from havre.entrypoints.analyst.troubles import in_words
from havre.entrypoints.analyst.zones import ahead, clock_said, in_utc, is_shown_twice, local, zone
from havre.flows.forget import day_of


def environment(**options: Any) -> Spoken:
    """What Django asks for: Jinja with our words."""
    options |= {"undefined": ChainableUndefined, "extensions": ["jinja2.ext.i18n"]}
    made = Spoken(**options)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=False, pgettext=translation.pgettext
    )
    made.globals |= {
        "clock_said": clock_said,
        "drawn_around": drawn_around,
        "drawn_once": drawn_once,
        "icon": icon,
        "language_code": translation.get_language,
        "languages": settings.LANGUAGES,
        "rail_choices": rail_choices,
        "rail_links": rail_links,
        "sheet": sheet,
        "static": cache(static),
        "url": url,
        "veiled": veiled,
    }
    made.settled = {
        "icon": icon,
        "language_code": translation.get_language,
        "static": static,
        "url": url,
        "_": translation.gettext,
        "gettext": translation.gettext,
        "ngettext": translation.ngettext,
        "pgettext": translation.pgettext,
    }
    made.filters |= {name: getattr(defaultfilters, name) for name in OF_DJANGO}
    made.filters |= {"counted": counted, "date": dated, "date_utc": dated_utc, "date_left": dated_left}
    made.filters |= {"json_script": json_script, "in_words": in_words}
    return made


OF_DJANGO = (
    "capfirst",
    "filesizeformat",
    "floatformat",
    "linebreaksbr",
    "slugify",
    "stringformat",
    "truncatechars",
    "yesno",
)
"""Filters that write as Django does."""


@lru_cache(maxsize=4096)
def url(name: str, *places: object) -> str:
    """The address of a page."""
    return reverse(name, args=places)


@cache
def icon(name: str) -> SafeString:
    """An icon of the sprite; always beside a word, so that nobody needs to know it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("vendor/icons.svg"), name
    )


def dated(moment: datetime | date | None, form: str) -> str:
    """A time as the language writes it, on the clock of whoever reads; a day, and a time of no zone, as they are."""
    return _dated_in(zone(), moment, form)


def dated_utc(moment: datetime | date | None, form: str) -> str:
    """A day on which several agreed, or by which something is counted: the same for everybody, whatever their clock."""
    return _dated_in(UTC, moment, form)


def dated_left(moment: datetime | None) -> str:
    """A time; or the day, where that is what erasing a report left of it (`flows.forget`)."""
    if moment is not None and moment == day_of(moment):
        return f"{dated_utc(moment, 'SHORT_DATE_FORMAT')} UTC"
    return dated(moment, "SHORT_DATETIME_FORMAT")


def _dated_in(there: tzinfo, moment: datetime | date | None, form: str) -> str:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return _dated(moment, None, form, translation.get_language())
    at = moment if moment.tzinfo is UTC else in_utc(moment)
    return _dated(at, there, form, translation.get_language())


@lru_cache(maxsize=4096)
def _dated(moment: datetime | date | None, there: tzinfo | None, form: str, language: str | None) -> str:
    """Months cut to three signs are English, `2 mars` and `26 nov.` are not."""
    named = form.endswith("_FORMAT") or language == "en"
    shown = moment if there is None or not isinstance(moment, datetime) else local(moment, there)
    text = str(defaultfilters.date(shown, form if named else form.replace("M", "N")))
    if isinstance(shown, datetime) and tells_time(form) and is_shown_twice(shown):
        return f"{text} ({ahead(shown)})"
    return text


def tells_time(form: str) -> bool:
    """Whether it is told at which time of a day."""
    return form.endswith("TIME_FORMAT") or "H:i" in form


def counted(number: int) -> str:
    """A number of things as the language writes it, in groups of thousands."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


@pass_environment
def sheet(spoken: Spoken, keys: Sequence[Key] = ()) -> Markup:
    """The help on the keys of a page."""
    return spoken.sheet(keys or ())


@pass_environment
def drawn_once(spoken: Spoken, name: str, key: Hashable, **values: Any) -> Markup:
    """A piece that shows nothing but what its key and the language say, whatever `values` it is drawn with."""
    return spoken.drawn_once(name, key, values)


@pass_environment
def drawn_around(spoken: Spoken, name: str, key: Hashable, within: Markup, **values: Any) -> Markup:
    """The same, around what is of this request alone: the template says with `within` where that stands."""
    return spoken.drawn_around(name, key, within, values)


@pass_environment
def rail_links(spoken: Spoken, rail: Iterable[Shown]) -> Markup:
    """The rail: drawn once for the same entries, with the same counts, seen from the same page."""
    return _of_rail(spoken, "analyst/rail.html", rail)


@pass_environment
def rail_choices(spoken: Spoken, rail: Iterable[Shown]) -> Markup:
    """The same entries as what can be found or done."""
    return _of_rail(spoken, "analyst/choices.html", rail)


def _of_rail(spoken: Spoken, name: str, rail: Iterable[Shown]) -> Markup:
    shown = list(rail)
    key = tuple((each.place.page, each.here, each.counted) for each in shown)
    return spoken.drawn_once(name, key, {"rail": shown, "everywhere": EVERYWHERE})


@pass_context
def veiled(context: Context, shown: Any, classes: str = "ratio-43", tip: str = "") -> Markup:
    """A veiled picture: `data-medium` is what a held key reveals; `tip` is written on the plate that reveals it,
    unless this person chose to press twice instead of holding.
    """
    care = context.get("care")
    if tip and care and care.viewing.twice:
        tip = _("Press twice to see")
    medium, data = (getattr(shown, name, "") for name in ("medium", "data"))
    parts = (
        f' data-medium="{escape(medium)}"' if medium else "",
        f'<img src="{escape(data)}" alt="">' if data and not (care and care.viewing.tile) else "",
        f'<span class="tip">{escape(tip)}</span>' if tip else "",
    )
    return Markup('<span class="veil {}"{}>{}{}</span>'.format(escape(classes), *parts))  # noqa: S704 - escaped above
