"""What docs/operating.md grants the public's role in PostgreSQL is enough for every page, and for nothing else."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from havre.hotline.letters import seal_answer
from havre.hotline.models import Answer, Door, Partner, Receipt
from havre.hotline.partners import key_digest
from havre.settings import Settings
from tests.cast import NOON
from tests.entrypoints.public.recorded import OWN, opened
from tests.entrypoints.public.shown import code_on, hidden, posted, sent, text
from tests.granted import asked_by, refused
from tests.selfservice.made import HASHES

ROLE = "havre_public"


@pytest.fixture(params=["postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """SQLite knows no roles."""
    return str(request.param)


@pytest.fixture
def as_public(door: Door, database: Settings) -> Iterator[None]:
    """From here on the database is asked by the public's role."""
    with asked_by(ROLE, "operating.md", database):
        yield


FORBIDDEN = (
    "SELECT sealed FROM hotline_letter",
    "DELETE FROM hotline_letter",
    "UPDATE hotline_letter SET danger = false",
    "UPDATE hotline_receipt SET withdrawn_at = now()",
    "INSERT INTO hotline_answer (sealed) VALUES ('')",
    "SELECT 1 FROM hotline_report",
    "SELECT 1 FROM hotline_page",
    "SELECT 1 FROM selfservice_protected",
    "SELECT 1 FROM selfservice_submission",
    "SELECT 1 FROM audit_entry",
    "SELECT 1 FROM units_person",
    "UPDATE hotline_door SET sealing = ''",
    "SELECT 1 FROM media_medium",
    "CREATE TABLE x (y int)",
    "SELECT email FROM notices_recipient",
    "SELECT 1 FROM notices_notice",
    "UPDATE platforms_record SET figures = '{}'",
    "UPDATE platforms_accesscode SET digest = ''",
    "INSERT INTO platforms_accesscode (digest) VALUES ('')",
)


def test_every_page_works_with_it_and_nothing_else_does(visitor: Client, door: Door, as_public: None) -> None:
    code = code_on(sent(visitor, address="a.example"))
    assert "It has come in" in text(posted(visitor, "/en/follow", code=str(code)))
    assert "We have got what you added" in text(posted(visitor, "/en/follow", code=str(code), act="add", more="x"))
    assert "we read it before" in text(posted(visitor, "/en/follow", code=str(code), act="add", danger="1"))
    other = code_on(sent(visitor, address="b.example"))
    assert "You took it back" in text(posted(visitor, "/en/follow", code=str(other), act="withdraw"))
    assert code_on(sent(visitor, "en", "challenge", about="x", seen="y"))
    mine = code_on(sent(visitor, "en", "protect/choose", hashes=HASHES, who="me", tell="1"))
    assert "new numbers" in text(posted(visitor, "/en/follow", code=str(mine), act="more", hashes=HASHES))
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        receipt = Receipt.objects.get(digest=code.digest)
        Answer.objects.create(receipt=receipt, sealed=seal_answer(bytes(receipt.sealing), "gone"), at=NOON)
        opened(door)
        Partner.objects.create(unit=door.unit, name="Line", digest=key_digest("k"), made_at=NOON)
        cursor.execute(f"SET ROLE {ROLE}")
    assert "gone" in text(posted(visitor, "/en/follow", code=str(code)))
    shown = posted(visitor, "/en/record", code=str(OWN))
    assert "Host A" in text(shown)
    assert code_on(posted(visitor, "/en/record", **hidden(shown) | {"seen": "not so"}))
    batch = [{"reference": "1", "seen": "x"}, {"reference": "1", "seen": "x", "danger": True}]
    answer = visitor.post(
        "/api/reports",
        json.dumps({"reports": batch}),
        content_type="application/json",
        headers={"Authorization": "Bearer k"},
    )
    assert [each["added"] for each in answer.json()["reports"]] == [False, True]
    refused(FORBIDDEN)
