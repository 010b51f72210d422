"""A victim identified makes the series identified, all of them safe make it safe; a name is nowhere in the log."""

from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import Shared
from havre.flows.identify import (
    identify_called,
    identify_victim,
    pursue_offender,
    record_offender,
    record_victim,
    safeguard_victim,
)
from havre.flows.restrict import restrict
from havre.series.models import Life, Move, Series, Status, Step
from havre.units.acting import Acting
from havre.victims.models import Offender, Victim
from havre.victims.record import Child, Suspect
from tests.cast import NOON, Node
from tests.exchange.shared import open_to
from tests.series.many import series_of


def confirmed(node: Node, count: int = 1) -> None:
    for _ in range(count):
        series_of(node.anke.person, 2)
    Series.objects.update(status=Status.CONFIRMED)


def life(number: int = 1) -> str:
    return Series.objects.get(number=number, unit__country="BE").life


def test_from_unidentified_to_safe(begun: Node) -> None:
    confirmed(begun)
    one = record_victim(begun.home, begun.bram, "S1", Child("Wren", "7-10", "female"))
    other = record_victim(begun.home, begun.bram, "S1", Child("Kite"))
    assert (life(), one.identified_at) == (Life.UNIDENTIFIED, None)
    with pytest.raises(Invalid, match="not identified yet"):
        safeguard_victim(begun.home, begun.bram, "S1", one.pk)

    later = Acting(begun.bram.person, lambda: NOON + timedelta(hours=10))
    identify_victim(begun.home, later, "S1", one.pk, "GB")
    assert life() == Life.IDENTIFIED
    assert Series.objects.get().stamps.get().step == Step.RECORD
    safeguard_victim(begun.home, later, "S1", one.pk)
    assert life() == Life.IDENTIFIED  # one of two is safe
    identify_victim(begun.home, later, "S1", other.pk, "GB")
    safeguard_victim(begun.home, later, "S1", other.pk)
    assert life() == Life.SAFEGUARDED
    assert [(moved.became, moved.at) for moved in Move.objects.order_by("id")] == [
        (Life.IDENTIFIED, later.now()),
        (Life.SAFEGUARDED, later.now()),
    ]
    text = "".join(entry.detail for entry in Entry.objects.all())
    assert "victim identified" in text
    assert "Wren" not in text


def test_a_victim_who_is_known_when_recorded_identifies_the_series(begun: Node) -> None:
    confirmed(begun)
    found = record_victim(begun.home, begun.bram, "S1", Child("Wren"), identified_by="be")
    assert (found.identified_by, life()) == ("BE", Life.IDENTIFIED)


def test_who_said_the_wrong_country_says_the_right_one_and_every_series_of_the_child_tells_it(begun: Node) -> None:
    confirmed(begun, 2)
    for number in (1, 2):
        restrict(begun.home, begun.anke, "series", f"S{number}", open_to("IT"))
        record_victim(begun.home, begun.bram, f"S{number}", Child("Wren"), identified_by="BE")
    later = Acting(begun.bram.person, lambda: NOON + timedelta(hours=10))
    found = identify_called(begun.home, later, "S1", " Wren ", "fr")
    assert (found.identified_by, found.identified_at, Victim.objects.count()) == ("FR", NOON, 1)
    said = Shared.objects.filter(kind="identification", withdrawn_at=None)
    assert [(row.body["country"], row.version) for row in said] == [("FR", 2), ("FR", 2)]
    written = [entry.detail for entry in Entry.objects.all() if "identification corrected" in entry.detail]
    assert written == [f'{{"act":"identification corrected","becomes":"FR","victim":{found.pk},"was":"BE"}}']
    identify_called(begun.home, later, "S1", "Kite", "BE")
    assert Victim.objects.count() == 2


def test_a_known_child_in_another_series_identifies_that_too(begun: Node) -> None:
    confirmed(begun, 2)
    record_victim(begun.home, begun.bram, "S1", Child("Wren"), identified_by="BE")
    record_victim(begun.home, begun.bram, "S2", Child("Wren"))
    assert (life(2), Victim.objects.count()) == (Life.IDENTIFIED, 1)
    safeguard_victim(begun.home, begun.bram, "S1", Victim.objects.get().pk)
    assert (life(1), life(2)) == (Life.SAFEGUARDED, Life.IDENTIFIED)


