"""Files sent piece by piece arrive as they are, whatever is cut, and nobody else's are touched."""

import errno
import http.client
import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from havre.cases.models import Chunk, Order, State, Upload
from havre.cases.upload import CHUNK, LARGEST
from havre.flows.dossier import open_dossier
from havre.flows.ordering import order_files
from havre.flows.uploading import sweep
from havre.media.disk import Files
from havre.media.store import Store
from havre.settings import Settings
from tests.cast import Node, node
from tests.sending import announce, arrived, headers, patch, send
from tests.web import server_of, visiting

SMALL = 1 << 16
"""Pieces of tests that need many."""


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        open_dossier(found.home, found.anke, "A", "a warrant", "a test")
        open_dossier(found.home, found.chiara, "I", "a warrant", "a test")
        yield found


@pytest.fixture
def order(here: Node) -> Order:
    return order_files(here.home, here.bram, "A")


def spooled(node: Node) -> list[Path]:
    return [path for path in node.home.settings.uploads.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, *(n * CHUNK + d for n in (1, 2) for d in (-1, 0, 1))])
def test_every_size_around_a_boundary_arrives_as_it_is(here: Node, order: Order, size: int) -> None:
    client = visiting(here, here.bram.person)
    content = Random(size).randbytes(size)
    upload = send(client, order, "a/b.bin", content)
    assert arrived(here, upload) == content
    told = client.get(f"/uploads/{upload}")
    assert (told.headers["Upload-Offset"], told.headers["Upload-Length"]) == (str(size), str(size))
    assert client.head(f"/uploads/{upload}").headers["Upload-Offset"] == str(size)


def test_nothing_readable_lies_on_the_disk_and_no_name_of_a_browser_is_a_path(here: Node, order: Order) -> None:
    content = b"a picture of a harbour, many times. " * 4000
    send(visiting(here, here.bram.person), order, "../../../etc/harbour.jpg", content)
    files = [path for path in here.home.settings.home.rglob("*") if path.is_file() and "sqlite" not in path.name]
    assert len(spooled(here)) == 1
    assert [path for path in files if b"harbour" in path.read_bytes() or "harbour" in str(path)] == []


def test_a_piece_that_begins_elsewhere_is_told_where_the_upload_ends(here: Node, order: Order) -> None:
    client = visiting(here, here.bram.person)
    (told,) = announce(client, order, ("a", 30))
    assert patch(client, told["id"], 0, b"0123456789").json()["offset"] == 10
    for offset in (0, 5, 11, 20):
        answer = patch(client, told["id"], offset, b"0123456789")
        assert (answer.status_code, answer.json()["offset"], answer.headers["Upload-Offset"]) == (409, 10, "10")
    assert len(spooled(here)) == Chunk.objects.count() == 1


@pytest.mark.parametrize(
    ("piece", "changed", "sentence"),
    [
        (b"0123456789", {"Upload_Checksum": "sha256 " + "A" * 43 + "="}, "did not arrive as it was sent"),
        (b"0123456789", {"Upload_Checksum": "sha256 ///"}, "SHA-256"),
        (b"0123456789", {"Upload_Checksum": ""}, "SHA-256"),
        (b"0123456789", {"Upload_Offset": "-1"}, "where it begins"),
        (b"0123456789", {"Upload_Offset": "²"}, "where it begins"),
        (b"", {}, "how long it is"),
        (b"x" * 31, {}, "beyond the end"),
    ],
)
def test_a_piece_that_is_not_right_is_refused_and_not_kept(
    here: Node, order: Order, piece: bytes, changed: dict[str, str], sentence: str
) -> None:
    client = visiting(here, here.bram.person)
    (told,) = announce(client, order, ("a", 30))
    answer = patch(client, told["id"], 0, piece, Accept="application/json", **changed)
    assert answer.status_code == 400
    assert sentence in answer.json()["sentence"]
    assert spooled(here) == []
    assert Upload.objects.get().received == 0


def test_a_piece_that_is_too_long_is_refused(here: Node, order: Order) -> None:
    client = visiting(here, here.bram.person)
    (told,) = announce(client, order, ("a", CHUNK + 1))
    answer = patch(client, told["id"], 0, bytes(CHUNK + 1), Accept="application/json")
    assert (answer.status_code, "8,388,608" in answer.json()["sentence"]) == (400, True)


def test_an_upload_is_its_senders_alone(here: Node, order: Order) -> None:
    (told,) = announce(visiting(here, here.bram.person), order, ("secret.jpg", 10))
    for stranger in (here.anke.person, here.chiara.person):
        client = visiting(here, stranger)
        nowhere = client.get("/uploads/999999")
        for answer in (client.get(f"/uploads/{told['id']}"), patch(client, told["id"], 0, b"0123456789")):
            assert answer.status_code == 404
            assert _without_token(answer.text) == _without_token(nowhere.text)
        for act in ("", "/send"):
            asked = client.post if act else client.get
            assert asked(f"/intakes/upload/{order.pk}{act}").status_code == 404
        told_files = json.dumps({"order": order.pk, "files": [{"name": "mine", "size": 1}]})
        assert client.post("/uploads", told_files, content_type="application/json").status_code == 404
    assert Upload.objects.get().received == 0


