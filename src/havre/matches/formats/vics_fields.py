"""The fields of a VICS Media, one table for the reader and the writers: name, our fact, its cleaner."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from havre.matches.formats import clean
from havre.matches.formats.record import JSON
from havre.matches.formats.tally import Tally

Cleaner: TypeAlias = Callable[[object, Tally], JSON]


class Field(NamedTuple):
    """How one VICS field is called with us, and what brings it into form."""

    fact: str
    cleaner: Cleaner


Columns: TypeAlias = dict[str, Field]

EXIFS: Columns = {
    "PropertyName": Field("name", clean.text),
    "PropertyValue": Field("value", clean.text),
    "PropertyGroup": Field("group", clean.text),
}

METADATA: Columns = {
    "PropertyName": Field("name", clean.text),
    "PropertyValue": Field("value", clean.text),
}

HASHES: Columns = {
    "HashName": Field("name", clean.text),
    "HashValue": Field("value", clean.text),
}

MEDIA_FILES: Columns = {
    "MediaFileID": Field("id", clean.text),
    "FileName": Field("name", clean.text),
    "FilePath": Field("path", clean.path),
    "Created": Field("created", clean.moment),
    "Written": Field("written", clean.moment),
    "Accessed": Field("accessed", clean.moment),
    "Unallocated": Field("unallocated", clean.flag),
    "Deleted": Field("deleted", clean.flag),
    "SourceID": Field("source", clean.text),
    "PhysicalLocation": Field("physical_location", clean.whole),
    "ParentMD5": Field("parent_md5", clean.text),
    "ParentFileName": Field("parent_name", clean.text),
    "ParentFilePath": Field("parent_path", clean.path),
    "ParentPhysicalLocation": Field("parent_physical_location", clean.whole),
}

SEGMENTS: Columns = {
    "SegmentIndex": Field("index", clean.whole),
    "Start": Field("start", clean.text),
    "End": Field("end", clean.text),
    "Category": Field("category", clean.text),
}


def rows(columns: Columns) -> Cleaner:
    """A cleaner for a list of objects with these columns; what else they hold is dropped."""

    def cleaned(value: object, tally: Tally) -> JSON:
        if isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            if value is not None:
                tally.survived("value of a wrong type")
            return None
        made: list[JSON] = []
        for item in clean.bounded(value, tally):
            if isinstance(item, dict) and (row := columns_of(item, columns, tally)):
                made.append(row)
            elif not isinstance(item, dict):
                tally.survived("value of a wrong type")
        return made or None

    return cleaned


def columns_of(item: dict[str, object], columns: Columns, tally: Tally) -> dict[str, JSON]:
    """The columns that an object has and that say something."""
    found: dict[str, JSON] = {}
    for name, column in columns.items():
        value = item.get(name)
        if value is None or value == "":
            continue
        made = column.cleaner(value, tally)
        if made is not None:
            found[column.fact] = made
    return found


MEDIA: Columns = {
    "MediaID": Field("media_id", clean.whole),
    "MediaSize": Field("size", clean.whole),
    "VictimIdentified": Field("victim_identified", clean.flag),
    "OffenderIdentified": Field("offender_identified", clean.flag),
    "IsDistributed": Field("is_distributed", clean.flag),
    "IsPrecategorized": Field("is_precategorized", clean.flag),
    "PrecategorizationSource": Field("precategorization_source", clean.text),
    "IsSuspected": Field("is_suspected", clean.flag),
    "SelfGenerated": Field("self_generated", clean.flag),
    "Comments": Field("comments", clean.text),
    "Tags": Field("tags", clean.words_list),
    "Series": Field("series", clean.series),
    "MimeType": Field("mime", clean.text),
    "DateUpdated": Field("date_updated", clean.moment),
    "PhotoDNA": Field("photodna", clean.photodna),
    "AlternativeHashes": Field("alternative_hashes", rows(HASHES)),
    "Exifs": Field("exifs", rows(EXIFS)),
    "MediaFiles": Field("media_files", rows(MEDIA_FILES)),
    "MediaMetadata": Field("metadata", rows(METADATA)),
    "Segments": Field("segments", rows(SEGMENTS)),
    "Identifiers": Field("identifiers", clean.kept),
    "Repositories": Field("repositories", clean.kept),
    "Cases": Field("cases", clean.kept),
}

RESERVED = frozenset({"MD5", "SHA1", "Category", "RelativeFilePath"})
"""Fields of a Media that become more than a fact."""

CASE = frozenset(
    {
        "CaseID",
        "CaseNumber",
        "ContactOrganization",
        "ContactName",
        "ContactPhone",
        "ContactEmail",
        "ContactTitle",
        "TotalMediaFiles",
        "TotalPrecategorized",
        "SeizureDate",
        "SourceApplicationName",
        "SourceApplicationVersion",
        "CaseMetadata",
        "Identifiers",
    }
)
"""Fields of a Case that are told in the summary."""

PDQ_QUALITY = "PDQQuality"
HAVRE_LABEL = "HavreLabel"
"""MediaMetadata of our own: the PDQ's quality, and the label where the category alone does not say it."""
