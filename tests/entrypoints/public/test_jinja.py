"""Templates escape what anybody wrote, and speak the language of the address."""

from datetime import UTC, datetime

from django.test import Client
from django.utils import translation

from havre.entrypoints.public.jinja import dated, environment
from havre.hotline.models import Door
from tests.entrypoints.public.shown import text


def test_everything_is_escaped() -> None:
    made = environment(autoescape=True)
    assert made.from_string("{{ a }}").render(a="<b>") == "&lt;b&gt;"


def test_a_unit_with_signs_in_its_name_is_shown_as_it_is(visitor: Client, door: Door) -> None:
    door.unit.name = "<script>hit()</script> & Co"
    door.unit.save()
    page = visitor.get("/en/about")
    assert "<script>hit()" not in page.content.decode()
    assert "belong to <script>hit()</script> & Co." in text(page)


def test_a_day_is_written_as_the_language_writes_it() -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC)
    said = {}
    for language in ("en", "fr", "nl"):
        with translation.override(language):
            said[language] = dated(day)
    assert said == {"en": "2 March 2026", "fr": "2 mars 2026", "nl": "2 maart 2026"}
