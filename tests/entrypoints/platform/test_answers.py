"""Whatever goes wrong is one sentence as JSON, under the number that programs know."""

import pytest
from django.db import OperationalError
from django.http import HttpRequest

from havre.entrypoints.platform.answers import STATUS, Stranger, errors, headers, said
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable
from tests.entrypoints.platform.conftest import Ask

WRONG = [(Invalid, 400), (Stranger, 401), (Refused, 403), (NotFound, 404), (Broken, 503), (Unavailable, 503)]


@pytest.mark.parametrize(("kind", "status"), WRONG)
def test_each_error_has_its_number(kind: type[HavreError], status: int) -> None:
    answer = errors(lambda _request: said(200, "")).process_exception(HttpRequest(), kind("a secret of ours"))
    assert answer.status_code == status
    assert (b"a secret of ours" in answer.content) == (status < 500)
    assert set(STATUS) == {kind for kind, _ in WRONG} - {Stranger}


def test_of_a_fault_of_ours_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    answer = errors(lambda _request: said(200, ""))
    for error, status in ((OperationalError("secret"), 503), (ValueError("secret"), 500)):
        told = answer.process_exception(HttpRequest(), error)
        assert (told.status_code, b"secret" in told.content) == (status, False)
    assert capsys.readouterr().err == "havre platform: OperationalError\nhavre platform: ValueError\n"


def test_every_answer_says_that_nobody_keeps_it() -> None:
    assert headers(lambda _request: said(200, ""))(HttpRequest()).headers["Cache-Control"] == "no-store"


def test_what_is_not_there_and_what_is_asked_otherwise_is_said_in_json(ask: Ask) -> None:
    for method, path, status in (
        ("GET", "elsewhere", 404),
        ("GET", "feed/0/receipts", 405),
        ("POST", "feed/0/metadata/timestamp.json", 405),
    ):
        answer = ask(method, path, "one")
        assert (answer.status_code, list(answer.json())) == (status, ["message"])
