"""Words for templates."""

from django.template import Context, Template

from havre.entrypoints.analyst.veils import Veiled


def drawn(text: str, **context: object) -> str:
    return Template("{% load havre %}" + text).render(Context(context)).strip()


def test_an_icon_is_drawn_and_not_read() -> None:
    assert drawn('{% icon "eye" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/vendor/icons.svg#eye"></use></svg>'
    )


def test_a_veil_has_no_words_and_no_sharp_picture() -> None:
    shown = drawn("{% veil it tip='Hold' %}", it=Veiled(7, "data:image/webp;base64,AAAA", 640, 480))
    assert 'data-medium="7"' in shown
    assert '<img src="data:image/webp;base64,AAAA" alt="">' in shown
    assert '<span class="tip">Hold</span>' in shown


def test_without_a_veil_there_is_a_plain_tile() -> None:
    assert "<img" not in drawn("{% veil it %}", it=Veiled(7, "", 4, 3))
