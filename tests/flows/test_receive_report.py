"""What staff or partners bring is a report like any other, and the same thing sent again is known again."""

import pytest

from havre.errors import Invalid, Refused
from havre.flows.home import durable, take_turn
from havre.flows.receive_report import code_for, keep_report, receive
from havre.flows.take_letters import opened_report
from havre.hotline.letters import follow
from havre.hotline.models import Door, Letter, Page, Report, Via
from havre.hotline.telling import Told
from havre.units.models import RoleName
from tests.cast import NOON, Node
from tests.sealing.wire import chance

TOLD = Told(addresses=("https://site.example/a",), seen="a harbour", contact="mira@home.example")


def test_a_report_taken_on_the_phone_has_a_number_and_a_code(begun: Node) -> None:
    report, code = receive(begun.home, begun.bram, TOLD, random=chance(1))
    assert (report.number, report.via, report.taken_at) == (1, "staff", NOON)
    assert bytes(report.receipt.digest) == code.digest
    assert opened_report(begun.home, report) == TOLD
    assert bytes(Letter.objects.get().sealed) == b""
    door = Door(unit=begun.anke.unit, sealing=b"", token_key=b"", opened_at=NOON)
    assert follow(door, code).taken is True


def test_a_partner_who_sends_the_same_twice_has_one_report(begun: Node) -> None:
    made = []
    for _time in range(2):
        code = code_for(begun.home, begun.anke, "hotline.example", "R-7")
        with durable():
            take_turn()
            made.append(keep_report(begun.home, begun.anke, TOLD, code, via=Via.PARTNER, partner="hotline.example R-7"))
    assert made[0] == made[1] == Report.objects.get()
    assert Page.objects.get().reports == 1
    codes = {str(code_for(begun.home, begun.anke, "hotline.example", ref)) for ref in ("R-7", "R-8")}
    assert len(codes | {str(code_for(begun.home, begun.chiara, "hotline.example", "R-7"))}) == 3


def test_a_report_that_says_nothing_is_refused(begun: Node) -> None:
    with pytest.raises(Invalid, match="say which page"):
        receive(begun.home, begun.bram, Told(contact="mira@home.example"))
    assert not Report.objects.exists()


def test_who_only_administers_takes_no_reports(begun: Node) -> None:
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.ADMINISTRATOR, given_at=NOON)
    with pytest.raises(Refused, match="analyst"):
        receive(begun.home, begun.bram, TOLD)
