"""How templates are read: everything is escaped, written as the language writes it, and nothing is sharp."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils import translation

from havre.entrypoints.analyst.veils import Veiled


def drawn(text: str, **context: object) -> str:
    return engines["pages"].from_string(text).render(context).strip()


def test_an_icon_is_drawn_and_not_read() -> None:
    assert drawn("{{ icon('eye') }}") == (
        '<svg class="icon" aria-hidden="true"><use href="/static/vendor/icons.svg#eye"></use></svg>'
    )


def test_a_veil_has_no_words_and_no_sharp_picture() -> None:
    shown = drawn("{{ veiled(it, tip='Hold') }}", it=Veiled(7, "data:image/webp;base64,AAAA", 640, 480))
    assert 'data-medium="7"' in shown
    assert '<img src="data:image/webp;base64,AAAA" alt="">' in shown
    assert '<span class="tip">Hold</span>' in shown


def test_whoever_presses_twice_is_not_told_to_hold() -> None:
    care = SimpleNamespace(viewing=SimpleNamespace(twice=True, tile=False))
    assert ">Press twice to see</span>" in drawn("{{ veiled(it, tip='Hold') }}", it=Veiled(7, "", 4, 3), care=care)
    assert "tip" not in drawn("{{ veiled(it) }}", it=Veiled(7, "", 4, 3), care=care)


def test_without_a_veil_there_is_a_plain_tile() -> None:
    assert "<img" not in drawn("{{ veiled(it) }}", it=Veiled(7, "", 4, 3))


@pytest.mark.parametrize(
    "text",
    ["{{ it }}", "<b title='{{ it }}'>", "{% trans it=it %}so {{ it }}{% endtrans %}", "{{ _('%s')|format(it) }}"],
)
def test_nothing_that_somebody_wrote_is_a_tag(text: str) -> None:
    shown = drawn(text, it="""<i>'"&""")
    assert "<i>" not in shown
    assert "&lt;i&gt;&#39;&#34;&amp;" in shown


def test_what_veils_carry_is_escaped_too() -> None:
    assert drawn("{{ veiled(it, '\">', '<b>') }}", it=Veiled(7, '"><i>', 4, 3)).count("<") == 5


@pytest.mark.parametrize(
    ("language", "number", "day"), [("en", "1.5 1,234", "2 Mar 2026"), ("fr", "1,5 1\xa0234", "2 mars 2026")]
)
def test_numbers_and_dates_are_those_of_the_language(language: str, number: str, day: str) -> None:
    with translation.override(language):
        assert drawn("{{ 1.5|floatformat }} {{ 1234|counted }}") == number
        assert drawn("{{ day|date('j M Y') }}", day=datetime(2026, 3, 2, tzinfo=UTC)) == day
        assert drawn("{{ day|date('c') }}", day=datetime(2026, 3, 2, tzinfo=UTC)) == "2026-03-02T00:00:00+00:00"


def test_the_same_moment_elsewhere_is_another_time_of_day() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=3)))
    assert noon == there
    for _ in range(2):
        assert drawn("{{ a|date('H:i') }} {{ b|date('H:i') }}", a=noon, b=there) == "12:00 15:00"
        assert drawn("{{ day|date('j M') }}", day=noon.date()) == "2 Mar"
        assert drawn("{{ day|date('j M') }}|", day=None) == "|"


def test_an_address_has_its_places() -> None:
    assert drawn("{{ url('one_series', 7) }}") == "/series/7"


def test_what_is_not_there_is_nothing() -> None:
    assert drawn("{{ form.name.errors }}|{% if form.name.errors %}x{% endif %}", form=None) == "|"
