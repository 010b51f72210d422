"""Media by what is written of them: the fast search agrees with looking at each medium."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from havre.errors import Invalid, Refused
from havre.flows.begin import add_colleague
from havre.flows.search_stated import PAGE, Asked, answering, from_json, near, search_stated
from havre.linking import keys
from havre.linking.stated import Place, metres, stated
from havre.media.models import Fact, Medium
from havre.series.models import Stated
from havre.units.models import RoleName, Unit
from havre.units.queries import person_named
from tests.cast import NOON, Node, acting


def medium(unit: Unit, number: int) -> Medium:
    digest = number.to_bytes(32, "big")
    return Medium.objects.create(
        unit=unit, sha256=digest, sha1=digest[:20], md5=digest[:16], bytes=1, kind="jpeg", family="picture",
        held_since=NOON,
    )  # fmt: skip


def placed(unit: Unit, number: int, place: Place) -> Medium:
    """A medium that states this position, as an intake writes it."""
    made = medium(unit, number)
    facts = [("latitude", f"{place.latitude:.7f}"), ("longitude", f"{place.longitude:.7f}")]
    Fact.objects.bulk_create(Fact(medium=made, name=name, value=value, field="EXIF") for name, value in facts)
    rows = keys.rows(stated(made.pk, facts))
    Stated.objects.bulk_create(
        Stated(unit=unit, medium=made, name=row.key.name, value=row.key.value, model=row.model) for row in rows
    )
    return made


@pytest.mark.parametrize("seed", range(3))
def test_a_place_finds_what_lies_within_and_nothing_else(begun: Node, seed: int) -> None:
    chance = random.Random(seed)
    around = [Place(50.85, 4.35), Place(-33.9, 179.9995), Place(0.001, -0.001)][seed]
    places = [
        Place(around.latitude + chance.gauss(0, 0.05), (around.longitude + chance.gauss(0, 0.05) + 540) % 360 - 180)
        for _ in range(60)
    ]
    media = {placed(begun.anke.unit, at + 1, place).pk: place for at, place in enumerate(places)}
    placed(begun.chiara.unit, 99, around)
    for km in (0.5, 3, 8, 50):
        expected = {key for key, place in media.items() if metres(around, place) <= km * 1000}
        assert set(near(begun.anke, around, km)) == expected


def test_one_page_at_a_time_and_none_twice(begun: Node) -> None:
    made = [medium(begun.anke.unit, at + 1) for at in range(PAGE * 2 + 5)]
    Fact.objects.bulk_create(Fact(medium=each, name="comment", value="words", field="X") for each in made)
    told: list[int] = []
    after: int | None = None
    for size in (PAGE, PAGE, 5):
        page = search_stated(begun.home, begun.bram, Asked("words"), after)
        told += [each.medium.pk for each in page.found]
        assert len(page.found) == size
        after = page.after
    assert after is None
    assert told == sorted((each.pk for each in made), reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_words_alone_find_what_looking_at_each_medium_finds(begun: Node, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(150):
        made = medium(chance.choice([begun.anke.unit, begun.anke.unit, begun.chiara.unit]), number + 1)
        said = [chance.choice(["quay", "Quayside", "a harbour", "QUAY 7"]) for _ in range(chance.randrange(4))]
        Fact.objects.bulk_create(Fact(medium=made, name="comment", value=value, field="X") for value in said)
    for words in ("quay", "harbour", "side", "nowhere"):
        told, after = [], None
        while True:
            page = search_stated(begun.home, begun.bram, Asked(words), after)
            told += [each.medium.pk for each in page.found]
            after = page.after
            if after is None:
                break
        assert told == [each.pk for each in answering(begun.bram, Asked(words))]


def test_what_is_kept_is_asked_again_as_it_was(begun: Node) -> None:
    asked = Asked("words", Place(1.5, -2), 3.0, NOON, NOON + timedelta(days=2), {"make": "x", "serial": "7"})
    assert from_json(asked.to_json()) == asked
    assert from_json(Asked("words").to_json()) == Asked("words")


def test_among_is_a_limit(begun: Node) -> None:
    made = [medium(begun.anke.unit, at + 1) for at in range(4)]
    for each in made:
        Fact.objects.create(medium=each, name="taken", value="2026-03-01T10:00:00", field="X")
    asked = Asked(since=datetime(2026, 3, 1, tzinfo=UTC))
    assert set(answering(begun.anke, asked, [made[1].pk, made[3].pk])) == {made[1], made[3]}
    assert list(answering(begun.chiara, asked, [made[1].pk])) == []


@pytest.mark.parametrize("asked", [Asked(), Asked("x"), Asked("x" * 201), Asked(near=Place(1, 1), km=0)])
def test_what_makes_no_sense_is_not_asked(begun: Node, asked: Asked) -> None:
    with pytest.raises(Invalid):
        search_stated(begun.home, begun.anke, asked)


def test_an_auditor_does_not_search(begun: Node) -> None:
    add_colleague(begun.home, begun.anke, "dora", "", [RoleName.AUDITOR])
    with pytest.raises(Refused):
        search_stated(begun.home, acting(person_named("dora")), Asked("words"))
