"""One finds what sources let one know, under references that say nothing else."""

from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q

from havre.errors import Invalid, NotFound
from havre.exchange.board import changed_after, put, withdraw
from havre.exchange.models import About, Kind, Notice, Shared
from havre.exchange.queries import (
    about_series,
    notice_for,
    notices_for,
    refs_of,
    same_as,
    standing_for,
    theirs_for,
    theirs_of,
    waiting_for,
    waiting_to_count,
)
from havre.flows.restrict import restrict
from havre.restrictions.model import Owner, Restriction
from havre.settings import Settings
from tests.cast import NOON, introduce, node
from tests.exchange.shared import held_too, open_to, shared

PEER = Owner("ab" * 8, "ACCCE", "AU")


@pytest.mark.usefixtures("database")
def test_a_reference_finds_one_series_or_asks_for_more_digits() -> None:
    cast = introduce()
    for number in (0xAA000000 << 96, 0xAA110000 << 96):
        put(PEER, "series", UUID(int=number), {}, open_to("BE"), 1, NOON)
    assert theirs_for(cast.anke, "au-AA11", NOON).ref.int == 0xAA110000 << 96
    assert [row.ref.int >> 96 for row in theirs_of(cast.anke, NOON)] == [0xAA110000, 0xAA000000]
    assert not theirs_of(cast.chiara, NOON)
    with pytest.raises(Invalid, match="more digits"):
        theirs_for(cast.anke, "AU-aa", NOON)
    for absent in ("AU-", "AU", "", "BE-aa11", "AU-zz", "AU-" + "a" * 99):
        with pytest.raises(NotFound):
            theirs_for(cast.anke, absent, NOON)
    with pytest.raises(NotFound):
        theirs_for(cast.chiara, "AU-aa11", NOON)


def test_what_is_narrowed_is_gone_from_every_read(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT")
        own, viewer = held_too(here, series), here.chiara.person
        ref = Shared.objects.get(kind="series").ref
        notice = Notice.objects.get(unit=viewer.unit)
        assert (len(same_as(viewer, own, NOON)), refs_of(viewer, own, NOON)) == (3, {ref})
        assert [row.kind for row in about_series(viewer, [ref], NOON)] == ["series"]
        assert (len(waiting_to_count(viewer, NOON)), notice_for(viewer, notice.pk, NOON)) == (1, notice)
        restrict(here.home, here.anke, "series", "S1", Restriction())
        assert (same_as(viewer, own, NOON), refs_of(viewer, own, NOON)) == ([], set())
        assert (about_series(viewer, [ref], NOON), standing_for(viewer, NOON).count()) == ([], 0)
        assert [each.about for each in waiting_for(viewer, NOON)] == [About.WITHDRAWN]
        with pytest.raises(NotFound):
            notice_for(viewer, notice.pk, NOON)


@pytest.mark.usefixtures("database")
def test_ones_own_and_what_is_withdrawn_stand_nowhere() -> None:
    cast = introduce()
    theirs = put(PEER, "series", UUID(int=1), {}, open_to("BE"), 1, NOON)
    gone = put(PEER, "series", UUID(int=2), {}, open_to("BE"), 1, NOON)
    withdraw(PEER, gone.ref, 2, NOON)
    put(Owner("", "Federal Police", "BE"), "series", UUID(int=3), {}, open_to("BE"), 1, NOON)
    clue = put(PEER, "clue", UUID(int=4), {}, open_to("BE"), 1, NOON)
    assert list(standing_for(cast.anke, NOON).order_by("pk")) == [theirs, clue]
    assert list(theirs_of(cast.anke, NOON)) == [theirs]
    assert not standing_for(cast.chiara, NOON)


@pytest.mark.usefixtures("database")
def test_about_a_series_is_the_series_itself_and_what_names_it_but_no_media() -> None:
    cast = introduce()
    ref, other = UUID(int=1), Owner("cd" * 8, "Police", "NL")
    series = put(PEER, "series", ref, {}, open_to("BE"), 1, NOON)
    clue = put(PEER, "clue", UUID(int=2), {"series": str(ref)}, open_to("BE"), 1, NOON)
    put(PEER, "media", UUID(int=3), {"series": str(ref)}, open_to("BE"), 1, NOON)
    put(PEER, "series", UUID(int=4), {}, open_to("BE"), 1, NOON)
    put(other, "clue", ref, {"series": str(UUID(int=4))}, open_to("BE"), 1, NOON)  # called like the series elsewhere
    assert about_series(cast.anke, [ref], NOON) == [series, clue]


@pytest.mark.usefixtures("database")
def test_a_notice_is_known_as_long_as_its_thing_is_and_its_withdrawal_for_ever() -> None:
    cast = introduce()
    known = put(PEER, "series", UUID(int=1), {}, open_to("BE"), 1, NOON)
    never = put(PEER, "series", UUID(int=2), {}, open_to("IT"), 1, NOON)
    gone = put(PEER, "series", UUID(int=3), {}, open_to("BE"), 1, NOON)
    withdraw(PEER, gone.ref, 2, NOON)
    told = [
        Notice.objects.create(unit=unit, about=about, shared=shared, at=NOON)
        for unit, about, shared in (
            (cast.belgium, About.HELD, known),
            (cast.belgium, About.HELD, None),
            (cast.belgium, About.WITHDRAWN, gone),
            (cast.belgium, About.HELD, gone),
            (cast.belgium, About.HELD, never),
            (cast.italy, About.HELD, known),
            (cast.italy, About.HELD, None),
        )
    ]
    assert list(notices_for(cast.anke, NOON)) == told[2::-1]
    assert list(notices_for(cast.chiara, NOON)) == told[6:]


@pytest.mark.usefixtures("database")
def test_a_series_of_others_and_what_changed_here_are_found_without_reading_the_board() -> None:
    """As SQLite plans it; PostgreSQL reads small tables whole."""
    cast = introduce()
    ref = UUID(int=7)
    about = standing_for(cast.anke, NOON).filter(Q(series_ref__in=[ref]) | Q(ref__in=[ref], kind=Kind.SERIES))
    for rows in (about, changed_after(5)[:9], Shared.objects.filter(ref=ref, node="")):
        assert "SCAN exchange_shared" not in rows.explain()
    assert "shared_by_node" in changed_after(5).explain() or connection.vendor == "postgresql"
