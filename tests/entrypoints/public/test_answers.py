"""Every answer says what it may load, is kept by nobody and sets no cookie; errors are one sentence."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from havre.entrypoints.public.answers import HEADERS, errors, sentence, status_of
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable
from havre.hotline.models import Door
from tests.entrypoints.public.shown import posted, text

ADDRESSES = ("/", "/en/", "/fr/report", "/nl/follow", "/en/challenge", "/en/about", "/static/public.css", "/nowhere")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_its_headers_and_no_cookie(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_nothing_in_a_page_is_inline_or_from_elsewhere(visitor: Client) -> None:
    for address in ADDRESSES[1:6]:
        page = visitor.get(address).content.decode()
        assert "style=" not in page
        assert "onclick" not in page
        assert "<script>" not in page
        assert page.count("http") == page.count("https://www.wikipedia.org/")  # to leave to, never loaded


def test_tls_is_asked_for_where_it_is_spoken(visitor: Client) -> None:
    assert "Strict-Transport-Security" not in visitor.get("/en/").headers
    assert "max-age" in visitor.get("/en/", secure=True).headers["Strict-Transport-Security"]


def test_a_page_that_is_not_there_says_so_in_the_language_of_its_address(visitor: Client) -> None:
    answer = visitor.get("/nl/nergens")
    assert (answer.status_code, "Hier is geen pagina." in text(answer)) == (404, True)
    assert "112" in text(answer)


def test_where_no_unit_takes_reports_the_numbers_are_there_all_the_same(visitor: Client, door: Door) -> None:
    visitor.get("/en/")
    Door.objects.all().delete()
    answer = visitor.get("/en/")
    assert (answer.status_code, "No unit takes reports here" in text(answer)) == (503, True)
    assert "101" in text(answer)


SECRET = "zoe@mail.example"


def breaks(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


def loses(_request: HttpRequest) -> HttpResponse:
    raise DatabaseError(SECRET)


urlpatterns = [path("breaks", breaks), path("loses", loses)]


@pytest.fixture
def breaking(visitor: Client) -> Iterator[Client]:
    """A visitor of pages that fail."""
    from havre.entrypoints.public import urls

    with override_settings(ROOT_URLCONF=type("Both", (), {"urlpatterns": [*urls.urlpatterns, *urlpatterns]})):
        yield visitor


@pytest.mark.parametrize(("page", "status", "kind"), [("breaks", 500, "RuntimeError"), ("loses", 503, "DatabaseError")])
def test_of_a_fault_its_kind_alone_is_written_down(
    breaking: Client, capfd: pytest.CaptureFixture[str], page: str, status: int, kind: str
) -> None:
    answer = breaking.get(f"/{page}?q={SECRET}")
    assert (answer.status_code, SECRET in text(answer)) == (status, False)
    assert "try again in a minute" in text(answer)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", f"havre public: {kind}\n")


@pytest.mark.parametrize(
    ("error", "status"),
    [(Invalid("x"), 400), (Refused("x"), 403), (NotFound("x"), 404), (Broken("x"), 500), (Unavailable("x"), 503)],
)
def test_every_error_has_its_number(error: HavreError, status: int) -> None:
    assert status_of(error) == status


def test_a_sentence_begins_and_ends_as_one() -> None:
    assert sentence(Invalid("at most %(most)s", most=3)) == "At most 3."
    assert sentence(Invalid("what now?")) == "What now?"


def test_what_is_not_ours_is_still_told(visitor: Client) -> None:
    request = RequestFactory().get("/en/")
    assert (
        errors(lambda _: HttpResponse()).process_exception(request, UnicodeDecodeError("x", b"", 0, 1, "")).status_code
        == 400
    )
    assert posted(visitor, "/en/nowhere").status_code == 404
