"""What the form of a search says: read from the address or from what was sent, and turned into questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.fingerprints.pdq import MATCH_DISTANCE
from havre.flows.search_asked import is_digits
from havre.flows.search_stated import CAMERAS, Asked
from havre.linking.stated import Place
from havre.matching.places import Region

FIELDS = ("q", "radius", "near", "km", "since", "until", *CAMERAS, "like", "x", "y", "w", "h")
"""Filters, as they stand in the address."""

USUAL_KM = 1.0


@dataclass(frozen=True, slots=True)
class Form:
    """The filters of a search as they were typed."""

    typed: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.typed.get(name, "").strip()

    @property
    def anything(self) -> bool:
        """Whether something is to be looked for."""
        return any(self[name] for name in FIELDS if name not in ("radius", "km"))

    @property
    def by_digits(self) -> bool:
        """Whether a digest or a PDQ was typed."""
        return is_digits(self["q"])

    @property
    def like(self) -> int | None:
        """The held medium that is asked with."""
        return _whole(self["like"], _("a medium is named by its number")) if self["like"] else None

    @property
    def radius(self) -> int:
        """Bits within which a PDQ is near."""
        return _whole(self["radius"], _("a radius is a whole number of bits")) if self["radius"] else MATCH_DISTANCE

    @property
    def region(self) -> Region | None:
        """The part of the picture that alone asks."""
        sides = [self[name] for name in "xywh"]
        if not any(sides):
            return None
        otherwise = _("a region has four whole numbers: x, y, width and height in pixels")
        x, y, width, height = (_whole(each, otherwise) for each in sides)
        return x, y, width, height

    def asked(self) -> Asked:
        """What is asked of what is written. Raises Invalid for what cannot be read."""
        camera = {name: self[name] for name in CAMERAS if self[name]}
        since, until = _day(self["since"]), _over(_day(self["until"]))
        return Asked(self["q"], _place(self["near"]), _km(self["km"]), since, until, camera)


def form_of(given: Mapping[str, str]) -> Form:
    """The filters among what was given; the rest is dropped."""
    return Form({name: given[name][:500] for name in FIELDS if given.get(name, "").strip()})


def is_number(text: str) -> bool:
    """Whether this is a whole number that a form may hold."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _whole(text: str, otherwise: str) -> int:
    if not is_number(text):
        raise Invalid(otherwise)
    return int(text)


def _place(text: str) -> Place | None:
    if not text:
        return None
    north, _comma, east = text.replace(";", ",").partition(",")
    try:
        place = Place(float(north), float(east))
    except ValueError:
        place = Place(91, 0)
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        raise Invalid(_("a place is two numbers, degrees north and east, as 50.8466, 4.3528"))
    return place


def _km(text: str) -> float:
    try:
        return float(text.replace(",", ".")) if text else USUAL_KM
    except ValueError:
        raise Invalid(_("a distance is a number of kilometres, as 2.5")) from None


def _over(day: datetime | None) -> datetime | None:
    """When this day is over; the last day of the calendar is not followed by another."""
    last = datetime.max.replace(tzinfo=UTC)
    return day if day is None else day + min(timedelta(days=1), last - day)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(_("a day is written as 2026-03-02")) from None
