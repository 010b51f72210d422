"""What belongs nowhere waits with whoever runs the mailbox, is placed, passed on or set aside, and erased."""

from dataclasses import replace
from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.answer_reporter import read_report
from havre.flows.home import Home
from havre.flows.read_mail import MailRead, take_mails
from havre.flows.receive_report import receive
from havre.flows.stray_mail import (
    erase_mail,
    keep_stray,
    keeper,
    pass_on,
    place_mail,
    set_aside,
    waiting_mail,
    writing_units,
)
from havre.hotline.models import Report
from havre.hotline.telling import Told
from havre.notices.models import Answers, Response, State
from havre.platforms.models import Stray
from havre.platforms.policy import answering
from havre.settings import Imap
from tests.cast import NOON, Node
from tests.flows.test_mail_from import with_box
from tests.flows.test_read_mail import SECRET, sent
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import asked

BOX = Imap("localhost", 1, False, "INBOX", "u", "p")


def test_what_belongs_nowhere_waits_sealed_until_a_person_places_it(begun: Node) -> None:
    about = sent(begun)
    raw = mail(SECRET, Subject="what you wrote")
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(stray=1)
    (stray,) = Stray.objects.all()
    assert SECRET.encode() not in bytes(stray.sealed)
    (waiting,) = waiting_mail(begun.home, begun.bram)
    assert waiting.text == f"From: abuse@host.example\nSubject: what you wrote\n\n{SECRET}"
    place_mail(begun.home, begun.bram, waiting.number, f"to {about.reference}", Answers.DECISION)
    stray.refresh_from_db()
    assert (bytes(stray.sealed), stray.placed, stray.placed_by) == (b"", about.reference, begun.bram.person)
    assert (Response.objects.get().kind, Response.objects.get().notice) == (Answers.DECISION, about)
    assert waiting_mail(begun.home, begun.bram) == []
    with pytest.raises(NotFound):
        place_mail(begun.home, begun.bram, stray.pk, about.reference)


def test_what_is_none_of_the_units_is_set_aside_with_a_reason(begun: Node) -> None:
    take_mails(begun.home, begun.anke, [mail("cheap watches")])
    number = Stray.objects.get().pk
    with pytest.raises(Invalid):
        set_aside(begun.home, begun.anke, number, " ")
    with pytest.raises(NotFound):
        set_aside(begun.home, begun.chiara, number, "advertising")
    set_aside(begun.home, begun.anke, number, "advertising")
    row = Stray.objects.get()
    assert (row.aside, row.placed, bytes(row.sealed), row.placed_by) == ("advertising", "", b"", begun.anke.person)
    assert (waiting_mail(begun.home, begun.anke), Response.objects.count()) == ([], 0)


def test_another_unit_neither_reads_nor_places_what_waits_and_places_nothing_to_what_it_may_not_see(
    begun: Node,
) -> None:
    about = sent(begun)
    take_mails(begun.home, begun.anke, [mail(SECRET)])
    assert waiting_mail(begun.home, begun.chiara) == []
    with pytest.raises(NotFound):
        place_mail(begun.home, begun.chiara, Stray.objects.get().pk, about.reference)
    take_mails(begun.home, begun.chiara, [mail("of Italy")])
    (own,) = waiting_mail(begun.home, begun.chiara)
    with pytest.raises(NotFound):
        place_mail(begun.home, begun.chiara, own.number, about.reference)
    assert waiting_mail(begun.home, begun.chiara) == [own]
    assert Response.objects.count() == 0


def test_another_units_request_is_not_there(begun: Node) -> None:
    request = asked(begun)
    take_mails(begun.home, begun.chiara, [mail("of Italy")])
    said = []
    for named in (request.reference, "HN-0000-0000-0000-0000"):
        with pytest.raises(NotFound) as met:
            place_mail(begun.home, begun.chiara, Stray.objects.get().pk, named)
        said.append(str(met.value))
    assert said[0] == said[1]


def run_by(begun: Node, unit: str) -> Home:
    """The node, whose mailbox this unit runs."""
    return with_box(begun, replace(BOX, unit=unit))


def test_the_unit_that_runs_the_mailbox_reads_it_whoever_takes_it_in(begun: Node) -> None:
    home = run_by(begun, begun.chiara.unit.name)
    assert keeper(home) == begun.chiara.unit
    take_mails(home, begun.anke, [mail(SECRET)])
    assert waiting_mail(home, begun.anke) == []
    (waits,) = waiting_mail(home, begun.chiara)
    assert SECRET in waits.text
    with pytest.raises(Invalid, match="Nowhere"):
        keeper(run_by(begun, "Nowhere"))
    assert (keeper(begun.home), writing_units()) == (None, [])
    asked(begun)
    assert writing_units() == [begun.anke.unit]


