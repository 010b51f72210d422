"""Parts of films and sounds, places and cameras of others are found, in whichever order they came, and nothing else."""

import itertools
import json
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection, connections
from PIL import Image

from havre.audit.models import Entry
from havre.errors import Refused
from havre.exchange.compared import something_left
from havre.exchange.models import About, Checked, Notice, PassedOver, SameMedium, SharedImprint
from havre.flows import look_further as looking
from havre.flows.check import check, elsewhere
from havre.flows.claim import take
from havre.flows.exchanging import check_what_came
from havre.flows.identify import record_victim
from havre.flows.look_further import Further, look_further, percent, seconds
from havre.flows.restrict import restrict
from havre.flows.source import holding
from havre.matches.finds import Find
from havre.matches.models import Imprint as MadeImprint
from havre.matches.models import MatchKind
from havre.matching.place_index import MOST
from havre.media.decode.outcomes import Imprint
from havre.restrictions.model import Level, Restriction
from havre.series.models import Claim, Life
from havre.units.acting import Acting
from havre.victims.record import Child
from tests.cast import Node, noon
from tests.exchange.imprints import imprinted, series_with, stating
from tests.exchange.shared import open_to
from tests.imprinted import film, sound, still, view
from tests.pictures import Pixels, photograph
from tests.simulators.nations import Killed, killed_at

LONG, SHORT = tuple(range(1, 11)), (4, 5, 6, 7)
KINDS: dict[str, tuple[Callable[[], Imprint], Callable[[], Imprint]]] = {
    "segment": (lambda: film(*LONG), lambda: film(*SHORT)),
    "sound": (lambda: sound(1, 30), lambda: sound(1, 12, begin=10)),
    "near": (lambda: still(3), lambda: still(3)),
}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_in_whichever_order_both_came(begun: Node, kind: str, before: bool) -> None:
    theirs, ours = (make() for make in KINDS[kind])
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, theirs))
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, ours))
    imprinted(begun.home, begun.chiara, film(21, 22), sound(9))
    other = series_with(begun.anke, imprinted(begun.home, begun.anke, film(31, 32)))
    restrict(begun.home, begun.anke, "series", other.reference, open_to("IT"))
    if before:
        assert look_further(begun.home, begun.chiara).own == 2
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    found = look_further(begun.home, begun.chiara)
    assert (found.new, found.own, found.came) == ((1, 0, 1) if before else (1, 2, 0))
    (each,) = elsewhere(begun.chiara, own)
    assert (each.kind, each.percent >= 98, each.media) == (kind, True, 1)
    assert Notice.objects.get(about=About.HELD).told["kind"] == kind
    assert not something_left(begun.chiara.unit)
    assert look_further(begun.home, begun.chiara).new == 0


def test_another_view_of_a_place_is_found_without_the_look_of_the_other(begun: Node) -> None:
    scene, other = two_views()
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, view(scene)))
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, view(other)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    look_further(begun.home, begun.chiara)
    assert [(each.kind, each.percent) for each in elsewhere(begun.chiara, own)] == [("place", 99)]


def two_views() -> tuple[Pixels, Pixels]:
    """A picture, and the half of it with something else around it, seen from the side."""
    picture, around = photograph("astronaut"), photograph("chelsea")
    part = Image.fromarray(picture[:300, 100:400])
    whole = Image.fromarray(around).resize((700, 600))
    whole.paste(
        part.transform((300, 300), Image.Transform.PERSPECTIVE, (1, 0.15, 0, 0.05, 1, 0, 0.0003, 0)), (300, 200)
    )
    return picture, np.asarray(whole)


@pytest.mark.parametrize("before", [True, False])
def test_a_mirrored_crop_is_nearly_the_same_without_looks(begun: Node, before: bool) -> None:
    picture = photograph("coffee")
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, view(picture)))
    crop = np.ascontiguousarray(picture[80:360, 100:520][:, ::-1])
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, view(crop)))
    imprinted(begun.home, begun.chiara, view(photograph("chelsea")))
    if before:
        restrict(begun.home, begun.anke, "series", series.reference, open_to("FR"))
        look_further(begun.home, begun.chiara)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    assert look_further(begun.home, begun.chiara).new == 1
    assert [each.kind for each in elsewhere(begun.chiara, own)] == ["near"]


