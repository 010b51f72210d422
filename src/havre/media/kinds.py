"""What a file is, read from its first bytes; its name is never asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Family = Literal["picture", "video", "audio", "archive"]

HEAD_BYTES = 4096
"""How much of a file `kind_of` wants to see; fewer bytes are fine if the file has no more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that Havre keeps: its short name, its family, its MIME type."""

    name: str
    family: Family
    mime: str


def _kinds(family: Family, **mimes: str) -> dict[str, Kind]:
    return {name.lstrip("_"): Kind(name.lstrip("_"), family, mime) for name, mime in mimes.items()}


KINDS: dict[str, Kind] = {
    **_kinds(
        "picture",
        jpeg="image/jpeg",
        png="image/png",
        gif="image/gif",
        webp="image/webp",
        tiff="image/tiff",
        bmp="image/bmp",
        heic="image/heic",
        avif="image/avif",
        jp2="image/jp2",
    ),
    **_kinds(
        "video",
        mp4="video/mp4",
        mov="video/quicktime",
        _3gp="video/3gpp",
        mkv="video/x-matroska",
        webm="video/webm",
        avi="video/x-msvideo",
        wmv="video/x-ms-wmv",
        flv="video/x-flv",
        mpeg="video/mpeg",
        ts="video/mp2t",
        ogv="video/ogg",
    ),
    **_kinds(
        "audio",
        mp3="audio/mpeg",
        wav="audio/wav",
        flac="audio/flac",
        ogg="audio/ogg",
        m4a="audio/mp4",
        aac="audio/aac",
        amr="audio/amr",
        aiff="audio/aiff",
        wma="audio/x-ms-wma",
    ),
    **_kinds(
        "archive",
        zip="application/zip",
        _7z="application/x-7z-compressed",
        tar="application/x-tar",
        gzip="application/gzip",
        bzip2="application/x-bzip2",
        xz="application/x-xz",
        warc="application/warc",
    ),
}
"""Every kind there is, by name. A gzip, bzip2 or xz may hold a tar: only unpacking tells."""


def kind_of(head: bytes | memoryview) -> Kind | None:
    """The kind of the file that starts with `head` (4 KiB or the whole file), or None if it is not media.

    A file that several kinds could claim is what its first bytes say: the first rule that applies.
    """
    head = bytes(head[:HEAD_BYTES])
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return KINDS[name]
    for recognise in STRUCTURES:
        if found := recognise(head):
            return KINDS[found]
    return None


SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0\x08\0\0\0", "tiff"),
    (b"MM\0+\0\x08\0\0", "tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"FLV\x01", "flv"),
    (b"\0\0\x01\xba", "mpeg"),
    (b"\0\0\x01\xb3", "mpeg"),
    (b"fLaC", "flac"),
    (b"#!AMR", "amr"),
    (b"ID3", "mp3"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08PK\x03\x04", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"WARC/1.", "warc"),
)
"""Kinds that a fixed prefix tells."""

RIFF = {b"WEBP": "webp", b"AVI ": "avi", b"AVIX": "avi", b"WAVE": "wav"}

PICTURE_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "heic"),
    **dict.fromkeys((b"mif1", b"mif2", b"msf1", b"avci", b"avcs", b"jpeg", b"j2ki", b"vvic"), "heic"),
}
OTHER_BRANDS = {
    b"qt  ": "mov",
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "m4a"),
    **dict.fromkeys((b"3gp1", b"3gp2", b"3gp3", b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gp8", b"3gp9"), "3gp"),
    **dict.fromkeys((b"3ge6", b"3ge7", b"3gg6", b"3gs7", b"3g2a", b"3g2b", b"3g2c", b"kddi"), "3gp"),
}
GENERIC_FILM_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"MSNV")
GENERIC_BRANDS = (b"mif1", b"mif2", b"msf1")
"""Brands that say only 'an HEIF container': the compatible brands tell what is inside."""

OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"pnot")
"""Boxes with which a QuickTime film from before `ftyp` may start."""

BMP_HEADERS = frozenset((12, 16, 40, 52, 56, 64, 108, 124))
"""Sizes that the second header of a BMP can have (OS/2 and Windows versions)."""


def _riff(head: bytes) -> str | None:
    return RIFF.get(head[8:12]) if head[:4] in (b"RIFF", b"RIFX") else None


def _iso_container(head: bytes) -> str | None:
    box = head[4:8]
    length = int.from_bytes(head[:4], "big")
    if box in OLD_QUICKTIME and (length <= 1 or 8 <= length < 2**31):  # 0: to the end; 1: the length follows
        return "mov"
    if box != b"ftyp" or len(head) < 12:
        return None
    end = min(max(length, 12), len(head))
    if head[8:12] == b"mif3":  # the short form of HEIF: what it holds stands where the version would
        return PICTURE_BRANDS.get(head[12:16], "heic")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    return _by_brand(brands)


def _by_brand(brands: list[bytes]) -> str:
    major = brands[0]
    if major not in PICTURE_BRANDS and major not in OTHER_BRANDS and major not in GENERIC_FILM_BRANDS:
        return next((PICTURE_BRANDS[brand] for brand in brands[1:] if brand in PICTURE_BRANDS), "mp4")
    if major in GENERIC_BRANDS:
        named = (PICTURE_BRANDS[brand] for brand in brands[1:] if brand in PICTURE_BRANDS)
        return next((kind for kind in named if kind == "avif"), "heic")
    return PICTURE_BRANDS.get(major) or OTHER_BRANDS.get(major) or "mp4"


def _bmp(head: bytes) -> str | None:
    # Two letters alone would claim any text that starts with "BM".
    fits = head[:2] == b"BM" and len(head) >= 18 and int.from_bytes(head[14:18], "little") in BMP_HEADERS
    return "bmp" if fits else None


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return "webm" if b"webm" in head[:64] else "mkv"


ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
"""GUIDs of the ASF header and of a video stream in it (ASF specification, 10.1 and 10.4)."""


def _asf(head: bytes) -> str | None:
    if not head.startswith(ASF):
        return None
    return "wmv" if ASF_VIDEO in head or len(head) < HEAD_BYTES // 4 else "wma"


def _ogg(head: bytes) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    return "ogv" if b"theora" in head[:512] or b"OVP80" in head[:512] else "ogg"


def _aiff(head: bytes) -> str | None:
    return "aiff" if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC") else None


def _bzip2(head: bytes) -> str | None:
    magic = head[4:10] in (bytes.fromhex("314159265359"), bytes.fromhex("177245385090"))
    return "bzip2" if head[:3] == b"BZh" and head[3:4] in b"123456789" and magic else None


def _tar(head: bytes) -> str | None:
    return "tar" if head[257:262] == b"ustar" else _old_tar(head)


def _old_tar(head: bytes) -> str | None:
    """A tar from before POSIX has no magic; its checksum field has 1 chance in many of fitting by accident."""
    if len(head) < 512 or not head[0]:
        return None
    field = head[148:156].strip(b" \0")
    if not field or field.strip(b"01234567"):
        return None
    return "tar" if int(field, 8) == sum(head[:148]) + 8 * 0x20 + sum(head[156:512]) else None


TS_PACKETS = ((188, 0), (192, 4))
"""Bytes of an MPEG transport stream packet, and which of them is the 0x47 that starts each (ISO 13818-1); camcorders
and discs write a time in front of it."""


def _transport_stream(head: bytes) -> str | None:
    starts = (head[at : at + 4 * size : size] for size, at in TS_PACKETS)
    return "ts" if b"GGGG" in starts else None


def _mpeg_audio(head: bytes) -> str | None:
    """An MP3 or ADTS frame header whose successor stands where its length says."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    name, length = ("aac", _adts_length(head)) if head[1] & 0xF6 == 0xF0 else ("mp3", _mp3_length(head))
    if not length:
        return None
    follower = head[length : length + 2]
    return name if len(head) <= length or (follower[:1] == b"\xff" and follower[1] & 0xE0 == 0xE0) else None


def _adts_length(head: bytes) -> int:
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


MP3_KBIT = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
MP3_KBIT_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
MP3_RATE = (44100, 48000, 32000, 0)


def _mp3_length(head: bytes) -> int:
    """Bytes of the layer III frame at the start of `head`, 0 if it is none (ISO 11172-3, 13818-3)."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer != 1 or version == 1:
        return 0
    kbit = (MP3_KBIT if version == 3 else MP3_KBIT_LOW)[head[2] >> 4]
    rate = MP3_RATE[head[2] >> 2 & 3] >> {3: 0, 2: 1, 0: 2}[version]
    if not kbit or not rate:
        return 0
    return (144 if version == 3 else 72) * kbit * 1000 // rate + (head[2] >> 1 & 1)


STRUCTURES: tuple[Callable[[bytes], str | None], ...] = (
    _riff,
    _iso_container,
    _bmp,
    _matroska,
    _asf,
    _ogg,
    _aiff,
    _bzip2,
    _tar,
    _transport_stream,
    _mpeg_audio,
)
"""Kinds that need more than a prefix, most telling first."""
