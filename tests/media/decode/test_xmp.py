"""XMP packets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode import xmp
from havre.media.decode.outcomes import Fact

PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmp:CreateDate="2020-01-02T03:04:05+01:00">
<tiff:Make>Canon</tiff:Make><dc:creator><rdf:Seq><rdf:li>Anke</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_attributes_elements_and_lists_become_facts() -> None:
    assert xmp.read(PACKET.encode()) == (
        [
            Fact("created", "2020-01-02T03:04:05+01:00", "XMP:xmp:CreateDate"),
            Fact("camera make", "Canon", "XMP:tiff:Make"),
            Fact("creator", "Anke; Bo", "XMP:dc:creator"),
        ],
        [],
    )


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("packet", [BOMB, OUTSIDE, "<x", "", "<x>" * 20_000, PACKET[:200]])
def test_what_is_broken_or_hostile_is_a_note(packet: str) -> None:
    facts, notes = xmp.read(packet.encode())
    assert (facts, len(notes)) == ([], 1)


def test_too_large_a_packet_is_not_read() -> None:
    assert xmp.read(b" " * (xmp.MAX_BYTES + 1)) == ([], ["XMP of 1,048,577 bytes was not read"])


@given(st.integers(0, len(PACKET)), st.text(max_size=5))
def test_no_change_breaks_it(at: int, change: str) -> None:
    xmp.read((PACKET[:at] + change + PACKET[at + 3 :]).encode(errors="replace"))
