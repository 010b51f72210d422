"""Templates compiled for each language say the same as if each word were looked up when it is drawn."""

from typing import Any

import pytest
from django.conf import settings
from django.middleware.csrf import get_token
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy

from havre.entrypoints.analyst import spoken
from havre.entrypoints.analyst.keys import EVERYWHERE, Key
from havre.entrypoints.analyst.spoken import once

LANGUAGES = [code for code, _name in settings.LANGUAGES]

NEXT = Key("n", "next", gettext_lazy("Next"))


def drawn(text: str, **context: object) -> str:
    return engines["pages"].from_string(text).render(context)


def compiled(text: str) -> str:
    """The Python that a template became, in the language of now."""
    pages: Any = engines["pages"]
    made: str = pages._now().env.compile(text, raw=True)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["{{ _('Close') }}", "{% trans %}Close{% endtrans %}", '<a title="{{ _("Close") }}">'])
def test_fixed_words_stand_in_the_compiled_template(language: str, text: str) -> None:
    with translation.override(language):
        said = translation.gettext("Close")
        assert said in drawn(text)
        assert said in compiled(text)
        assert "gettext" not in compiled(text).partition("def root")[2]


def test_each_language_has_templates_of_its_own() -> None:
    said = []
    for language in ("en", "fr", "nl", "en"):
        with translation.override(language):
            said.append(engines["pages"].get_template("analyst/reason.html").render({}))
    assert said[0] == said[3]
    assert len(set(said)) == len({"en", "fr", "nl"})


@pytest.mark.parametrize("text", ["{{ _('<i>&') }}", "{% set said = _('<i>&') %}{{ said }}", "{{ _('<i>') ~ '&' }}"])
def test_words_of_a_translation_are_no_tags(text: str) -> None:
    assert drawn(text) == "&lt;i&gt;&amp;"


def test_markup_that_is_fixed_stays_markup() -> None:
    eye = '<svg class="icon" aria-hidden="true"><use href="/static/vendor/icons.svg#eye"></use></svg>'
    assert drawn("{{ icon('eye') }}") == eye
    assert drawn("{% set it = icon('eye') %}{{ it }}{{ '<' ~ it }}") == f"{eye}&lt;{eye}"


def test_what_depends_on_values_is_asked_when_it_is_drawn() -> None:
    stacks = "{% trans n=n %}{{ n }} stack{% pluralize n %}{{ n }} stacks{% endtrans %}"
    text = stacks + "|{{ url('one_series', n) }}|{{ _(word) }}"
    with translation.override("fr"):
        one, two = drawn(text, n=1, word="Close"), drawn(text, n=2, word="Keys")
        assert [one.split("|")[1], two.split("|")[1]] == ["/series/1", "/series/2"]
        assert [one.split("|")[2], two.split("|")[2]] == [translation.gettext(each) for each in ("Close", "Keys")]
        assert one.split("|")[0] != two.split("|")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_of_a_page_are_drawn_once_for_each_language(language: str) -> None:
    with translation.override(language):
        first, again = drawn("{{ sheet(keys) }}", keys=(NEXT,)), drawn("{{ sheet(keys) }}", keys=(NEXT,))
        assert first == again
        assert str(EVERYWHERE[0].words) in first
        assert 'data-press="n" data-act="next"' in first
    with translation.override(LANGUAGES[LANGUAGES.index(language) - 1]):
        assert drawn("{{ sheet(keys) }}", keys=(NEXT,)) != first
    assert drawn("{{ sheet(keys) }}", keys=(Key("m", "next", "Next"),)) != first


def test_one_token_is_made_for_all_forms_of_a_page() -> None:
    request = RequestFactory().get("/")
    given = once(request)
    assert len({str(given["csrf_token"]), str(given["csrf_token"])}) == 1
    assert str(given["csrf_input"]) == f'<input type="hidden" name="csrfmiddlewaretoken" value="{given["csrf_token"]}">'
    assert len(get_token(request)) == len(str(given["csrf_token"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_piece_is_drawn_once_for_its_key_and_language(language: str) -> None:
    asked: list[str] = []

    def facts(word: str) -> list[dict[str, object]]:
        asked.append(word)
        return [{"name": word, "words": gettext_lazy("Close"), "choices": [], "several": False}]

    text = "{{ drawn_once('analyst/triage_facts.html', key, facts=facts) }}"
    with translation.override(language):
        shown = [drawn(text, key=(language, key), facts=lambda key=key: facts(key)) for key in ("<a>", "b", "<a>")]
        assert shown[0] == shown[2] != shown[1]
        assert asked == ["<a>", "b"]
        assert "&lt;a&gt;" in shown[0]
        assert f"<legend>{translation.gettext('Close')}</legend>" in shown[0]


def test_no_more_pieces_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "MOST_DRAWN", 3)
    pages: Any = engines["pages"]
    for number in range(10):
        assert str(number) in drawn("{{ sheet(keys) }}", keys=(Key(f"{number}", "next", "Next"),))
    assert len(pages._now().env.drawn) <= 3


def test_the_help_says_of_each_key_one_thing() -> None:
    own = (Key(" ", "reveal-both", gettext_lazy("Reveal both"), hold=True),)
    pages: Any = engines["pages"]
    told = pages._now().env.sheet(own)
    assert "Reveal both" in told
    assert "Reveal here" in pages._now().env.sheet(())
    assert "Reveal here" not in told