@pytest.mark.parametrize("before", [True, False])
def test_the_same_camera_is_rolled_up_and_the_surest_kind_is_told_first(begun: Node, before: bool) -> None:
    theirs = [stating(imprinted(begun.home, begun.anke), "BE00471193") for _ in range(3)]
    part = imprinted(begun.home, begun.anke, film(*LONG))
    series = series_with(begun.anke, *theirs)
    other = series_with(begun.anke, part, stating(imprinted(begun.home, begun.anke), "BE00471193"))
    ours = [stating(imprinted(begun.home, begun.chiara), "be00471193") for _ in range(4)]
    own = series_with(begun.chiara, *ours, imprinted(begun.home, begun.chiara, film(*SHORT)))
    strangers = [stating(imprinted(begun.home, begun.chiara), serial, model) for serial, model in STRANGERS]
    if before:
        restrict(begun.home, begun.anke, "series", series.reference, open_to("FR"))
        look_further(begun.home, begun.chiara)
    for each in (series, other):
        restrict(begun.home, begun.anke, "series", each.reference, open_to("IT"))
    look_further(begun.home, begun.chiara)
    assert [(each.kind, each.percent, each.media) for each in elsewhere(begun.chiara, own)] == [
        ("segment", 100, 2),
        ("camera", 100, 3),
    ]
    assert not SameMedium.objects.filter(medium__in=strangers).exists()
    assert SameMedium.objects.count() == 5  # a pair for each of both sides, and not each with each


STRANGERS = (("BE00471193", "D850"), ("BE00471194", "D810"), ("123", "D810"))


def test_at_hit_only_that_it_is_held_is_told(begun: Node) -> None:
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, film(*LONG)))
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, film(*SHORT)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT", level=Level.HIT))
    assert look_further(begun.home, begun.chiara).new == 1
    (found,) = elsewhere(begun.chiara, own)
    assert set(found.told) == {"kind", "unit", "country", "contact", "level"}
    assert (found.kind, found.reference) == ("segment", "")


def test_what_is_for_another_is_neither_compared_nor_in_the_way_of_what_is_not(begun: Node) -> None:
    picture = photograph("coffee")
    hidden = [imprinted(begun.home, begun.anke, view(picture), film(*LONG), sound(1, 30)) for _ in range(MOST + 5)]
    closed = series_with(begun.anke, *hidden)
    restrict(begun.home, begun.anke, "series", closed.reference, open_to("FR"))
    ours = imprinted(begun.home, begun.chiara, view(picture), film(*SHORT), sound(1, 12, begin=10))
    own = series_with(begun.chiara, ours)
    assert look_further(begun.home, begun.chiara).new == 0
    assert (SameMedium.objects.count(), Notice.objects.count()) == (0, 0)
    given = series_with(begun.anke, imprinted(begun.home, begun.anke, view(picture)))
    restrict(begun.home, begun.anke, "series", given.reference, open_to("IT"))
    Checked.objects.all().delete()
    assert look_further(begun.home, begun.chiara).new == 1
    assert [each.kind for each in elsewhere(begun.chiara, own)] == ["near"]


def test_what_is_withdrawn_has_no_imprints_and_is_found_no_more(begun: Node) -> None:
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, film(*LONG), sound(1, 30)))
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, film(*SHORT), sound(1, 12, begin=10)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    look_further(begun.home, begun.chiara)
    assert SharedImprint.objects.count() == 2
    restrict(begun.home, begun.anke, "series", series.reference, Restriction())
    assert (SharedImprint.objects.count(), SameMedium.objects.count()) == (0, 0)
    Checked.objects.all().delete()
    assert look_further(begun.home, begun.chiara).new == 0
    assert elsewhere(begun.chiara, own) == []


