"""An alert is hit by what others let the unit know and by what it holds, and says no more than it may."""

from datetime import timedelta

import pytest

from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import Shared, Sighting
from havre.flows.alerts import (
    Wanted,
    answer_alerts,
    ask_alert,
    end_alert,
    handle_alert_hit,
    list_alert_hits,
    list_alerts,
)
from havre.flows.restrict import restrict
from havre.flows.theirs import clue_theirs, say_theirs
from havre.linking.countries import constraint
from havre.media.models import Fact
from havre.restrictions.model import CLOSED, Level
from havre.triggers.models import Alert, AlertHit
from havre.units.acting import Acting
from havre.units.found import add_person
from tests.cast import NOON, Node, noon
from tests.exchange.shared import confirmed, open_to, printed, same_here, shared


def asked(node: Node, by: Acting, *triggers: tuple[str, str]) -> Alert:
    """Somebody waits for these."""
    return ask_alert(node.home, by, Wanted("a red box", triggers, 5))


def told(node: Node, by: Acting) -> list[tuple[object, object, object]]:
    """By what, how far, and with whom."""
    return [(each["trigger"], each["percent"], each["by"]) for each in list_alert_hits(node.home, by)]


def test_a_digest_that_others_hold_is_hit_at_whatever_level_and_never_more(begun: Node) -> None:
    series, _ = shared(begun, "IT", level=Level.HIT)
    digest = bytes(series.members.order_by("pk")[0].medium.sha256).hex()
    asked(begun, begun.chiara, ("sha256", digest), ("word", "chair"), ("series", "green chair"))
    found = list_alert_hits(begun.home, begun.chiara)
    assert [(each["trigger"], each["by"], each["contact"]) for each in found] == [
        ("SHA256", "Federal Police", "Federal Police (BE)")
    ]
    ref = str(Shared.objects.get(kind="series").ref)[:8]
    assert not any(word in str(found).lower() for word in ("chair", digest, ref))
    sighting = Sighting.objects.get(why="alert")
    assert (sighting.unit, sighting.level, sighting.entry is not None) == ("Polizia Postale", Level.HIT, True)


@pytest.mark.parametrize("before", [True, False])
def test_words_of_an_open_series_are_answered_whichever_came_first(begun: Node, before: bool) -> None:
    if before:
        asked(begun, begun.chiara, ("word", "chair"), ("country", "FR"), ("place", "48.85,2.35,5"))
    shared(begun, "IT")
    if not before:
        asked(begun, begun.chiara, ("word", "chair"), ("country", "FR"), ("place", "48.85,2.35,5"))
    assert told(begun, begun.chiara) == [("Keyword", 100, "Federal Police")]
    ref = f"BE-{Shared.objects.get(kind='series').ref.hex[:8]}"
    circle = {"kind": "circle", "latitude": 48.86, "longitude": 2.34, "km": 3}
    country = {"kind": "country", "values": ["FR"], "certainty": "sure"}
    clue_theirs(begun.home, begun.chiara, ref, "a sign", "sign", [constraint(circle), constraint(country)])
    found = told(begun, begun.chiara)  # one's own clue is no hit; that it makes the source's hypothesis is
    assert found == [("Country", 100, "Federal Police"), ("Keyword", 100, "Federal Police")]


@pytest.mark.parametrize(("bits", "percent"), [(0, 100), (20, 92), (32, None)])
def test_what_looks_alike_is_hit_with_its_percentage(begun: Node, bits: int, percent: int | None) -> None:
    series = confirmed(begun.anke, 1)
    pdq = printed(series.members.get().medium, 7, bits)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    value = (int.from_bytes(pdq, "little") ^ ((1 << bits) - 1)).to_bytes(32, "little").hex()
    asked(begun, begun.chiara, ("pdq", value))
    asked(begun, begun.anke, ("pdq", value))
    expected = [("PDQ", percent, "Federal Police")] if percent else []
    assert told(begun, begun.chiara) == expected
    assert told(begun, begun.anke) == expected  # its own medium, not the board's


