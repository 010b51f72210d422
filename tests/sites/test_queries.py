"""Questions to captures agree with what sets of numbers say; another unit's are never in the answer."""

from collections.abc import Callable
from hashlib import md5, sha256

import pytest
from hypothesis import given
from hypothesis import settings as sampled
from hypothesis import strategies as st

from havre.errors import NotFound
from havre.matches.models import Knowledge, Source
from havre.media.models import Fact, Medium
from havre.series.models import Member, Series
from havre.settings import Settings
from havre.sites.models import Family, FamilyDigest, Site
from havre.sites.queries import (
    captures_of,
    families_of,
    family_for,
    known_in,
    newest_capture,
    origins,
    overlap,
    rows_from,
    rows_of_family,
    said_in_pictures,
    seen_at,
    series_touched,
    shared_sample,
    site_for,
    site_numbered,
    sites_for,
)
from havre.units.models import Person
from tests.cast import NOON, introduce
from tests.sites.held import capture_of, site_of

NUMBERS = st.lists(st.integers(0, 12), max_size=12)


def digest(number: int) -> bytes:
    """The SHA-256 of this content."""
    return sha256(str(number).encode()).digest()


def held(person: Person, number: int) -> Medium:
    """A medium of the unit with this content."""
    raw = str(number).encode()
    return Medium.objects.create(
        unit=person.unit, sha256=digest(number), sha1=bytes(20), md5=md5(raw).digest(), bytes=1, kind="jpeg",
        family="picture", held_since=NOON,
    )  # fmt: skip


@pytest.fixture
def people(database: Settings) -> tuple[Person, Person]:
    """Anke, and Chiara of another unit."""
    cast = introduce()
    return cast.anke, cast.chiara


@sampled(max_examples=12)
@given(NUMBERS, NUMBERS, st.sampled_from(["sha256", "md5", "sha256 md5"]), st.sampled_from(["sha256", "sha256 md5"]))
def test_an_overlap_is_that_of_the_sets(
    people: tuple[Person, Person], one: list[int], other: list[int], kinds: str, others: str
) -> None:
    anke, _ = people
    site = Site.objects.filter(name="quay").first() or site_of(anke, "quay")
    first, second = capture_of(site, one, kinds), capture_of(site, other, others)
    found = overlap(anke, first, second)
    comparable = bool(one and other and set(kinds.split()) & set(others.split()))
    both = set(one) & set(other)
    assert bool(found.by) == comparable
    assert found.shared == (len(both) if comparable else 0)
    if comparable and kinds == "sha256":
        sample = shared_sample(anke, first, second, 100)
        assert {row[0] for row in sample} == {digest(number) for number in both}
        places = {(a.position, b.position) for _, a, b in sample}
        assert places == {(one.index(number) + 1, other.index(number) + 1) for number in both}


def test_what_the_unit_holds_or_knows_is_known_by_any_digest(people: tuple[Person, Person]) -> None:
    anke, chiara = people
    by_both, by_md5 = (
        capture_of(site_of(anke, name), [1, 2, 3, 4, 1], kinds) for name, kinds in (("a", "sha256 md5"), ("b", "md5"))
    )
    assert (known_in(anke, by_both), known_in(anke, by_md5)) == (0, 0)
    held(anke, 1)
    held(chiara, 2)
    told = {"path": "x", "format": "csv", "listing": b"", "added_by": anke, "added_at": NOON, "unit": anke.unit}
    good, gone = Source.objects.create(**told), Source.objects.create(**told, withdrawn_at=NOON)
    Knowledge.objects.create(source=good, unit=anke.unit, md5=md5(b"3").digest())
    Knowledge.objects.create(source=gone, unit=anke.unit, md5=md5(b"4").digest())
    assert (known_in(anke, by_both), known_in(anke, by_md5)) == (2, 2)


def test_series_are_touched_by_members_that_stand_there(people: tuple[Person, Person]) -> None:
    anke, chiara = people
    capture = capture_of(site_of(anke, "quay"), [1, 2, 3], "md5")
    for person, numbers in ((anke, (1, 2)), (anke, (3,)), (anke, (9,)), (chiara, (1,))):
        count = Series.objects.filter(unit=person.unit).count()
        series = Series.objects.create(unit=person.unit, number=count + 1, created_at=NOON)
        for number in numbers:
            Member.objects.create(series=series, medium=held(person, number))
    assert [(series.reference, count) for series, count in series_touched(anke, [capture.pk])] == [("S1", 2), ("S2", 1)]


