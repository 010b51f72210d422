"""Every error has its status, and the sentence that it said."""

import json

import pytest

from havre.entrypoints.matching.answers import NotThisWay, TooLarge, TooMuch, Unknown, failed, said, word
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable


@pytest.mark.parametrize(
    ("error", "status"),
    [
        *((Invalid("no"), 400), (Unknown("no"), 401), (Refused("no"), 403), (NotFound("no"), 404)),
        *((NotThisWay("no"), 405), (TooLarge("no"), 413), (Unavailable("no"), 503), (Broken("no"), 500)),
        (HavreError("no"), 500),
    ],
)
def test_an_error_has_its_status(error: HavreError, status: int) -> None:
    answer = failed(error)
    assert (answer.status, json.loads(answer.body)) == (status, {"message": "no"})
    assert answer.line.startswith(f"{status} ")


def test_who_asked_too_much_is_told_when_to_come_back() -> None:
    answer = failed(TooMuch(12))
    assert (answer.status, dict(answer.all_headers)["Retry-After"]) == (429, "12")


def test_nothing_is_kept_by_anybody_on_the_way() -> None:
    for answer in (said({}), word("yes"), failed(Unknown("no"))):
        headers = dict(answer.all_headers)
        assert (headers["Cache-Control"], headers["Content-Length"]) == ("no-store", str(len(answer.body)))
