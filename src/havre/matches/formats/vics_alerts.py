"""VICS 2.0 alerts: Alert with its AlertTriggers, and AlertHitNotification with its AlertHit, in and out.

An alert is an Entry without digests whose `facts` are the alert; each bad alert, trigger or hit is a BadEntry. Read is
the sum of good and bad, of alerts, triggers and hits together. What a trigger looks for is brought into one form.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO
from uuid import UUID

from havre.errors import Invalid
from havre.matches.formats import clean
from havre.matches.formats.record import HEX_DIGITS, JSON, BadEntry, Entry, Record, Written, rows_of
from havre.matches.formats.tally import Tally
from havre.matches.formats.vics import Reading

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Alerts"

KINDS = {
    "md5": "MD5",
    "sha1": "SHA1",
    "sha256": "SHA256",
    "pdq": "PDQ",
    "series": "Series",
    "place": "Place",
    "camera": "CameraSerial",
    "word": "Keyword",
    "country": "Country",
}
"""What may set an alert off, and its TriggerType."""

_TYPES = {name.lower(): kind for kind, name in KINDS.items()} | {
    "hash": "hash",
    "digest": "hash",
    "camera": "camera",
    "serial": "camera",
    "serialnumber": "camera",
    "word": "word",
    "clueword": "word",
    "clue": "word",
    "seriesname": "series",
    "gps": "place",
    "location": "place",
    "countryhypothesis": "country",
    "sha": "sha1",
}
_BY_LENGTH = {HEX_DIGITS[kind]: kind for kind in ("md5", "sha1", "sha256")}
_PLACE = re.compile(r"(-?\d+(?:\.\d+)?)[,; ]+(-?\d+(?:\.\d+)?)(?:[,; ]+(\d+(?:\.\d+)?))?")
_USUAL_KM, _FARTHEST_KM = 1.0, 500.0
_CONTACT = ("Organization", "Name", "Phone", "Email", "Title")
LONGEST, SHORTEST_WORD = 200, 3
_MOST_OF_ALERT = 1_000
_HIGHEST = 255


def read(file: BinaryIO) -> Iterator[Record]:
    """Every Alert of the document, then the Summary; never raises for what the document holds."""
    reading = AlertReading(file, None)
    yield from reading.document()
    yield reading.tally.summary()


def rows(file: BinaryIO) -> Iterator[dict[str, JSON]]:
    """`read` as JSON-able rows, for a worker's pipe."""
    return rows_of(read(file))


def trigger_of(kind: str, value: str) -> tuple[str, str]:
    """A kind of KINDS, or any TriggerType, and what it looks for, in the one form each has. Raises Invalid."""
    named = _TYPES.get(re.sub(r"[^a-z0-9]", "", kind.lower()))
    said = " ".join(value.split())
    if named == "hash":
        named = _BY_LENGTH.get(len(said))
    if named is None:
        raise Invalid("nothing here can be asked for a trigger of that type")
    if not said or len(said) > LONGEST or not said.isprintable():
        raise Invalid("what a trigger looks for is one line of at most %(most)s characters", most=LONGEST)
    return named, _FORMS[named](said) if named in _FORMS else _digits(named, said)


def _digits(kind: str, said: str) -> str:
    found = clean.digest(kind, said, Tally())
    if found is None:
        raise Invalid("%(kind)s has %(digits)s hex digits", kind=KINDS[kind], digits=HEX_DIGITS[kind])
    return found


def _place(said: str) -> str:
    found = _PLACE.fullmatch(said)
    if found is None:
        raise Invalid("a place is written as latitude, longitude and kilometres: 51.05,3.72,2")
    latitude, longitude, km = float(found[1]), float(found[2]), float(found[3] or _USUAL_KM)
    if abs(latitude) > 90 or abs(longitude) > 180 or not 0 < km <= _FARTHEST_KM:
        raise Invalid("a place lies on earth, within %(most)s km at most", most=f"{_FARTHEST_KM:g}")
    return f"{latitude:g},{longitude:g},{km:g}"


def _word(said: str) -> str:
    if len(said) < SHORTEST_WORD:
        raise Invalid("a word has at least %(least)s characters", least=SHORTEST_WORD)
    return said.casefold()


def _country(said: str) -> str:
    if len(said) != 2 or not said.isascii() or not said.isalpha():
        raise Invalid("a country is two letters")
    return said.upper()


_FORMS: Mapping[str, Callable[[str], str]] = {
    "place": _place,
    "word": _word,
    "camera": _word,
    "series": str.casefold,
    "country": _country,
}


