"""Templates drawn with fewer steps say what Jinja itself says of them."""

from collections import Counter
from typing import Any

import pytest
from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, DictLoader, Environment
from markupsafe import Markup, escape

from havre.entrypoints.analyst.spoken import Spoken
from havre.entrypoints.analyst.written import attribute, escaped, with_own

PIECES = {
    "row.html": "{% set seen = each.name %}<i>{{ seen }}{{ other }}</i>",
    "list.html": "{% for each in rows %}{% include 'row.html' %}{{ loop.index }}{% endfor %}{{ seen }}",
    "frame.html": "<{% block head %}{{ title }}{% endblock %}|{% block main %}{% endblock %}>",
    "page.html": "{% extends 'frame.html' %}{% block main %}{% include 'list.html' %}{{ seen }}{% endblock %}",
    "more.html": "{% extends 'page.html' %}{% block head %}a{{ super() }}{% endblock %}",
    "held.html": "{% include 'frame.html' %}{% with each = rows[0] %}{% include 'row.html' %}{% endwith %}",
    "named.html": "{% with name = 'row.html', each = rows[0] %}{% include name %}{% endwith %}{{ seen }}",
    "kept.html": "{% set kept %}{% include 'list.html' %}{% endset %}{{ kept }}{{ rows[0].name|upper }}",
    "none.html": "{{ nothing.of.this }}{{ rows[0].missing }}{% if nothing %}a{% endif %}{{ rows[0]['name'] }}",
    "filter.html": "{% filter upper %}{{ title }}{% include 'list.html' %}{% endfilter %}",
}


class Named:
    def __init__(self, name: object) -> None:
        self.name = name


def made(kind: type[Environment]) -> Environment:
    return kind(
        loader=DictLoader(PIECES), autoescape=True, undefined=ChainableUndefined, extensions=["jinja2.ext.i18n"]
    )


OURS, PLAIN = made(Spoken), made(Environment)

VALUES: st.SearchStrategy[Any] = st.one_of(
    st.text(alphabet="a<>&'\"%{}é", max_size=8), st.integers(), st.none(), st.booleans(), st.floats(), st.builds(Markup)
)


@pytest.mark.parametrize("name", PIECES)
@given(names=st.lists(VALUES, min_size=1, max_size=3), title=VALUES, other=VALUES)
def test_it_says_what_jinja_says(name: str, names: list[Any], title: Any, other: Any) -> None:
    context = {"rows": [Named(each) for each in names], "title": title, "other": other}
    assert OURS.get_template(name).render(context) == PLAIN.get_template(name).render(context)


@given(VALUES)
def test_everything_is_escaped_as_ever(value: Any) -> None:
    assert escaped(value) == str(escape(value))


@pytest.mark.parametrize("value", [Markup("<b>"), mark_safe("<b>"), gettext_lazy("<b>"), Named("<b>"), b"<b>"])
def test_what_is_no_text_is_escaped_unless_it_is_markup(value: object) -> None:
    assert escaped(value) == str(escape(value))


def test_an_attribute_is_asked_for_as_jinja_does() -> None:
    assert attribute(Named("a"), "name", PLAIN) == "a"
    assert attribute({"name": "a"}, "name", PLAIN) == "a"
    assert str(attribute({}, "name", PLAIN)) == ""
    assert list(attribute({"items": 1}, "items", PLAIN)()) == [("items", 1)]
    assert attribute(Counter(name=3), "name", PLAIN) == 3


def test_a_block_hands_up_its_words_once() -> None:
    template = OURS.get_template("page.html")
    drawn = list(template.root_render_func(template.new_context({"rows": [Named(each) for each in "abc"]})))
    assert len([part for part in drawn if part]) <= 5


def test_a_piece_without_blocks_is_written_where_it_stands() -> None:
    pages: Any = engines["pages"]
    text = "{% for tile in tiles %}{% include 'analyst/triage_found.html' %}{% endfor %}"
    assert "get_template" not in pages._now().env.compile(text, raw=True)


def test_another_jinja_is_noticed() -> None:
    with pytest.raises(TypeError):
        with_own("import something else\n")
