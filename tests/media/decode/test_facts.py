"""What pictures say about themselves, through the sandbox."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from havre.media.decode import Worker
from havre.media.decode.facts import of_exif
from havre.media.decode.outcomes import Fact
from tests.media.decode.seeds import saved, scene
from tests.media.decode.test_xmp import PACKET


def exif(main: dict[int, Any], inner: dict[int, Any] | None = None, gps: dict[int, Any] | None = None) -> Image.Exif:
    made = Image.Exif()
    made.update(main)
    made.get_ifd(0x8769).update(inner or {})
    made.get_ifd(0x8825).update(gps or {})
    return made


CAMERA = exif(
    {0x010F: "Canon", 0x0110: "EOS 5D", 0x0131: "Editor\x1b[31m"},
    {0x9003: "2020:01:02 03:04:05", 0x9011: "+02:00", 0x9291: "25", 0xA431: "0042", 0xA434: "50mm"},
    {1: "N", 2: (51.0, 3.0, 0.0), 3: "W", 4: (3.0, 43.0, 12.0), 6: 12.5, 29: "2020:01:02", 7: (1.0, 4.0, 5.0)},
)
WANTED = {
    Fact("camera make", "Canon", "EXIF:Make"),
    Fact("camera model", "EOS 5D", "EXIF:Model"),
    Fact("camera serial", "0042", "EXIF:BodySerialNumber"),
    Fact("lens", "50mm", "EXIF:LensModel"),
    Fact("software", "Editor\\x1b[31m", "EXIF:Software"),
    Fact("taken", "2020-01-02T03:04:05.25+02:00", "EXIF:DateTimeOriginal"),
    Fact("latitude", "51.0500000", "EXIF:GPSLatitude"),
    Fact("longitude", "-3.7200000", "EXIF:GPSLongitude"),
    Fact("altitude", "12.5", "EXIF:GPSAltitude"),
    Fact("satellite time", "2020-01-02T01:04:05Z", "EXIF:GPSTimeStamp"),
}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_exif_is_found_in_every_format(worker: Worker, form: str) -> None:
    decoded = worker.decode(saved(scene(), form, exif=CAMERA), form.lower())
    assert set(decoded.facts) >= WANTED
    assert decoded.notes == ()


def test_a_tiff_is_its_own_exif(worker: Worker) -> None:
    facts = worker.decode(saved(scene(), "TIFF", exif=exif({0x010F: "Canon"})), "tiff").facts
    assert facts == (Fact("camera make", "Canon", "EXIF:Make"),)


def test_xmp_is_found_in_the_text_of_a_png(worker: Worker) -> None:
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", PACKET)
    decoded = worker.decode(saved(scene(), "PNG", pnginfo=text), "png")
    assert Fact("camera make", "Canon", "XMP:tiff:Make") in decoded.facts


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_xmp_is_found(worker: Worker, form: str) -> None:
    decoded = worker.decode(saved(scene(), form, xmp=PACKET.encode()), form.lower())
    assert Fact("camera make", "Canon", "XMP:tiff:Make") in decoded.facts


def test_a_place_that_cannot_be_is_kept_as_written_and_refused() -> None:
    facts, notes = of_exif(exif({}, {}, {1: "N", 2: (900.0, 0.0, 0.0)}).tobytes())
    assert facts == [Fact("latitude refused", "900 0 0", "EXIF:GPSLatitude")]
    assert notes == ["EXIF: the latitude cannot be true"]


def test_a_time_that_is_none_stays_as_it_is_written() -> None:
    facts, _ = of_exif(exif({0x0132: "yesterday"}).tobytes())
    assert facts == [Fact("modified", "yesterday", "EXIF:DateTime")]


def test_broken_exif_is_a_note_never_a_failure(worker: Worker) -> None:
    decoded = worker.decode(saved(scene(), "JPEG", exif=b"Exif\0\0garbage"), "jpeg")
    assert decoded.notes == ("EXIF is broken: it does not start as it must",)
    assert decoded.frames


def test_a_comment_is_shown_as_text(worker: Worker) -> None:
    decoded = worker.decode(saved(scene(), "JPEG", comment=b"<script>\x07"), "jpeg")
    assert decoded.facts == (Fact("comment", "<script>\\x07", "JPEG:COM"),)


def test_hostile_metadata_of_the_corpus_is_survived(worker: Worker, corpus_of_hostile: Path) -> None:
    absurd = worker.decode((corpus_of_hostile / "exif_gps_absurd.jpg").read_bytes(), "jpeg")
    assert "EXIF: the latitude cannot be true" in absurd.notes
    injected = worker.decode((corpus_of_hostile / "exif_injection.jpg").read_bytes(), "jpeg")
    assert injected.facts
    assert all(fact.value.isprintable() for fact in injected.facts)
