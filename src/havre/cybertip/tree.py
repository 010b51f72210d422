"""XML from outside as a tree: bounded in size, depth and number, without entities or document types."""

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from havre.errors import Invalid

MOST_BYTES = 16 << 20
DEEPEST = 16
"""Elements inside one another; the schema goes down to 7."""
MOST_ELEMENTS = 100_000
MOST_ATTRIBUTES = 32
"""Of one element; the schema has at most 5."""

BEGINNINGS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
"""How XML starts: with or without a mark, in UTF-8 or UTF-16."""


@dataclass(slots=True)
class Node:
    """One element."""

    name: str
    """Without its namespace."""
    attributes: dict[str, str]
    text: str = ""
    """All text between its tags that is in no element inside."""
    inside: "list[Node]" = field(default_factory=list)


def is_xml(beginning: bytes) -> bool:
    """Whether what starts so is meant as XML."""
    return beginning.lstrip(b" \t\r\n").startswith(BEGINNINGS)


def tree_of(data: bytes, deepest: int = DEEPEST) -> Node:
    """The tree of a document. Raises Invalid where it is none, or goes beyond the limits."""
    if len(data) > MOST_BYTES:
        raise Invalid("this XML has more than %(most)s bytes", most=MOST_BYTES)
    grown = _Grown(deepest)
    parser = DefusedXMLParser(target=grown, forbid_dtd=True)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise Invalid("this XML has a document type or entities, which no report has") from error
    except ParseError as error:
        raise Invalid("this is no XML: line %(line)s, column %(column)s", **_where(error)) from error
    except (ValueError, LookupError) as error:
        raise Invalid("this XML is in an encoding that is not read here: use UTF-8") from error
    assert grown.root is not None  # without an element it is no XML
    return grown.root


def _where(error: ParseError) -> dict[str, object]:
    line, column = error.position
    return {"line": line, "column": column + 1}


class _Grown:
    """Grows a tree as the parser tells it what comes."""

    def __init__(self, deepest: int) -> None:
        self.root: Node | None = None
        self._deepest = deepest
        self._open: list[Node] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= self._deepest or self._count > MOST_ELEMENTS or len(attributes) > MOST_ATTRIBUTES:
            raise Invalid(
                "this XML has more than %(most)s elements, or more than %(deep)s inside one another",
                most=MOST_ELEMENTS,
                deep=self._deepest,
            )
        named = {_local(name): value for name, value in attributes.items() if not name.startswith("{")}
        node = Node(_local(tag), named)
        if self._open:
            self._open[-1].inside.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text += text  # outside of the root there is none

    def close(self) -> Any:
        return self.root


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
