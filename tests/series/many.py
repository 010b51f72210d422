"""Series of any size as rows, without files: each medium links to the next two."""

from havre.cases.models import Item
from havre.media.models import Exhibit, Fact, Medium
from havre.series.models import Link, Member, Series
from havre.series.regroup import time_firsts
from havre.units.models import Person
from tests.cast import NOON
from tests.series.held import case_of


def series_of(by: Person, count: int, name: str = "") -> Series:
    """A proposed series of so many media, each taken a minute after the other."""
    number = Series.objects.filter(unit=by.unit).count() + 1
    series = Series.objects.create(unit=by.unit, number=number, created_at=NOON, name=name)
    start = Medium.objects.count() + 1
    media = Medium.objects.bulk_create([_medium(by, at) for at in range(start, start + count)], batch_size=200)
    _found(by, media)
    Member.objects.bulk_create([Member(series=series, medium=medium) for medium in media], batch_size=200)
    time_firsts(Series.objects.filter(pk=series.pk))
    Link.objects.bulk_create(
        [_link(by, one, other) for at, one in enumerate(media) for other in media[at + 1 : at + 3]], batch_size=200
    )
    return series


def _medium(by: Person, at: int) -> Medium:
    digest = at.to_bytes(32, "big")
    return Medium(
        unit=by.unit, sha256=digest, sha1=digest[:20], md5=digest[16:], bytes=1, kind="jpeg", family="image",
        width=400, height=300, held_since=NOON,
    )  # fmt: skip


def _found(by: Person, media: list[Medium]) -> None:
    case = case_of(by)
    intake = case.intakes.first() or case.intakes.create(path="/x", begun_at=NOON, begun_by=by, listing=b"", salt=b"")
    first = Item.objects.count()
    items = [
        Item(intake=intake, position=first + at, path=f"/x/{medium.pk}.jpg", outcome="new", bytes=1)
        for at, medium in enumerate(media)
    ]
    Item.objects.bulk_create(items, batch_size=200)
    Exhibit.objects.bulk_create(
        [Exhibit(item=item, medium=medium) for item, medium in zip(items, media, strict=True)], batch_size=200
    )
    Fact.objects.bulk_create(
        [
            Fact(medium=medium, name="taken", value=f"2019-04-{1 + at % 28:02}T10:{at % 60:02}:00")
            for at, medium in enumerate(media)
        ],
        batch_size=200,
    )


def _link(by: Person, one: Medium, other: Medium) -> Link:
    return Link(
        unit=by.unit, one=one, other=other, kind="place", expected_false=1e-6, media_then=1000,
        evidence={"points": 22, "one_region": [0, 0, 9, 9], "other_region": [0, 0, 9, 9], "one_size": [9, 9],
                  "other_size": [9, 9]},
    )  # fmt: skip
