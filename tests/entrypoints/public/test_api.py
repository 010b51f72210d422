"""A partner's batch: each good report gets its code, each bad one comes back with its place and the reason."""

import json
from typing import Any

import pytest
from django.test import Client

from havre.hotline.models import Door, Letter, Partner
from havre.hotline.partners import key_digest
from havre.hotline.telling import Told
from havre.sealing.receipt import read_code
from tests.cast import NOON
from tests.cybertip.test_told import ODD
from tests.entrypoints.public.shown import Shown, posted, said_in, text

KEY = "havre-one"
GOOD = {"reference": "IT-1", "addresses": ["https://a.example/x"], "seen": "a page", "danger": True, "language": "fr"}


@pytest.fixture
def partner(door: Door) -> Partner:
    """A partner with a key."""
    return Partner.objects.create(unit=door.unit, name="Line IT", digest=key_digest(KEY), made_at=NOON)


def batch(visitor: Client, *reports: Any, key: str = KEY, body: str = "") -> Shown:
    """What is answered to a batch."""
    said = body or json.dumps({"reports": reports})
    return visitor.post(
        "/api/reports", said, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )


def told(answer: Shown) -> list[dict[str, Any]]:
    return list(json.loads(answer.content)["reports"])


def test_what_is_good_is_kept_and_what_is_bad_comes_back_with_its_place(visitor: Client, partner: Partner) -> None:
    bad = [{"reference": "IT-2"}, {"addresses": ["x"]}, 7, GOOD | {"colour": "red"}, GOOD | {"danger": "yes"}]
    bad += [GOOD | {"seen": 3}, GOOD | {"addresses": "x"}, GOOD | {"language": "xx"}, GOOD | {"seen": "x" * 10_001}]
    answer = batch(visitor, *bad, GOOD)
    assert answer.status_code == 200
    *wrong, right = told(answer)
    assert [(each["position"], "receipt" in each) for each in wrong] == [(place, False) for place in range(len(bad))]
    assert all(each["error"].endswith(".") for each in wrong)
    assert (right["position"], right["reference"], right["new"]) == (len(bad), "IT-1", True)
    assert (right["added"], right["danger"]) == (False, True)
    letter = Letter.objects.get()
    assert bytes(letter.receipt.digest) == read_code(right["receipt"]).digest
    assert letter.danger is True
    assert said_in(letter) == Told(
        addresses=("https://a.example/x",), seen="a page", danger=True, language="fr", about="IT-1"
    )


def test_the_same_batch_again_gives_the_same_codes_and_nothing_twice(visitor: Client, partner: Partner) -> None:
    batches = [told(batch(visitor, GOOD, GOOD | {"reference": "IT-2"})) for _time in range(2)]
    first, again = ([each["receipt"] for each in one] for one in batches)
    assert first == again
    assert [each["new"] for one in batches for each in one] == [True, True, False, False]
    assert Letter.objects.count() == 2


def test_that_a_reference_is_said_again_with_danger_is_told_as_what_it_is(visitor: Client, partner: Partner) -> None:
    calm = GOOD | {"danger": False}
    (_first,), (again,), (same,) = (told(batch(visitor, each)) for each in (calm, GOOD, GOOD))
    assert {name: again[name] for name in ("new", "added", "danger")} == {"new": False, "added": True, "danger": True}
    assert (same["new"], same["added"], same["danger"], same["receipt"]) == (False, False, False, again["receipt"])
    assert list(Letter.objects.order_by("pk").values_list("kind", "danger", "slow")) == [
        ("report", False, False),
        ("addition", True, False),
    ]


def test_the_code_of_a_partners_report_opens_it_like_any_other(visitor: Client, partner: Partner) -> None:
    (one,) = told(batch(visitor, GOOD))
    assert "It has come in." in text(posted(visitor, "/en/follow", code=one["receipt"]))


@pytest.mark.parametrize("key", ["", "havre-two", "é", "x" * 1_000])
def test_without_a_key_that_counts_nothing_is_taken(visitor: Client, partner: Partner, key: str) -> None:
    assert batch(visitor, GOOD, key=key).status_code == 401
    Partner.objects.update(revoked_at=NOON)
    assert batch(visitor, GOOD).status_code == 401
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["[", "[]", "{}", '{"reports": []}', '{"reports": 3}', '{"reports": [' + "1," * 200 + "1]}", "[" * 9_000, "\xff"],
)
def test_what_is_no_batch_is_refused(visitor: Client, partner: Partner, body: str) -> None:
    answer = batch(visitor, body=body)
    assert (answer.status_code, "at most 200" in answer.content.decode()) == (400, True)


def test_a_batch_of_bad_reports_alone_says_so_in_its_status(visitor: Client, partner: Partner) -> None:
    assert batch(visitor, {"reference": "\x1b"}, {"reference": "\ud800", "seen": "x"}).status_code == 422
    assert visitor.get("/api/reports").status_code == 405


def tip(visitor: Client, xml: str, name: str = "", kind: str = "text/xml; charset=utf-8") -> dict[str, Any]:
    """What is answered to one report in XML."""
    headers = {"Authorization": f"Bearer {KEY}"} | ({"Idempotency-Key": name} if name else {})
    answer = visitor.post("/api/reports", xml.encode(), content_type=kind, headers=headers)
    (one,) = told(answer)
    return one | {"status": answer.status_code}


def test_a_report_as_the_cybertipline_has_it_is_taken_whole(visitor: Client, partner: Partner) -> None:
    first = tip(visitor, ODD, "T-17")
    assert {name: first[name] for name in ("status", "reference", "new", "added", "danger")} == {
        "status": 200,
        "reference": "T-17",
        "new": True,
        "added": False,
        "danger": True,
    }
    letter = Letter.objects.get()
    said = said_in(letter)
    assert (said.addresses, said.about) == (("https://a.example/1", "https://a.example/2"), "T-17")
    assert "brandNew/deep: kept" in said.seen
    assert letter.danger
    again = tip(visitor, ODD, "T-17", "application/xml")
    assert (again["receipt"], again["new"], again["added"], again["danger"]) == (first["receipt"], False, False, False)
    long = ODD.replace("kept", "harbour " * 2_000)
    more = tip(visitor, long, "T-17")
    assert (more["receipt"], more["new"], more["added"]) == (first["receipt"], False, True)
    assert Letter.objects.count() == 4


def test_without_a_name_a_report_is_known_by_its_bytes(visitor: Client, partner: Partner) -> None:
    first, again, other = tip(visitor, ODD), tip(visitor, ODD), tip(visitor, ODD.replace("kept", "other"))
    assert (first["receipt"] == again["receipt"], first["receipt"] == other["receipt"]) == (True, False)
    assert len(first["reference"]) == 64


@pytest.mark.parametrize("xml", ["<report>", "<html/>", "<!DOCTYPE r><report/>", "no"])
def test_what_is_no_report_comes_back_with_the_reason(visitor: Client, partner: Partner, xml: str) -> None:
    bad = tip(visitor, xml)
    assert (bad["status"], bad["error"].endswith(".")) == (422, True)
    assert Letter.objects.count() == 0
