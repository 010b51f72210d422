"""XML as documents: what is wrong comes back with its place, what the schema does not have comes back as a note."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from havre.cybertip.check import ROOTS, Document, Problem, across, refuse
from havre.cybertip.table import Part, Place, any_order, parts_of
from havre.cybertip.tree import Node, tree_of
from havre.cybertip.values import Kind, UnreadError, why_not
from havre.errors import Invalid

UNKNOWN = "is not in the schema"
LONGEST_NOTE = 200
"""Characters of an unknown element's text that its note repeats."""


@dataclass(slots=True)
class Read:
    """What stood in an XML."""

    root: str
    tree: Node
    document: Document | None = None
    """None where something is wrong with it."""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    """What the schema does not have, and what was understood in one of several ways."""
    dropped: list[Problem] = field(default_factory=list)
    """What the document does not hold, by its place alone: nothing of what was said there is repeated."""
    understood: list[Problem] = field(default_factory=list)
    """What was understood in one of several ways, by its place alone."""

    def drop(self, place: str, why: str, said: str) -> None:
        """What stands there is not in the document."""
        self.notes.append(Problem(place, f"{why}: {_short(said)}"))
        self.dropped.append(Problem(place, why))


def read(data: bytes) -> Read:
    """All that an XML says. Raises Invalid where it is no XML, or none of the service's documents."""
    tree = tree_of(data)
    if tree.name not in ROOTS:
        raise Invalid("this XML is a <%(root)s>, and none of: %(known)s", root=tree.name[:80], known=", ".join(ROOTS))
    found = Read(tree.name, tree)
    made = _object(ROOTS[tree.name], tree, tree.name, found)
    found.document = None if found.problems else made
    return found


def document_of(data: bytes) -> Document:
    """The document of an XML. Raises Invalid with what is wrong with it."""
    found = read(data)
    refuse(found.problems)
    assert found.document is not None
    return found.document


def _object(cls: type, node: Node, place: str, found: Read) -> Any:
    """An object of the schema; None where something inside is wrong, which `found` then says."""
    before = len(found.problems)
    values: dict[str, Any] = {}
    known = parts_of(cls)
    for part in known:
        if part.place is Place.ATTRIBUTE and part.xml in node.attributes:
            values[part.name] = _value(part, node.attributes[part.xml], f"{place}/@{part.xml}", found)
        if part.place is Place.CONTENT:
            values[part.name] = _value(part, node.text, place, found)
    _attributes_noted(known, node, place, found)
    if not any(part.place is Place.CONTENT for part in known) and node.text.strip():
        found.drop(place, "holds text beside its elements", node.text)
    values |= _elements(cls, node, place, found)
    for part in known:
        if part.least and (values.get(part.name) in (None, ()) and not _said_wrong(found, before, place, part)):
            found.problems.append(Problem(f"{place}/{part.shown}", "is missing"))
    if len(found.problems) > before:
        return None
    made = cls(**{name: value for name, value in values.items() if value is not None})
    found.problems += across(made, place)
    return made


def _said_wrong(found: Read, before: int, place: str, part: Part) -> bool:
    """Whether what is not there was there, and is said to be wrong."""
    if part.place is Place.CONTENT:
        return any(each.place == place for each in found.problems[before:])
    start = f"{place}/{part.shown}"
    return any(each.place == start or each.place.startswith((f"{start}/", f"{start}[")) for each in found.problems)


def _attributes_noted(known: tuple[Part, ...], node: Node, place: str, found: Read) -> None:
    ours = {part.xml for part in known if part.place is Place.ATTRIBUTE}
    for name, value in node.attributes.items():
        if name not in ours:
            found.drop(f"{place}/@{name}", UNKNOWN, value)


def _elements(cls: type, node: Node, place: str, found: Read) -> dict[str, Any]:
    """What the elements inside hold, in their order."""
    parts = {part.xml: (number, part) for number, part in enumerate(parts_of(cls)) if part.place is Place.ELEMENT}
    often = Counter(each.name for each in node.inside)
    seen: Counter[str] = Counter()
    values: dict[str, Any] = {part.name: () for _number, part in parts.values() if part.many}
    last, last_name = -1, ""
    for each in node.inside:
        seen[each.name] += 1
        if each.name not in parts:
            _unknown(each, f"{place}/{each.name}", found)
            continue
        number, part = parts[each.name]
        where = f"{place}/{part.xml}" + (f"[{seen[each.name]}]" if part.many or often[each.name] > 1 else "")
        if number < last and not any_order(cls):
            found.problems.append(Problem(where, f"stands behind {last_name}, and belongs before it"))
        last, last_name = max((last, last_name), (number, part.xml))
        if seen[each.name] > 1 and not part.many:
            found.problems.append(Problem(where, "stands more than once"))
            continue
        value = _held(part, each, where, found)
        if not part.many:
            values[part.name] = value
        elif value is not None:
            values[part.name] += (value,)
    return values


def _held(part: Part, node: Node, place: str, found: Read) -> Any:
    if not isinstance(part.kind, Kind):
        return _object(part.kind, node, place, found)
    for name, value in node.attributes.items():
        found.drop(f"{place}/@{name}", UNKNOWN, value)
    for each in node.inside:
        _unknown(each, f"{place}/{each.name}", found)
    return _value(part, node.text, place, found)


def _value(part: Part, written: str, place: str, found: Read) -> Any:
    """A simple value; None where it is wrong, which `found` then says."""
    assert isinstance(part.kind, Kind)
    try:
        value = part.kind.read(written)
    except UnreadError as error:
        found.problems.append(Problem(place, f"{error}: {_short(written)}"))
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        why = "says no time zone, and is taken as UTC"
        found.notes.append(Problem(place, f"{why}: {_short(written)}"))
        found.understood.append(Problem(place, why))
        value = value.replace(tzinfo=UTC)
    if why := why_not(part.kind, value):
        found.problems.append(Problem(place, f"{why}: {_short(written)}"))
        return None
    return value


def _unknown(node: Node, place: str, found: Read) -> None:
    """What is said by an element that the schema does not have, with all that is in it."""
    if node.text.strip() or not (node.inside or node.attributes):
        found.drop(place, UNKNOWN, node.text)
    for name, value in node.attributes.items():
        found.drop(f"{place}/@{name}", UNKNOWN, value)
    for each in node.inside:
        _unknown(each, f"{place}/{each.name}", found)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]}…")
