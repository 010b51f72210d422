"""The schema as a service of ours gives it, made of the table: nothing of it is copied, and it can't fall behind."""

from havre.cybertip.check import ROOTS
from havre.cybertip.table import Part, Place, is_choice, parts_of
from havre.cybertip.values import FLAG, Kind

NAMED = ("IpCaptureEvent", "Person", "Phone")
"""Classes that are declared as types with a name; the others stand where they are used."""


def schema() -> str:
    """The schema of every document that is sent and answered, as XML Schema 1.0."""
    roots = [f'<xs:element name="{root}">{_type(cls)}</xs:element>' for root, cls in ROOTS.items()]
    types: dict[str, str] = {}
    for cls in ROOTS.values():
        _named(cls, types)
    return (
        '<?xml version="1.0"?><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        + "".join([*roots, *types.values()])
        + "</xs:schema>"
    )


def _named(cls: type, types: dict[str, str]) -> None:
    for part in parts_of(cls):
        if not isinstance(part.kind, Kind):
            if part.kind.__name__ in NAMED:
                types[part.kind.__name__] = _type(part.kind, f' name="{part.kind.__name__}"')
            _named(part.kind, types)


def _type(cls: type, name: str = "") -> str:
    parts = parts_of(cls)
    attributes = "".join(_attribute(part) for part in parts if part.place is Place.ATTRIBUTE)
    if any(part.place is Place.CONTENT for part in parts):
        return (
            f'<xs:complexType{name}><xs:simpleContent><xs:extension base="xs:string">{attributes}</xs:extension>'
            "</xs:simpleContent></xs:complexType>"
        )
    group = "choice" if is_choice(cls) else "all" if parts and all(part.kind is FLAG for part in parts) else "sequence"
    inner = "".join(_element(part) for part in parts if part.place is Place.ELEMENT)
    return f"<xs:complexType{name}><xs:{group}>{inner}</xs:{group}>{attributes}</xs:complexType>"


def _attribute(part: Part) -> str:
    use = ' use="required"' if part.least else ""
    return f'<xs:attribute name="{part.xml}"{use}>{_words(part.kind)}</xs:attribute>'


def _element(part: Part) -> str:
    often = (' minOccurs="0"' if not part.least else "") + (' maxOccurs="unbounded"' if part.many else "")
    if isinstance(part.kind, Kind):
        return f'<xs:element name="{part.xml}"{often}>{_words(part.kind)}</xs:element>'
    if part.kind.__name__ in NAMED:
        return f'<xs:element name="{part.xml}" type="{part.kind.__name__}"{often}/>'
    return f'<xs:element name="{part.xml}"{often}>{_type(part.kind)}</xs:element>'


def _words(kind: Kind | type) -> str:
    words = kind.words if isinstance(kind, Kind) else ()
    inner = "<xs:annotation/>" + "".join(f'<xs:enumeration value="{word}"/>' for word in words)
    return f'<xs:simpleType><xs:restriction base="xs:string">{inner}</xs:restriction></xs:simpleType>' if words else ""