def test_where_a_content_was_seen_is_told_to_its_unit_alone(people: tuple[Person, Person]) -> None:
    anke, chiara = people
    first, second = (capture_of(site_of(anke, name), [7, 5, 7]) for name in ("quay", "mole"))
    unfinished = capture_of(site_of(anke, "jetty"), [7])
    unfinished.finished_at = None
    unfinished.save()
    found = seen_at(anke, digest(7), digest(8))
    assert [(each.site.name, each.capture, each.address, each.times) for each in found] == [
        ("quay", first, "http://quay.example/1", 2),
        ("mole", second, "http://mole.example/1", 2),
    ]
    assert found[0].at == NOON
    assert seen_at(chiara, digest(7)) == []


def test_origins_are_grouped_and_rows_listed(people: tuple[Person, Person]) -> None:
    anke, chiara = people
    capture = capture_of(site_of(anke, "quay"), [7, 5, 7], source="https://pier.example/x", platform="pier")
    (found,) = origins(anke, capture)
    assert (found.platform, found.told, found.rows, found.media, found.first) == ("pier", "source", 3, 2, 1)
    assert [row.position for row in rows_from(anke, capture, "pier")] == [1, 2, 3]
    assert [list(rows_from(anke, capture, "x")), list(rows_from(chiara, capture, "")), origins(chiara, capture)] == [
        [],
        [],
        [],
    ]


def test_a_family_is_found_by_its_page_and_digests_and_no_neighbour_is(people: tuple[Person, Person]) -> None:
    anke, _ = people
    site = site_of(anke, "quay")
    sources = {
        "https://www.pier.example/anna/1": True,
        "http://pier.example/anna": True,
        "https://pier.example/anna2": False,
        "https://pier.example/x/anna/1": False,
        "https://evil.example/anna/1": False,
        "not an address /anna/": False,
    }
    captures = {source: capture_of(site, [1], source=source, platform="pier") for source in sources}
    by_digest = capture_of(site, [77], "md5")
    told = {"site": site, "consent_on": NOON.date(), "by": anke, "at": NOON}
    family = Family.objects.create(**told, number=1, page="https://pier.example/anna")
    FamilyDigest.objects.create(family=family, digest=md5(b"77").digest())
    every = [each.pk for each in captures_of(anke, site)]
    found = {row.capture_id for row in rows_of_family(anke, family, every)}
    assert found == {captures[source].pk for source, theirs in sources.items() if theirs} | {by_digest.pk}
    nobody = Family.objects.create(**told, number=2)
    assert list(rows_of_family(anke, nobody, every)) == []


def test_texts_in_held_pictures_that_stand_there_are_read(people: tuple[Person, Person]) -> None:
    anke, _ = people
    capture = capture_of(site_of(anke, "quay"), [1])
    for number in (1, 2):
        Fact.objects.create(medium=held(anke, number), name="credit", value="pier.example", field="IPTC:2:110")
    Fact.objects.create(medium=Medium.objects.get(sha256=digest(1)), name="taken", value="2017", field="EXIF:x")
    assert [text for _, text in said_in_pictures(anke, [capture.pk])] == ["pier.example"]


def test_unseen_and_absent_are_the_same(people: tuple[Person, Person]) -> None:
    anke, chiara = people
    site = site_of(anke, "quay")
    capture_of(site, [1])
    Family.objects.create(site=site, number=1, consent_on=NOON.date(), by=anke, at=NOON)
    assert [each.name for each in sites_for(anke)] == ["quay"]
    assert newest_capture(anke, site_for(anke, " quay ")).site == site
    assert family_for(anke, site, "f1").number == 1
    said = set()
    for who, name in ((chiara, "quay"), (anke, "quay2")):
        with pytest.raises(NotFound) as problem:
            site_for(who, name)
        said.add(str(problem.value).replace("quay2", "quay"))
    assert len(said) == 1
    asks: tuple[Callable[[], object], ...] = (
        lambda: site_numbered(chiara, site.pk),
        lambda: newest_capture(chiara, site),
        lambda: family_for(chiara, site, "F1"),
    )
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    assert [list(sites_for(chiara)), list(captures_of(chiara, site)), list(families_of(chiara, site))] == [[], [], []]
