"""A film on a list: found by its looks at a platform, never by a flat or harmless frame, and only while it is on it."""

from collections.abc import Sequence
from pathlib import Path

from havre.feeds.benign import keep_benign, shelf_of
from havre.feeds.models import Entry, Published
from havre.feeds.rules import named
from havre.fingerprints import video
from havre.fingerprints.looks import unpack
from havre.fingerprints.pdq_turned import turned
from havre.flows import feed_entries
from havre.flows.feed_content import must_go
from havre.flows.feed_films import collides, film_signals
from havre.flows.feed_self import Hashes, propose_unreviewed
from havre.flows.load_benign import colliding
from havre.hashlists.entry import FILM, Kind
from havre.hashlists.lines import entry_of
from havre.matches.formats.record import Entry as Read
from havre.matches.models import Imprint
from havre.media.models import Medium
from havre.selfservice.given import hashed_in
from havre.subscription.kept import Kept
from havre.subscription.known import Known, Question
from tests.cast import NOON
from tests.films import film, part
from tests.flows.fed import Fed
from tests.flows.test_match_films import browsed, decoded
from tests.hashlists.filmed import drawn, look, looks

PLATFORM = "national-be"


def medium_of(fed: Fed, *films: video.Film, partial: bool = False) -> Medium:
    """A film that was judged and may go to platforms."""
    medium = fed.medium()
    medium.fingerprints.all().delete()
    medium.family = "video"
    medium.save(update_fields=["family"])
    for each in films:
        values = {"method": video.METHOD, "version": video.VERSION, "partial": partial, "data": video.pack(each)}
        Imprint.objects.create(unit=medium.unit, medium=medium, **values)
    return medium


def harmless(fed: Fed, values: Sequence[bytes]) -> None:
    keep_benign(fed.feed, "harmless", [Read(str(number), pdq=value.hex()) for number, value in enumerate(values)])


def signals(fed: Fed, medium: Medium) -> list[str]:
    node = fed.node
    content, _judged = must_go(node.home, node.anke, fed.feed, named(PLATFORM), medium)
    return [each.value for each in content.signals if each.method == FILM]


def at_a_platform(folder: Path) -> Known:
    """What was published, in use."""
    kept = Kept(folder)
    with kept.changing():
        kept.put(PLATFORM, [entry_of(row.line.encode()) for row in Published.objects.order_by("number")])
    kept.close()
    return Known(folder)


def test_a_published_film_is_found_by_a_part_of_it_and_taken_back_no_more(having_feed: Fed, tmp_path: Path) -> None:
    node = having_feed.node
    medium = medium_of(having_feed, decoded(film(1, 4.0)))
    entry = feed_entries.confirm(node.home, node.bram, having_feed.propose(medium).number)
    assert [method for method, *_ in entry.signals] == ["md5", "sha1", "sha256", "film"]
    having_feed.publish()
    cut = Question(films=(decoded(part(1, 1.0, 3.5, 4.0)),))
    (match,) = at_a_platform(tmp_path).ask([cut])[0]
    assert (match.entry.number, match.method, match.entry.kind) == (entry.number, "film", Kind.FILM)
    feed_entries.retract(node.home, node.anke, entry.number, "wrong")
    having_feed.publish()
    assert at_a_platform(tmp_path).ask([cut]) == [[]]


def test_black_flat_damaged_or_unknown_films_are_listed_by_their_bytes_alone(having_feed: Fed) -> None:
    for medium in (
        medium_of(having_feed),
        medium_of(having_feed, drawn(1, quality=0), drawn(2, quality=49)),
        medium_of(having_feed, drawn(1), partial=True),
    ):
        assert signals(having_feed, medium) == []


def test_of_several_tracks_the_one_that_says_most_is_told(having_feed: Fed) -> None:
    medium = medium_of(having_feed, drawn(1, 0, 4), drawn(2), drawn(3, 0, 2))
    (value,) = signals(having_feed, medium)
    assert unpack(bytes.fromhex(value)).hashes.tobytes() == looks(drawn(2)).hashes.tobytes()


def test_a_test_card_is_left_out_however_it_is_turned_and_a_film_of_it_has_no_looks(having_feed: Fed) -> None:
    harmless(having_feed, [turned(look(1, place))[32:64] for place in range(5)])
    (value,) = signals(having_feed, medium_of(having_feed, drawn(1)))
    told = {each.tobytes() for each in unpack(bytes.fromhex(value)).whole["pdq"]}
    assert told == {look(1, place) for place in range(5, 24)}
    assert signals(having_feed, medium_of(having_feed, drawn(1, 0, 9))) == []
    shelf = shelf_of(having_feed.node.home.settings.index, having_feed.feed)
    assert len(film_signals(shelf, medium_of(having_feed, drawn(1, 4, 12)))) == 1


def test_what_is_out_and_shows_something_harmless_is_named(having_feed: Fed) -> None:
    node = having_feed.node
    entry = having_feed.propose(medium_of(having_feed, drawn(1)))
    assert colliding(node.home, node.anke) == []
    harmless(having_feed, [look(1, 7)])
    assert colliding(node.home, node.anke) == [entry.number]
    shelf = shelf_of(node.home.settings.index, having_feed.feed)
    assert [collides(shelf, signals) for signals in (entry.signals, [["film", "2.0", "00"]], [])] == [
        True,
        False,
        False,
    ]


def test_a_film_that_was_protected_in_a_browser_is_found_at_a_platform(having_feed: Fed, tmp_path: Path) -> None:
    """From what the browser writes into the form to the upload of a worse copy."""
    node = having_feed.node
    lines = [f"film {'ab' * 16} {'cd' * 32}", *(f"pdq {quality} {value}" for quality, value in browsed(film(2, 4.0)))]
    (given,) = hashed_in("\n".join(lines))
    hashes = Hashes(given.signals, min(each.quality for each in given.prints), given.kind)
    propose_unreviewed(node.home, node.anke.unit, "HS-2F7K-0001", [hashes], NOON)
    having_feed.publish()
    assert Entry.objects.get().listed.name == "unreviewed"
    known = at_a_platform(tmp_path)
    (match,) = known.ask([Question(films=(decoded(part(2, 0.0, 3.5, 4.0)),))])[0]
    assert (match.entry.kind, match.entry.reviewed, match.method) == (Kind.FILM, False, "pdq")
    assert known.ask([Question(films=(decoded(film(3, 1.0)),))]) == [[]]
