"""Whatever is asked, the answer is one of ours: never a fault, never a hash in a log, as its document says."""

import logging
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.matching.app import BANK, ROUTES, App
from havre.entrypoints.matching.clients import Clients, Scope
from havre.entrypoints.matching.openapi import DOCUMENT
from havre.flows.match_uploads import Lists
from tests.entrypoints.matching.asking import Asking, form
from tests.entrypoints.matching.conftest import encoded, listed
from tests.entrypoints.matching.test_own import PDQ, client, hashes

PATHS = [*ROUTES, f"{BANK}BASELINE", f"{BANK}BASELINE/content", "/status", "/openapi.json", "/", "/v1", "/m/lookup/"]
KINDS = ["application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/png", ""]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=70) | st.just(PDQ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["signals", "items", "method", "value", "pdq", "id", "signal"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def anybody(lists: Lists) -> list[Asking]:
    return [Asking(App(lists, Clients(None), lambda: 0.0, hma_compat=compat)) for compat in (False, True)]


@given(
    st.sampled_from(PATHS),
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "BREW"]),
    st.binary(max_size=120) | VALUES,
    st.sampled_from(KINDS) | st.text(max_size=40),
    st.text(max_size=30) | st.just(f"signal={PDQ}&signal_type=pdq"),
    st.booleans(),
)
def test_garbage_gets_an_answer_that_says_what_is_wrong_with_it(
    anybody: list[Asking], path: str, verb: str, body: Any, kind: str, query: str, compat: bool
) -> None:
    told = anybody[compat](verb, f"{path}?{query}", body, kind)
    assert told.status in {200, 400, 403, 404, 405, 413}
    if told.status != 200:
        assert list(told.json) == ["message"]


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP"])
def test_damaged_pictures_get_an_answer_too(anybody: list[Asking], start: bytes) -> None:
    for content in (b"", b"\0" * 60, bytes(range(256))):
        assert anybody[0]("POST", "/v1/match", start + content, "image/png").status == 400


def test_a_fault_of_ours_says_nothing_of_what_was_asked(lists: Lists) -> None:
    def broken() -> float:
        raise RuntimeError(PDQ)

    named = client(lists, Scope.MATCH, per_minute=1)
    named.app._now = broken
    told = named("POST", "/v1/match", hashes(PDQ))
    assert (told.status, told.json) == (500, {"message": "this is a fault of Havre (RuntimeError): report it"})


def test_no_hash_is_written_to_any_log(ask: Asking, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask("POST", "/v1/match", hashes(PDQ))
    ask("POST", "/v1/match", encoded("astronaut"))
    ask("POST", "/m/lookup", f"signal={PDQ}&signal_type=pdq".encode(), "application/x-www-form-urlencoded")
    ask("GET", f"/m/lookup?signal={PDQ}&signal_type=pdq")
    assert PDQ not in caplog.text
    assert listed().signals[1].value not in caplog.text


def test_who_is_nobody_learns_no_more_than_that(lists: Lists) -> None:
    named = client(lists, Scope.MATCH)
    named.headers = {}
    for path in PATHS:
        told = named("POST", path, hashes(PDQ))
        assert told.status == (401 if path not in {"/status", "/openapi.json"} else told.status)
    assert named("POST", "/v1/match", hashes(PDQ)).headers["WWW-Authenticate"] == "Bearer"


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is as a schema of the document says; as much of JSON Schema as that uses."""
    if "$ref" in schema:
        return fits(value, DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema and value not in schema["enum"]:
        return False
    match schema["type"]:
        case "object":
            known, more = schema.get("properties", {}), schema.get("additionalProperties")
            return (
                isinstance(value, dict)
                and value.keys() >= set(schema.get("required", ()))
                and all(key in known or more for key in value)
                and all(fits(each, known.get(key, more)) for key, each in value.items())
            )
        case "array":
            return isinstance(value, list) and all(fits(each, schema["items"]) for each in value)
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "integer":
            return type(value) is int and value >= schema.get("minimum", value)
        case "number":
            return isinstance(value, int | float) and value >= schema.get("minimum", value)
    raise AssertionError(schema)


def answered(told: Any, path: str, verb: str) -> bool:
    content = DOCUMENT["paths"][path][verb]["responses"][str(told.status)]["content"]
    return fits(told.json, content["application/json"]["schema"])


def test_answers_are_as_the_document_says(ask: Asking, lists: Lists) -> None:
    assert ask("GET", "/openapi.json").json == DOCUMENT
    detailed = client(lists, *Scope, per_minute=200)
    for asking in (ask, detailed):
        for body in (hashes(PDQ), hashes("x"), encoded("astronaut"), b"garbage", b"PK\x03\x04"):
            assert answered(asking("POST", "/v1/match", body), "/v1/match", "post")
        for items in ([hashes(PDQ) | {"id": "a"}, 3, hashes("0" * 32, "md5")], []):
            assert answered(asking("POST", "/v1/matches", {"items": items}), "/v1/matches", "post")
        assert answered(asking("GET", "/v1/lists"), "/v1/lists", "get")
        assert answered(asking("POST", "/v1/votes", {"votes": [7, {}]}), "/v1/votes", "post")
        assert answered(asking("GET", "/v1/votes"), "/v1/votes", "get")
    assert answered(detailed("POST", "/v1/matches", {"items": [hashes(PDQ)] * 999}), "/v1/matches", "post")
    assert not fits({"matches": [{"list": "a"}]}, {"$ref": "#/components/schemas/Found"})
    assert not fits({"message": "a", "more": 1}, {"$ref": "#/components/schemas/Failed"})


def test_the_document_names_every_address_of_ours() -> None:
    assert {path for path in ROUTES if path.startswith("/v1/")} == set(DOCUMENT["paths"]) - {"/status"}
    refs = set(re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT)))
    assert refs == set(DOCUMENT["components"]["schemas"])


def test_a_form_is_no_upload(ask: Asking) -> None:
    assert ask("POST", "/v1/match", *form(photo=encoded("coffee"))).status == 400
