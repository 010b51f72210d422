"""Two series that an analyst calls one are one, against any word before; what each had goes with it."""

from dataclasses import replace
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import About, Notice, Shared
from havre.exchange.rules import reference
from havre.flows.check import check_after
from havre.flows.claim import take
from havre.flows.comment import say
from havre.flows.contest import BOARD
from havre.flows.identify import record_victim
from havre.flows.restrict import restrict
from havre.flows.series import propose
from havre.flows.series_decided import split
from havre.flows.series_joined import join, would_join
from havre.restrictions.keep import said
from havre.restrictions.keep import say as say_who
from havre.restrictions.model import CLOSED
from havre.restrictions.models import Kind
from havre.series.models import Life, Member, Series, Status
from havre.series.queries import claims_of
from havre.series.united import united
from havre.victims.queries import victims_of
from havre.victims.record import Child
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, held_too, open_to
from tests.exposures import NIKON, exposure, intake
from tests.flows.test_series_decided import sha256
from tests.series.many import series_of
from tests.simulators.nations import World
from tests.simulators.worlds import Worlds


def two_series(node: Node, folder: Path) -> None:
    for number in (1, 2):
        serial = {"BodySerialNumber": f"603074{number}"}
        intake(
            node.home, node.anke, folder / str(number),
            {f"{number}{at}.jpg": exposure(10 * number + at, NIKON, serial) for at in range(3)},
        )  # fmt: skip
    propose(node.home, node.anke)
    assert Series.objects.count() == 2


def test_two_become_one_with_all_that_was_known_of_either(begun: Node, tmp_path: Path) -> None:
    two_series(begun, tmp_path)
    take(begun.home, begun.bram, "S2")
    record_victim(begun.home, begun.bram, "S2", Child("Wren"))
    goes_on = join(begun.home, begun.bram, "S1", "S2")
    assert (goes_on.status, goes_on.members.filter(confirmed=True).count()) == (Status.CONFIRMED, 6)
    other = Series.objects.exclude(pk=goes_on.pk).get()
    assert (other.status, other.life, other.merged_into) == (Status.MERGED, Life.MERGED, goes_on)
    assert goes_on.life == Life.INVESTIGATED
    assert claims_of(begun.anke.person, [goes_on.pk])[goes_on.pk].by == begun.bram.person
    family = united(goes_on)
    assert [victim.pseudonym for victim in victims_of(begun.anke.person, family)] == ["Wren"]
    last = Entry.objects.order_by("-index")[0]
    assert (last.thing, last.detail) == (
        f"series {goes_on.reference}",
        f'{{"act":"merged","media":6,"with":"{other.reference}"}}',
    )
    propose(begun.home, begun.anke, anew=True)
    assert Member.objects.filter(series=goes_on).count() == 6


def test_who_is_identified_in_a_series_that_is_closed_is_told_to_nobody_as_it_becomes_part_of_an_open_one(
    begun: Node,
) -> None:
    one, other = confirmed(begun.anke), confirmed(begun.anke)
    restrict(begun.home, begun.anke, "series", one.reference, open_to("IT"))
    restrict(begun.home, begun.anke, "series", other.reference, CLOSED)
    theirs = held_too(begun, one)
    record_victim(begun.home, begun.anke, other.reference, Child("Wren"), identified_by="BE")
    heard: list[Series] = []
    assert join(begun.home, begun.anke, one.reference, other.reference, narrowed=heard.append) == one
    assert (heard, said(Kind.SERIES, [one.pk])) == ([one], {one.pk: CLOSED})
    assert not Shared.objects.filter(owner=begun.anke.unit, withdrawn_at=None).exists()
    theirs.refresh_from_db()
    assert (theirs.life, Series.objects.get(pk=one.pk).life) == (Life.UNIDENTIFIED, Life.IDENTIFIED)
    line = Entry.objects.filter(person=BOARD, thing=f"series {one.reference}").get()
    assert '"act":"restricted"' in line.detail
    restrict(begun.home, begun.anke, "series", one.reference, open_to("IT"))  # now somebody said so
    check_after(begun.home, begun.chiara)
    theirs.refresh_from_db()
    assert theirs.life == Life.IDENTIFIED


@pytest.mark.parametrize("counts", [(2, 3), (3, 2), (2, 2)])
@pytest.mark.parametrize("sure", [(), (1,), (2,), (1, 2)])
def test_what_was_read_beforehand_is_what_is_done(begun: Node, counts: tuple[int, int], sure: tuple[int, ...]) -> None:
    for number, count in enumerate(counts, start=1):
        confirmed(begun.anke, count) if number in sure else series_of(begun.anke.person, count)
        restrict(begun.home, begun.anke, "series", f"S{number}", open_to("IT", ("BE", "GB")[number - 1]))
    before = would_join(begun.home, begun.bram, "S2", "S1")
    goes_on = join(begun.home, begun.bram, "S2", "S1")
    assert (goes_on, goes_on.members.count()) == (before.goes_on.series, before.goes_on.media + before.other.media)
    assert said(Kind.SERIES, [goes_on.pk])[goes_on.pk] == before.said


