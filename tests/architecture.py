"""What the source must hold to, as functions from a tree of files to complaints; test_architecture.py runs them."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median, quantiles
from unicodedata import normalize

ORDER = (
    ("errors", "settings", "configured", "start", "statements", "prepared", "compiled_rows", "compiled"),
    *((room,) for room in ("fingerprints", "matching", "linking", "addresses", "hashlists", "cybertip", "sealing")),
    *((room,) for room in ("subscription", "units", "audit", "restrictions", "cases", "media", "matches")),
    *(
        (room,)
        for room in (
            "assessments",
            "care",
            "series",
            "victims",
            "alerts",
            "exchange",
            "triggers",
            "network",
            "hosting",
            "sites",
            "hotline",
            "notices",
            "platforms",
            "corrections",
            "feeds",
            "selfservice",
            "flows",
            "entrypoints",
        )
    ),
)
"""The import order of docs and ARCHITECTURE.md: each may import what stands before it, and itself."""

RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
KEYS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
PURE = ("fingerprints", "matching", "linking", "addresses", "hashlists", "cybertip", "sealing")
WORLDLY = ("django", "psycopg", "sqlite3", "socket", "ssl", "http", "urllib.request", "subprocess", "time", "secrets")
CLOCKS = re.compile(r"\b(datetime|date|timezone)\.(now|utcnow|today)\b")
CHANCE = re.compile(r"(?<!np\.)\brandom\.[a-z]\w*\(|\bdefault_rng\(\)|\bRandom\(\)|\burandom\(|\buuid[14]\(")
ENVIRONMENT = re.compile(r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b")
LOOKED_FOR = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Call)
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "base", "service", "services", "misc"}
READING = ("environ", "getenv")
ASKING = (*READING, "now", "today", "andom", "default_rng", "uuid")
"""One of these stands wherever the patterns above find something, however its lines are broken."""
UNSAFE = ("pickle", "cPickle", "dill", "marshal", "shelve")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MEDIAN_FUNCTION = 7
NINE_IN_TEN_FUNCTIONS = 30
DEEP = 3
DEEP_SHARE = 0.05

NEEDS_NO_TEST = {
    "__init__": "says what a package is",
    "__main__": "one call",
    "models": "tables without verbs; the verbs are tested on them",
}
"""Module names without a test file of their own, each with the reason; nor needs one what has no function."""

TESTED_WITH = {
    "src/havre/matches/formats/vics_fields.py": "tests/matches/formats/test_vics.py",
    "src/havre/matches/formats/vics_media.py": "tests/matches/formats/test_vics.py",
}
"""Modules that are halves of another and are tested as one with it."""

Check = Callable[["Tree"], list[str]]


@dataclass(frozen=True)
class Source:
    """One Python file and its place: `src/havre/media/store.py`."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in it that a check looks for, in the order of ast.walk: walked through once for all checks."""
        return [node for node in ast.walk(self.tree) if isinstance(node, LOOKED_FOR)]

    @property
    def name(self) -> str:
        """The module's last name: `store`."""
        return self.path.rpartition("/")[2].removesuffix(".py")

    @property
    def module(self) -> str:
        """The module's whole name: `havre.media.store`."""
        return self.path.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def room(self) -> str:
        """The package or top module it belongs to: `media`; empty outside havre and for havre itself."""
        parts = self.module.split(".")
        return parts[1] if parts[0] == "havre" and len(parts) > 1 else ""

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [n for n in self.nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

    @property
    def imports(self) -> Iterator[str]:
        """Every module it imports, by its whole name, those inside functions too."""
        package = self.module.split(".") if self.name == "__init__" else self.module.split(".")[:-1]
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                start = package[: len(package) - node.level + 1] if node.level else []
                origin = ".".join([*start, *filter(None, [node.module])])
                yield from (f"{origin}.{alias.name}" for alias in node.names)


@dataclass(frozen=True)
class Tree:
    """The Python files of a checkout by their path, and every other file that is text."""

    files: Mapping[str, str]

    @cached_property
    def python(self) -> list[Source]:
        return [Source(path, text) for path, text in sorted(self.files.items()) if path.endswith(".py")]

    @cached_property
    def product(self) -> list[Source]:
        """What is shipped, migrations aside: Django writes those."""
        return [s for s in self.python if s.path.startswith("src/havre/") and "/migrations/" not in s.path]


def order(tree: Tree) -> list[str]:
    """Imports point up, and foreign keys follow."""
    found = [f"{s.path}: {s.room} is not in the import order" for s in tree.product if s.room and s.room not in RANK]
    known = [s for s in tree.product if s.room in RANK]
    for source in known:
        rooms = {name.split(".")[1] for name in source.imports if name.startswith("havre.")} | set(_pointed_at(source))
        below = sorted(room for room in rooms if RANK.get(room, -1) > RANK[source.room])
        found += [f"{source.path}: {source.room} may not import {room}, which stands below it" for room in below]
    return found


def _pointed_at(source: Source) -> Iterator[str]:
    """The rooms that its foreign keys name in words, as "media.Medium"."""
    for call in _calls(source):
        keyed = isinstance(call.func, ast.Attribute) and call.func.attr in KEYS
        target = call.args[0] if keyed and call.args else None
        if isinstance(target, ast.Constant) and "." in str(target.value):
            yield str(target.value).split(".")[0]


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in source.nodes if isinstance(node, ast.Call))


