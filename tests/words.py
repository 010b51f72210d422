"""Every word that a page says, and whether French and Dutch have it: read from the source, nothing is run."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
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
    reading.settled = {}  # as it is written, before anything is said
    for file in sorted(folder.rglob("*.html")):
        for line, function, text in reading.extract_translations(file.read_text("utf-8")):  # type: ignore[attr-defined]
            yield _said(str(function or "gettext"), text if isinstance(text, tuple) else (text,), f"{file.name}:{line}")


def said_in_python(folder: Path) -> Iterator[Said]:
    """What modules say through gettext, under whatever name they import it."""
    for file in sorted(folder.rglob("*.py")):
        yield from said_in(ast.parse(file.read_text("utf-8")), file.name)


def said_in(tree: ast.AST, name: str) -> Iterator[Said]:
    """What one module says."""
    names = _speaking(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            if any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args):
                raise AssertionError(f"{name}:{node.lineno}: no catalogue has a text that is put together")
            texts = tuple(arg.value if isinstance(arg, ast.Constant) else None for arg in node.args)
            if isinstance(texts[SPEAKING[names[node.func.id]]], str):  # else it is one that was written out elsewhere
                yield _said(names[node.func.id], texts, f"{name}:{node.lineno}")


def _speaking(tree: ast.AST) -> dict[str, str]:
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in SPEAKING
    }


def _said(function: str, texts: tuple[object, ...], where: str) -> Said:
    place = SPEAKING.get(function, 0)
    plural = texts[place + 1] if function.lstrip("p").startswith("n") and len(texts) > place + 1 else ""
    return Said(str(texts[0]) if place else "", str(texts[place]), str(plural or ""), where)


def catalogue(language: str, folder: Path, area: str = "*") -> dict[Key, tuple[str, ...]]:
    """What a language has for each text, from all folders or that of one area; a text that is only proposed is none."""
    found: dict[Key, tuple[str, ...]] = {}
    for file in sorted(folder.glob(f"{area}/{language}/LC_MESSAGES/django.po")):
        with file.open("rb") as lines:
            for message in read_po(lines, locale=language):
                single, plural = (message.id, "") if isinstance(message.id, str) else message.id
                strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                if single and not message.fuzzy and all(strings):
                    found[message.context or "", single, plural] = strings
    return found


def said_twice(folder: Path) -> list[str]:
    """Catalogues that have a text more than once, as those are that two people added to: whoever reads takes either."""
    wrong = []
    for file in sorted(folder.glob("*/*/LC_MESSAGES/django.po")):
        content = file.read_bytes()
        if len(re.findall(rb"^msgid ", content, re.MULTILINE)) != len(list(read_po(BytesIO(content)))):
            wrong.append(str(file.relative_to(folder)))
    return wrong


def said_otherwise(language: str, folder: Path) -> list[str]:
    """Texts that two areas say each in its way: one of the two is read everywhere, by the order of their names."""
    found: dict[Key, dict[tuple[str, ...], str]] = {}
    for area in sorted(each for each in folder.iterdir() if each.is_dir()):
        for key, strings in catalogue(language, folder, area.name).items():
            found.setdefault(key, {}).setdefault(strings, area.name)
    return [f"{key}: {said}" for key, said in found.items() if len(said) > 1]


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


# ---- what errors say ----

SOURCE = PAGES.parent.parent.parent
ERRORS = frozenset({"Invalid", "NotFound", "Refused", "Unavailable", "Broken"})

WITHOUT_DJANGO = (
    *("fingerprints", "matching", "linking", "addresses", "hashlists", "cybertip", "sealing"),
    *("settings", "configured", "start", "errors"),
    "restrictions.model",
    *("audit.entry", "audit.export", "audit.proof_file", "audit.prove", "audit.verify"),
    *("hotline.policy", "hotline.policy_file"),
    *("media.decode", "media.keys", "media.outside", "media.sources", "media.spool", "media.store", "matches.formats"),
)
"""What works where no Django is: in the sandbox, in the check of a proof, before a home is open. It speaks English."""

SHOWN_ALL_THE_SAME = (
    *("linking.countries", "matching.manifest", "matching.place_index", "matching.places", "matching.sound_index"),
    *("addresses.address", "addresses.hosts", "addresses.spelling"),
    *("sealing.envelope", "sealing.ticket", "audit.prove"),
    *("media.decode.sandbox", "media.keys", "media.spool", "media.store", "matches.formats.labels"),
)
"""Those of them whose errors reach a page; the rest say what is wrong with bytes, a call or a setting."""


def modules() -> dict[str, ast.Module]:
    """Every module of the product by its whole name."""
    files = (file for file in sorted(SOURCE.glob("havre/**/*.py")) if "migrations" not in file.parts)
    named = (("havre." + ".".join(file.relative_to(SOURCE / "havre").with_suffix("").parts), file) for file in files)
    return {name.removesuffix(".__init__"): ast.parse(file.read_text("utf-8")) for name, file in named}


def behind_pages(trees: Mapping[str, ast.Module], pages: str = "analyst") -> dict[str, ast.Module]:
    """The modules that a page can reach through imports, its own among them: what they raise, a page can show."""
    reached: set[str] = set()
    ahead = [name for name in trees if name.startswith(f"havre.entrypoints.{pages}")]
    while ahead:
        name = ahead.pop()
        if name in trees and name not in reached:
            reached.add(name)
            ahead += _imported(trees[name])
    return {name: tree for name, tree in trees.items() if name in reached}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def without_django(name: str) -> bool:
    """Whether the module is one that must not ask Django for words."""
    return any(f"{name}.".startswith(f"havre.{plain}.") for plain in WITHOUT_DJANGO)


def unspoken_errors(trees: Mapping[str, ast.Module]) -> list[str]:
    """Sentences of errors that are said past gettext, by the line where they stand."""
    passed = {name: place for tree in trees.values() for name, place in _passing(tree)}
    return [
        f"{name}:{sentence.lineno}: {ast.unparse(sentence)}"
        for name, tree in trees.items()
        for speaking in [_speaking(tree)]
        for sentence in _sentences(tree, passed)
        if not _spoken(sentence, speaking)
    ]


def _passing(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions that raise the sentence they were handed as `otherwise`, and at which place they are handed it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            given = [arg.arg for arg in node.args.args]
            if "otherwise" in given and any(_is_name(said) for said in _raised(node)):
                yield node.name, given.index("otherwise")


def _raised(tree: ast.AST) -> Iterator[ast.expr]:
    """What errors are made with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            yield from node.args[:1]
        if isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id in ERRORS for b in node.bases):
            made = (each for each in ast.walk(node) if isinstance(each, ast.Call))
            yield from (arg for each in made if ast.unparse(each.func) == "super().__init__" for arg in each.args[:1])