def test_what_changed_since_it_was_read_is_not_done(begun: Node) -> None:
    one, other = confirmed(begun.anke, 3), confirmed(begun.anke, 2)
    read = would_join(begun.home, begun.anke, "S1", "S2").mark
    restrict(begun.home, begun.bram, "series", "S1", open_to("IT"))
    with pytest.raises(Refused, match="changed meanwhile"):
        join(begun.home, begun.anke, "S1", "S2", read=read)
    assert (one.members.count(), other.members.count()) == (3, 2)
    read = would_join(begun.home, begun.anke, "S1", "S2").mark
    assert join(begun.home, begun.anke, "S1", "S2", read=read) == one


@pytest.mark.parametrize("beside", [True, False])
def test_by_a_word_that_ran_out_nobody_is_said_to_know(begun: Node, beside: bool) -> None:
    confirmed(begun.anke, 3)
    over = confirmed(begun.anke, 4)
    say_who(begun.anke.unit, Kind.SERIES, over.pk, replace(open_to("IT"), retain_until=NOON), begun.anke.person, NOON)
    if beside:
        restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    assert would_join(begun.home, begun.anke, "S2", "S1").said == CLOSED


def test_two_that_are_open_to_others_stay_open_to_whom_both_let_in(begun: Node) -> None:
    one, other = confirmed(begun.anke), confirmed(begun.anke)
    for series, countries in ((one, ("IT", "GB")), (other, ("IT", "FR"))):
        restrict(begun.home, begun.anke, "series", series.reference, open_to(*countries))
    goes_on = join(begun.home, begun.anke, one.reference, other.reference)
    assert said(Kind.SERIES, [goes_on.pk])[goes_on.pk].countries == {"IT"}
    assert Shared.objects.get(series=goes_on, withdrawn_at=None).condition.value.countries == {"IT"}


def exchanged(world: World) -> None:
    """Everybody works as in the background until all have heard it."""
    for _ in range(3):
        for nation in world.nations.values():
            world.turn(nation)
            with nation.open() as acting:
                check_after(nation.home, acting)
        world.pass_time(1)


def test_a_comment_that_another_node_was_told_of_is_not_told_it_anew_as_two_series_become_one(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        with belgium.open() as anke:
            part, into = confirmed(anke, 3), confirmed(anke, 4)
            for series in (part, into):
                restrict(belgium.home, anke, "series", series.reference, open_to("IT"))
        with italy.open() as chiara:
            confirmed(chiara, 7)  # of the same bytes
        exchanged(world)
        with belgium.open() as anke:
            text = say(belgium.home, anke, part.reference, "from the harbour")
            restrict(belgium.home, anke, "comment", f"{part.reference}/{text.pk}", open_to("IT"))
        exchanged(world)
        with italy.open():
            told = Notice.objects.filter(about=About.COMMENT)
            assert told.update(read_at=NOON) == 1
        with belgium.open() as anke:
            assert join(belgium.home, anke, part.reference, into.reference) == into
            called = reference(Shared.objects.get(kind="series", series=into))
        exchanged(world)
        with italy.open():
            assert [(each.told.get("reference"), each.read_at) for each in told.all()] == [(called, NOON)]
            row = Shared.objects.get(kind="comment")
            assert (row.withdrawn_at, row.body["text"]) == (None, "from the harbour")
            held = Shared.objects.filter(kind="series", withdrawn_at=None)
            assert [each.ref for each in held] == [row.series_ref]


def test_the_last_word_holds(begun: Node, tmp_path: Path) -> None:
    two_series(begun, tmp_path)
    split(begun.home, begun.anke, "S1", [sha256("/10.jpg"), sha256("/11.jpg")])
    apart = Member.objects.get(medium__exhibits__item__path__endswith="/10.jpg").series
    goes_on = join(begun.home, begun.anke, "S2", apart.reference)
    assert goes_on.members.filter(medium__exhibits__item__path__endswith="/10.jpg").exists()


def test_what_cannot_be_merged_is_said(begun: Node, tmp_path: Path) -> None:
    two_series(begun, tmp_path)
    before = Entry.objects.count()
    with pytest.raises(Invalid, match="another series"):
        join(begun.home, begun.anke, "S1", "s1")
    for other in ("S7", ""):
        with pytest.raises(NotFound):
            join(begun.home, begun.anke, "S1", other)
        with pytest.raises(NotFound):
            would_join(begun.home, begun.anke, "S1", other)
    with pytest.raises(NotFound):
        join(begun.home, begun.chiara, "S1", "S2")
    begun.bram.person.roles.update(name="supervisor")
    with pytest.raises(Refused, match="decide on series"):
        join(begun.home, begun.bram, "S1", "S2")
    assert Entry.objects.count() == before
    join(begun.home, begun.anke, "S1", "S2")
    merged = Series.objects.get(status=Status.MERGED)
    with pytest.raises(Refused, match="became part of"):
        join(begun.home, begun.anke, "S1", "S2") if merged.number == 2 else join(begun.home, begun.anke, "S2", "S1")
    with pytest.raises(Refused, match="became part of"):
        would_join(begun.home, begun.anke, "S1", "S2")
