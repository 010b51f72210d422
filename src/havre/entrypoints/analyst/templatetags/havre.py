"""Words for templates: icons, veils, the bar of a share."""

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; always beside a word, so that nobody needs to know it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("vendor/icons.svg"), name
    )


@register.filter
def counted(number: int) -> str:
    """A number of things as the language writes it, in groups of thousands."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


@register.inclusion_tag("analyst/veil.html", takes_context=True)
def veil(context: Context, veiled: object, classes: str = "ratio-43", tip: str = "") -> dict[str, object]:
    """A veiled picture: `data-medium` is what a held key reveals; `tip` is written on the plate that reveals it."""
    care = context.get("care")
    plain = bool(care and care.viewing.tile)
    return {"veiled": veiled, "classes": classes, "tip": tip, "plain": plain}
