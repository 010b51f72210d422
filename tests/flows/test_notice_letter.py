"""A letter is made of what holds now; hashes are for whoever is entitled, and of what shows a child alone."""

import json
from pathlib import Path

from havre.assessments.models import Act, Assessment
from havre.cases.models import Case
from havre.flows.notice_letter import hashes_of, next_number, parcel_of, told_of
from havre.hotline.models import Finding, Page
from havre.media.models import Medium
from havre.notices.models import Letter, Recipient
from tests.attacks.ground import photograph
from tests.cast import NOON, Node
from tests.exposures import intake
from tests.notices.standing import taken_down


def test_a_letter_says_what_people_judged_and_where_it_leads(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    Finding.objects.create(
        page=notice.page, kind="leads to", value="https://real.example/", by=begun.anke.person, at=NOON
    )
    told = told_of(begun.home, begun.anke, notice, Letter.NOTICE, 2, NOON)
    assert told.addresses == (notice.page.address, "https://real.example/")
    assert (told.people, told.sender, told.number, told.first) == (1, "Federal Police, BE", 2, NOON)
    notice.named = False
    assert told_of(begun.home, begun.anke, notice, Letter.NOTICE, 2, NOON).sender == ""
    assert next_number(notice) == 2


def test_hashes_are_of_what_shows_a_child_and_for_whoever_takes_them(begun: Node, tmp_path: Path) -> None:
    notice = taken_down(begun.anke, NOON)
    intake(begun.home, begun.anke, tmp_path / "in", {"1.jpg": photograph(1), "2.jpg": photograph(2)}, case="A")
    Page.objects.update(case=Case.objects.get())
    notice.page.refresh_from_db()
    act = Act.objects.create(unit=begun.anke.unit, person=begun.anke.person, at=NOON, once="x")
    child, holiday = Medium.objects.order_by("pk")
    about = {"act": act, "person": begun.anke.person, "at": NOON, "label": "1"}
    Assessment.objects.create(**about, medium=child, age="6-9", visible=["act"])
    Assessment.objects.create(**about, medium=holiday, age="6-9", visible=["none"])
    assert hashes_of(notice.page) == (bytes(child.sha256).hex(),)
    assert told_of(begun.home, begun.anke, notice, Letter.NOTICE, 2, NOON).hashes == ()
    Recipient.objects.update(takes_hashes=True)
    notice.recipient.refresh_from_db()
    assert told_of(begun.home, begun.anke, notice, Letter.NOTICE, 2, NOON).hashes == (bytes(child.sha256).hex(),)


def test_a_parcel_holds_text_pdf_and_signed_json(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    told = told_of(begun.home, begun.anke, notice, Letter.NOTICE, 2, NOON)
    parcel = parcel_of(begun.home, told, "a@b.example", "<x@y>")
    assert parcel.name == f"{notice.reference.lower()}-2"
    assert parcel.pdf.startswith(b"%PDF")
    found = json.loads(parcel.json)
    assert found["notice"]["text"] == parcel.text
    assert found["signed_by"] == begun.home.signer.verifier.text()
