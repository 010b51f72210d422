"""A register is counted from what left, shown first to those it names, contested, corrected and then published."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from havre.errors import Invalid, NotFound, Refused
from havre.flows.decide_challenge import Word, decide
from havre.flows.open_door import open_door
from havre.flows.register import (
    KIND,
    Made,
    list_registers,
    make_register,
    new_access,
    publish,
    show_register,
    signed_record,
)
from havre.flows.register_file import register_as
from havre.flows.take_letters import take_in
from havre.hotline.letters import follow
from havre.hotline.telling import Told
from havre.notices.models import BY_PERSON, Answers, Notice, Return, State
from havre.platforms.door import contest, record_under
from havre.platforms.models import AccessCode
from havre.sealing.receipt import Code, new_code
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.flows.test_ask_platform import later
from tests.platforms.asked import asked
from tests.platforms.written import contact, gone, notice, said
from tests.sealing.wire import chance

BEGINS, ENDS = NOON - timedelta(days=60), NOON


def hour(count: float) -> timedelta:
    """So many."""
    return timedelta(hours=count)


def six(begun: Node) -> list[Notice]:
    """Six notices to Host A that left 50 days ago, one to Host B; two before and after are in no register."""
    by, left = begun.anke.person, NOON - timedelta(days=50)
    host, other = contact(by), contact(by, "Host B")
    made = [notice(by, host, left=left, letters=3) for _each in range(6)]
    for number, each in enumerate(made[:5], start=1):
        said(each, Answers.DECISION, left + hour(number * 10))
        gone(each, by, left + hour(number * 20))
    said(made[5], Answers.AUTOMATIC, left + hour(1))
    said(made[5], Answers.RECEIPT, left + hour(2))
    gone(made[5], by, left - hour(1))  # it was gone before, and there again
    for how in (BY_PERSON, "reported again", "same media, elsewhere"):  # what a person saw counts, and nothing else
        Return.objects.create(notice=made[0], page=made[0].page, how=how, at=left + hour(500))
    notice(by, other, left=left)
    notice(by, host, left=BEGINS - hour(1))
    notice(by, host, left=NOON + hour(1))
    notice(by, host, left=None)
    return made


def made_by(begun: Node, who: Acting | None = None) -> Made:
    """The register of the time before noon."""
    return make_register(begun.home, who or begun.anke, BEGINS, ENDS)


def test_the_figures_of_a_provider_are_those_of_its_rows(begun: Node) -> None:
    made = six(begun)
    edition = made_by(begun).edition
    host, other = show_register(begun.home, begun.anke, edition.number)["providers"]
    figures = host["figures"]
    assert (host["provider"], figures["notices"], figures["retracted"], figures["receipts"]) == ("Host A", 6, 0, 1)
    assert figures["answer"] == {"count": 5, "median": 30.0, "ninety": 50.0}
    assert figures["removal"] == {"count": 5, "median": 60.0, "ninety": 100.0}
    assert (figures["answered_share"], figures["repeats"], figures["reappeared"]) == (0.833, 12, 1)
    assert (figures["silent"], figures["silent_share"]) == (1, 0.167)
    assert [each["reference"] for each in host["sources"]] == sorted(each.reference for each in made)
    assert [each["reference"] for each in host["sources"] if each["silent"]] == [made[5].reference]
    assert other["figures"]["notices"] == 1
    assert other["figures"]["silent_share"] is None  # fewer than five stand behind it


def test_what_was_retracted_is_counted_apart(begun: Node) -> None:
    made = six(begun)
    Notice.objects.filter(pk=made[0].pk).update(state=State.RETRACTED)
    figures = show_register(begun.home, begun.anke, made_by(begun).edition.number)["providers"][0]["figures"]
    assert (figures["notices"], figures["retracted"], figures["answer"]["count"]) == (5, 1, 4)


def test_a_provider_reads_its_own_record_with_its_code_and_nobody_elses(begun: Node) -> None:
    six(begun)
    codes, door = made_by(begun).codes, open_door(begun.home, begun.anke)
    shown = record_under(door, codes["Host A"], NOON)
    assert (shown.provider, shown.figures["notices"], shown.published_at) == ("Host A", 6, None)
    assert record_under(door, codes["Host B"], NOON).provider == "Host B"
    assert AccessCode.objects.filter(read_at=NOON).count() == 2
    fresh = new_access(begun.home, begun.anke, 1, "Host A")
    sentences = set()
    for wrong in (codes["Host A"], new_code(chance(9))):
        with pytest.raises(NotFound) as told:
            record_under(door, wrong, NOON)
        sentences.add(str(told.value))
    assert len(sentences) == 1
    assert record_under(door, fresh, NOON).provider == "Host A"


def test_what_a_provider_contests_is_decided_counted_again_and_stands_with_the_register(begun: Node) -> None:
    made = six(begun)
    code: Code = made_by(begun).codes["Host A"]
    door = open_door(begun.home, begun.anke)
    follows = contest(door, code, Told(seen=f"we answered {made[5].reference} by telephone"), NOON)
    take_in(begun.home, begun.anke.unit, begun.anke.clock)
    assert show_register(begun.home, begun.anke, 1)["providers"][0]["open_contests"] == 1
    decide(begun.home, begun.bram, 1, Word(True, "They did.", leave_out=[made[5].reference]))
    host = show_register(begun.home, begun.anke, 1)["providers"][0]
    assert (host["open_contests"], host["figures"]["notices"], host["figures"]["silent"]) == (0, 5, 0)
    assert host["corrected_at"] == NOON.isoformat()
    assert len(follow(door, follows).answers) == 1
    with pytest.raises(NotFound):
        contest(door, new_code(chance(9)), Told(seen="x"), NOON)


def test_it_is_published_after_its_days_and_says_nothing_of_anybody(begun: Node) -> None:
    six(begun)
    request = asked(begun)
    number = make_register(begun.home, later(begun.anke, 1), BEGINS, NOON + timedelta(hours=1)).edition.number
    with pytest.raises(Refused, match="2026-04-02"):
        publish(begun.home, later(begun.anke, 30), number)
    fields = publish(begun.home, later(begun.anke, 31), number)
    assert fields["published_at"] == (NOON + timedelta(days=31)).isoformat()
    assert publish(begun.home, later(begun.anke, 50), number)["published_at"] == fields["published_at"]
    assert fields["providers"][0]["figures"]["requests"] == 1
    for form in ("json", "csv", "html"):
        text = register_as(fields, form)
        assert "Host A" in text
        assert not any(secret in text for secret in ("anke", "bram", "host.example", "https://"))
        assert (request.reference in text) is (form != "csv")
    assert json.loads(register_as(fields, "json")) == json.loads(json.dumps(fields))
    with pytest.raises(Invalid):
        register_as(fields, "pdf")


def test_a_record_leaves_signed_by_the_node(begun: Node) -> None:
    six(begun)
    made_by(begun)
    statement = signed_record(begun.home, begun.anke, 1, "Host A")
    fields = statement.proven(KIND, begun.home.signer.verifier.accepts)
    assert (fields["provider"], fields["figures"]["notices"]) == ("Host A", 6)
    with pytest.raises(Refused):
        replace(statement, line=statement.line.replace('"notices":6', '"notices":7')).proven(
            KIND, begun.home.signer.verifier.accepts
        )


def test_what_is_another_units_or_no_time_at_all_makes_no_register(begun: Node) -> None:
    six(begun)
    for begins, ends in ((ENDS, BEGINS), (BEGINS, NOON + hour(1)), (BEGINS - timedelta(days=9_000), ENDS)):
        with pytest.raises(Invalid):
            make_register(begun.home, begun.anke, begins, ends)
    with pytest.raises(Invalid, match="nothing to count"):
        make_register(begun.home, begun.chiara, BEGINS, ENDS)
    with pytest.raises(Refused):
        made_by(begun, begun.bram)
    made_by(begun)
    assert list_registers(begun.home, begun.chiara) == []
    for act in (show_register, publish):
        with pytest.raises(NotFound):
            act(begun.home, begun.chiara, 1)
    with pytest.raises(NotFound):
        signed_record(begun.home, begun.chiara, 1, "Host A")
