"""Two things are the same bytes if they share a digest and contradict each other in none."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.matches.digests import DIGESTS, Named, held_of, knowledge_of, same_bytes
from havre.matches.models import Knowledge, Source
from havre.media.models import Medium
from havre.units.models import Person
from tests.cast import NOON, introduce

FEW = st.sampled_from([None, b"a", b"b"])
NAMED = st.builds(Named, FEW, FEW, FEW)


@given(NAMED, NAMED)
def test_a_shared_digest_without_a_contradiction_is_the_same_bytes(one: Named, other: Named) -> None:
    pairs = [(getattr(one, kind), getattr(other, kind)) for kind in DIGESTS]
    shared = [a == b for a, b in pairs if a is not None and b is not None]
    assert same_bytes(one, other) == (bool(shared) and all(shared))
    assert same_bytes(one, other) == same_bytes(other, one)


def test_an_equal_md5_with_another_sha256_is_a_collision_and_not_the_same_file() -> None:
    assert same_bytes(Named(md5=b"x"), Named(md5=b"x", sha256=b"1"))
    assert not same_bytes(Named(md5=b"x", sha256=b"2"), Named(md5=b"x", sha256=b"1"))


def source_of(by: Person) -> Source:
    return Source.objects.create(unit=by.unit, path="/list", listing=b"", added_by=by, added_at=NOON)


def name(random: Random, sizes: tuple[int, int, int] = (16, 20, 32)) -> Named:
    """Digests of two files, some left out, some crossed: lists are like that."""
    digests = [random.choice([None, bytes([n]) * size]) for size in sizes for n in [random.randrange(2)]]
    return Named(*digests)


@pytest.mark.usefixtures("database")
def test_what_is_known_of_a_file_is_what_is_the_same_bytes_in_the_order_it_was_learnt() -> None:
    cast, random = introduce(), Random(4)
    ours, theirs = source_of(cast.anke), source_of(cast.chiara)
    withdrawn = source_of(cast.anke)
    withdrawn.withdrawn_at = NOON
    withdrawn.save()
    for number in range(90):
        named = name(random)
        source = (ours, theirs, withdrawn)[number % 3]
        Knowledge.objects.create(source=source, unit=source.unit, md5=named.md5, sha1=named.sha1, sha256=named.sha256)
    asked = {name(random) for _ in range(40)}
    known = [k for k in Knowledge.objects.order_by("pk") if k.source_id == ours.pk]
    assert knowledge_of(cast.belgium, asked) == {each: [k for k in known if same_bytes(each, k)] for each in asked}
    assert any(knowledge_of(cast.belgium, asked).values())


@pytest.mark.usefixtures("database")
def test_what_is_held_of_a_name_is_the_units_own() -> None:
    cast = introduce()
    digest = bytes(32)
    for unit in (cast.belgium, cast.italy):
        Medium.objects.create(
            unit=unit, sha256=digest, sha1=digest[:20], md5=digest[:16], bytes=1, kind="jpeg", held_since=NOON
        )
    asked = Named(sha1=digest[:20])
    assert held_of(cast.belgium, [asked]) == {asked: [Medium.objects.get(unit=cast.belgium)]}
    assert held_of(cast.belgium, [Named(), Named(md5=b"x" * 16)]) == {Named(): [], Named(md5=b"x" * 16): []}
