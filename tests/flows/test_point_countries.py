"""The countries to which clues point are alerted, as far as their units may know."""

from havre.exchange.models import About, Notice, Shared
from havre.flows.restrict import restrict
from havre.flows.tell_countries import bring
from havre.series.models import Clue
from tests.cast import NOON, Node
from tests.exchange.shared import open_to, shared


def test_an_alert_closes_for_a_unit_that_may_not_know_any_more(begun: Node) -> None:
    series, _ = shared(begun, "IT", "FR")
    values = {"medium": series.members.order_by("medium")[0].medium, "by": begun.anke.person, "at": NOON}
    suggests = [{"kind": "country", "values": ["IT"], "certainty": "sure"}]
    Clue.objects.create(series=series, number=1, kind="sign", name="red box", suggests=suggests, **values)
    bring(begun.home, series, NOON)
    alert = Notice.objects.get(unit=begun.chiara.unit, about=About.COUNTRY)
    assert alert.closed_at is None
    restrict(begun.home, begun.anke, "series", "S1", open_to("FR"))
    alert.refresh_from_db()
    assert alert.closed_at == NOON
    assert Shared.objects.filter(kind="hypothesis", withdrawn_at=None).exists()
