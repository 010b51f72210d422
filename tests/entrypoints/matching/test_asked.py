"""A request is read within its bounds, whatever it holds."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.matching.answers import TooLarge
from havre.entrypoints.matching.asked import LARGEST_JSON, LARGEST_MEDIA, Form, Request, request_of
from havre.errors import Invalid
from tests.entrypoints.matching.asking import form


def request(body: bytes = b"", kind: str = "", **environ: Any) -> Request:
    given = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
    return request_of(given | {"wsgi.input": io.BytesIO(body)} | environ)


def test_fields_and_files_of_a_form_are_read_to_the_byte() -> None:
    content = b"\r\n--frontie\r\n\x00\xff--\r\n\r\n"
    body, kind = form(signal_type="pdq", photo=content, empty=b"")
    assert request(body, kind).form() == Form({"signal_type": "pdq"}, {"photo": content, "empty": b""})


def test_forms_are_read_in_the_other_ways_too() -> None:
    words = Form({"signal": "ab", "signal_type": "pdq"})
    assert request(b"signal=ab&signal_type=pdq", "application/x-www-form-urlencoded").form() == words
    assert (
        request(b'{"signal": "ab", "signal_type": "pdq", "more": 1}', "application/json; charset=utf-8").form() == words
    )
    with pytest.raises(Invalid, match="with a form"):
        request(b"x", "text/plain").form()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=frontier"),
        (b"--frontier--", "multipart/form-data; boundary=frontier"),
        (form(a=b"1")[0][:-6], "multipart/form-data; boundary=frontier"),
        (form(a=b"1")[0], "multipart/form-data"),
        (form(a=b"1")[0], "multipart/form-data; boundary=\x00"),
        (form(a=b"1")[0].replace(b"name", b"nome"), "multipart/form-data; boundary=frontier"),
        (form(a=b"1")[0].replace(b"--frontier--", form(a="2")[0]), "multipart/form-data; boundary=frontier"),
        (form(**{f"a{number}": "1" for number in range(30)})[0], "multipart/form-data; boundary=frontier"),
        (b"&".join(b"a%d=1" % number for number in range(30)), "application/x-www-form-urlencoded"),
        (b"[" * 100_000, "application/json"),
        (b"[]", "application/json"),
        (b"\xff", "application/json"),
    ],
)
def test_a_form_that_is_none_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(Invalid):
        request(body, kind).form()


class Stalled(io.BytesIO):
    """A body of which no more comes."""

    def read(self, _size: int | None = None, /) -> bytes:
        raise TimeoutError


def test_a_body_that_stalls_is_refused_and_is_no_fault_of_havre() -> None:
    stalled: dict[str, Any] = {"wsgi.input": Stalled()}
    with pytest.raises(Invalid, match="too slowly"):
        request(b"ab", **stalled)


def test_what_is_too_large_or_does_not_say_how_large_it_is_is_not_read() -> None:
    with pytest.raises(TooLarge):
        request(CONTENT_LENGTH=str(LARGEST_MEDIA + 1))
    with pytest.raises(TooLarge):
        request(b" " * (LARGEST_JSON + 1), "application/json").json()
    for environ in ({"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "-1"}, {"CONTENT_LENGTH": "12"}):
        with pytest.raises(Invalid):
            request(b"short", **environ)
    assert request().body == b""


def answer(body: bytes, kind: str, query: str) -> str:
    """Why it is refused; nothing where it was read."""
    try:
        request(body, kind, QUERY_STRING=query).form()
    except Invalid as error:
        return str(error)
    return ""


@given(st.binary(max_size=200), st.text(max_size=80), st.text(max_size=50))
def test_anything_is_read_or_refused_in_one_sentence(body: bytes, kind: str, query: str) -> None:
    for chosen in (kind, "multipart/form-data; boundary=" + kind, "application/json"):
        assert "\n" not in answer(body, chosen, query)
