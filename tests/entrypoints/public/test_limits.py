"""What is too much, a file, or another site's form is refused with one sentence, before it is parsed."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from havre.entrypoints.public.gathering import MOST_BODY
from havre.hotline.models import Letter
from tests.entrypoints.public.shown import FORM, posted, text


def test_more_than_64_kib_is_refused_and_as_much_is_not(visitor: Client) -> None:
    body = "address=" + "x" * (MOST_BODY - len("address="))
    assert "This is too long." in text(visitor.post("/en/report", body, content_type=FORM))
    answer = visitor.post("/en/report", body + "x", content_type=FORM)
    assert (answer.status_code, "This is too much at once." in text(answer)) == (413, True)


@pytest.mark.parametrize("length", ["-1", "x", "9" * 30, "1e3"])
def test_a_length_that_is_none_is_refused(visitor: Client, length: str) -> None:
    assert visitor.post("/en/report", "", content_type=FORM, CONTENT_LENGTH=length).status_code == 413


def test_no_file_is_taken(visitor: Client) -> None:
    answer = visitor.post("/fr/report", {"address": "a.example", "file": SimpleUploadedFile("a.jpg", b"x")})
    assert (answer.status_code, "N’envoyez pas d’image" in text(answer)) == (415, True)
    assert visitor.post("/fr/report", b"x", content_type="text/plain").status_code == 415
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
def test_another_sites_form_is_refused(visitor: Client, site: str, status: int) -> None:
    visitor.defaults["HTTP_SEC_FETCH_SITE"] = site
    assert posted(visitor, "/en/report", address="a.example").status_code == status
    assert visitor.get("/en/report").status_code == 200


def test_other_methods_are_refused(visitor: Client) -> None:
    assert visitor.put("/en/report").status_code == 405
    assert visitor.delete("/api/reports").json()["sentence"] == "This page does not do that."
    assert visitor.head("/en/").content == b""


def test_too_many_fields_are_too_much(visitor: Client) -> None:
    assert posted(visitor, "/en/report", **{f"f{n}": "x" for n in range(60)}).status_code == 413


def test_a_host_that_is_not_ours_gets_nothing(visitor: Client) -> None:
    answer = visitor.get("/en/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.content) == (400, b"")


def test_what_is_no_text_is_told_as_that(visitor: Client) -> None:
    assert visitor.post("/en/report", "address=%FF%FE", content_type=FORM).status_code in (200, 400)
    assert (
        posted(
            visitor, "/en/report", address="a.example", seen="\0\x1b[31m\ud800".encode("utf-8", "replace").decode()
        ).status_code
        == 200
    )


def test_partners_send_json_alone(visitor: Client) -> None:
    assert posted(visitor, "/api/reports", reports="x").status_code == 415
    assert visitor.post("/api/reports", json.dumps({}), content_type="application/json").status_code == 401
