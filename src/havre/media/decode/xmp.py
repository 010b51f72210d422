"""XMP: an RDF packet in XML. Read without entities, without network, up to a bounded size."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from havre.media.decode.outcomes import Fact
from havre.media.decode.plain import plain

MAX_BYTES = 1 << 20
"""A packet is rarely over 64 KB, which is what one JPEG segment holds."""
MAX_FACTS = 60

PREFIXES = {
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://purl.org/dc/elements/1.1/": "dc",
}

NAMES = {
    "tiff:Make": "camera make",
    "tiff:Model": "camera model",
    "tiff:Orientation": "orientation",
    "aux:SerialNumber": "camera serial",
    "exifEX:BodySerialNumber": "camera serial",
    "aux:OwnerName": "camera owner",
    "aux:Lens": "lens",
    "exifEX:LensModel": "lens",
    "aux:LensSerialNumber": "lens serial",
    "exif:DateTimeOriginal": "taken",
    "exif:DateTimeDigitized": "digitised",
    "photoshop:DateCreated": "taken",
    "xmp:CreateDate": "created",
    "xmp:ModifyDate": "modified",
    "xmp:CreatorTool": "software",
    "exif:GPSLatitude": "latitude as written",
    "exif:GPSLongitude": "longitude as written",
    "photoshop:City": "city",
    "photoshop:Country": "country",
    "dc:creator": "creator",
    "dc:description": "description",
    "dc:title": "title",
    "xmpMM:DocumentID": "document id",
    "xmpMM:OriginalDocumentID": "original document id",
}


def read(packet: bytes) -> tuple[list[Fact], list[str]]:
    """Facts from the packet, and a note where it is broken, too large or tries to use entities."""
    if len(packet) > MAX_BYTES:
        return [], [f"XMP of {len(packet):,} bytes was not read"]
    try:
        root: Element = fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        return [], [plain(f"XMP is broken: {problem}", 200)]
    facts: list[Fact] = []
    for element in root.iter():
        _take(element.tag, _text(element), facts)
        for key, value in element.attrib.items():
            _take(key, value, facts)
        if len(facts) >= MAX_FACTS:
            break
    return facts, []


def _take(tag: object, value: str, facts: list[Fact]) -> None:
    if not isinstance(tag, str) or not value or not tag.startswith("{"):
        return
    space, _, local = tag[1:].partition("}")
    field = f"{PREFIXES.get(space)}:{local}"
    if field in NAMES:
        facts.append(Fact(NAMES[field], plain(value), f"XMP:{field}"))


def _text(element: Element) -> str:
    """Its own text, or that of the items of the list it holds (rdf:Seq, rdf:Bag, rdf:Alt)."""
    own = (element.text or "").strip()
    if own or len(element) != 1:
        return own
    items = [(item.text or "").strip() for item in list(element[0])[:20]]
    return "; ".join(item for item in items if item)
