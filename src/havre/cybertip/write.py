"""Documents as XML: elements in the order of the schema, nothing written that was not checked."""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from havre.cybertip.check import Document, must_be_right, root_of
from havre.cybertip.table import Part, Place, parts_of
from havre.cybertip.values import FLAG, Kind

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def xml_of(document: Document) -> bytes:
    """A document as XML. Raises Invalid where the schema does not take it."""
    must_be_right(document)
    return (HEAD + "".join(_element(root_of(document), document)) + "\n").encode()


def _element(name: str, thing: Any) -> Iterator[str]:
    parts = parts_of(type(thing))
    yield f"<{name}"
    for part in parts:
        value = getattr(thing, part.name)
        if part.place is Place.ATTRIBUTE and value is not None:
            yield f" {part.xml}={_quoted(_spelled(part, value))}"
    inner = "".join(piece for part in parts for piece in _inside(part, getattr(thing, part.name)))
    yield f">{inner}</{name}>" if inner else "/>"


def _inside(part: Part, value: Any) -> Iterator[str]:
    if part.place is Place.ATTRIBUTE or value is None or (part.kind is FLAG and not value):
        return
    if part.place is Place.CONTENT:
        yield _escaped(_spelled(part, value))
        return
    for each in value if part.many else (value,):
        if not isinstance(part.kind, Kind):
            yield from _element(part.xml, each)
        elif spelled := _escaped(_spelled(part, each)):
            yield f"<{part.xml}>{spelled}</{part.xml}>"
        else:
            yield f"<{part.xml}/>"


def _spelled(part: Part, value: Any) -> str:
    assert isinstance(part.kind, Kind)
    return part.kind.spell(value)


# A reader of XML makes one line end of all kinds, and a blank of each in an attribute, unless they are written out.
LINE_ENDS = {"\r": "&#13;"}


def _escaped(text: str) -> str:
    return escape(text, LINE_ENDS)


def _quoted(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
