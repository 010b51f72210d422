"""The rules of who may know what, each broken in every small way there is: what a test must notice.

A mutant is one source file with one thing changed in one function: a comparison turned round, `and` for `or`, a
condition that always or never holds, one side of a union left out, a keyword of a query dropped.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import havre

SOURCE = Path(havre.__file__).parent

TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}

NAMED: Mapping[str, str] = {"min": "max", "max": "min", "all": "any", "any": "all", "HIT": "OPEN", "OPEN": "HIT"}


@dataclass(frozen=True)
class Mutant:
    """One file, changed in one place."""

    file: Path
    function: str
    line: int
    how: str
    text: str

    @property
    def name(self) -> str:
        """Where and how it was changed."""
        return f"{self.file.relative_to(SOURCE)}:{self.line} {self.function}: {self.how}"


def mutants(file: Path, functions: frozenset[str]) -> Iterator[Mutant]:
    """Every mutant of these functions of a file."""
    text = file.read_text()
    for at, node in enumerate(ast.walk(ast.parse(text))):
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            typed = {id(each) for named in _annotations(node) for each in ast.walk(named)}
            for place, inner in enumerate(ast.walk(node)):
                if id(inner) in typed:
                    continue
                for way, (how, _changed) in enumerate(_changes(inner)):
                    yield Mutant(
                        file, node.name, getattr(inner, "lineno", node.lineno), how, _with(text, at, place, way)
                    )


def _annotations(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What says of which type something is: it changes nothing."""
    for node in ast.walk(function):
        found = [getattr(node, name, None) for name in ("annotation", "returns")]
        yield from (each for each in found if isinstance(each, ast.AST))


def _with(text: str, at: int, place: int, way: int) -> str:
    """The text with the node at this place of the function there changed in this way."""
    tree = ast.parse(text)
    function = list(ast.walk(tree))[at]
    old = list(ast.walk(function))[place]
    new = list(_changes(old))[way][1]
    return ast.unparse(ast.fix_missing_locations(_Swap(old, new).visit(tree)))


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """This node, or what stands for it now."""
        return self.new if node is self.old else self.generic_visit(node)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _told(node, ast.BoolOp(other, node.values))
        yield from (_told(node, ast.BoolOp(node.op, _without(node.values, each))) for each in range(len(node.values)))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub):
        yield from (_told(node, each) for each in (node.left, node.right))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _told(node, node.operand)
    elif isinstance(node, ast.If | ast.IfExp):
        yield from (_told(node.test, _if(node, value)) for value in (True, False))
    elif isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.Attribute) and node.attr in NAMED:
        yield _told(node, ast.Attribute(node.value, NAMED[node.attr], node.ctx))


def _compared(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for at, op in enumerate(node.ops):
        if type(op) in TURNED:
            ops = [*node.ops[:at], TURNED[type(op)](), *node.ops[at + 1 :]]
            yield _told(node, ast.Compare(node.left, ops, node.comparators))


def _called(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.func, ast.Name) and node.func.id in NAMED:
        yield _told(node, ast.Call(ast.Name(NAMED[node.func.id], ast.Load()), node.args, node.keywords))
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("filter", "exclude"):
        other = "exclude" if node.func.attr == "filter" else "filter"
        yield _told(node, ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords))
        for at in range(len(node.keywords)):
            yield _told(node, ast.Call(node.func, node.args, _without(node.keywords, at)))
        for at in range(len(node.args)):
            yield _told(node, ast.Call(node.func, _without(node.args, at), node.keywords))
    if isinstance(node.func, ast.Name) and node.func.id == "Q" and len(node.keywords) > 1:
        yield from (
            _told(node, ast.Call(node.func, node.args, _without(node.keywords, at))) for at in range(len(node.keywords))
        )


def _if(node: ast.If | ast.IfExp, value: bool) -> ast.AST:
    test = ast.Constant(value)
    if isinstance(node, ast.If):
        return ast.If(test, node.body, node.orelse)
    return ast.IfExp(test, node.body, node.orelse)


def _without(values: list[Any], at: int) -> list[Any]:
    return [*values[:at], *values[at + 1 :]]


def _told(old: ast.AST, new: ast.AST) -> tuple[str, ast.AST]:
    written = new.test if isinstance(new, ast.If | ast.IfExp) else new
    return f"{ast.unparse(old)} -> {ast.unparse(ast.fix_missing_locations(written))}", new
