"""Every word that a page says, and whether French and Dutch have it: read from the source, nothing is run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from havre.entrypoints.analyst.jinja import environment

PAGES = Path(__file__).parent.parent / "src" / "havre" / "entrypoints" / "analyst"

SPEAKING = {"gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0}
SPEAKING |= {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 1, "npgettext_lazy": 1}
"""Functions of Django that translate, and at which place the text stands; before it stands its context."""

Key = tuple[str, str, str]
"""Context, text and plural, as a catalogue knows it."""


@dataclass(frozen=True)
class Said:
    """One text of the source."""

    context: str
    text: str
    plural: str
    where: str

    @property
    def key(self) -> Key:
        """How a catalogue finds it."""
        return self.context, self.text, self.plural


def said_in_templates(folder: Path) -> Iterator[Said]:
    """What templates say through their tags."""
    reading = environment()
    for file in sorted(folder.rglob("*.html")):
        for line, function, text in reading.extract_translations(file.read_text("utf-8")):  # type: ignore[attr-defined]
            yield _said(str(function or "gettext"), text if isinstance(text, tuple) else (text,), f"{file.name}:{line}")


def said_in_python(folder: Path) -> Iterator[Said]:
    """What modules say through gettext, under whatever name they import it."""
    for file in sorted(folder.rglob("*.py")):
        yield from said_in(ast.parse(file.read_text("utf-8")), file.name)


def said_in(tree: ast.AST, name: str) -> Iterator[Said]:
    """What one module says."""
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in SPEAKING
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            if any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args):
                raise AssertionError(f"{name}:{node.lineno}: no catalogue has a text that is put together")
            texts = tuple(arg.value if isinstance(arg, ast.Constant) else None for arg in node.args)
            if isinstance(texts[SPEAKING[names[node.func.id]]], str):  # else it is one that was written out elsewhere
                yield _said(names[node.func.id], texts, f"{name}:{node.lineno}")


def _said(function: str, texts: tuple[object, ...], where: str) -> Said:
    place = SPEAKING.get(function, 0)
    plural = texts[place + 1] if function.lstrip("p").startswith("n") and len(texts) > place + 1 else ""
    return Said(str(texts[0]) if place else "", str(texts[place]), str(plural or ""), where)


def catalogue(language: str, folder: Path) -> dict[Key, tuple[str, ...]]:
    """What a language has for each text, from all folders together; a text that is only proposed is none."""
    found: dict[Key, tuple[str, ...]] = {}
    for file in sorted(folder.glob(f"*/{language}/LC_MESSAGES/django.po")):
        with file.open("rb") as lines:
            for message in read_po(lines, locale=language):
                single, plural = (message.id, "") if isinstance(message.id, str) else message.id
                strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                if single and not message.fuzzy and all(strings):
                    found[message.context or "", single, plural] = strings
    return found


TAGS = re.compile(r"{%\s*trans\b.*?{%\s*endtrans\s*%}|{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SPOKEN = re.compile(r"""\b(?:aria-label|title|placeholder|alt|label)=(?:"([^"]*)"|'([^']*)')""")
WORD = re.compile(r"[^\W\d_]{3,}")
NO_WORDS = frozenset(
    {"Havre", "Ctrl", "Esc", "Del", "UTC", "PDQ", "SHA", "English", "Français", "Nederlands"}
) | frozenset({"havre", "audit", "check", "proof", "entry", "json", "key"})
"""Names, caps of keys and commands: they are the same in every language."""


def unspoken(template: str) -> list[str]:
    """Words that a template says in English whatever the language: text and attributes outside every tag."""
    bare = TAGS.sub(" ", re.sub(r"{% block mainclass %}[^{]*{% endblock %}", " ", template))
    bare = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", " ", bare, flags=re.DOTALL)
    told = [words for pair in SPOKEN.findall(bare) for words in pair]
    told.append(re.sub(r"<[^>]*>", " ", bare, flags=re.DOTALL))
    return [word for words in told for word in WORD.findall(words) if word not in NO_WORDS]
