"""Only who is named is answered, for what their scopes say, as much as their minute allows."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from havre.entrypoints.matching.answers import TooMuch, Unknown
from havre.entrypoints.matching.clients import Client, Clients, Scope, clients_of
from havre.errors import Invalid, Refused

KEY = "key-of-uploads"


def written(folder: Path, text: str) -> Path:
    path = folder / "clients.toml"
    path.write_text(text)
    return path


def named(folder: Path, **more: object) -> Clients:
    lines = {"name": '"uploads"', "key_sha256": f'"{sha256(KEY.encode()).hexdigest()}"'} | more
    return clients_of(written(folder, "[[client]]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items())))


def test_a_client_is_known_by_its_key(tmp_path: Path) -> None:
    clients = named(tmp_path, scopes='["match", "detail"]', per_minute=100)
    found = clients.of({"HTTP_AUTHORIZATION": f"Bearer {KEY}", "REMOTE_ADDR": "192.0.2.7"})
    assert (found.name, found.scopes, found.per_minute) == ("uploads", frozenset({Scope.MATCH, Scope.DETAIL}), 100)
    found.must(Scope.MATCH)
    with pytest.raises(Refused, match="banks"):
        found.must(Scope.BANKS)


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer another", f"Basic {KEY}", KEY, f"Bearer {KEY}x", "Bearer \udcff"]
)
def test_who_has_no_key_is_nobody_even_from_this_machine(tmp_path: Path, said: str) -> None:
    with pytest.raises(Unknown):
        named(tmp_path).of({"HTTP_AUTHORIZATION": said, "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"})


class Line:
    """A connection over TLS on which a certificate was shown."""

    def __init__(self, shown: bytes | None) -> None:
        self.shown = shown

    def getpeercert(self, binary_form: bool) -> bytes | None:
        assert binary_form
        return self.shown


def test_a_client_is_known_by_its_certificate(tmp_path: Path) -> None:
    digest = sha256(b"certificate").hexdigest()
    clients = clients_of(written(tmp_path, f'[[client]]\nname = "a"\ncertificate_sha256 = "{digest}"\n'))
    assert clients.of({"gunicorn.socket": Line(b"certificate")}).name == "a"
    for line in (Line(b"another"), Line(None), object()):
        with pytest.raises(Unknown):
            clients.of({"gunicorn.socket": line})


def test_without_names_programs_of_this_machine_may_match_and_see_lists_and_learn_no_detail() -> None:
    clients = Clients(None)
    here = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8100"}
    assert clients.of(here).scopes == {Scope.MATCH, Scope.BANKS}
    others: list[dict[str, Any]] = [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_HOST": "rebound.example:8100"},
        {"HTTP_ORIGIN": "http://localhost:8100"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
    ]
    for other in others:
        with pytest.raises(Unknown):
            clients.of(here | other)


def test_a_minute_holds_so_many_look_ups_and_then_the_next_begins() -> None:
    client = Client("a", frozenset({Scope.MATCH}), 100)
    client.take(60, 1_000.0)
    with pytest.raises(TooMuch) as refused:
        client.take(41, 1_020.0)
    assert refused.value.seconds == 40
    client.take(40, 1_020.0)
    client.take(100, 1_061.0)
    with pytest.raises(TooMuch):
        client.take(101, 2_000.0)
    Client("b", frozenset()).take(10**9, 0.0)


def test_what_turned_out_to_be_more_is_owed_for_as_many_minutes_as_it_takes() -> None:
    client = Client("a", frozenset({Scope.MATCH}), 100)
    client.take(1, 1_000.0)
    client.owe(250, 1_050.0)
    for minute in (1_050.0, 1_060.0, 1_125.0):
        with pytest.raises(TooMuch):
            client.take(60, minute)
    client.take(49, 1_130.0)
    client.take(60, 1_190.0)
    client.take(100, 500.0)
    free = Client("b", frozenset())
    free.owe(10**9, 0.0)
    free.take(10**9, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "client = 1",
        "[[client]]\n[other]",
        "no toml",
        '[[client]]\nname = "a"\n',
        '[[client]]\nname = "a"\nkey_sha256 = "short"\n',
        f'[[client]]\nname = ""\nkey_sha256 = "{"0" * 64}"\n',
        f'[[client]]\nname = "a"\nkey_sha256 = "{"0" * 64}"\nscopes = ["all"]\n',
        f'[[client]]\nname = "a"\nkey_sha256 = "{"0" * 64}"\nscopes = []\n',
        f'[[client]]\nname = "a"\nkey_sha256 = "{"0" * 64}"\nper_minute = 0\n',
        f'[[client]]\nname = "a"\nkey_sha256 = "{"0" * 64}"\nkey = "in clear"\n',
        f'[[client]]\nname = "a"\nkey_sha256 = "{"0" * 64}"\n' * 2,
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        clients_of(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="can't be read"):
        clients_of(tmp_path / "nowhere")
    assert clients_of(None).of({"REMOTE_ADDR": "::1"}).name == "this machine"