class AlertReading(Reading):
    """The walk through a document whose list is of alerts."""

    __slots__ = ()

    @staticmethod
    def sound(found: object) -> bool:
        """Whether an object after damage is an Alert."""
        return isinstance(found, dict) and not {"AlertID", "AlertTriggers"}.isdisjoint(found)

    def at_case(self) -> bool:
        """No list of alerts holds cases."""
        return False

    def element(self, found: object, place: str) -> Iterator[Record]:
        """An alert, and every part of it that is bad."""
        if not isinstance(found, dict):
            yield self.tally.refuse(place, "not an object", str(found)[:200])
            return
        triggers, bad = self._parts(found.get("AlertTriggers"), f"{place}, trigger", self._trigger)
        hits, worse = self._parts(found.get("AlertHitNotifications"), f"{place}, hit", self._hit)
        yield from [*bad, *worse]
        ref = _uuid(found.get("AlertID"))
        if ref is None:
            yield self.tally.refuse(place, "an alert has an AlertID that is a UUID", str(found.get("AlertID"))[:200])
        elif not triggers and not hits:
            yield self.tally.refuse(place, "nothing here can set it off", ref)
        else:
            self.tally.good += len(triggers) + len(hits)
            yield self.tally.accept(Entry(place, facts=self._facts(found, ref, triggers, hits)))

    def _facts(self, found: Mapping[str, object], ref: str, triggers: list[JSON], hits: list[JSON]) -> dict[str, JSON]:
        tally = self.tally
        priority = clean.whole(found.get("Priority"), tally) or 0
        active = clean.flag(found.get("Active"), tally)
        return {
            "ref": ref,
            "name": _line(found.get("Name"), tally),
            "description": clean.text(found.get("Description"), tally) or "",
            "priority": max(0, min(priority, _HIGHEST)),
            "active": active is not False,
            "expires": clean.moment(found.get("ExpiryDate"), tally),
            "reference": _line(found.get("ReferenceNumber"), tally),
            "source": _line(found.get("SourceSystem"), tally),
            "contact": _contact(found, tally),
            "triggers": triggers,
            "hits": hits,
        }

    def _parts(
        self, given: object, place: str, read_one: Callable[[Mapping[str, object]], JSON]
    ) -> tuple[list[JSON], list[BadEntry]]:
        good: list[JSON] = []
        bad: list[BadEntry] = []
        for number, each in enumerate(given if isinstance(given, list) else [], start=1):
            try:
                if not isinstance(each, dict):
                    raise Invalid("not an object")
                if number > _MOST_OF_ALERT:
                    raise Invalid("one alert has at most %(most)s of these", most=_MOST_OF_ALERT)
                good.append(read_one(each))
            except Invalid as error:
                bad.append(self.tally.refuse(f"{place} {number}", str(error), str(each)[:200]))
        return good, bad

    def _trigger(self, given: Mapping[str, object]) -> JSON:
        kind, value = (clean.text(given.get(name), self.tally) or "" for name in ("TriggerType", "TriggerValue"))
        named, looks_for = trigger_of(kind, value)
        return {"ref": _line(given.get("TriggerID"), self.tally)[:100], "kind": named, "value": looks_for}

    def _hit(self, given: Mapping[str, object]) -> JSON:
        ref, percent = _uuid(given.get("HitID")), clean.percent(given.get("MatchPercentage"), self.tally)
        if ref is None or percent is None:
            raise Invalid("a hit has a HitID that is a UUID, and a MatchPercentage from 0 to 100")
        hit = given.get("AlertHit")
        told = hit if isinstance(hit, dict) else {}
        at, reference = clean.moment(told.get("HitDate"), self.tally), _line(told.get("ReferenceNumber"), self.tally)
        return {"ref": ref, "percent": percent, "at": at, "reference": reference, **_contact(told, self.tally)}


def _contact(given: Mapping[str, object], tally: Tally) -> dict[str, JSON]:
    """Whom to contact: as an object, or as fields beside the others."""
    inner = given.get("Contact")
    told = inner if isinstance(inner, dict) else {}
    values = {name: told.get(name) or given.get(f"Contact{name}") for name in _CONTACT}
    return {name.lower(): said for name, value in values.items() if (said := _line(value, tally))}


def _line(value: object, tally: Tally) -> str:
    said = " ".join((clean.text(value, tally) or "").split()) if value is not None else ""
    return "".join(each for each in said if each.isprintable())[:LONGEST]


def _uuid(value: object) -> str | None:
    try:
        return str(UUID(str(value).strip()))
    except ValueError:
        return None


# ---- written ----


def write(alerts: Iterable[Mapping[str, object]], out: BinaryIO) -> Written:
    """Alerts, as `facts` of those that were read, one a line."""
    written = 0
    out.write(f'{{"@odata.context":{json.dumps(CONTEXT)},"value":['.encode())
    for alert in alerts:
        text = json.dumps(_alert_of(alert), ensure_ascii=False, separators=(",", ":"))
        out.write((",\n" if written else "\n").encode() + text.encode("utf-8", "replace"))
        written += 1
    out.write(b"\n]}\n")
    return Written(written, {})


def _alert_of(alert: Mapping[str, object]) -> dict[str, object]:
    own = _contact_of(alert.get("contact"))
    triggers, hits = (_list(alert.get(name)) for name in ("triggers", "hits"))
    return {
        "AlertID": alert["ref"],
        "Priority": alert["priority"],
        "Active": alert["active"],
        "ExpiryDate": alert["expires"],
        "ReferenceNumber": alert["reference"],
        "Contact": own,
        "Description": alert["description"],
        "Name": alert["name"],
        "SourceSystem": alert["source"],
        "AlertTriggers": [
            {"TriggerID": each["ref"], "TriggerValue": each["value"], "TriggerType": KINDS[str(each["kind"])]}
            for each in triggers
        ],
        "AlertHitNotifications": [_notification(alert, own, each) for each in hits],
    }


def _notification(alert: Mapping[str, object], own: object, hit: Mapping[str, object]) -> dict[str, object]:
    about = {"ReferenceNumber": alert["reference"], "Contact": own}
    told = {"HitID": hit["ref"], "HitDate": hit["at"], "ReferenceNumber": hit["reference"], "Contact": _contact_of(hit)}
    return {
        "NotificationID": hit["ref"],
        "HitID": hit["ref"],
        "Status": "New",
        "MatchPercentage": hit["percent"],
        "AlertID": alert["ref"],
        "Alert": about,
        "AlertHit": told,
    }


def _contact_of(given: object) -> dict[str, object]:
    told = given if isinstance(given, Mapping) else {}
    return {name: told.get(name.lower(), "") for name in _CONTACT}


def _list(given: object) -> list[Mapping[str, object]]:
    return [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
