"""Stacks without their files: many of them, quickly, for what must not grow with their number."""

from havre.assessments.gather import gather
from havre.cases.models import Case, Intake, Item
from havre.media.models import Exhibit, Medium
from havre.units.models import Person, Unit
from tests.cast import NOON


def many(unit: Unit, person: Person, count: int) -> list[Item]:
    """An intake of so many new files, each a stack of its own; the items."""
    case, _ = Case.objects.get_or_create(
        unit=unit,
        reference="many",
        defaults={"opened_at": NOON, "opened_by": person, "retain_until": NOON.date(), "basis": "-", "purpose": "-"},
    )
    intake = Intake.objects.create(case=case, path="many", begun_at=NOON, begun_by=person, listing=b"", salt=b"")
    rows = [Item(intake=intake, position=at, path=f"{at}", bytes=1, outcome="new", stack=True) for at in range(count)]
    items = Item.objects.bulk_create(rows, batch_size=500)
    held = [_medium(unit, intake.pk * 1_000_000 + at) for at in range(count)]
    media = Medium.objects.bulk_create(held, batch_size=500)
    Exhibit.objects.bulk_create([Exhibit(item=i, medium=m) for i, m in zip(items, media, strict=True)], batch_size=500)
    for begin in range(0, count, 500):
        gather(unit, items[begin : begin + 500])
    return items


def _medium(unit: Unit, number: int) -> Medium:
    digest = number.to_bytes(32, "big")
    return Medium(
        unit=unit,
        sha256=digest,
        sha1=digest[-20:],
        md5=digest[-16:],
        bytes=1,
        kind="png",
        family="picture",
        width=4,
        height=3,
        held_since=NOON,
    )
