"""What staff or partners bring is a report like any other, and the same thing sent again is known again."""

from dataclasses import replace
from itertools import islice

import pytest

from havre.errors import Invalid, Refused
from havre.flows.home import durable, take_turn
from havre.flows.letters_opened import opened_report
from havre.flows.receive_report import codes_for, keep_addition, keep_report, receive
from havre.hotline.letters import follow
from havre.hotline.models import Addition, Door, Letter, Page, Report, Via
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
        code = next(codes_for(begun.home, begun.anke, "hotline.example", "R-7"))
        with durable():
            take_turn()
            made.append(keep_report(begun.home, begun.anke, TOLD, code, via=Via.PARTNER, partner="hotline.example R-7"))
    assert made[0] == made[1] == Report.objects.get()
    assert Page.objects.get().reports == 1
    named = ((begun.anke, "R-7"), (begun.anke, "R-8"), (begun.chiara, "R-7"))
    codes = [islice(codes_for(begun.home, who, "hotline.example", ref), 2) for who, ref in named]
    assert len({str(code) for each in codes for code in each}) == 6


def test_what_a_partner_says_later_is_kept_once_and_counts_at_the_pages(begun: Node) -> None:
    report, _code = receive(begun.home, begun.bram, TOLD, random=chance(1))
    more = replace(TOLD, danger=True, addresses=("https://site.example/b",))
    with durable():
        take_turn()
        kept = [keep_addition(begun.home, begun.anke, report, each) for each in (TOLD, more, more)]
    assert (kept, Addition.objects.count(), Report.objects.get().danger) == ([False, True, False], 1, True)
    assert list(Page.objects.order_by("pk").values_list("address", "danger")) == [
        ("https://site.example/a", True),
        ("https://site.example/b", True),
    ]
    assert not [each for each in Letter.objects.all() if bytes(each.sealed)]


def test_a_report_that_says_nothing_is_refused(begun: Node) -> None:
    with pytest.raises(Invalid, match="say which page"):
        receive(begun.home, begun.bram, Told(contact="mira@home.example"))
    assert not Report.objects.exists()


def test_who_only_administers_takes_no_reports(begun: Node) -> None:
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.ADMINISTRATOR, given_at=NOON)
    with pytest.raises(Refused, match="analyst"):
        receive(begun.home, begun.bram, TOLD)