def test_what_the_unit_holds_is_hit_by_serial_name_and_digest_of_two_alerts(begun: Node) -> None:
    series = confirmed(begun.anke, 2)
    medium = series.members.order_by("pk")[0].medium
    Fact.objects.create(medium=medium, name="camera serial", value="6030741")
    digest = bytes(medium.md5).hex()
    asked(begun, begun.anke, ("camera", "6030741"), ("series", "S1"), ("md5", digest))
    asked(begun, begun.anke, ("md5", digest))
    held = [(each["trigger"], each["held"]) for each in list_alert_hits(begun.home, begun.anke)]
    assert sorted(held) == [("CameraSerial", f"medium {medium.pk}"), ("MD5", f"medium {medium.pk}"),
                            ("MD5", f"medium {medium.pk}"), ("Series", "S1")]  # fmt: skip


def test_narrowed_it_is_gone_and_for_others_it_never_was(begun: Node) -> None:
    series, _ = shared(begun, "FR")
    digest = bytes(series.members.order_by("pk")[0].medium.md5).hex()
    asked(begun, begun.chiara, ("md5", digest))
    assert told(begun, begun.chiara) == []
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    assert len(told(begun, begun.chiara)) == 1
    number = AlertHit.objects.get().pk
    restrict(begun.home, begun.anke, "series", "S1", CLOSED)
    assert told(begun, begun.chiara) == []
    with pytest.raises(NotFound):
        handle_alert_hit(begun.home, begun.chiara, number)


def test_nobody_of_another_unit_sees_alerts_or_hits(begun: Node) -> None:
    series = confirmed(begun.anke, 1)
    alert = asked(begun, begun.anke, ("md5", bytes(series.members.get().medium.md5).hex()))
    assert (list_alerts(begun.home, begun.chiara), told(begun, begun.chiara)) == ([], [])
    for number, verb in ((alert.pk, end_alert), (AlertHit.objects.get().pk, handle_alert_hit)):
        with pytest.raises(NotFound):
            verb(begun.home, begun.chiara, number)


def test_an_end_is_an_end(begun: Node) -> None:
    series = confirmed(begun.anke, 1)
    digest = bytes(series.members.get().medium.md5).hex()
    ended = asked(begun, begun.chiara, ("md5", digest))
    end_alert(begun.home, begun.chiara, ended.pk)
    late = asked(begun, begun.chiara, ("md5", digest))
    Alert.objects.filter(pk=late.pk).update(expires_at=NOON)
    same_here(begun.chiara, series)
    assert answer_alerts(begun.home, begun.chiara) == 0
    asked(begun, begun.chiara, ("md5", digest))
    assert AlertHit.objects.count() == 1
    assert answer_alerts(begun.home, begun.chiara) == 0


def test_what_makes_no_sense_is_refused(begun: Node) -> None:
    many = [("word", f"word {number}") for number in range(1_001)]
    for wanted in (
        Wanted("", [("word", "chair")]),
        Wanted("x", []),
        Wanted("x", many),
        Wanted("x", [("word", "ab")]),
        Wanted("x", [("photodna", "00")]),
        Wanted("x", [("md5", "zz")]),
        Wanted("x", [("place", "99,0,1")]),
        Wanted("x", [("country", "Belgium")]),
        Wanted("x", [("word", "chair")], 256),
        Wanted("x", [("word", "chair")], lasts=timedelta(days=366)),
    ):
        with pytest.raises(Invalid):
            ask_alert(begun.home, begun.anke, wanted)
    with pytest.raises(Refused):
        ask_alert(
            begun.home, Acting(add_person("carl", begun.anke.unit, NOON, []), noon), Wanted("x", [("word", "abc")])
        )


def test_a_word_beside_a_series_is_heard(begun: Node) -> None:
    shared(begun, "IT")
    asked(begun, begun.anke, ("word", "genoa"))
    say_theirs(begun.home, begun.chiara, f"BE-{Shared.objects.get(kind='series').ref.hex[:8]}", "seen in Genoa")
    assert told(begun, begun.anke) == [("Keyword", 100, "Polizia Postale")]
