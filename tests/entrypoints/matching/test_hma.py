"""The API of HMA: the shapes that a running one answers, and what this one refuses to do."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from havre.entrypoints.matching import hma
from havre.entrypoints.matching.app import App
from havre.entrypoints.matching.clients import Clients, Scope
from havre.flows.match_uploads import Lists
from havre.subscription.feed import Subscription
from tests.entrypoints.matching.asking import Asking, form
from tests.entrypoints.matching.conftest import FILM, LISTED, encoded, listed
from tests.entrypoints.matching.test_own import client
from tests.films import part
from tests.hashlists.filmed import look
from tests.hashlists.made import made
from tests.subscription.test_known import flipped

PDQ = listed().signals[0].value
NEAR = flipped(PDQ, 8)
WORDS = urlencode({"signal": NEAR, "signal_type": "pdq"}).encode()
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def compatible(lists: Lists) -> Asking:
    """A service on a private network."""
    return Asking(App(lists, Clients(None), lambda: 0.0, hma_compat=True))


def test_a_file_is_hashed(ask: Asking) -> None:
    assert ask("POST", "/h/hash", *form(photo=encoded("astronaut"))).json == {"pdq": PDQ}
    film = b"\0\0\0\x18ftypmp42" + b"\0" * 40
    assert list(ask("POST", "/h/hash", *form(video=film)).json) == ["video_md5"]


def test_a_look_up_names_banks_and_a_distance_that_is_a_word(ask: Asking, lists: Lists) -> None:
    entitled = client(lists, Scope.MATCH, Scope.DETAIL)
    assert entitled("POST", "/m/lookup", WORDS, FORM).json == {
        "BASELINE": [{"bank_content_id": LISTED, "distance": "8"}]
    }
    assert ask("POST", "/m/lookup", WORDS, FORM).json == {"BASELINE": [{"bank_content_id": LISTED, "distance": "0"}]}
    other = urlencode({"signal": made(20).signals[1].value, "signal_type": "video_md5"}).encode()
    assert ask("POST", "/m/lookup", other, FORM).json == {"SELF_REPORTED": [{"bank_content_id": 20, "distance": "0"}]}


def test_a_look_up_by_file_nests_one_level_deeper(lists: Lists) -> None:
    entitled = client(lists, Scope.MATCH, Scope.DETAIL)
    found = {"BASELINE": [{"bank_content_id": LISTED, "distance": "0"}]}
    assert entitled("POST", "/m/lookup", *form(photo=encoded("astronaut"))).json == {"pdq": found}
    assert entitled("POST", "/m/lookup", *form(photo=encoded("astronaut", mirrored=True))).json == {"pdq": found}
    assert entitled("POST", "/m/lookup", *form(photo=encoded("coffee"))).json == {"pdq": {}}


def test_a_raw_look_up_tells_numbers(ask: Asking, lists: Lists) -> None:
    assert ask("POST", "/m/raw_lookup", WORDS, FORM).json == {"matches": [LISTED]}
    entitled = client(lists, Scope.MATCH, Scope.DETAIL)
    for asking, distance in ((ask, "0"), (entitled, "8")):
        told = asking("POST", "/m/raw_lookup", WORDS + b"&include_distance=true", FORM).json
        assert told == {"matches": [{"content_id": LISTED, "distance": distance}]}


def test_two_hashes_of_ones_own_are_compared(ask: Asking) -> None:
    assert ask("POST", "/m/compare", {"pdq": [PDQ, NEAR]}).json == {"pdq": [True, {"distance": 8}]}
    far = {"pdq": [PDQ, flipped(PDQ, 32)], "video_md5": ["0" * 32, "1" * 32]}
    assert ask("POST", "/m/compare", far).json == {"pdq": [False, {"distance": 32}], "video_md5": [False, {}]}
    for wrong in ({"pdq": [PDQ]}, {"pdq": [PDQ, 1]}, {"tlsh": [PDQ, PDQ]}, {"pdq": [PDQ, "ab"]}):
        assert ask("POST", "/m/compare", wrong).status == 400


def test_a_hash_in_an_address_is_answered_on_a_private_network_alone(ask: Asking, compatible: Asking) -> None:
    for path, told in (
        ("/m/lookup", {"BASELINE": [{"bank_content_id": LISTED, "distance": "0"}]}),
        ("/m/raw_lookup", {"matches": [LISTED]}),
    ):
        address = f"{path}?{WORDS.decode()}"
        assert compatible("GET", address).json == told
        refused = ask("GET", address)
        assert (refused.status, NEAR in refused.json["message"]) == (403, False)
    assert compatible("GET", f"/m/raw_lookup?{WORDS.decode()}&include_distance=true").json == {
        "matches": [{"content_id": LISTED, "distance": "0"}]
    }


@pytest.mark.parametrize("path", ["/h/hash", "/m/lookup"])
def test_nothing_is_ever_fetched_from_an_address(ask: Asking, compatible: Asking, path: str) -> None:
    for asking in (ask, compatible):
        told = asking("GET", f"{path}?url=http://127.0.0.1/secret")
        assert (told.status, "nothing is fetched" in told.json["message"]) == (403, True)
    assert ask("POST", "/m/lookup", b"url=http://127.0.0.1/&signal=1&signal_type=pdq", FORM).status == 403


def test_banks_are_the_lists_and_nobody_changes_them_here(ask: Asking) -> None:
    assert ask("GET", "/c/banks").json == [
        {"name": "BASELINE", "matching_enabled_ratio": 1.0},
        {"name": "SELF_REPORTED", "matching_enabled_ratio": 1.0},
    ]
    assert ask("GET", "/c/bank/BASELINE").json == {"name": "BASELINE", "matching_enabled_ratio": 1.0}
    assert ask("GET", "/c/bank/OTHER").status == 404
    assert ask("GET", "/c/exchanges").json == ["HAVRE"]
    assert [each["name"] for each in ask("GET", "/c/signal_type").json] == ["pdq", "video_md5"]
    assert ask("GET", "/m/index/status").json["pdq"]["size"] == 4
    for verb, path in (
        *(("POST", "/c/banks"), ("POST", "/c/bank/BASELINE/content"), ("POST", "/c/bank/BASELINE/signal")),
        *(("PUT", "/c/bank/BASELINE"), ("DELETE", "/c/bank/BASELINE/content/7"), ("POST", "/c/exchanges")),
        *(("DELETE", "/c/bank/BASELINE"), ("PUT", "/c/bank/BASELINE/content/7"), ("PUT", "/c/signal_type/pdq")),
        *(("POST", "/c/exchange/HAVRE"), ("DELETE", "/c/exchange/HAVRE"), ("POST", "/c/exchanges/api/havre")),
    ):
        for sent in ({"name": "MINE"}, form(photo=encoded("coffee")), b""):
            refused = ask(verb, path, *(sent if isinstance(sent, tuple) else [sent]))
            sentence = "lists come from their feed alone: tell its publisher with a vote"
            assert (refused.status, refused.json) == (403, {"message": sentence})
    assert ask("GET", "/c/bank/BASELINE/content/7").status == 404


def shape(value: object) -> object:
    """What stands where, by kinds: of a list its first, of a number or a word only that it is one."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value)