def _without_token(text: str) -> str:
    return re.sub(r'"[^"]*csrf[^"]*"[^>]*>|X-CSRFToken[^}]*', "", text)


def test_nothing_is_changed_without_the_token_of_the_page(here: Node, order: Order) -> None:
    (told,) = announce(visiting(here, here.bram.person), order, ("a", 10))
    client = Client(enforce_csrf_checks=True)
    client.force_login(here.bram.person)
    assert patch(client, told["id"], 0, b"0123456789").status_code == 403
    assert client.post("/uploads", "{}", content_type="application/json").status_code == 403
    assert client.post(f"/intakes/upload/{order.pk}/send").status_code == 403
    assert Upload.objects.get().received == 0


def test_what_is_too_large_is_refused_by_itself_and_the_rest_is_not(here: Node, order: Order) -> None:
    here.home.free = lambda _: 1 << 50
    too_large, fits = announce(visiting(here, here.bram.person), order, ("film", LARGEST + 1), ("b", LARGEST))
    assert "10 GiB" in too_large["sentence"]
    assert fits["offset"] == 0


def test_where_the_disk_lacks_room_nothing_is_begun(here: Node, order: Order) -> None:
    here.home.free = lambda _: 1 << 30
    told = {"order": order.pk, "files": [{"name": "film", "size": 1 << 30}]}
    client = visiting(here, here.bram.person)
    answer = client.post(
        "/uploads", json.dumps(told), content_type="application/json", headers={"Accept": "application/json"}
    )
    assert (answer.status_code, "no room" in answer.json()["sentence"]) == (503, True)
    assert not Upload.objects.exists()


