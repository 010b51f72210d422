"""Alerts and hits are their unit's alone."""

import pytest

from havre.errors import NotFound
from havre.flows.alerts import Wanted, ask_alert
from havre.triggers.models import AlertHit
from havre.triggers.queries import (
    alert_for,
    alert_hit_for,
    alert_hits_for,
    alerts_for,
    new_alert_hits,
    new_alert_hits_to_count,
    standing_alerts,
)
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed


def test_what_another_unit_waits_for_does_not_exist(begun: Node) -> None:
    medium = confirmed(begun.anke, 1).members.get().medium
    alert = ask_alert(begun.home, begun.anke, Wanted("x", [("md5", bytes(medium.md5).hex())]))
    hit = AlertHit.objects.get()
    anke, chiara = begun.anke.person, begun.chiara.person
    assert (alert_for(anke, alert.pk), alert_hit_for(anke, hit.pk, NOON)) == (alert, hit)
    assert (list(alerts_for(chiara)), list(alert_hits_for(chiara, NOON))) == ([], [])
    assert [len(new_alert_hits_to_count(each, NOON)) for each in (anke, chiara)] == [1, 0]
    assert [new_alert_hits(each, NOON).exists() for each in (anke, chiara)] == [True, False]
    assert [standing_alerts(each, NOON).count() for each in (anke, chiara)] == [1, 0]
    with pytest.raises(NotFound):
        alert_for(chiara, alert.pk)
    with pytest.raises(NotFound):
        alert_hit_for(chiara, hit.pk, NOON)
