"""The board is brought to what a series is: once, no more than is shared, and whole again after every change."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from havre.exchange.board import put
from havre.exchange.models import Kind, Shared
from havre.exchange.publish import MOST_PDQ, Changed, clues_about, owner_of, publish, publish_media, suggested_by
from havre.restrictions.keep import say
from havre.restrictions.model import Action, Actor, Level, Owner, also, may
from havre.series.models import Clue, Series, Status
from havre.units.acting import Acting
from tests.cast import NOON, acting, introduce
from tests.exchange.shared import confirmed, open_to, printed


def said_open(by: Acting, level: Level = Level.OPEN) -> Series:
    """A confirmed series that Italy may know of."""
    series = confirmed(by, 2)
    say(by.unit, "series", series.pk, open_to("IT", level=level), by.person, NOON)
    return series


@pytest.mark.usefixtures("database")
def test_said_twice_nothing_changes_and_a_change_is_one_version() -> None:
    anke = acting(introduce().anke)
    series = said_open(anke)
    assert len(publish(series, NOON).put) == 3
    again = publish(series, NOON)
    assert (again.put, again.withdrawn) == ([], [])
    series.name = "Red bus"
    assert [row.version for row in publish(series, NOON).put] == [2]


@pytest.mark.usefixtures("database")
def test_a_hit_puts_nothing_beside_the_series() -> None:
    anke = acting(introduce().anke)
    series = said_open(anke, Level.HIT)
    series.claims.create(by=anke.person, since=NOON, until=NOON.replace(year=2030))
    assert sorted(row.kind for row in publish(series, NOON).put) == ["media", "media", "series"]


@pytest.mark.usefixtures("database")
def test_what_is_not_confirmed_is_not_shared() -> None:
    anke = acting(introduce().anke)
    series = said_open(anke)
    publish(series, NOON)
    Series.objects.filter(pk=series.pk).update(status=Status.MERGED)
    series.members.all().delete()
    series.refresh_from_db()
    assert len(publish(series, NOON).withdrawn) == 3
    assert not Shared.objects.filter(withdrawn_at=None).exists()


@pytest.mark.usefixtures("database")
def test_media_carry_what_they_are_found_by_and_flat_pictures_none() -> None:
    anke = acting(introduce().anke)
    series = said_open(anke)
    one, other = [member.medium for member in series.members.order_by("medium")]
    pdq = printed(one, 1)
    printed(other, 2, quality=10)
    publish_media(anke.unit, [one.pk, other.pk], NOON, Changed([], []))
    bodies = {row.key: row.body for row in Shared.objects.filter(kind=Kind.MEDIA)}
    assert (bodies[one.pk]["pdq"], bodies[other.pk]["pdq"]) == ([pdq.hex()], [])
    assert bodies[one.pk]["sha256"] == bytes(one.sha256).hex()
    assert len(bodies[one.pk]["pdq"]) <= MOST_PDQ


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("suggests", ["x", [7], [{"kind": "country", "values": ["Atlantis"]}], [{"kind": "circle"}]])
def test_a_clue_from_elsewhere_that_cannot_be_read_stops_nothing(suggests: object) -> None:
    anke = acting(introduce().anke)
    publish(said_open(anke), NOON)
    ref = Shared.objects.get(kind="series").ref
    body = {"series": str(ref), "suggests": suggests}
    row = put(Owner("ab" * 8, "ACCCE", "AU"), "clue", ref, body, open_to("BE"), 1, NOON)
    assert suggested_by(row) == []
    assert clues_about([], [row]).said == ()
    assert owner_of(anke.unit).name == ("", "Federal Police")


def clue_of(series: Series, by: Acting, number: int, name: str, of: str) -> Clue:
    """A clue that is sure of a country."""
    suggests = [{"kind": "country", "values": [of], "certainty": "sure"}]
    medium = series.members.order_by("medium")[0].medium
    values = {"medium": medium, "kind": "sign", "name": name, "by": by.person, "at": NOON, "suggests": suggests}
    return Clue.objects.create(series=series, number=number, **values)


def hypothesis() -> Mapping[str, Any]:
    """The countries to which clues point, as the board has them."""
    row = Shared.objects.filter(kind="hypothesis", withdrawn_at=None).first()
    return row.body["countries"] if row is not None else {}


@pytest.mark.usefixtures("database")
def test_a_hypothesis_is_made_of_nothing_that_is_closed_to_those_who_are_told_of_it() -> None:
    anke = acting(introduce().anke)
    series = said_open(anke)
    closed = clue_of(series, anke, 1, "secret sign", "GB")
    clue_of(series, anke, 2, "red box", "GB")
    say(anke.unit, "clue", closed.pk, open_to("FR"), anke.person, NOON)
    publish(series, NOON)
    assert hypothesis() == {"GB": ["red box"]}
    ref, owner = Shared.objects.get(kind="series").ref, owner_of(anke.unit)
    body = {"series": str(ref), "name": "their sign", "suggests": closed.suggests}
    theirs = Owner("ab" * 8, "ACCCE", "AU")
    put(theirs, "clue", UUID(int=1), body, open_to("BE"), 1, NOON)
    publish(series, NOON)
    assert hypothesis() == {"GB": ["red box"]}
    put(theirs, "clue", UUID(int=1), body, also(open_to("IT"), owner), 2, NOON)
    publish(series, NOON)
    assert hypothesis() == {"GB": ["red box", "their sign"]}


@pytest.mark.usefixtures("database")
def test_a_comment_is_shared_by_its_own_word_alone_and_never_beyond_its_series() -> None:
    anke = acting(introduce().anke)
    series = said_open(anke)
    ours, theirs, closed = (series.comments.create(text=text, by=anke.person, at=NOON) for text in ("a", "b", "c"))
    say(anke.unit, "comment", theirs.pk, open_to("IT", "FR"), anke.person, NOON)
    say(anke.unit, "comment", closed.pk, open_to("IT", level=Level.HIT), anke.person, NOON)
    (told,) = [row for row in publish(series, NOON).put if row.kind == Kind.COMMENT]
    assert (told.key, told.body["text"], "anke" in str(told.body)) == (theirs.pk, "b", False)
    allowed = [may(Actor("", "a unit", country), told.source, told.condition.value, Action.SEE, NOON)
               for country in ("IT", "FR")]  # fmt: skip
    assert allowed == [True, False]
    say(anke.unit, "series", series.pk, open_to("IT", level=Level.HIT), anke.person, NOON)
    assert theirs.pk in {row.key for row in publish(series, NOON).withdrawn if row.kind == Kind.COMMENT}
    assert ours.withdrawn_at is None


@pytest.mark.usefixtures("database")
def test_what_was_said_and_drawn_in_a_part_of_a_series_is_beside_the_whole() -> None:
    anke = acting(introduce().anke)
    series, part = said_open(anke), said_open(anke)
    said = part.comments.create(text="a", by=anke.person, at=NOON)
    say(anke.unit, "comment", said.pk, open_to("IT"), anke.person, NOON)
    first, other = clue_of(series, anke, 1, "red box", "GB"), clue_of(part, anke, 1, "black cab", "GB")
    publish(part, NOON)
    Series.objects.filter(pk=part.pk).update(status=Status.MERGED, merged_into=series)
    part.refresh_from_db()
    publish(series, NOON)
    publish(part, NOON)
    ref = Shared.objects.get(kind="series", series=series).ref
    beside = Shared.objects.filter(series_ref=ref, withdrawn_at=None)
    assert {(row.kind, row.key) for row in beside.filter(kind__in=("clue", "comment"))} == {
        ("comment", said.pk),
        ("clue", first.pk),
        ("clue", other.pk),
    }
    assert hypothesis() == {"GB": ["black cab", "red box"]}
    assert not Shared.objects.filter(series_ref__isnull=False, withdrawn_at=None).exclude(series_ref=ref).exists()
