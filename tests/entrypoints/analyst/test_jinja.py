"""How templates are read: everything is escaped, written as the language writes it, and nothing is sharp."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import translation

from havre.entrypoints.analyst import spoken
from havre.entrypoints.analyst.veils import Veiled
from havre.entrypoints.analyst.zones import in_zone


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


def test_a_moment_is_told_by_the_clock_of_whoever_reads_and_kept_for_that_clock_alone() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=3)))  # as another node may write it
    assert noon == there
    for _ in range(2):
        assert drawn("{{ a|date('H:i') }} {{ b|date('H:i') }}", a=noon, b=there) == "12:00 12:00"
        with in_zone(ZoneInfo("Europe/Brussels")):
            assert drawn("{{ a|date('H:i') }} {{ b|date('c') }}", a=noon, b=there) == "13:00 2026-03-02T13:00:00+01:00"
        with in_zone(ZoneInfo("Pacific/Auckland")):
            assert drawn("{{ a|date('j M') }} {{ a|date_utc('j M') }}", a=noon) == "3 Mar 2 Mar"


def test_the_hour_that_a_clock_shows_twice_is_two_moments() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Brussels"))
    second = first.replace(fold=1)
    assert first == second  # Python looks at the clock alone
    assert drawn("{{ a|date('H:i') }} {{ b|date('H:i') }}", a=first, b=second) == "00:30 01:30"
    with in_zone(ZoneInfo("Europe/Paris")):
        text = drawn("{{ a|date('H:i') }} {{ b|date('H:i') }} {{ b|date('j M') }}", a=first, b=second)
    assert text == "02:30 (UTC+2) 02:30 (UTC+1) 25 Oct"


def test_days_and_times_of_no_zone_are_told_as_they_are() -> None:
    camera = datetime(2026, 3, 2, 23, 30)
    for name in ("UTC", "Pacific/Auckland", "America/New_York"):
        with in_zone(ZoneInfo(name)):
            assert drawn("{{ at|date('j M Y H:i') }}", at=camera) == "2 Mar 2026 23:30"
            assert drawn("{{ day|date('j M') }}", day=camera.date()) == "2 Mar"
            assert drawn("{{ day|date('j M') }}|", day=None) == "|"


def test_what_erasing_left_of_a_time_is_a_day() -> None:
    with in_zone(ZoneInfo("America/New_York")):
        assert drawn("{{ at|date_left }}", at=datetime(2026, 3, 2, tzinfo=UTC)) == "2 Mar 2026 UTC"
        assert drawn("{{ at|date_left }}", at=datetime(2026, 3, 2, 12, 5, tzinfo=UTC)) == "2 Mar 2026, 07:05"
        assert drawn("{{ at|date_left }}|", at=None) == "|"


def test_the_first_and_the_last_day_of_all_are_told_everywhere() -> None:
    with in_zone(ZoneInfo("Pacific/Auckland")):
        assert drawn("{{ at|date('Y-m-d') }}", at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)) == "9999-12-31"
        far = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
        assert drawn("{{ at|date('j M') }}", at=far) == "1 Jan"


def test_what_is_drawn_once_for_everybody_tells_no_time() -> None:
    templates = Path(spoken.__file__).parent / "templates" / "analyst"
    source = "".join(each.read_text() for each in (*templates.glob("*.html"), *templates.parents[1].glob("*.py")))
    once = {name for name in re.findall(r'"analyst/(\w+\.html)"', source) if f'drawn_once("analyst/{name}"' in source}
    once |= {"triage_tile.html", "rail.html", "choices.html", "sheet.html"}
    assert {"triage_pad.html", "triage_facts.html", "triage_legend.html"} < once
    for name in sorted(once):
        assert not re.search(r"\|\s*date|clock_said", (templates / name).read_text()), name


def test_an_address_has_its_places() -> None:
    assert drawn("{{ url('one_series', 7) }}") == "/series/7"


def test_what_is_not_there_is_nothing() -> None:
    assert drawn("{{ form.name.errors }}|{% if form.name.errors %}x{% endif %}", form=None) == "|"
