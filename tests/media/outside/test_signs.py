"""Only what a host can't say by mistake makes a page absent; whatever else is for a person, with why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.outside.signs import ABSENT, MOST_READ, Saw, Why, says, signs_of

PLAIN = b"<html><title>Not Found</title><h1>404 Not Found</h1></html>"
HTML = {"content-type": "text/html; charset=utf-8"}

TOLD = [
    (404, HTML, PLAIN, Saw.ABSENT, Why.NOT_FOUND),
    (410, HTML, b"", Saw.ABSENT, Why.GONE),
    (451, HTML, b"taken down after a notice", Saw.UNCLEAR, Why.LEGAL),
    (451, HTML | {"link": '<https://isp.example>; rel="blocked-by"'}, b"", Saw.UNCLEAR, Why.NETWORK),
    (451, HTML, b"This content is not available in your country.", Saw.UNCLEAR, Why.COUNTRY),
    (404, HTML, b"<form><input name=p type='password'></form>", Saw.UNCLEAR, Why.LOGIN),
    (404, HTML, b"Our services aren't available right now", Saw.UNCLEAR, Why.NETWORK),
    (404, HTML, "<p>Pas disponible dans votre région".encode(), Saw.UNCLEAR, Why.COUNTRY),
    (404, HTML | {"cf-mitigated": "challenge"}, PLAIN, Saw.UNCLEAR, Why.CHALLENGE),
    (404, HTML | {"content-encoding": "br"}, b"\x8b\x01", Saw.UNCLEAR, Why.PACKED),
    (404, HTML, "Checking your browser".encode("utf-16"), Saw.UNCLEAR, Why.CHALLENGE),
    (200, HTML, b"<img src=/boat.jpg>", Saw.ANSWERS, Why.THERE),
    (200, {"content-type": "image/png"}, b"captcha was removed", Saw.ANSWERS, Why.THERE),
    (200, HTML, b"This page has been removed.", Saw.UNCLEAR, Why.REMOVED),
    (200, HTML, "Cet album a été supprimé".encode(), Saw.UNCLEAR, Why.REMOVED),
    (200, HTML, b"Deze pagina is verwijderd", Saw.UNCLEAR, Why.REMOVED),
    (200, HTML, b"<input type=password>", Saw.UNCLEAR, Why.LOGIN),
    (200, HTML, b"<div class=g-recaptcha>", Saw.UNCLEAR, Why.CHALLENGE),
    (401, HTML, b"", Saw.UNCLEAR, Why.LOGIN),
    (403, HTML, PLAIN, Saw.UNCLEAR, Why.FORBIDDEN),
    (403, HTML, b"error code: 1020", Saw.UNCLEAR, Why.NETWORK),
    (408, HTML, b"", Saw.UNCLEAR, Why.SILENT),
    (429, HTML, b"", Saw.UNCLEAR, Why.BUSY),
    (301, HTML, b"", Saw.UNCLEAR, Why.LEADS_ON),
    (500, HTML, b"", Saw.UNCLEAR, Why.TROUBLE),
    (503, HTML, b"", Saw.UNCLEAR, Why.TROUBLE),
    (530, HTML, b"", Saw.UNCLEAR, Why.TROUBLE),
    (204, {}, b"", Saw.UNCLEAR, Why.OTHER),
    (418, {}, b"", Saw.UNCLEAR, Why.OTHER),
]


@pytest.mark.parametrize(("status", "fields", "body", "saw", "why"), TOLD)
def test_what_an_answer_tells(status: int, fields: dict[str, str], body: bytes, saw: Saw, why: Why) -> None:
    assert says(status, signs_of(fields, body)) == (saw, why)


@given(st.integers(0, 999), st.sampled_from(["text/html", "", "image/png", "a/b"]), st.binary(max_size=300))
def test_nothing_is_absent_but_by_its_status(status: int, kind: str, body: bytes) -> None:
    saw, why = says(status, signs_of({"content-type": kind}, body))
    assert (saw is Saw.ABSENT) <= (status in ABSENT)
    assert (saw is Saw.ANSWERS) <= (status == 200)
    assert why in set(Why)


def test_words_beyond_what_is_read_tell_nothing() -> None:
    assert signs_of(HTML, b" " * MOST_READ + b"captcha") == []
    assert signs_of(HTML, b" " * (MOST_READ - 7) + b"captcha") == [Why.CHALLENGE]