def test_a_full_disk_costs_one_piece_and_nothing_that_was_sent(here: Node, order: Order) -> None:
    client = visiting(here, here.bram.person)
    (told,) = announce(client, order, ("a", 20))
    assert patch(client, told["id"], 0, b"0123456789").status_code == 200

    def full(_descriptor: int, _content: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    working, here.home.spool = here.home.spool, Store(here.home.settings.uploads, files=Files(write=full))
    answer = patch(client, told["id"], 10, b"abcdefghij", Accept="application/json")
    assert (answer.status_code, "no room" in answer.json()["sentence"]) == (503, True)
    here.home.spool = working
    assert len(spooled(here)) == 1
    assert patch(client, told["id"], 10, b"abcdefghij").json()["offset"] == 20
    assert arrived(here, told["id"]) == b"0123456789abcdefghij"


def test_a_file_chosen_again_goes_on_and_another_of_its_name_does_not(here: Node, order: Order) -> None:
    client = visiting(here, here.bram.person)
    (told,) = announce(client, order, ("a", 20))
    patch(client, told["id"], 0, b"0123456789")
    again, other = announce(client, order, ("a", 20), ("a", 21))
    first = {"bytes": 10, "sha256": sha256(b"0123456789").hexdigest()}
    assert again == {"id": told["id"], "name": "a", "size": 20, "offset": 10, "first": first}
    assert "Another file called a" in other["sentence"]


@pytest.mark.parametrize(
    "told", ["", "[]", "{}", '{"order": 1}', '{"order": "1", "files": []}', '{"order": 1, "files": [{"name": 1}]}']
)
def test_an_announcement_that_is_none_is_refused(here: Node, told: str) -> None:
    client = visiting(here, here.bram.person)
    assert client.post("/uploads", told, content_type="application/json").status_code == 400


def test_an_order_is_handed_over_once_everything_is_there(here: Node, order: Order) -> None:
    client = visiting(here, here.bram.person)
    address = f"/intakes/upload/{order.pk}/send"
    assert "choose files first" in client.post(address).text
    (told,) = announce(client, order, ("a", 20))
    assert "has not arrived whole" in client.post(address).text
    shown = f"/intakes/upload/{order.pk}"
    assert 'id="begin" hidden' in client.get(shown).text, "nothing to press that can only be refused"
    send(client, order, "a", b"01234567890123456789")
    assert 'id="begin">' in client.get(shown).text
    assert client.post(address).headers["Location"] == f"/intakes/asked/{order.pk}"
    order.refresh_from_db()
    assert order.state == State.WAITING
    assert patch(client, told["id"], 20, b"x").status_code == 400
    late = json.dumps({"order": order.pk, "files": [{"name": "late", "size": 1}]})
    assert client.post("/uploads", late, content_type="application/json").status_code == 400


# ---- over a real connection ----


@contextmanager
def signed_in(here: Node) -> Iterator[dict[str, str]]:
    """Cookies and token of Bram, made in this process: the server reads the same database and signs alike."""
    client = visiting(here, here.bram.person)
    client.get("/cases")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    yield {"Cookie": cookies, "X-CSRFToken": client.cookies["csrftoken"].value, "Accept": "application/json"}


def ask(port: int, method: str, address: str, told: dict[str, str], body: bytes = b"") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, address, body, told)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def cut(port: int, address: str, told: dict[str, str], body: bytes, after: int) -> None:
    """Send so many bytes of a piece, then let the cable go."""
    lines = [f"PATCH {address} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in told.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + body[:after])


def sent_with(
    port: Callable[[], int], here: Node, upload: int, content: bytes, cuts: list[int], cutting: Callable[..., None]
) -> None:
    """Send everything in pieces of SMALL, with a cut at each of these places of the file."""
    with signed_in(here) as told:
        left, offset = sorted(cuts), 0
        while offset < len(content):
            piece = content[offset : offset + SMALL]
            own = {**told, **headers(offset, piece)}
            if left and left[0] < offset + len(piece):
                cutting(f"/uploads/{upload}", own, piece, left.pop(0) - offset)
                _, state = ask(port(), "GET", f"/uploads/{upload}", told)
                assert state["offset"] == offset  # what was not acknowledged is not there
                continue
            status, state = ask(port(), "PATCH", f"/uploads/{upload}", own, piece)
            assert (status, state["offset"]) == (200, offset + len(piece))
            offset = state["offset"]


@pytest.mark.parametrize("seed", [1])
def test_cut_at_fifty_places_and_resumed_it_is_identical(
    here: Node, order: Order, database: Settings, seed: int
) -> None:
    chance = Random(seed)
    content = chance.randbytes(20 * SMALL + 4321)
    (told,) = announce(visiting(here, here.bram.person), order, ("film.mp4", len(content)))
    with server_of(database) as server:
        cuts = [chance.randrange(len(content)) for _ in range(50)]
        port = server.port
        sent_with(lambda: port, here, told["id"], content, cuts, lambda *given: cut(port, *given))
    assert arrived(here, told["id"]) == content
    assert len(spooled(here)) == Chunk.objects.count() == 21


def test_a_server_killed_in_the_middle_and_begun_again_goes_on(here: Node, order: Order, database: Settings) -> None:
    chance = Random(7)
    content = chance.randbytes(6 * SMALL + 99)
    (told,) = announce(visiting(here, here.bram.person), order, ("film.mp4", len(content)))
    with killed_again_and_again(database) as (port, killing):
        sent_with(port, here, told["id"], content, [5, 3 * SMALL + 1, 6 * SMALL + 98], killing)
    assert arrived(here, told["id"]) == content


@contextmanager
def killed_again_and_again(settings: Settings) -> Iterator[tuple[Callable[[], int], Callable[..., None]]]:
    """A server that is killed with -9 in the middle of each piece that is to be cut, and begun anew."""
    running = [server_of(settings)]
    server = [running[0].__enter__()]

    def killing(address: str, told: dict[str, str], piece: bytes, after: int) -> None:
        cut(server[0].port, address, told, piece, after)
        server[0].kill()
        running[0] = server_of(settings)
        server[0] = running[0].__enter__()

    try:
        yield lambda: server[0].port, killing
    finally:
        running[0].__exit__(None, None, None)


class _Tab(Thread):
    """A browser that sends a file from wherever the server says that it ends."""

    def __init__(self, port: int, told: dict[str, str], upload: int, content: bytes) -> None:
        super().__init__()
        self.port, self.told, self.upload, self.content, self.trouble = port, told, upload, content, ""

    def run(self) -> None:
        offset = 0
        while offset < len(self.content):
            piece = self.content[offset : offset + SMALL]
            told = {**self.told, **headers(offset, piece)}
            status, state = ask(self.port, "PATCH", f"/uploads/{self.upload}", told, piece)
            if status not in (200, 409):
                self.trouble = f"{status} {state}"
                return
            offset = state["offset"]


def test_of_two_tabs_at_once_one_wins_each_piece(here: Node, order: Order, database: Settings) -> None:
    content = Random(5).randbytes(8 * SMALL)
    (told,) = announce(visiting(here, here.bram.person), order, ("a", len(content)))
    with server_of(database) as server, signed_in(here) as mine:
        tabs = [_Tab(server.port, mine, told["id"], content) for _ in range(2)]
        for tab in tabs:
            tab.start()
        for tab in tabs:
            tab.join()
    assert [tab.trouble for tab in tabs] == ["", ""]
    assert arrived(here, told["id"]) == content
    assert len(spooled(here)) == Chunk.objects.count() == 8


def test_a_stray_piece_is_swept_away_once_it_is_old(here: Node, order: Order) -> None:
    upload = send(visiting(here, here.bram.person), order, "a", b"0123456789")
    unit = str(here.bram.unit.pk)
    content = b"sealed, and the server died before it was noted"
    here.home.spool.keep(
        content, sha256(content).digest(), unit=unit, unit_key=here.home.keys.unit(unit), purpose="upload"
    )
    assert sweep(here.home, datetime.now(UTC)) == 0
    assert sweep(here.home, datetime.now(UTC) + timedelta(hours=2)) == 1
    assert arrived(here, upload) == b"0123456789"
    assert len(spooled(here)) == 1
