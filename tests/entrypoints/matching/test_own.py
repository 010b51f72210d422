"""Havre's own API: what is told of an upload or hash, and what is not told to whom."""

import json
from hashlib import sha256
from itertools import count
from typing import Any

import pytest

from havre.entrypoints.matching.app import App
from havre.entrypoints.matching.clients import Client, Clients, Scope
from havre.flows.match_uploads import Lists
from tests.entrypoints.matching.asking import Asking, form
from tests.entrypoints.matching.conftest import FILM, LISTED, encoded, listed
from tests.films import film, part
from tests.hashlists.filmed import drawn, look, signal, worse
from tests.hashlists.made import made
from tests.subscription.test_known import flipped

PDQ = listed().signals[0].value
KEYS = {
    *("list", "number", "kind", "categories", "labels", "baseline", "generated", "reviewed", "disputed"),
    "expected_false",
}
"""What everybody is told of a match."""


def hashes(value: str, method: str = "pdq") -> dict[str, Any]:
    return {"signals": [{"method": method, "value": value}]}


def client(lists: Lists, *scopes: Scope, per_minute: int | None = None, name: str = "a") -> Asking:
    key = sha256(b"key").hexdigest()
    named = Clients({name: Client(name, frozenset(scopes), per_minute, key)})
    return Asking(App(lists, named, lambda: 0.0), {"HTTP_AUTHORIZATION": "Bearer key"})


def test_a_hash_is_told_what_the_lists_say_and_not_how_near_it_is(ask: Asking) -> None:
    answers = [ask("POST", "/v1/match", hashes(flipped(PDQ, bits))).json for bits in (0, 12, 31)]
    assert answers[0] == answers[1] == answers[2]
    (match,) = answers[0]["matches"]
    assert 0 < match.pop("expected_false") < 1e-6
    assert match == {
        "list": "baseline",
        "number": LISTED,
        "kind": "picture",
        "categories": {"BE": "1"},
        "labels": ["face"],
        "baseline": True,
        "generated": False,
        "reviewed": True,
        "disputed": False,
    }
    assert ask("POST", "/v1/match", hashes(flipped(PDQ, 32))).json == {"matches": []}


def test_whoever_is_entitled_is_told_how_it_matched(lists: Lists) -> None:
    told = client(lists, Scope.MATCH, Scope.DETAIL)("POST", "/v1/match", hashes(flipped(PDQ, 12).upper())).json
    (match,) = told["matches"]
    assert (match["method"], match["distance"], match["orientation"]) == ("pdq", 12, "upright")
    plain = client(lists, Scope.MATCH)("POST", "/v1/match", hashes(flipped(PDQ, 12))).json["matches"][0]
    assert plain.keys() == match.keys() - {"method", "distance", "orientation"}
    assert match["expected_false"] < plain["expected_false"]


def test_who_may_not_know_cannot_tell_equal_bytes_from_a_near_picture_nor_which_is_nearer(
    ask: Asking, lists: Lists
) -> None:
    uploads = [encoded("astronaut"), encoded("astronaut", mirrored=True)]
    same, turned = (ask("POST", "/v1/match", content, "image/png").body for content in uploads)
    assert same == turned
    both = {"signals": [*hashes(made(20).signals[0].value)["signals"], *hashes(flipped(PDQ, 9))["signals"]]}
    other = {"signals": [*hashes(flipped(made(20).signals[0].value, 9))["signals"], *hashes(PDQ)["signals"]]}
    assert ask("POST", "/v1/match", both).body == ask("POST", "/v1/match", other).body
    md5 = {"method": "md5", "value": made(20).signals[1].value}
    for body in (hashes(**md5), {"signals": [md5, *both["signals"]]}, hashes(flipped(PDQ, 9))):
        matches = ask("POST", "/v1/match", body).json["matches"]
        assert {match["expected_false"] for match in matches} == {
            match["expected_false"] for match in ask("POST", "/v1/match", both).json["matches"]
        }
    detailed = client(lists, Scope.MATCH, Scope.DETAIL)
    nearest = [detailed("POST", "/v1/match", body).json["matches"][0]["number"] for body in (both, other)]
    assert nearest == [20, LISTED]


