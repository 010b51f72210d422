"""Templates, compiled once for each language: what they say in it stands in the compiled code as it is sent.

Of what a page says most is the same for everybody who reads its language: nobody looks it up again for each request.
What a template asks with values of its own (`ngettext`, words from a variable) is still asked when it is drawn.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.backends.jinja2 import Jinja2, Template
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from havre.entrypoints.analyst.keys import EVERYWHERE, Key
from havre.entrypoints.analyst.written import Writing, with_own

MOST_DRAWN = 2_000
"""Pieces that are kept as they were drawn, for each language."""

PLACE = Markup("<!-- -->")
"""Where something stands within a piece: whatever else could look like it is escaped."""


class Spoken(Environment):
    """Jinja for one language; its templates are its own."""

    language = settings.LANGUAGE_CODE
    settled: Mapping[str, Callable[..., object]] = {}
    """What is the same each time it is called with the same words, by its name in templates."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        with translation.override(self.language):
            return Settling(self).visit(super()._parse(source, name, filename))  # type: ignore[no-any-return]

    code_generator_class = Writing

    def _generate(self, *given: Any, **named: Any) -> str:
        return with_own(super()._generate(*given, **named))

    def sheet(self, keys: Sequence[Key]) -> Markup:
        """The help on the keys of a page and the table its handlers read; drawn once for the same keys."""
        own = {key.press for key in keys}  # where a page gives a key a meaning of its own, it has no other there
        everywhere = [key for key in EVERYWHERE if key.press not in own]
        return self.drawn_once("analyst/sheet.html", keys, {"keys": keys, "everywhere": everywhere})

    def drawn_once(self, name: str, key: Hashable, context: Mapping[str, object]) -> Markup:
        """A piece that shows nothing but what its key says; drawn once for the same key."""
        found = self.drawn.get((name, key))
        if found is None:
            if len(self.drawn) >= MOST_DRAWN:
                self.drawn.clear()
            found = Markup(self.get_template(name).render(context))  # noqa: S704 - a template escaped it
            self.drawn[name, key] = found
        return found

    def drawn_around(self, name: str, key: Hashable, within: Markup, context: Mapping[str, object]) -> Markup:
        """A piece that shows nothing but what its key says, drawn once, around what is not kept."""
        before, _place, after = str(self.drawn_once(name, key, {**context, "within": PLACE})).partition(PLACE)
        return Markup(f"{before}{within}{after}")  # noqa: S704 - templates escaped all three

    drawn: dict[tuple[str, Hashable], Markup]


class Settling(NodeTransformer):
    """Puts what calls with fixed words give in the place of the calls."""

    def __init__(self, spoken: Spoken) -> None:
        self.spoken = spoken

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja calls it by the node's name
        """A call whose words are all fixed becomes what it gives; markup stays markup."""
        self.generic_visit(node)
        fixed = [each.value for each in node.args if isinstance(each, nodes.Const)]
        asked = self.spoken.settled.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if asked is None or len(fixed) != len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        given = asked(*fixed)
        const = nodes.Const(str(given), lineno=node.lineno)
        return nodes.MarkSafe(const, lineno=node.lineno) if hasattr(given, "__html__") else const

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 - Jinja calls it by the node's name
        """A piece that is named stands where it is included, unless it has blocks; what it sets stays in it."""
        self.generic_visit(node)
        if not isinstance(node.template, nodes.Const) or not node.with_context or node.ignore_missing:
            return node
        loader = self.spoken.loader
        if loader is None:
            return node
        name = str(node.template.value)
        source, filename, _fresh = loader.get_source(self.spoken, name)
        piece = self.spoken._parse(source, name, filename)
        if any(True for _ in piece.find_all((nodes.Block, nodes.Extends))):
            return node
        return nodes.Scope(piece.body, lineno=node.lineno)


class Pages(Jinja2):
    """What Django asks for templates: those of the language that is spoken now."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        super().__init__(parameters)
        self._each = {code: self._spoken(code) for code, _name in settings.LANGUAGES}

    def get_template(self, template_name: str) -> Template:
        """The template of this name, in this language."""
        return self._now().get_template(template_name)

    def from_string(self, template_code: str) -> Template:
        """A template of this text, in this language."""
        return self._now().from_string(template_code)

    def _now(self) -> Jinja2:
        return self._each[translation.get_language() or settings.LANGUAGE_CODE]

    def _spoken(self, code: str) -> Jinja2:
        pages = Jinja2.__new__(Jinja2)
        pages.__dict__ |= self.__dict__
        spoken: Any = self.env.overlay()
        spoken.language, spoken.drawn = code, {}
        pages.env = spoken
        return pages


def once(request: HttpRequest) -> dict[str, object]:
    """The token against forged requests, made once for all forms of a page; and what is still to be said."""
    token = SimpleLazyObject(lambda: get_token(request))
    field = SimpleLazyObject(
        lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', str(token))
    )
    return {"csrf_token": token, "csrf_input": field, "messages": get_messages(request)}
