"""Pages of intakes ask the database the same few questions however much there is, and show a unit its own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.audit.models import Entry
from havre.cases.models import Intake, Item
from havre.cases.queries import case_for
from havre.errors import NotFound, Refused
from havre.flows import intake_shown as shown
from havre.flows.dossier import open_dossier
from tests.cast import NOON, Node


def laid(node: Node, count: int, refused: int = 0) -> Intake:
    """Intakes as rows, the last of them with refused items."""
    case = case_for(node.anke.person, "A")
    fields = {"case": case, "begun_at": NOON, "begun_by": node.anke.person, "listing": b"", "salt": b""}
    Intake.objects.bulk_create(Intake(path=f"/{number}", **fields) for number in range(count))
    intake = Intake.objects.create(path="/last", refused=refused, **fields)
    rows = (Item(intake=intake, position=n, path=f"/x/{n}", outcome="refused", reason="empty") for n in range(refused))
    Item.objects.bulk_create(rows)
    return intake


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


def asked(node: Node, intake: Intake) -> list[int]:
    """How many questions each page asks."""
    pages = (
        lambda: shown.list_intakes(node.home, node.bram),
        lambda: shown.progress_of(node.bram, intake.pk),
        lambda: shown.show_left_out(node.bram, intake.pk, "refused"),
        lambda: shown.list_cases(node.home, node.bram),
    )
    counts = []
    for page in pages:
        with CaptureQueriesContext(
            connection,
        ) as questions:
            page()
        counts.append(len(questions))
    return counts


def test_questions_do_not_grow_with_what_there_is(case: Node) -> None:
    few = asked(case, laid(case, 1, 1))
    many = asked(case, laid(case, 300, 400))
    assert few == many


def test_a_list_goes_on_where_it_ended_to_its_end(case: Node) -> None:
    intake = laid(case, 2 * shown.PAGE, 2 * shown.PAGE + 1)
    seen: list[int] = []
    before = 0
    while True:
        _, page = shown.list_intakes(case.home, case.bram, before)
        seen += [row.pk for row in page.rows]
        before = page.next
        if not before:
            break
    assert seen == sorted(Intake.objects.values_list("pk", flat=True), reverse=True)
    first = shown.show_left_out(case.bram, intake.pk, "refused")
    second = shown.show_left_out(case.bram, intake.pk, "refused", first.next)
    last = shown.show_left_out(case.bram, intake.pk, "refused", second.next)
    assert [len(page.rows) for page in (first, second, last)] == [shown.PAGE, shown.PAGE, 1]
    assert last.next == 0


def test_another_units_intake_is_as_if_there_were_none(case: Node) -> None:
    intake = laid(case, 3, 2)
    for number in (intake.pk, 10**9):
        for look in (
            lambda number=number: shown.show_intake(case.home, case.chiara, number),
            lambda number=number: shown.show_left_out(case.chiara, number, "refused"),
        ):
            with pytest.raises(NotFound, match="there is no such intake"):
                look()
    assert shown.list_intakes(case.home, case.chiara)[1].rows == []


def test_a_look_is_written_down_and_a_poll_is_not(case: Node) -> None:
    intake = laid(case, 0)
    before = Entry.objects.count()
    shown.progress_of(case.bram, intake.pk)
    assert Entry.objects.count() == before
    shown.show_intake(case.home, case.bram, intake.pk)
    assert Entry.objects.count() == before + 1


def test_whoever_works_with_no_media_sees_no_intake(case: Node) -> None:
    case.bram.person.roles.all().delete()
    with pytest.raises(Refused):
        shown.list_intakes(case.home, case.bram)