def entry_points_apart(tree: Tree) -> list[str]:
    """Entry points never import one another: each can run as its own process."""
    found = []
    for source in tree.product:
        own = source.module.split(".")[:3]
        if own[:2] != ["havre", "entrypoints"] or len(own) < 3:
            continue
        others = {".".join(name.split(".")[:3]) for name in source.imports if name.startswith("havre.entrypoints.")}
        found += [f"{source.path}: imports {other}" for other in sorted(others - {".".join(own)})]
    return found


def purity(tree: Tree) -> list[str]:
    """The pure packages use no database, network, clock, chance or environment."""
    found = []
    for source in (s for s in tree.product if s.room in PURE):
        worldly = {name for name in source.imports if any(f"{name}.".startswith(f"{w}.") for w in WORLDLY)}
        found += [f"{source.path}: pure, but imports {name}" for name in sorted(worldly)]
        for number, line in _code(source, *ASKING):
            if CLOCKS.search(line) or CHANCE.search(line) or ENVIRONMENT.search(line):
                found.append(f"{source.path}:{number}: pure, but asks the world: {line.strip()}")
    return found


def _code(source: Source, *words: str) -> list[tuple[int, str]]:
    """Its lines without docstrings and comments, numbered; none where none of these words stands in it anyhow."""
    text = normalize("NFKC", source.text)
    if not any(word in text for word in words):
        return []
    lines = ast.unparse(_without_docstrings(source.text)).splitlines()
    return list(enumerate(lines, start=1))


def _without_docstrings(text: str) -> ast.Module:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
    return tree


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def environment(tree: Tree) -> list[str]:
    """The environment is read once: by an entry point's main, which hands it to settings.py."""
    allowed = re.compile(r"src/havre/(settings|entrypoints/\w+/main)\.py")
    sources = [s for s in tree.product if not allowed.fullmatch(s.path)]
    return [
        f"{s.path}: reads the environment" for s in sources if any(ENVIRONMENT.search(x) for _, x in _code(s, *READING))
    ]


def mirrored_tests(tree: Tree) -> list[str]:
    """src/havre/media/store.py is tested in tests/media/test_store.py."""
    needing = [s for s in tree.product if s.functions and s.name not in NEEDS_NO_TEST]
    wanted = {source.path: TESTED_WITH.get(source.path, _mirror(source)) for source in needing}
    return [f"{path}: has no {test}" for path, test in wanted.items() if test not in tree.files]


def _mirror(source: Source) -> str:
    folder = source.path.removeprefix("src/havre/").rpartition("/")[0]
    return "/".join(filter(None, ["tests", folder, f"test_{source.name.lstrip('_')}.py"]))