def test_what_is_killed_goes_on_and_what_takes_long_is_done_piece_by_piece(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PIECE", 1)
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, film(*LONG)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    for _ in range(3):
        imprinted(begun.home, begun.chiara, film(*SHORT))
    assert check(begun.home, begun.chiara).waiting == 4
    done = [look_further(begun.home, begun.chiara, seconds(0)) for _ in range(4)]
    assert [(each.own, each.new) for each in done] == [(1, 1), (1, 1), (1, 1), (0, 0)]
    assert check(begun.home, begun.chiara).waiting == 0


def test_what_cannot_be_compared_stands_in_the_way_of_nothing(begun: Node) -> None:
    series = series_with(begun.anke, *(imprinted(begun.home, begun.anke, film(*LONG)) for _ in range(2)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    spoilt, good = (imprinted(begun.home, begun.chiara, film(*SHORT)) for _ in range(2))
    MadeImprint.objects.filter(medium=spoilt).update(data=b"x")
    asked = look_further(begun.home, begun.chiara)
    assert (asked.own, asked.new, asked.unfit) == (2, 2, 1)
    logged = Entry.objects.get(detail__contains="passed over")
    detail = json.loads(logged.detail)
    assert (logged.unit, detail["media"]) == ("Polizia Postale", 1)
    assert detail["which"][0].startswith(f"medium {spoilt.pk}: ")
    assert check(begun.home, begun.chiara).passed_over == 1
    assert set(SameMedium.objects.values_list("medium", flat=True)) == {good.pk}
    MadeImprint.objects.filter(medium=spoilt).update(data=film(*SHORT).data)
    other = series_with(begun.anke, *(imprinted(begun.home, begun.anke, film(*LONG)) for _ in range(2)))
    restrict(begun.home, begun.anke, "series", other.reference, open_to("IT"))
    first = SharedImprint.objects.order_by("shared__changed").values_list("pk", flat=True)[2]
    SharedImprint.objects.filter(pk=first).update(sealed=b"altered")
    come = look_further(begun.home, begun.chiara)
    assert (come.came, come.unfit) == (2, 1)
    logged = Entry.objects.filter(detail__contains="passed over").latest("pk")
    assert json.loads(logged.detail)["which"][0].startswith("one of Federal Police (BE): ")
    assert look_further(begun.home, begun.chiara) == Further()
    assert check(begun.home, begun.chiara).to_json()["passed_over"] == 2
    restrict(begun.home, begun.anke, "series", other.reference, open_to("FR"))
    assert check(begun.home, begun.chiara).passed_over == 1  # what is nothing to the unit any more is not counted


def test_killed_at_any_question_what_it_found_and_passed_over_is_told_once(begun: Node) -> None:
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, film(*LONG)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    spoilt, _good = (imprinted(begun.home, begun.chiara, film(*SHORT)) for _ in range(2))
    MadeImprint.objects.filter(medium=spoilt).update(data=b"x")
    check_what_came(begun.home, noon)
    for query in itertools.count(1, 3):
        try:
            with killed_at(query):
                look_further(begun.home, begun.chiara)
        except Killed:
            continue
        break
    check_what_came(begun.home, noon)  # all had asked before it died
    assert Notice.objects.filter(unit=begun.chiara.unit, about=About.HELD).count() == 1
    for said in ("found elsewhere", "passed over"):
        assert json.loads(Entry.objects.get(detail__contains=said).detail)["media"] == 1
    assert check(begun.home, begun.chiara).passed_over == 1


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has one writer at a time
def test_what_is_passed_over_is_written_with_the_unit_held(begun: Node) -> None:
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, film(*LONG)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    spoilt = imprinted(begun.home, begun.chiara, film(*SHORT))
    MadeImprint.objects.filter(medium=spoilt).update(data=b"x")

    def look() -> None:
        try:
            look_further(begun.home, begun.chiara)
        finally:
            connections.close_all()

    thread = threading.Thread(target=look)
    with holding(begun.chiara.unit):
        thread.start()
        until = time.monotonic() + 60
        while not somebody_waits() and time.monotonic() < until:
            time.sleep(0.05)
        assert (somebody_waits(), PassedOver.objects.count()) == (True, 0)
    thread.join(60)
    assert PassedOver.objects.get().medium_id == spoilt.pk


def somebody_waits() -> bool:
    """Whether another connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_what_keeps_coming_lets_the_own_end_before_they_begin_again(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "PIECE", 1)
    for _ in range(3):
        imprinted(begun.home, begun.chiara, film(*SHORT))
    for _ in range(4):
        series = series_with(begun.anke, *(imprinted(begun.home, begun.anke, film(*LONG)) for _ in range(4)))
        restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
        assert look_further(begun.home, begun.chiara, seconds(0)).own == 1
    last = MadeImprint.objects.filter(medium__unit=begun.chiara.unit).order_by("id").values_list("id", flat=True)
    assert Checked.objects.get().imprint == last[0]  # three asked, then the first asked again for what came meanwhile
    while something_left(begun.chiara.unit):
        look_further(begun.home, begun.chiara, seconds(0))
    assert SameMedium.objects.count() == 3 * 16


def test_nothing_is_looked_at_where_nobody_shares(begun: Node) -> None:
    imprinted(begun.home, begun.chiara, film(*SHORT))
    assert look_further(begun.home, begun.chiara).own == 0
    assert not Checked.objects.exists()
    assert seconds(60)() is False


@pytest.mark.parametrize(
    ("kind", "told", "distance", "expected_false", "said"),
    [
        (MatchKind.NEAR, {}, 26, 0.0, 90),
        (MatchKind.NEAR, {}, None, 0.25, 75),
        (MatchKind.SEGMENT, {"query_share": 0.2, "match_share": 0.9}, 3, 0.0, 90),
        (MatchKind.SOUND, {"query_share": 0.001, "match_share": 0.002}, None, 0.0, 1),
        (MatchKind.PLACE, {}, None, 0.0, 99),
        (MatchKind.PLACE, {}, None, 7.0, 1),
    ],
)
def test_how_much_agrees_is_said_as_it_is(
    kind: MatchKind, told: dict[str, float], distance: int | None, expected_false: float, said: int
) -> None:
    assert percent(Find(kind, SharedImprint(), 1.0, expected_false, told, distance)) == said


@pytest.mark.parametrize(("kind", "same"), [("segment", True), ("sound", False), ("camera", False)])
def test_what_only_may_belong_together_is_told_and_is_nobodys_same_series(begun: Node, kind: str, same: bool) -> None:
    made = {"segment": (film(*LONG), film(*SHORT)), "sound": (sound(1, 30), sound(1, 12, begin=10)), "camera": ()}
    theirs, ours = (imprinted(begun.home, by, *made[kind][at : at + 1]) for at, by in enumerate(both(begun)))
    if kind == "camera":
        stating(theirs, "6030741"), stating(ours, "6030741")
    series, own = series_with(begun.anke, theirs), series_with(begun.chiara, ours)
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    look_further(begun.home, begun.chiara)
    assert SameMedium.objects.get().kind == kind
    take(begun.home, begun.anke, series.reference)
    if same:
        with pytest.raises(Refused):
            take(begun.home, begun.chiara, own.reference)
    else:
        take(begun.home, begun.chiara, own.reference)
        assert Claim.objects.filter(released_at=None).count() == 2
    record_victim(begun.home, begun.anke, series.reference, Child("Wren"), identified_by="BE")
    own.refresh_from_db()
    notice = Notice.objects.get(unit=begun.chiara.unit, about=About.IDENTIFIED, series=own)
    assert (own.life != Life.IDENTIFIED, notice.told.get("alike", False)) == (True, same)  # a person is asked


def both(here: Node) -> tuple[Acting, Acting]:
    """Belgium and Italy."""
    return here.anke, here.chiara
