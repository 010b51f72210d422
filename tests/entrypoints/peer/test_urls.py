"""The two addresses: who shows no certificate finds nothing, trouble is one sentence, and of our own there is none."""

import ssl
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from havre.entrypoints.peer.node import serve
from havre.entrypoints.peer.urls import DOOR
from havre.flows.introduce import get_to_know, introduce
from havre.flows.receive import NOBODY
from havre.sealing.bundle import MOST_REQUEST, Request, asked, read_answer
from havre.sealing.certificate import door_of
from havre.sealing.message import Place
from havre.sealing.peer import fingerprint
from havre.settings import Settings
from tests.cast import Node, node
from tests.network.known import file_of
from tests.sealing.wire import FRANCE, ITALY, NODES, SEEDS

SECRETS = {"FR": FRANCE, "IT": ITALY}
MESSAGES = "/peer/1/messages"


def certificate(country: str) -> bytes:
    """What a node shows at the door."""
    pem = door_of(SEEDS[country], SECRETS[country]).decode()
    return ssl.PEM_cert_to_DER_cert(pem.partition("-----END PRIVATE KEY-----\n")[2])


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    """A served node that accepted France."""
    with node(database) as found, override_settings(ROOT_URLCONF="havre.entrypoints.peer.urls", MIDDLEWARE=[]):
        serve(found.home)
        introduce(found.home, found.anke, "Belgium")
        get_to_know(found.home, found.anke, file_of("FR"), fingerprint(NODES["FR"]))
        yield found


def request(here: Node, country: str = "FR", recipient: str = "") -> str:
    """A question of a node, signed by it."""
    now = "2026-03-02T12:00:00+00:00"
    claims = Request(1, (1,), NODES[country], recipient or here.home.node, "00" * 16, now, 1, 1, Place())
    return asked(claims, [], SECRETS[country].signer)[0]


def post(text: str | bytes, country: str = "FR", path: str = MESSAGES) -> tuple[int, str]:
    """Status and body."""
    shown = {DOOR: certificate(country)} if country else {}
    answer = Client().generic("POST", path, text, "text/plain", **shown)  # type: ignore[arg-type]
    return answer.status_code, answer.content.decode()


def test_a_peer_gets_a_signed_answer(here: Node) -> None:
    status, body = post(request(here))
    assert (status, read_answer(body)[1].recipient) == (200, NODES["FR"])


@pytest.mark.parametrize("country", ["", "IT"])
def test_who_is_no_peer_finds_nothing_whatever_is_asked(here: Node, country: str) -> None:
    there_is_nothing = (404, f"{NOBODY}\n")
    for text in (request(here), request(here, "IT"), "nonsense"):
        for path in (MESSAGES, f"/peer/1/relay/{NODES['FR']}", f"/peer/1/relay/{'0' * 64}"):
            assert post(text, country, path) == there_is_nothing


@pytest.mark.parametrize(
    ("text", "status"), [(b"\xff", 400), (b"nonsense", 400), (b"", 400), (b"a" * (MOST_REQUEST + 1), 400)]
)
def test_what_is_no_request_is_said_in_a_sentence(here: Node, text: bytes, status: int) -> None:
    found, body = post(text)
    assert (found, body.count("\n"), here is not None) == (status, 1, True)


def test_a_request_to_another_node_finds_nothing(here: Node) -> None:
    assert post(request(here, recipient=NODES["IT"])) == (404, f"{NOBODY}\n")


def test_a_node_in_trouble_says_nothing_of_it(here: Node) -> None:
    here.home.settings.halted.write_text("a secret of this node")
    assert post(request(here)) == (503, "this node cannot answer now\n")


def test_nothing_else_is_there(here: Node) -> None:
    assert Client().get(MESSAGES).status_code == 405
    for path in ("/", "/desk", "/peer", "/peer/1", "/static/x"):
        assert Client().get(path).status_code == 404
    assert here
