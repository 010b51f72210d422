"""What every answer carries, and how an error looks."""

import pytest
from django.db import DatabaseError
from django.test import RequestFactory

from havre.entrypoints.analyst.answers import HEADERS, STATUS, errors, failed
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable
from havre.settings import Settings
from tests.cast import node
from tests.web import visiting


def test_every_answer_says_what_it_may_load_and_is_kept_by_nobody(database: Settings) -> None:
    with node(database) as here:
        answer = visiting(here, None).get("/")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_inline_is_ever_allowed() -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none';")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("a date is wrong"), 400),
        (Refused("you may not"), 403),
        (NotFound("there is no such series"), 404),
        (Broken("rows contradict"), 500),
        (Unavailable("the disk is full"), 503),
    ],
)
def test_an_error_is_one_sentence(error: HavreError, status: int) -> None:
    answer = failed(RequestFactory().get("/desk"), error)
    assert answer.status_code == status
    assert f"<p>{str(error)[0].upper()}{str(error)[1:]}.</p>" in answer.content.decode()


def test_every_kind_of_error_has_its_answer() -> None:
    assert set(STATUS) == {kind for kind in HavreError.__subclasses__() if kind.__module__ == "havre.errors"}


def test_what_an_error_repeats_is_escaped() -> None:
    answer = failed(RequestFactory().get("/desk"), Invalid("no case <script>alert(1)</script>"))
    assert b"<script>alert" not in answer.content


def test_a_piece_of_a_page_gets_a_piece() -> None:
    asked = RequestFactory().get("/desk", headers={"HX-Request": "true"})
    assert b"<html" not in failed(asked, Invalid("wrong")).content


def test_a_database_that_is_gone_is_said_and_a_fault_of_ours_is_not_hidden() -> None:
    middleware = errors(lambda request: failed(request, Invalid("unused")))
    asked = RequestFactory().get("/desk")
    gone = middleware.process_exception(asked, DatabaseError("connection refused at db.example"))
    assert gone is not None
    assert gone.status_code == 503
    assert b"db.example" not in gone.content
    assert middleware.process_exception(asked, KeyError("ours")) is None