RECORDED: list[
    tuple[tuple[Any, ...], int, object]
] = [  # formats.md c10, in its order: asked, and the answer of a running HMA
    (("POST", "/h/hash", *form(photo=encoded("astronaut"))), 200, {"pdq": PDQ}),
    (("GET", f"/m/lookup?signal={NEAR}&signal_type=pdq"), 200, {"BASELINE": [{"bank_content_id": 1, "distance": "8"}]}),
    (("POST", "/m/lookup", WORDS, FORM), 200, {"BASELINE": [{"bank_content_id": 1, "distance": "8"}]}),
    (
        ("POST", "/m/lookup", *form(photo=encoded("astronaut"))),
        200,
        {"pdq": {"BASELINE": [{"bank_content_id": 1, "distance": "8"}]}},
    ),
    (("GET", f"/m/raw_lookup?signal={NEAR}&signal_type=pdq"), 200, {"matches": [1]}),
    (
        ("GET", f"/m/raw_lookup?signal={NEAR}&signal_type=pdq&include_distance=true"),
        200,
        {"matches": [{"content_id": 1, "distance": "8"}]},
    ),
    (("POST", "/m/compare", {"pdq": [PDQ, NEAR]}), 200, {"pdq": [True, {"distance": 8}]}),
    (("GET", "/c/banks"), 200, [{"name": "BASELINE", "matching_enabled_ratio": 1.0}]),
    (("GET", "/c/bank/BASELINE"), 200, {"name": "BASELINE", "matching_enabled_ratio": 1.0}),
    (("GET", "/c/exchanges"), 200, ["NAME"]),
    (("GET", "/c/signal_type"), 200, [{"name": "pdq", "enabled_ratio": 1.0}]),
    (("GET", "/m/index/status"), 200, {"pdq": {"built_to": 1, "present": True, "size": 1}}),
    (("POST", "/m/lookup", b"signal=zz&signal_type=pdq", FORM), 400, {"message": "why"}),
    (("GET", "/c/bank/NOWHERE"), 404, {"message": "why"}),
]


