"""Words for templates: icons, veils, the bar of a share."""

from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon of the sprite; always beside a word, so that nobody needs to know it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("vendor/icons.svg"), name
    )


@register.filter
def counted(number: int) -> str:
    """A number of things as the language writes it, in groups of thousands."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


@register.simple_tag(takes_context=True)
def veil(context: Context, veiled: Any, classes: str = "ratio-43", tip: str = "") -> SafeString:
    """A veiled picture: `data-medium` is what a held key reveals; `tip` is written on the plate that reveals it."""
    care = context.get("care")
    plain = bool(care and care.viewing.tile)
    medium, data = (getattr(veiled, name, "") for name in ("medium", "data"))
    parts = (
        format_html(' data-medium="{}"', medium) if medium else "",
        format_html('<img src="{}" alt="">', data) if data and not plain else "",
        format_html('<span class="tip">{}</span>', tip) if tip else "",
    )
    return format_html('<span class="veil {}"{}>{}{}</span>', classes, *parts)
