"""A letter as a PDF that carries its signature, and as JSON that carries its own.

The PDF is drawn first; then an update is appended to it, as the format foresees, that holds a signature over all bytes
but itself (ISO 32000-1, 12.8: adbe.pkcs7.detached).
"""

import base64
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from havre.errors import Broken
from havre.notices.letters import Written
from havre.sealing.sign import Signer

ROOM = 8_192
"""Hex digits kept free for a signature; one takes some 1,500."""

PLAIN = re.compile(r"[\x20-\xff\u2013-\u2026\u20ac]+")
"""What the fonts that every reader has can draw."""
RUNS = re.compile(rf"{PLAIN.pattern}|[^{PLAIN.pattern[1:-2]}]+")

RANGE = b"0000000000"
"""A place for one number of ten digits."""

Sign = Callable[[bytes], bytes]


def pdf(letter: Written, at: datetime, sign: Sign) -> bytes:
    """The letter as a signed PDF; drawn alike each time, signed anew each time."""
    return signed_pdf(drawn(letter, at), at, sign)


def drawn(letter: Written, at: datetime) -> bytes:
    """The letter as a PDF without a signature; the same bytes for the same letter."""
    out = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 22 * mm)
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, title=letter.subject, author="Havre", pageCompression=1, **margins
    )
    plain = ParagraphStyle("plain", fontName="Helvetica", fontSize=10.5, leading=14, spaceAfter=4)
    head = ParagraphStyle("head", parent=plain, fontName="Helvetica-Bold", spaceBefore=8)
    exact = ParagraphStyle("exact", parent=plain, fontName="Courier", fontSize=9, wordWrap="CJK")
    story: list[Any] = [_paragraph(letter.subject, head), _paragraph(f"{at:%Y-%m-%d %H:%M} UTC", plain), Spacer(1, 8)]
    story += [_paragraph(line, plain) for line in (letter.salutation, *letter.opening)]
    for part in letter.sections:
        story.append(_paragraph(f"{part.heading}{letter.colon}", head))
        story += [_paragraph(line, exact if "://" in line else plain) for line in part.lines]
    story += [Spacer(1, 8), *(_paragraph(line, plain) for line in letter.closing)]
    document.build(story)
    return out.getvalue()


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    # Nothing in a letter is markup; what the standard fonts do not have is drawn by one that every reader has.
    return Paragraph(
        "".join(map(_run, re.findall(r"[\x20-\xff\u2013-\u2026\u20ac]+|[^\x20-\xff\u2013-\u2026\u20ac]+", text))), style
    )


def _run(text: str) -> str:
    if PLAIN.fullmatch(text):
        return escape(text)
    if WIDE not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(WIDE))
    return f'<font name="{WIDE}">{escape(text)}</font>'


WIDE = "STSong-Light"
"""A font that readers bring themselves; it has Greek, Cyrillic and Chinese letters."""


def signed_pdf(plain: bytes, at: datetime, sign: Sign) -> bytes:
    """The PDF with a signature over all of it. Raises Broken where it is not one that `drawn` made."""
    root, size, start = (
        _number(pattern, plain) for pattern in (rb"/Root (\d+) 0 R", rb"/Size (\d+)", rb"startxref\s+(\d+)")
    )
    catalog = _object(plain, root)
    page_number = _number(rb"(\d+) 0 obj\s*<<[^>]*?/Contents", plain)
    page = _object(plain, page_number)
    signature, field = size, size + 1
    stamp = f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z".encode()
    updated = {
        root: catalog[:-2] + b" /AcroForm << /Fields [%d 0 R] /SigFlags 3 >> >>" % field,
        page_number: page[:-2] + b" /Annots [%d 0 R] >>" % field,
        signature: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M (%s)"
        b" /ByteRange [0 %s %s %s] /Contents <%s> >>" % (stamp, RANGE, RANGE, RANGE, b"0" * ROOM),
        field: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F 132 /Rect [0 0 0 0]"
        b" /V %d 0 R /P %d 0 R >>" % (signature, page_number),
    }
    whole = _appended(plain, updated, size + 2, root, start)
    return _filled(whole, sign)


def _appended(plain: bytes, updated: Mapping[int, bytes], size: int, root: int, previous: int) -> bytes:
    """The file with these objects in place of older ones (ISO 32000-1, 7.5.6)."""
    out, places = bytearray(plain if plain.endswith(b"\n") else plain + b"\n"), dict[int, int]()
    for number in sorted(updated):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, updated[number])
    start = len(out)
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in places.items())
    out += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, previous, start)
    return bytes(out)


def _filled(whole: bytes, sign: Sign) -> bytes:
    opening = whole.index(b"/Contents <" + b"0" * ROOM) + len(b"/Contents ")
    closing = opening + ROOM + 2
    numbers = b"/ByteRange [0 %010d %010d %010d]" % (opening, closing, len(whole) - closing)
    ranged = whole.replace(b"/ByteRange [0 %s %s %s]" % (RANGE, RANGE, RANGE), numbers)
    made = sign(ranged[:opening] + ranged[closing:]).hex().encode()
    if len(made) > ROOM:
        raise Broken(_("the signature of a letter is longer than its place"))
    return ranged[: opening + 1] + made.ljust(ROOM, b"0") + ranged[closing - 1 :]


def _object(file: bytes, number: int) -> bytes:
    found = re.search(rb"(?m)^%d 0 obj\s*(<<.*?>>)\s*endobj" % number, file, re.DOTALL)
    if found is None:
        raise Broken(_("a letter was drawn in a way that can't be signed"))
    return found[1]


def _number(pattern: bytes, file: bytes) -> int:
    found = re.search(pattern, file)
    if found is None:
        raise Broken(_("a letter was drawn in a way that can't be signed"))
    return int(found[1])


def signed_json(body: Mapping[str, Any], signer: Signer, what: str = "notice") -> bytes:
    """The letter as JSON, with the node's Ed25519 signature over its one canonical form."""
    signature = base64.b64encode(signer.sign(canonical(body))).decode("ascii")
    told = {what: dict(body), "signed_by": signer.verifier.text(), "signature": signature}
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: keys in order, no space, UTF-8."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
