"""A report as whoever receives it reads it: its addresses, whether a child is in danger now, and all else as lines.

It is made of the XML as it came, not of what of it the schema knows: so nothing is lost, and a report with a fault in
it is a report all the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from havre.cybertip.read import Read, read
from havre.cybertip.tree import Node, tree_of
from havre.errors import Invalid

AS_WRITTEN = "not as the schema has it: "


@dataclass(frozen=True, slots=True)
class Gist:
    """What is to be acted on, and everything."""

    addresses: tuple[str, ...]
    """Where it happened, as the report writes it."""
    danger: bool
    """Whether it is escalated: a child is in danger now."""
    when: str
    contact: str
    lines: tuple[str, ...]
    """All that the report says, one line for each thing, by its place; danger first."""


def gist_of(data: bytes) -> Gist:
    """What a report says. Raises Invalid where this is none."""
    found = read(data)
    if found.root != "report":
        raise Invalid("this XML is no report but a %(root)s", root=found.root)
    tree = found.tree
    why = [text for text in _texts(tree, "incidentSummary", "escalateToHighPriority") if text]
    urls = _texts(tree, "internetDetails", "webPageIncident", "url")
    mails = (
        *_texts(tree, "reporter", "contactPerson", "email"),
        *_texts(tree, "reporter", "reportingPerson", "email"),
    )
    return Gist(
        addresses=tuple(dict.fromkeys(url for url in urls if url)),
        danger=bool(why),
        when=next(_texts(tree, "incidentSummary", "incidentDateTime"), ""),
        contact=next(filter(None, mails), ""),
        lines=(*_lines(tree), *_faults(found)),
    )


def details_of(data: bytes) -> tuple[str, ...]:
    """What is said of a file, one line for each thing, by its place; but the numbers that the service gave.

    Raises Invalid where this is no XML of a file.
    """
    tree = tree_of(data)
    said = (each for each in _said(tree, "") if not each.startswith(("reportId: ", "fileId: ")))
    return tuple(said)


def _texts(node: Node, *path: str) -> Iterator[str]:
    """What stands in the elements at this path."""
    if not path:
        yield node.text.strip()
        return
    for each in node.inside:
        if each.name == path[0]:
            yield from _texts(each, *path[1:])


def _lines(tree: Node) -> list[str]:
    said = list(_said(tree, ""))
    return sorted(said, key=lambda line: not line.startswith("incidentSummary/escalateToHighPriority"))


def _said(node: Node, place: str) -> Iterator[str]:
    for name, value in node.attributes.items():
        yield f"{place}@{name}: {value}"
    if node.text.strip() or (place and not node.inside and not node.attributes):
        yield f"{place.rstrip('/')}: {node.text.strip()}".rstrip()
    names = [each.name for each in node.inside]
    seen: dict[str, int] = {}
    often = {name: names.count(name) for name in set(names)}
    for each in node.inside:
        seen[each.name] = seen.get(each.name, 0) + 1
        number = f"[{seen[each.name]}]" if often[each.name] > 1 else ""
        yield from _said(each, f"{place}{each.name}{number}/")


def _faults(found: Read) -> Iterator[str]:
    yield from (f"{AS_WRITTEN}{each.place} {each.why}" for each in found.problems)


def in_parts(lines: Iterable[str], most: int) -> list[str]:
    """Lines as texts of at most so many characters; a longer line goes on in the next."""
    parts = [""]
    for line in lines:
        for piece in (line[at : at + most] for at in range(0, len(line), most)):
            joined = f"{parts[-1]}\n{piece}" if parts[-1] else piece
            if len(joined) <= most:
                parts[-1] = joined
            else:
                parts.append(piece)
    return parts
