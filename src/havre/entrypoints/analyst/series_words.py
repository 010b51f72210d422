"""What the pages call the states, steps and facts of series; and how long something took."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy as meant

from havre.linking.links import Kind
from havre.series.models import Life, Status, Step, Word
from havre.victims.models import Pursued, Relation, Sex

Words = Mapping[str, "str | Promise"]

LIVES: Words = {
    Life.UNIDENTIFIED: later("Unidentified"),
    Life.INVESTIGATED: later("Under investigation"),
    Life.LOCATED: later("Located"),
    Life.IDENTIFIED: later("Identified"),
    Life.SAFEGUARDED: later("Safeguarded"),
    Life.WITHDRAWN: later("Withdrawn"),
    Life.MERGED: later("Merged"),
}
CHIPS: Mapping[str, str] = {
    Life.UNIDENTIFIED: "",
    Life.INVESTIGATED: "new",
    Life.LOCATED: "near",
    Life.IDENTIFIED: "good",
    Life.SAFEGUARDED: "good",
    Life.WITHDRAWN: "",
    Life.MERGED: "",
}
"""The colour of each state; its word stands beside it always."""

STATUSES: Words = {
    Status.PROPOSED: later("Proposed"),
    Status.CONFIRMED: later("Confirmed"),
    Status.REJECTED: later("Rejected"),
    Status.MERGED: later("Merged"),
    Status.DISSOLVED: later("Dissolved"),
}
STEPS: Words = {
    Step.FIND: meant("step", "Find"),
    Step.UPLOAD: meant("step", "Upload"),
    Step.COMPARE: meant("step", "Compare"),
    Step.CHECK: meant("step", "Check"),
    Step.ANALYSE: meant("step", "Analyse"),
    Step.EXCHANGE: meant("step", "Exchange"),
    Step.ALERT: meant("step", "Alert"),
    Step.RECORD: meant("step", "Record"),
}
KINDS: Words = {
    Kind.IDENTICAL: later("same content"),
    Kind.NEAR: later("same picture"),
    Kind.SEGMENT: later("same part of a film"),
    Kind.SOUND: later("same sound"),
    Kind.PLACE: later("same place"),
    Kind.CAMERA: later("same camera"),
    Kind.SESSION: later("same occasion"),
}
"""What a link is called where there is room for two words."""
SAID: Words = {
    Word.CONFIRMED: later("Confirmed: it belongs together"),
    Word.REJECTED: later("Rejected: it does not belong together"),
    Word.SPLIT: later("Split: part of it does not belong"),
}
SEXES: Words = {
    Sex.FEMALE: later("Female"),
    Sex.MALE: later("Male"),
    Sex.OTHER: later("Other"),
    Sex.UNKNOWN: later("Not known"),
}
RELATIONS: Words = {
    Relation.PARENT: later("Parent"),
    Relation.FAMILY: later("Other family"),
    Relation.TRUSTED: later("Trusted adult"),
    Relation.PEER: later("Peer"),
    Relation.ONLINE: later("Met online"),
    Relation.STRANGER: later("Stranger"),
    Relation.UNKNOWN: later("Not known"),
}
PURSUED: Words = {
    Pursued.UNKNOWN: later("Not known"),
    Pursued.SUSPECTED: later("Suspected"),
    Pursued.IDENTIFIED: later("Identified"),
    Pursued.ARRESTED: later("Arrested"),
    Pursued.CONVICTED: later("Convicted"),
    Pursued.DECEASED: later("Deceased"),
}
WHICH: Words = {
    "open": meant("series", "Open"),
    "mine": later("Claimed by me"),
    "proposed": later("Proposed"),
    "unidentified": later("Unidentified"),
    "investigated": later("Under investigation"),
    "located": later("Located"),
    "identified": later("Identified"),
    "safeguarded": later("Safeguarded"),
    "withdrawn": later("Withdrawn"),
    "over": meant("series", "Over"),
}

LONG = timedelta(hours=48)
"""From here on days are said: 60 h is hard to picture."""


def lasted(took: timedelta) -> str:
    """How long something took: 9 h 12, 3 d 4 h."""
    minutes = int(took.total_seconds()) // 60
    hours, minutes = divmod(max(minutes, 0), 60)
    if took < LONG:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    return _("%(days)d d %(hours)d h") % {"days": hours // 24, "hours": hours % 24}


def briefly(took: timedelta) -> str:
    """The same where there is little room: 0:06, 3 d 4 h."""
    minutes = int(max(took, timedelta()).total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}" if took < LONG else lasted(took)


def age_band(band: str) -> str:
    """An age band in words."""
    return _("Not known") if band == "unknown" else _("%(band)s years") % {"band": band.replace("-", "–")}