def _sentences(tree: ast.Module, passed: Mapping[str, int]) -> Iterator[ast.expr]:
    yield from (said for said in _raised(tree) if not _is_name(said))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in passed:
            yield from (arg for arg in node.args[passed[node.func.id] :][:1] if not _is_name(arg))
        if isinstance(node, ast.Assign) and any(_is_name(target) for target in node.targets):
            yield node.value


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "otherwise"


def _spoken(sentence: ast.expr, speaking: Collection[str]) -> bool:
    if isinstance(sentence, ast.BinOp) and isinstance(sentence.op, ast.Mod):
        sentence = sentence.left
    called = sentence.func if isinstance(sentence, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in speaking


def said_plainly(tree: ast.Module, name: str) -> Iterator[Said]:
    """What errors say without gettext: a sentence as it stands, with values for all of its places and no others."""
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in ERRORS:
            text = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
            values = {word.arg for word in call.keywords}
            if not isinstance(text, str) or not text or set(re.findall(r"%\((\w+)\)", text)) != values:
                raise AssertionError(f"{name}:{call.lineno}: no catalogue has {ast.unparse(call)}")
            yield Said("", text, "", f"{name}:{call.lineno}")


ACTS = {"working_on": 3, "_must_serve": 1, "_must_audit": 1}
"""Functions that are handed what somebody may not do, and at which place."""


def acts_in(tree: ast.AST) -> Iterator[Said]:
    """What somebody may be told that they may not do: the end of a sentence of `must_be`."""
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call):
            told = [word.value for word in node.keywords if word.arg == "to"]
            place = ACTS.get(node.func.id) if isinstance(node.func, ast.Name) else None
            told += node.args[place : place + 1] if place is not None else []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "TO":
            told = [node.value]
        for each in told:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield Said("may", each.value, "", str(each.lineno))
