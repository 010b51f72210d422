"""Many uploads in one form: each has its own answer or error, and none is in memory longer than it is compared."""

import io
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.matching import asked, batches
from havre.entrypoints.matching.answers import TooMuch
from havre.entrypoints.matching.asked import LARGEST_BATCH, LARGEST_MEDIA, Incoming
from havre.entrypoints.matching.batches import AT_ONCE, MOST_UPLOADS, Part, parts_of
from havre.entrypoints.matching.clients import Scope
from havre.errors import Invalid
from havre.flows.match_uploads import Lists
from tests.entrypoints.matching.asking import Asking, form
from tests.entrypoints.matching.conftest import LISTED, encoded
from tests.entrypoints.matching.test_app import answered
from tests.entrypoints.matching.test_own import client

ZIP = b"PK\x03\x04" + b"\0" * 60


def read(body: bytes, boundary: str = "frontier", largest: int = LARGEST_MEDIA) -> list[Part]:
    return list(parts_of(Incoming(io.BytesIO(body).read, len(body)), boundary, largest))


def test_each_upload_has_its_own_answer_or_error(ask: Asking) -> None:
    uploads: dict[str, bytes | str] = {
        "turned": encoded("astronaut", mirrored=True),
        "words": "no file",
        "garbage": b"garbage" * 30,
        "new": encoded("coffee"),
        "zip": ZIP,
        "empty": b"",
        "same": encoded("astronaut"),
    }
    told = ask("POST", "/v1/matches", *form(**uploads))
    assert (told.status, answered(told, "/v1/matches", "post")) == (200, True)
    items = told.json["items"]
    assert [item["id"] for item in items] == list(uploads)
    assert [[match["number"] for match in item.get("matches", [])] for item in items] == [
        *([LISTED], [], [], [], [], [], [LISTED])
    ]
    assert [item.get("message", "")[:31] for item in items] == [
        *("", "this field is no file", "this upload can't be compared: ", "", "", "this upload can't be compared: ", "")
    ]
    assert items[3]["compared"] == ["md5", "sha1", "sha256", "pdq"]
    assert items[4]["why_not"] == "zip files are compared by their bytes alone"


def test_one_by_one_or_many_together_the_answers_are_the_same(ask: Asking) -> None:
    contents = [encoded("astronaut"), ZIP, b"garbage"] + [ZIP + bytes([number]) for number in range(AT_ONCE)]
    body, kind = form(**{f"n{number}": content for number, content in enumerate(contents)})
    many = ask("POST", "/v1/matches", body, kind).json["items"]
    for number in (0, 1, 2, AT_ONCE + 2):
        one = ask("POST", "/v1/match", contents[number], "image/png").json
        assert many[number] == {"id": f"n{number}"} | one


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=x"),
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
        (form(a=ZIP)[0], "multipart/form-data"),
        (form(a=ZIP)[0], "multipart/form-data; boundary=other"),
        (form(a=ZIP)[0][:-20], form()[1]),
        (b"--x\r\n" + b"A: b\r\n" * 2_000, "multipart/form-data; boundary=x"),
        form(**{f"n{number}": b"PK\x03\x04" for number in range(MOST_UPLOADS + 1)}),
    ],
)
def test_what_is_no_form_of_uploads_is_refused_as_a_whole(ask: Asking, body: bytes, kind: str) -> None:
    told = ask("POST", "/v1/matches", body, kind)
    assert (told.status, list(told.json)) == (400, ["message"])


def test_a_form_has_a_most_and_so_has_each_upload_of_it(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    body, kind = form(large=b"x" * 300, small=ZIP)
    assert read(body, largest=100) == [
        Part("large", why_not="an upload of more than 100 bytes is not read"),
        Part("small", ZIP),
    ]
    told = ask("POST", "/v1/matches", b"x", kind, CONTENT_LENGTH=str(LARGEST_BATCH + 1))
    assert told.status == 413
    monkeypatch.setattr(asked, "LARGEST_BATCH", 99)
    assert ask("POST", "/v1/matches", body, kind).status == 413


def test_films_are_few_in_a_form(ask: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_FILMS", 0)
    (item,) = ask("POST", "/v1/matches", *form(film=b"\0\0\0\x18ftypmp42" + b"\0" * 40)).json["items"]
    assert item["message"] == "of films, a form holds at most 0: send this one in another"


def test_who_may_ask_how_much_holds_for_uploads_too(ask: Asking, lists: Lists) -> None:
    assert client(lists, Scope.BANKS)("POST", "/v1/matches", *form(a=ZIP)).status == 403
    some = client(lists, Scope.MATCH, per_minute=2)
    items = some("POST", "/v1/matches", *form(a=ZIP, b=ZIP, c=ZIP)).json["items"]
    assert ["matches" in item for item in items] == [True, True, False]
    assert items[2]["message"] == str(TooMuch(60))
    assert some("POST", "/v1/matches", *form(a=ZIP)).status == 429


def test_memory_is_bounded_whatever_a_form_holds() -> None:
    piece, count = b"\0" * (1 << 20), 24
    head = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    body = io.BytesIO((head + piece + b"\r\n") * count + b"--x--\r\n")
    length = len(body.getvalue())
    tracemalloc.start()
    sizes = [len(part.content) for part in parts_of(Incoming(body.read, length), "x")]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [1 << 20] * count
    assert peak < 6 << 20


class Slow(Incoming):
    """A body that comes in small pieces."""

    def __init__(self, read: Callable[[int], bytes], length: int, most: int) -> None:
        super().__init__(read, length)
        self.most = most

    def read(self, most: int) -> bytes:
        return super().read(min(most, self.most))


@given(
    st.lists(st.binary(max_size=60) | st.sampled_from([b"\r\n", b"\r\n--fron", b"--frontier", b"\r"]), max_size=5),
    st.integers(1, 50),
)
def test_parts_come_back_as_they_were_sent_however_they_arrive(contents: list[bytes], most: int) -> None:
    body, _kind = form(**{f"n{number}": content for number, content in enumerate(contents)})
    parts = list(parts_of(Slow(io.BytesIO(body).read, len(body), most), "frontier"))
    assert parts == [Part(f"n{number}", content) for number, content in enumerate(contents)]


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_read(body: bytes) -> None:
    for sent in (body, b"--frontier\r\n" + body, form(a=body)[0][:-3]):
        with suppress(Invalid):
            read(sent)
