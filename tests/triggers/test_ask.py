"""What is asked before is not asked again, and each trigger of each alert answers for itself."""

from havre.flows.alerts import Wanted, ask_alert
from havre.triggers.ask import Asking, Since, answers
from havre.triggers.models import Trigger
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed


def test_what_was_asked_before_is_not_asked_again(begun: Node) -> None:
    medium = confirmed(begun.anke, 1).members.get().medium
    ask_alert(begun.home, begun.anke, Wanted("x", [("md5", bytes(medium.md5).hex())]))
    triggers = list(Trigger.objects.all())
    found = list(answers(Asking(begun.anke.unit, triggers, Since(0, 0), NOON)))
    assert [(hit.medium_id, hit.percent) for hit in found] == [(medium.pk, 100)]
    assert list(answers(Asking(begun.anke.unit, triggers, Since(medium.pk, 0), NOON))) == []
    assert list(answers(Asking(begun.chiara.unit, triggers, Since(0, 0), NOON))) == []