def test_an_upload_is_found_however_it_was_turned_and_by_its_bytes(ask: Asking, lists: Lists) -> None:
    detailed = client(lists, Scope.MATCH, Scope.DETAIL)
    for content, method, orientation in (
        (encoded("astronaut"), "md5", "upright"),
        (encoded("astronaut", mirrored=True), "pdq", "mirrored"),
    ):
        told = ask("POST", "/v1/match", content, "image/png").json
        assert [match["number"] for match in told["matches"]] == [LISTED]
        assert told["compared"] == ["md5", "sha1", "sha256", "pdq"]
        (match,) = detailed("POST", "/v1/match", content).json["matches"]
        assert (match["method"], match["orientation"]) == (method, orientation)
    assert ask("POST", "/v1/match", encoded("coffee"), "image/png").json["matches"] == []


@pytest.mark.parametrize("content", [b"", b"garbage" * 50, encoded("coffee")[:200], b"\xff\xd8\xff" + b"\0" * 99])
def test_garbage_is_refused_with_the_reason(ask: Asking, content: bytes) -> None:
    told = ask("POST", "/v1/match", content, "image/jpeg")
    assert told.status == 400
    assert told.json["message"].startswith("this upload can't be compared: ")


def test_what_is_no_picture_is_compared_by_its_bytes(ask: Asking) -> None:
    told = ask("POST", "/v1/match", b"PK\x03\x04" + b"\0" * 60, "application/zip").json
    assert told == {
        "matches": [],
        "compared": ["md5", "sha1", "sha256"],
        "why_not": "zip files are compared by their bytes alone",
    }


def test_in_a_batch_one_that_is_wrong_costs_no_other(ask: Asking) -> None:
    items: list[object] = [hashes(made(number).signals[0].value) | {"id": f"n{number}"} for number in range(1, 65)]
    items[2:2] = [hashes("nonsense") | {"id": "wrong"}, 7, hashes(made(20).signals[1].value, "md5")]
    told = ask("POST", "/v1/matches", {"items": items}).json["items"]
    assert len(told) == 67
    assert told[0]["id"] == "n1"
    assert [match["number"] for match in told[0]["matches"]] == [1]
    assert (told[2]["id"], "64 lower-case" in told[2]["message"]) == ("wrong", True)
    assert told[3] == {"message": "`signals` is a list of 1 to 20 signals"}
    (unseen,) = told[4]["matches"]
    assert (unseen["list"], unseen["reviewed"]) == ("self-reported", False)
    (disputed,) = told[11]["matches"]
    assert (told[11]["id"], disputed["disputed"]) == ("n9", True)
    assert sum(bool(item.get("matches")) for item in told) == 4


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": {}}, {"items": [{}] * 1_001}, [], "x", None])
def test_a_batch_is_a_list_of_some_items(ask: Asking, body: object) -> None:
    assert ask("POST", "/v1/matches", body).status == 400


def test_lists_are_told_to_those_who_may_see_them(ask: Asking, lists: Lists) -> None:
    told = ask("GET", "/v1/lists").json
    assert told["lists"] == [
        {"list": "baseline", "version": 1, "entries": 3, "acknowledged": 1},
        {"list": "self-reported", "version": 1, "entries": 1, "acknowledged": 1},
    ]
    assert (told["hashes"], told["trouble"], told["read_anew"]) == (4, "", [])
    assert client(lists, Scope.MATCH)("GET", "/v1/lists").status == 403
    assert client(lists, Scope.BANKS)("POST", "/v1/match", hashes(PDQ)).status == 403


