"""Media of a unit as rows, without files: what they state, where they were found, what was matched."""

from collections.abc import Mapping

from havre.cases.models import Case, Intake, Item
from havre.cases.open import open_case
from havre.matches.models import Match
from havre.media.models import Exhibit, Fact, Medium
from havre.units.models import Person
from tests.cast import NOON

NIKON = {"camera make": "NIKON CORPORATION", "camera model": "NIKON D810"}
CANON = {"camera make": "Canon", "camera model": "Canon EOS 5D Mark III"}


def case_of(by: Person) -> Case:
    """The case all of it is found in."""
    return Case.objects.filter(unit=by.unit).first() or open_case("C", "a warrant", "", by, NOON)


def found(by: Person, medium: Medium, path: str) -> Item:
    """The medium lies at this path of an intake."""
    intake = Intake.objects.filter(case=case_of(by)).first() or Intake.objects.create(
        case=case_of(by), path="/x", begun_at=NOON, begun_by=by, listing=b"", salt=b""
    )
    item = Item.objects.create(
        intake=intake, position=Item.objects.count(), path=path, outcome="new", bytes=1, sha256=medium.sha256
    )
    Exhibit.objects.create(item=item, medium=medium)
    return item


def medium(by: Person, number: int, *facts: Mapping[str, str], path: str = "", **more: str) -> Medium:
    """A medium with these facts, underscores in names for blanks, found at a path."""
    digest = number.to_bytes(32, "big")
    held = Medium.objects.create(
        unit=by.unit, sha256=digest, sha1=digest[:20], md5=digest[16:], bytes=1, kind="jpeg", held_since=NOON
    )
    told = {name.replace("_", " "): value for some in (*facts, more) for name, value in some.items()}
    Fact.objects.bulk_create([Fact(medium=held, name=name, value=value) for name, value in told.items()])
    found(by, held, path or f"/x/{number}")
    return held


def match(of: Medium, to: Medium, kind: str = "near", **fields: object) -> Match:
    """The first item that shows the one was found to match the other."""
    item = Item.objects.filter(exhibit__medium=of).order_by("id")[0]
    return Match.objects.create(**{"item": item, "medium": to, "kind": kind, **fields})