def names(tree: Tree) -> list[str]:
    """Files, folders and classes are named in the field's words."""
    found = []
    for source in tree.python:
        parts = source.path.removesuffix(".py").replace("/", "_").lower().split("_")
        classes = [node.name for node in source.nodes if isinstance(node, ast.ClassDef)]
        vague = [name for name in classes if VAGUE & {w.lower() for w in re.findall(r"[A-Z]+[a-z0-9]*", name)}]
        found += [f"{source.path}: the class {name} has a name that says nothing" for name in vague]
        found += [f"{source.path}: has a name that says nothing"] * bool(VAGUE & set(parts))
    return found


def sizes(tree: Tree) -> list[str]:
    """No file over 400 lines, no function over 50, async ones too."""
    found = []
    for source in (s for s in tree.python if "/migrations/" not in s.path):
        lines = len(source.text.splitlines())
        found += [f"{source.path}: {lines} lines, at most {LONGEST_FILE}"] * (lines > LONGEST_FILE)
        long = [f for f in source.functions if length(f) > LONGEST_FUNCTION]
        found += [f"{source.path}: {f.name} has {length(f)} lines, at most {LONGEST_FUNCTION}" for f in long]
    return found


def ratchets(tree: Tree) -> list[str]:
    """Functions stay short and flat on the whole: median, nine in ten, and the share that nests three deep."""
    functions = [function for source in tree.product for function in source.functions]
    if len(functions) < 10:
        return []
    lengths = [length(function) for function in functions]
    middle, most = median(lengths), quantiles(lengths, n=10)[-1]
    deep = sum(depth(function) >= DEEP for function in functions) / len(functions)
    return (
        [f"the median function has {middle} lines, at most {MEDIAN_FUNCTION}"] * (middle > MEDIAN_FUNCTION)
        + [f"one function in ten has over {most} lines"] * (most > NINE_IN_TEN_FUNCTIONS)
        + [f"{deep:.1%} of the functions nest three deep"] * (deep > DEEP_SHARE)
    )


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, signature and docstring included, decorators not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def depth(node: ast.AST) -> int:
    """How deep loops, conditions, tries and withs nest inside; an elif is no deeper than its if."""
    nests = ast.If | ast.For | ast.While | ast.Try | ast.With | ast.AsyncFor | ast.AsyncWith | ast.Match
    deepest = 0
    for child in ast.iter_child_nodes(node):
        again = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        deepest = max(deepest, depth(child) + (isinstance(child, nests) and not again))
    return deepest


def viewers(tree: Tree) -> list[str]:
    """Whoever reads says who asks: the first parameter of every query is the viewer.

    The room of units is before that: there one finds out who asks.
    """
    found = []
    for source in (s for s in tree.product if s.name == "queries" and s.room != "units"):
        public = [n for n in source.tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]
        blind = [f.name for f in public if [a.arg for a in f.args.args][:1] != ["viewer"]]
        found += [f"{source.path}: {name} does not say who asks" for name in blind]
    return found


def nothing_forbidden(tree: Tree) -> list[str]:
    """No mocks, and nothing that runs what it reads."""
    found = []
    for source in tree.python:
        for name in source.imports:
            found += [f"{source.path}: imports {name}"] * (name.startswith("unittest.mock") or name == "unittest")
            found += [f"{source.path}: imports {name}"] * (name.split(".")[0] in UNSAFE)
        given = {keyword.arg for call in _calls(source) for keyword in call.keywords}
        found += [f"{source.path}: allows pickles"] * ("allow_pickle" in given)
    return found


def nothing_unfinished(tree: Tree) -> list[str]:
    """What is not done is an issue, not a comment."""
    return [f"{path}: is unfinished" for path, text in sorted(tree.files.items()) if UNFINISHED.search(text)]


CHECKS: tuple[Check, ...] = (
    order,
    entry_points_apart,
    purity,
    environment,
    mirrored_tests,
    names,
    sizes,
    ratchets,
    viewers,
    nothing_forbidden,
    nothing_unfinished,
)