def test_a_quota_counts_look_ups_and_not_requests(lists: Lists) -> None:
    ask = client(lists, Scope.MATCH, per_minute=10)
    assert ask("POST", "/v1/matches", {"items": [hashes(PDQ)] * 9}).status == 200
    assert ask("POST", "/v1/matches", {"items": [hashes(PDQ)] * 2}).status == 429
    assert ask("POST", "/v1/match", hashes(PDQ)).status == 200
    several = {"signals": [{"method": "pdq", "value": flipped(PDQ, bits)} for bits in range(20)]}
    for address, body in (("/v1/match", several), ("/v1/matches", {"items": [several]})):
        counting = client(lists, Scope.MATCH, per_minute=39)
        assert [counting("POST", address, body).status for _ in range(2)] == [200, 429]
    refused = ask("POST", "/v1/match", encoded("coffee"))
    assert (refused.status, refused.headers["Retry-After"]) == (429, "60")
    assert refused.json["message"] == "this is more than you may ask in a minute: ask again in 60 seconds"


def test_a_film_is_found_by_a_part_of_it_and_the_parts_are_told_to_who_may_know(film_lists: Lists) -> None:
    cut = part(1, 1.0, 3.5, 4.0)
    plain = client(film_lists, Scope.MATCH)("POST", "/v1/match", cut, "video/mp4").json
    (match,) = plain["matches"]
    assert (match["number"], match["kind"], plain["compared"][-1]) == (FILM, "film", "film")
    assert match.keys() == KEYS
    told = client(film_lists, Scope.MATCH, Scope.DETAIL)("POST", "/v1/match", cut, "video/mp4").json["matches"][0]
    assert told.keys() - KEYS == {"method", "distance", "orientation", "parts"}
    (one,) = told["parts"]
    assert one["known"] == pytest.approx([1.0, 3.5], abs=0.3)


def test_a_film_costs_its_client_the_time_that_it_takes(film_lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_lists._filming, "_clock", count(0, 5).__next__)  # each takes five seconds
    ask, upload = client(film_lists, Scope.MATCH, per_minute=100), film(3, 1.0)
    assert [ask("POST", "/v1/match", upload, "video/mp4").status for _ in range(2)] == [200, 429]
    ask = client(film_lists, Scope.MATCH, per_minute=102)
    batched = ask("POST", "/v1/matches", *form(one=upload, two=upload, three=upload)).json["items"]
    assert ["message" in item for item in batched] == [False, False, True]


def test_frames_of_a_film_are_asked_for_as_they_are_and_each_counts(film_lists: Lists) -> None:
    frames = [f"{worse(look(5, place), 9).hex()},90,{place / 2:.3f}" for place in range(4, 14)]
    vpdq, film = hashes(json.dumps(frames), "vpdq"), hashes(signal(drawn(5)).value, "film")
    ask = client(film_lists, Scope.MATCH, per_minute=40)
    assert [match["number"] for match in ask("POST", "/v1/match", vpdq).json["matches"]] == [5]
    assert [match["number"] for match in ask("POST", "/v1/match", film).json["matches"]] == [5]
    assert ask("POST", "/v1/match", film).status == 429
    ask = client(film_lists, Scope.MATCH)
    wrong = [hashes("[]", "vpdq"), hashes("ab", "film"), hashes("ab" * 40, "film"), hashes("{", "vpdq")]
    answers = ask("POST", "/v1/matches", {"items": [*wrong, film, {"signals": vpdq["signals"] * 5}]}).json["items"]
    assert ["message" in answer for answer in answers] == [True, True, True, True, False, True]
    for each in wrong:
        assert ask("POST", "/v1/match", each).status == 400


@pytest.mark.parametrize("kept", [40, 900])
def test_what_begins_as_a_film_and_is_none_is_refused(film_lists: Lists, kept: int) -> None:
    content = film(1, 4.0)[:kept] + bytes(2_000)
    answer = client(film_lists, Scope.MATCH)("POST", "/v1/match", content, "video/mp4")
    assert (answer.status, "can't be compared" in answer.json["message"]) == (400, True)
