"""What the facts that a file tells of itself are called, in the language of whoever reads."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy as meant

FACTS: "Mapping[str, str | Promise]" = {
    "camera make": meant("fact of a file", "camera make"),
    "camera model": meant("fact of a file", "camera model"),
    "camera serial": meant("fact of a file", "camera serial"),
    "camera owner": meant("fact of a file", "camera owner"),
    "camera id": meant("fact of a file", "camera id"),
    "lens make": meant("fact of a file", "lens make"),
    "lens": meant("fact of a file", "lens"),
    "lens serial": meant("fact of a file", "lens serial"),
    "software": meant("fact of a file", "software"),
    "android version": meant("fact of a file", "android version"),
    "encoder": meant("fact of a file", "encoder"),
    "handler": meant("fact of a file", "handler"),
    "firmware": meant("fact of a file", "firmware"),
    "creator": meant("fact of a file", "creator"),
    "credit": meant("fact of a file", "credit"),
    "source": meant("fact of a file", "source"),
    "copyright": meant("fact of a file", "copyright"),
    "title": meant("fact of a file", "title"),
    "album": meant("fact of a file", "album"),
    "description": meant("fact of a file", "description"),
    "comment": meant("fact of a file", "comment"),
    "keyword": meant("fact of a file", "keyword"),
    "language": meant("fact of a file", "language"),
    "timecode": meant("fact of a file", "timecode"),
    "image id": meant("fact of a file", "image id"),
    "content id": meant("fact of a file", "content id"),
    "media id": meant("fact of a file", "media id"),
    "document id": meant("fact of a file", "document id"),
    "original document id": meant("fact of a file", "original document id"),
    "taken": meant("fact of a file", "taken"),
    "taken at": meant("fact of a file", "taken at"),
    "digitised": meant("fact of a file", "digitised"),
    "dated": meant("fact of a file", "dated"),
    "created": meant("fact of a file", "created"),
    "modified": meant("fact of a file", "modified"),
    "satellite time": meant("fact of a file", "satellite time"),
    "orientation": meant("fact of a file", "orientation"),
    "latitude": meant("fact of a file", "latitude"),
    "longitude": meant("fact of a file", "longitude"),
    "altitude": meant("fact of a file", "altitude"),
    "latitude as written": meant("fact of a file", "latitude as written"),
    "longitude as written": meant("fact of a file", "longitude as written"),
    "place as written": meant("fact of a file", "place as written"),
    "place": meant("fact of a file", "place"),
    "city": meant("fact of a file", "city"),
    "province": meant("fact of a file", "province"),
    "country": meant("fact of a file", "country"),
}
"""By the names under which decoders give them."""

LISTED: "Mapping[str, str | Promise]" = {
    "media_id": meant("fact of a list", "number in the list"),
    "image_id": meant("fact of a list", "number in the list of ICSE"),
    "size": meant("fact of a list", "size in bytes"),
    "width": meant("fact of a list", "width in pixels"),
    "height": meant("fact of a list", "height in pixels"),
    "damage": meant("fact of a list", "damage"),
    "victim_identified": meant("fact of a list", "victim identified"),
    "offender_identified": meant("fact of a list", "offender identified"),
    "is_distributed": meant("fact of a list", "distributed"),
    "is_precategorized": meant("fact of a list", "categorised before"),
    "precategorization_source": meant("fact of a list", "categorised before by"),
    "is_suspected": meant("fact of a list", "suspected"),
    "self_generated": meant("fact of a list", "self-generated"),
    "comments": meant("fact of a list", "comments"),
    "tags": meant("fact of a list", "tags"),
    "series": meant("fact of a list", "series"),
    "mime": meant("fact of a list", "type of the file"),
    "media_type": meant("fact of a list", "kind of media"),
    "date_updated": meant("fact of a list", "last changed"),
    "photodna": meant("fact of a list", "PhotoDNA"),
    "lace": meant("fact of a list", "Lace"),
    "zz40": meant("fact of a list", "ZZ40"),
    "alternative_hashes": meant("fact of a list", "other hashes"),
    "exifs": meant("fact of a list", "EXIF"),
    "media_files": meant("fact of a list", "files"),
    "metadata": meant("fact of a list", "metadata"),
    "segments": meant("fact of a list", "segments"),
    "identifiers": meant("fact of a list", "people named"),
    "repositories": meant("fact of a list", "repositories"),
    "cases": meant("fact of a list", "cases"),
    "investigation": meant("fact of a list", "investigation"),
    "agency": meant("fact of a list", "agency"),
    "submissions": meant("fact of a list", "submissions"),
    "file_available": meant("fact of a list", "file available"),
    "other": meant("fact of a list", "other fields"),
    "label": meant("fact of a list", "label"),
    "file": meant("fact of a list", "file beside the list"),
    "outside": meant("fact of a list", "file outside the folder of the list"),
}
"""What a list, or a unit's own knowledge, says of a medium beside its digests."""

REFUSED = " refused"
"""What the name of a fact ends with whose value cannot be true."""


def fact_said(name: str) -> str:
    """A fact as the page calls it; one that no decoder of this version gives as it stands."""
    fact = name.removesuffix(REFUSED)
    said = str(FACTS.get(fact, fact))
    return said if fact == name else _("%(fact)s refused") % {"fact": said}


def listed_said(name: str) -> str:
    """What a list says of a medium, as the page calls it."""
    return str(LISTED.get(name, name))


KNOWN: "Mapping[str, str | Promise]" = {
    "pertinent": meant("known as", "pertinent"),
    "not-pertinent": meant("known as", "not pertinent"),
}
"""The two labels that are ours; any other is that of a list, as it stands there."""


def known_as(label: str) -> str:
    """A label under which something is known, as a person reads it."""
    return str(KNOWN.get(label, label))