@pytest.mark.parametrize(("asked", "status", "recorded"), RECORDED, ids=[str(each[0][1])[:40] for each in RECORDED])
def test_each_recorded_answer_has_its_shape(
    lists: Lists, asked: tuple[Any, ...], status: int, recorded: object
) -> None:
    entitled = client(lists, *Scope)
    entitled.app._hma_compat = True
    told = entitled(*asked)
    assert (told.status, shape(told.json)) == (status, shape(recorded))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        form(photo=b"garbage"),
        form(picture=encoded("coffee")),
        form(photo=encoded("coffee"), video=b"two"),
        form(words="only"),
        (b"signal=zz&signal_type=pdq", FORM),
        (b"signal=00&signal_type=tlsh", FORM),
        (b"signal_type=pdq", FORM),
        (b"\x00" * 50, "image/png"),
        (b"", ""),
    ],
)
@pytest.mark.parametrize("path", ["/h/hash", "/m/lookup"])
def test_garbage_is_refused_with_a_message(ask: Asking, path: str, body: bytes, kind: str) -> None:
    told = ask("POST", path, body, kind)
    assert (told.status, list(told.json)) == (400, ["message"])


def test_status_says_whether_look_ups_can_be_asked(lists: Lists, new_folder: Subscription) -> None:
    assert (hma.status(lists).status, hma.status(lists).body) == (200, b"I-AM-ALIVE")
    with Lists(new_folder, now=lambda: 1_000.0) as fresh:
        asking = Asking(App(fresh, Clients(None), lambda: 0.0))
        assert (asking("GET", "/status").status, asking("GET", "/status").body) == (503, b"INDEX-NOT-LOADED")
        assert asking("POST", "/m/lookup", WORDS, FORM).status == 503
        fresh.refresh()
        assert asking("GET", "/status").body == b"I-AM-ALIVE"
        fresh._now = lambda: 1_000.0 + 3_601.0
        assert (asking("GET", "/status").status, asking("GET", "/status").body) == (503, b"INDEX-STALE")
        assert asking("POST", "/m/lookup", WORDS, FORM).status == 200


def test_a_film_is_told_beside_the_hash_that_these_clients_look_for_and_asked_for_by_vpdq(film_lists: Lists) -> None:
    ask = Asking(App(film_lists, Clients(None), lambda: 0.0))
    found = {"BASELINE": [{"bank_content_id": FILM, "distance": "0"}]}
    assert ask("POST", "/m/lookup", *form(video=part(1, 1.0, 3.5, 4.0))).json == {"video_md5": found}
    frames = json.dumps([f"{look(5, place).hex()},90,{place / 2:.3f}" for place in range(4, 14)])
    asked = {"signal_type": "vpdq", "signal": frames}
    assert ask("POST", "/m/raw_lookup", urlencode(asked).encode(), FORM).json == {"matches": [5]}
    assert ask("POST", "/m/compare", {"vpdq": [frames, frames]}).status == 400
