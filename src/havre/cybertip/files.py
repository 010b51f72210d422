"""What is said of a file that was uploaded, and what the service answers (formats.md c2)."""

from dataclasses import dataclass
from typing import Annotated

from havre.cybertip.people import DeviceId, IpCaptureEvent, Moment, Number, Text, Truth, Url
from havre.cybertip.report import Mark
from havre.cybertip.table import ATTRIBUTE, CONTENT, AtLeast
from havre.cybertip.values import choice, text, whole
from havre.cybertip.words import CLASSES, DETAILS, RELEVANCE

Token = Annotated[str, text(255, least=1, pattern=r"\S+", said="one word")]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnnotations:
    """Marks of a file."""

    anime_drawing_virtual_hentai: Mark = False
    potential_meme: Mark = False
    viral: Mark = False
    possible_self_production: Mark = False
    physical_harm: Mark = False
    violence_gore: Mark = False
    bestiality: Mark = False
    live_streaming: Mark = False
    infant: Mark = False
    generative_ai: Mark = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalFileHash:
    """A digest of the file as it was uploaded to the platform."""

    value: Annotated[str, text(1_024, least=1, pattern=r"[\x21-\x7e]+", said="a digest without spaces"), CONTENT]
    hash_type: Annotated[str, text(64, least=1), ATTRIBUTE]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameValuePair:
    """One thing that is known of a file."""

    name: Annotated[str, text(64)]
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a file, of one type."""

    type: Annotated[str | None, choice(*DETAILS), ATTRIBUTE] = None
    name_value_pair: Annotated[tuple[NameValuePair, ...], AtLeast(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """What is said of one file; the service gives the two numbers."""

    report_id: Number
    file_id: Token
    file_name: Annotated[str, text(2_056)] | None = None
    original_file_name: Annotated[str, text(2_056)] | None = None
    uploaded_to_esp_timestamp: Moment | None = None
    location_of_file: Url | None = None
    file_viewed_by_esp: Truth | None = None
    exif_viewed_by_esp: Truth | None = None
    publicly_available: Truth | None = None
    file_relevance: Annotated[str, choice(*RELEVANCE)] | None = None
    potential_meme: Truth | None = None
    file_annotations: FileAnnotations | None = None
    industry_classification: Annotated[str, choice(*CLASSES)] | None = None
    original_file_hash: tuple[OriginalFileHash, ...] = ()
    ip_capture_event: IpCaptureEvent | None = None
    device_id: tuple[DeviceId, ...] = ()
    details: tuple[Details, ...] = ()
    additional_info: tuple[Text, ...] = ()


# ---- what the service answers ----


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResponse:
    """The answer to everything but the end of a report."""

    response_code: Annotated[int, whole(-(2**31), 2**31 - 1)]
    response_description: Text
    report_id: Number | None = None
    file_id: Token | None = None
    hash: Token | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files that came with a report."""

    file_id: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDoneResponse:
    """The answer to the end of a report."""

    response_code: Annotated[int, whole(-(2**31), 2**31 - 1)]
    report_id: Number
    files: Files