def test_a_known_child_recorded_in_another_series_keeps_whose_police_know_it(begun: Node) -> None:
    confirmed(begun, 2)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    found = record_victim(begun.home, begun.bram, "S1", Child("Wren"), identified_by="FR")
    kept = r"by the police of FR already, and that is kept: .* correct it then"
    with pytest.raises(Invalid, match=kept):
        record_victim(begun.home, begun.bram, "S2", Child("Wren"), identified_by="BE")
    with pytest.raises(Invalid, match=kept):
        identify_called(begun.home, begun.bram, "S2", "Wren", "BE")
    assert (Victim.objects.get().identified_by, found.series.count(), life(2)) == ("FR", 1, Life.UNIDENTIFIED)
    row = Shared.objects.get(kind="identification")
    assert (row.body["country"], row.version) == ("FR", 1)
    assert not Entry.objects.filter(detail__contains="identification corrected").exists()
    record_victim(begun.home, begun.bram, "S2", Child("Wren"), identified_by="fr")
    assert (Victim.objects.get().identified_by, found.series.count(), life(2)) == ("FR", 2, Life.IDENTIFIED)


def test_another_victim_makes_a_safe_series_identified_again_and_a_safe_one_does_not(begun: Node) -> None:
    confirmed(begun, 2)
    safe = record_victim(begun.home, begun.bram, "S1", Child("Wren"), identified_by="BE")
    safeguard_victim(begun.home, begun.bram, "S1", safe.pk)
    record_victim(begun.home, begun.bram, "S2", Child("Wren"))
    assert (life(1), life(2)) == (Life.SAFEGUARDED, Life.SAFEGUARDED)
    record_victim(begun.home, begun.bram, "S1", Child("Kite"))
    assert (life(1), life(2)) == (Life.IDENTIFIED, Life.SAFEGUARDED)
    record_victim(begun.home, begun.bram, "S2", Child("Plover"), identified_by="GB")  # known by name, and not safe
    assert (life(1), life(2)) == (Life.IDENTIFIED, Life.IDENTIFIED)


def test_nothing_is_written_where_the_series_cannot_be_identified(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    with pytest.raises(Refused, match="confirm first"):
        record_victim(begun.home, begun.bram, "S1", Child("Wren"), identified_by="BE")
    Series.objects.update(status=Status.CONFIRMED, life=Life.WITHDRAWN)
    with pytest.raises(Invalid, match="withdrawn cannot become identified"):
        record_victim(begun.home, begun.bram, "S1", Child("Wren"), identified_by="BE")
    assert not Victim.objects.exists()


def test_offenders_are_recorded_and_pursued(begun: Node) -> None:
    confirmed(begun)
    found = record_offender(begun.home, begun.bram, "S1", Suspect("Heron", status="suspected"))
    pursue_offender(begun.home, begun.bram, "S1", found.pk, "arrested")
    assert Offender.objects.get().status == "arrested"
    detail = Entry.objects.order_by("-index")[0].detail
    assert detail == f'{{"act":"offender pursued","offender":{found.pk},"status":"arrested","was":"suspected"}}'


def test_another_unit_neither_sees_nor_changes_any_of_it(begun: Node) -> None:
    confirmed(begun)
    child = record_victim(begun.home, begun.bram, "S1", Child("Wren"))
    man = record_offender(begun.home, begun.bram, "S1", Suspect("Heron"))
    series_of(begun.chiara.person, 2)
    Series.objects.update(status=Status.CONFIRMED)
    # Chiara's own S1: Belgium's victim is not in it, and is no victim that she may know of.
    for act in (
        lambda: identify_victim(begun.home, begun.chiara, "S1", child.pk, "IT"),
        lambda: safeguard_victim(begun.home, begun.chiara, "S1", child.pk),
        lambda: pursue_offender(begun.home, begun.chiara, "S1", man.pk, "arrested"),
    ):
        with pytest.raises(NotFound):
            act()
    assert (Victim.objects.get().identified_at, Offender.objects.get().status) == (None, "unknown")


def test_who_is_said_to_be_known_in_the_whole_is_recorded_there_and_not_only_in_a_part_of_it(begun: Node) -> None:
    confirmed(begun, 2)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    record_victim(begun.home, begun.anke, "S2", Child("Wren"), identified_by="BE")
    whole, part = Series.objects.order_by("number")
    Series.objects.filter(pk=part.pk).update(status=Status.MERGED, life=Life.MERGED, merged_into=whole)
    assert not Shared.objects.filter(kind="identification").exists()
    identify_called(begun.home, begun.anke, "S1", "Wren", "BE")
    told = Shared.objects.get(kind="identification", withdrawn_at=None)
    assert (life(), told.body["country"], told.series) == (Life.IDENTIFIED, "BE", whole)