def test_what_is_for_another_unit_is_passed_on_and_waits_there_alone(begun: Node) -> None:
    stray = keep_stray(begun.home, begun.anke, "other", SECRET)
    for wrong in ("", "Nowhere", begun.anke.unit.name, "a\x00"):
        with pytest.raises(Invalid):
            pass_on(begun.home, begun.anke, stray.pk, wrong)
    with pytest.raises(NotFound):
        pass_on(begun.home, begun.chiara, stray.pk, begun.anke.unit.name)
    pass_on(begun.home, begun.anke, stray.pk, begun.chiara.unit.name)
    assert waiting_mail(begun.home, begun.anke) == []
    assert [each.text for each in waiting_mail(begun.home, begun.chiara)] == [SECRET]


@pytest.mark.parametrize("named", ["{}", "R{}", "report {}"])
def test_it_is_put_to_a_report_by_its_number_and_is_read_there(begun: Node, named: str) -> None:
    report, _code = receive(begun.home, begun.anke, Told(seen="a page"))
    stray = keep_stray(begun.home, begun.anke, "other", SECRET)
    assert place_mail(begun.home, begun.bram, stray.pk, named.format(report.number)).placed == f"R{report.number}"
    added = read_report(begun.home, begun.anke, report.number).additions
    assert [told.seen for _row, told in added if told] == [SECRET]
    Report.objects.update(withdrawn_at=NOON)
    again = keep_stray(begun.home, begun.anke, "other", SECRET)
    with pytest.raises(Invalid, match="erased"):
        place_mail(begun.home, begun.anke, again.pk, str(report.number))
    with pytest.raises(NotFound):
        place_mail(begun.home, begun.anke, again.pk, "report 99")
    with pytest.raises(NotFound, match="name the reference"):
        place_mail(begun.home, begun.anke, again.pk, "the one of yesterday")


def test_a_long_mail_is_put_to_a_report_whole(begun: Node) -> None:
    report, _code = receive(begun.home, begun.anke, Told(seen="a page"))
    long = "".join(f"{number:05d}," for number in range(5_000))
    stray = keep_stray(begun.home, begun.anke, "other", long)
    place_mail(begun.home, begun.anke, stray.pk, str(report.number))
    added = read_report(begun.home, begun.anke, report.number).additions
    assert "".join(told.seen for _row, told in added if told) == long


def test_who_says_that_they_have_it_says_so_with_their_own_name(begun: Node) -> None:
    about = sent(begun)
    for kind, by, state in (
        (Answers.OTHER, None, State.SENT),
        (Answers.RECEIPT, begun.bram.person, State.ACKNOWLEDGED),
    ):
        stray = keep_stray(begun.home, begun.anke, "other", "we have it")
        place_mail(begun.home, begun.bram, stray.pk, about.reference, kind)
        about.refresh_from_db()
        assert (Response.objects.latest("pk").by, about.state) == (by, state)


def test_it_is_erased_on_its_day_read_or_not(begun: Node) -> None:
    kept = timedelta(days=answering().erase_waiting)
    read = keep_stray(begun.home, begun.anke, "other", SECRET)
    keep_stray(begun.home, begun.chiara, "other", SECRET)
    set_aside(begun.home, begun.anke, read.pk, "advertising")
    assert [each.erased_on for each in waiting_mail(begun.home, begun.chiara)] == [NOON + kept]
    assert erase_mail(begun.home, lambda: NOON + kept) == 0
    assert erase_mail(begun.home, lambda: NOON + kept + timedelta(seconds=1)) == 2
    assert Stray.objects.count() == 0
    assert sorted(each.unit for each in Entry.objects.filter(verb="erasure")) == sorted(
        [begun.anke.unit.name, begun.chiara.unit.name]
    )


def test_one_that_was_altered_hides_no_other(begun: Node) -> None:
    keep_stray(begun.home, begun.anke, "other", SECRET)
    keep_stray(begun.home, begun.anke, "other", SECRET)
    first = Stray.objects.order_by("pk")[0]
    Stray.objects.filter(pk=first.pk).update(sealed=b"altered")
    texts = [each.text for each in waiting_mail(begun.home, begun.anke)]
    assert texts[0].startswith("this mail was altered")
    assert texts[1] == SECRET


def test_a_kind_that_is_none_and_a_person_without_a_role_are_refused(begun: Node) -> None:
    stray = keep_stray(begun.home, begun.anke, "other", "x")
    for kind in ("nonsense", "bounce"):
        with pytest.raises(Invalid):
            place_mail(begun.home, begun.anke, stray.pk, "", kind)
    begun.bram.person.roles.all().delete()
    for done in (waiting_mail, lambda home, acting: set_aside(home, acting, stray.pk, "x")):
        with pytest.raises(Refused):
            done(begun.home, begun.bram)
