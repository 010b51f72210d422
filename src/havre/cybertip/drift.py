"""Where the schema that a service gives (`GET /xsd`) differs from our table: fields, order, how often, closed sets.

So whoever reports can see before they do that what is written here is what the service takes today.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from havre.cybertip.check import ROOTS, Problem
from havre.cybertip.table import Part, Place, any_order, parts_of
from havre.cybertip.tree import Node, tree_of
from havre.cybertip.values import FLAG, Kind
from havre.errors import Invalid

DEEPEST = 64
"""Elements of a schema inside one another; the real one goes down to 11."""

GROUPS = frozenset({"sequence", "all", "choice", "complexType", "simpleContent", "complexContent", "extension"})


@dataclass(frozen=True, slots=True)
class Declared:
    """One field, as a schema declares it."""

    shown: str
    least: int
    many: bool
    node: Node


@dataclass(frozen=True, slots=True)
class Schema:
    """What a schema declares at its top, by name."""

    elements: Mapping[str, Node]
    types: Mapping[str, Node]

    def declaration(self, node: Node) -> Node:
        """An element's own declaration, where it only refers to one."""
        ref = _local(node.attributes.get("ref", ""))
        return self.elements.get(ref, node) if ref else node

    def type_of(self, node: Node) -> Node:
        """What an element or attribute holds: its type by name, or the one that stands inside."""
        node = self.declaration(node)
        named = self.types.get(_local(node.attributes.get("type", "")))
        return named if named is not None else node


def drift(xsd: bytes) -> list[Problem]:
    """All differences, by the place in a document. Raises Invalid where this is no schema."""
    tree = tree_of(xsd, DEEPEST)
    if tree.name != "schema":
        raise Invalid("the service gives no schema but a <%(root)s>", root=tree.name[:80])
    named = {
        kind: {each.attributes.get("name", ""): each for each in tree.inside if each.name in kinds}
        for kind, kinds in (("elements", ("element",)), ("types", ("complexType", "simpleType")))
    }
    schema = Schema(**named)
    found: list[Problem] = []
    for root, cls in ROOTS.items():
        if root in schema.elements:
            found += _compared(schema, cls, schema.type_of(schema.elements[root]), root)
        else:
            found.append(Problem(root, "is not in the service's schema"))
    return list(dict.fromkeys(found))


def _compared(schema: Schema, cls: type, holder: Node, place: str) -> Iterator[Problem]:
    theirs = {each.shown: each for each in _declared(schema, holder)}
    ours = {part.shown: part for part in parts_of(cls) if part.place is not Place.CONTENT}
    for name in theirs.keys() - ours.keys():
        yield Problem(f"{place}/{name}", "is in the service's schema, and is not written here")
    for name in ours.keys() - theirs.keys():
        yield Problem(f"{place}/{name}", "is not in the service's schema")
    both = [name for name in theirs if name in ours and not name.startswith("@")]
    if not any_order(cls) and both != [name for name in ours if name in theirs and not name.startswith("@")]:
        yield Problem(place, f"has its elements in another order: {', '.join(both)}")
    for name in ours.keys() & theirs.keys():
        yield from _one(schema, ours[name], theirs[name], f"{place}/{name}")


def _one(schema: Schema, part: Part, there: Declared, place: str) -> Iterator[Problem]:
    if (part.least, part.many) != (there.least, there.many) and part.kind is not FLAG:
        yield Problem(place, f"stands {_often(there.least, there.many)} in the service's schema")
    holder = schema.type_of(there.node)
    if not isinstance(part.kind, Kind):
        yield from _compared(schema, part.kind, holder, place)
        return
    words = set(_words(holder))
    if words and part.kind.words:
        if more := words - {"", *part.kind.words}:
            yield Problem(place, f"may say what is not known here: {', '.join(sorted(more)[:5])}")
        if less := set(part.kind.words) - {"", *words}:
            yield Problem(place, f"may no longer say: {', '.join(sorted(less)[:5])}")


def _often(least: int, many: bool) -> str:
    return {(0, False): "at most once", (1, False): "once", (0, True): "any number of times"}.get(
        (least, many), "at least once"
    )


def _declared(schema: Schema, holder: Node) -> Iterator[Declared]:
    """The fields of an element or a type."""
    for each in holder.inside:
        if each.name in GROUPS:
            chosen = each.name == "choice"
            for field in _declared(schema, each):
                yield Declared(field.shown, 0, field.many, field.node) if chosen else field
        elif each.name == "element":
            name = _local(each.attributes.get("ref", "")) or each.attributes.get("name", "")
            many = each.attributes.get("maxOccurs", "1") != "1"
            yield Declared(name, int(each.attributes.get("minOccurs", "1") != "0"), many, each)
        elif each.name == "attribute":
            yield Declared(
                f"@{each.attributes.get('name')}", int(each.attributes.get("use") == "required"), False, each
            )


def _words(holder: Node) -> Iterator[str]:
    """The closed set of words of a simple type, wherever inside it stands."""
    for each in holder.inside:
        if each.name == "enumeration":
            yield each.attributes.get("value", "")
        elif each.name in ("restriction", "simpleType"):
            yield from _words(each)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
