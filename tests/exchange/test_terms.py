"""What a thing is shared under: its own word and all it is in; nothing without anybody's word."""

import pytest

from havre.exchange import terms
from havre.restrictions.keep import say
from havre.restrictions.model import Level, Restriction, narrower
from havre.restrictions.models import Group, Kind
from havre.series.models import Clue, Series, Status
from tests.cast import NOON, acting, introduce
from tests.exchange.shared import confirmed, open_to

BOTH = open_to("IT", "FR")


@pytest.mark.usefixtures("database")
def test_nothing_is_shared_without_a_word() -> None:
    series = confirmed(acting(introduce().anke), 2)
    media = list(series.members.values_list("medium", flat=True))
    assert (terms.of_series(series), terms.of_media(media)) == (None, {})


@pytest.mark.usefixtures("database")
def test_a_medium_is_for_whom_its_series_its_cases_and_it_let_in() -> None:
    anke = acting(introduce().anke)
    series = confirmed(anke, 2)
    medium = series.members.order_by("medium")[0].medium
    say(anke.unit, Kind.SERIES, series.pk, BOTH, anke.person, NOON)
    say(anke.unit, Kind.MEDIA, medium.pk, open_to("IT", level=Level.HIT), anke.person, NOON)
    found = terms.of_media(list(series.members.values_list("medium", flat=True)))
    assert sorted(value.most for value in found.values()) == [Level.HIT, Level.OPEN]
    case = medium.exhibits.get().item.intake.case
    say(anke.unit, Kind.CASE, case.pk, Restriction(), anke.person, NOON)
    assert terms.of_media([medium.pk]) == {}


@pytest.mark.usefixtures("database")
def test_a_series_that_is_not_confirmed_is_not_shared_and_a_clue_may_be_closed() -> None:
    anke = acting(introduce().anke)
    series = confirmed(anke, 1)
    say(anke.unit, Kind.SERIES, series.pk, BOTH, anke.person, NOON)
    medium = series.members.get().medium
    clue = Clue.objects.create(series=series, number=1, medium=medium, name="x", kind="sign", by=anke.person, at=NOON)
    assert terms.of_clues(BOTH, [clue]) == {clue.pk: BOTH}
    say(anke.unit, Kind.CLUE, clue.pk, Restriction(), anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {}
    Series.objects.filter(pk=series.pk).update(status=Status.PROPOSED)
    series.refresh_from_db()
    assert terms.of_series(series) is None


@pytest.mark.usefixtures("database")
def test_a_clue_is_for_whom_the_file_it_is_drawn_on_and_that_ones_cases_let_in() -> None:
    anke = acting(introduce().anke)
    series = confirmed(anke, 1)
    medium = series.members.get().medium
    clue = Clue.objects.create(series=series, number=1, medium=medium, name="x", kind="sign", by=anke.person, at=NOON)
    say(anke.unit, Kind.SERIES, series.pk, BOTH, anke.person, NOON)
    say(anke.unit, Kind.MEDIA, medium.pk, open_to("IT"), anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {clue.pk: narrower(BOTH, open_to("IT"))}
    say(anke.unit, Kind.MEDIA, medium.pk, open_to("IT", level=Level.HIT), anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {}
    say(anke.unit, Kind.MEDIA, medium.pk, BOTH, anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {clue.pk: BOTH}
    say(anke.unit, Kind.CASE, medium.exhibits.get().item.intake.case.pk, Restriction(), anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {}


@pytest.mark.usefixtures("database")
def test_a_clue_of_what_became_part_of_a_series_is_for_whom_both_let_in_or_its_own_word_names() -> None:
    anke = acting(introduce().anke)
    part = confirmed(anke, 1)
    medium = part.members.get().medium
    whole = Series.objects.create(unit=anke.unit, number=2, status=Status.CONFIRMED, created_at=NOON)
    Series.objects.filter(pk=part.pk).update(status=Status.MERGED, merged_into=whole)
    clue = Clue.objects.create(series=part, number=1, medium=medium, name="x", kind="sign", by=anke.person, at=NOON)
    assert terms.of_clues(BOTH, [clue]) == {}  # nobody said anything of the series in which it was drawn
    say(anke.unit, Kind.SERIES, part.pk, open_to("IT"), anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {clue.pk: narrower(BOTH, open_to("IT"))}
    say(anke.unit, Kind.CLUE, clue.pk, BOTH, anke.person, NOON)
    assert terms.of_clues(BOTH, [clue]) == {clue.pk: BOTH}


@pytest.mark.usefixtures("database")
def test_experts_get_no_series_and_no_media() -> None:
    cast = introduce()
    Group.objects.create(
        name="E", code="e", experts=True, led_by=cast.belgium, made_by=cast.anke, made_at=NOON, until=NOON
    )
    said = Restriction(Level.OPEN, groups=frozenset({"e", "f"}))
    assert terms.without_experts(said).groups == frozenset({"f"})
    assert terms.without_experts(BOTH) == BOTH
