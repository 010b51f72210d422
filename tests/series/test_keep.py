"""One link a kind between two media, the surest; and what came or went is noted, to be looked at again."""

from havre.linking.links import Kind, between
from havre.matches.models import Knowledge, Source
from havre.series.findings import Finding
from havre.series.keep import drop_withdrawn, forget_media, keep, move, sizes_then
from havre.series.models import Link, Member, Moved, Series, Stated
from tests.cast import NOON, Cast
from tests.series.held import medium


def place(a: int, b: int, expected: float, knowledge: int | None = None, points: int = 1) -> Finding:
    return Finding(between(a, b, Kind.PLACE, expected, {"points": points}), knowledge)


def known(cast: Cast) -> Knowledge:
    source = Source.objects.create(unit=cast.belgium, path="x", listing=b"", added_by=cast.anke, added_at=NOON)
    return Knowledge.objects.create(source=source, unit=cast.belgium)


def moved() -> set[int]:
    """What is to be looked at again; forgotten then."""
    held = set(Moved.objects.values_list("medium", flat=True))
    Moved.objects.all().delete()
    return held


def test_the_rarest_of_a_kind_is_kept_and_only_news_is_looked_at(cast: Cast) -> None:
    one, other = (medium(cast.anke, at).pk for at in (1, 2))
    assert keep(cast.belgium, [place(one, other, 1e-3), place(other, one, 1e-4)], 2) == 1
    assert (Link.objects.get().expected_false, Link.objects.get().media_then, moved()) == (1e-4, 2, {one, other})
    assert keep(cast.belgium, [place(one, other, 1e-3)], 2) == 0
    assert (Link.objects.get().expected_false, moved()) == (1e-4, set())
    assert keep(cast.belgium, [place(one, other, 1e-6, points=9)], 2) == 0
    assert (Link.objects.get().evidence, moved()) == ({"points": 9}, {one, other})


def test_other_kinds_stand_beside_it_and_facts_are_not_copied(cast: Cast) -> None:
    one, other = (medium(cast.anke, at).pk for at in (1, 2))
    camera = Finding(between(one, other, Kind.CAMERA, 1e-3, {"serial": "6030741"}))
    assert keep(cast.belgium, [place(one, other, 1e-3), camera], 2) == 2
    assert Link.objects.get(kind="camera").evidence == {}
    assert keep(cast.belgium, [Finding(between(one, other, Kind.CAMERA, 1e-9))], 2) == 0


def test_what_held_media_bear_out_stands_before_a_rarer_word(cast: Cast) -> None:
    one, other = (medium(cast.anke, at).pk for at in (1, 2))
    word = known(cast).pk
    keep(cast.belgium, [place(one, other, 1e-9, word)], 2)
    keep(cast.belgium, [place(one, other, 1e-3)], 2)
    assert (Link.objects.get().knowledge_id, Link.objects.get().expected_false) == (None, 1e-3)
    keep(cast.belgium, [place(one, other, 1e-12, word)], 2)
    assert Link.objects.get().knowledge_id is None


def test_a_match_was_found_among_the_media_of_its_time(cast: Cast) -> None:
    media = [medium(cast.anke, at).pk for at in range(6)]
    medium(cast.chiara, 20)
    assert sizes_then(cast.belgium, [media[1], media[4]]) == {media[1]: 2, media[4]: 5}
    assert sizes_then(cast.belgium, []) == {}
    keep(cast.belgium, [place(media[0], media[3], 1e-3)], 6)
    assert Link.objects.get().media_then == 4


def test_a_withdrawn_source_takes_its_links_and_nothing_else(cast: Cast) -> None:
    media = [medium(cast.anke, at).pk for at in range(4)]
    keep(cast.belgium, [place(media[0], media[1], 1e-3, known(cast).pk), place(media[2], media[3], 1e-3)], 4)
    moved()
    drop_withdrawn(cast.belgium)
    assert (Link.objects.count(), moved()) == (2, set())
    Source.objects.update(withdrawn_at=NOON)
    drop_withdrawn(cast.italy)
    assert Link.objects.count() == 2
    drop_withdrawn(cast.belgium)
    assert (Link.objects.get().one_id, moved()) == (media[2], {media[0], media[1]})


def test_what_is_about_to_go_leaves_its_neighbours_to_be_looked_at(cast: Cast) -> None:
    gone, staying, neighbour, member, _ = (medium(cast.anke, at).pk for at in range(5))
    keep(cast.belgium, [place(gone, neighbour, 1e-3)], 5)
    series = Series.objects.create(unit=cast.belgium, number=1, created_at=NOON)
    Member.objects.bulk_create([Member(series=series, medium_id=each) for each in (gone, member)])
    Stated.objects.create(unit=cast.belgium, medium_id=staying, name="day", value="whatsapp 20190414")
    moved()
    forget_media(cast.belgium, [gone], [staying])
    assert not Stated.objects.exists()
    assert list(Moved.objects.filter(unread=True).values_list("medium", flat=True)) == [staying]
    assert moved() == {neighbour, member, staying}


def test_what_must_be_read_again_stays_so_whatever_moves_it(cast: Cast) -> None:
    held = medium(cast.anke, 1).pk
    move(cast.belgium, [held])
    move(cast.belgium, [held], unread=True)
    move(cast.belgium, [held])
    assert Moved.objects.get().unread
