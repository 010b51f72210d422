"""`havre match`: one look-up, and the service, as a person of a platform gives it."""

import http.client
import ipaddress
import json
import re
import signal
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from havre.entrypoints.command.match import Binding, _by, command, hashes_of
from havre.errors import Invalid
from tests.command_line import environment
from tests.conftest import Havre
from tests.entrypoints.matching.conftest import FILM, LISTED, encoded, entries, listed
from tests.films import film, part
from tests.flows.test_match_films import decoded
from tests.hashlists.filmed import filmed
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher, serving
from tests.web import free_port


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        running.publish(entries())
        yield running


@pytest.fixture
def words(publisher: Publisher, tmp_path: Path) -> list[str]:
    """What every command is told."""
    (tmp_path / "token").write_text(TOKEN)
    told = ["--feed", publisher.base, "--root", str(publisher.root_file(tmp_path))]
    return [*told, "--token", str(tmp_path / "token"), "--home", str(tmp_path / "lists")]


def test_a_file_and_a_hash_are_looked_up(havre_without_home: Havre, words: list[str], tmp_path: Path) -> None:
    (tmp_path / "upload.png").write_bytes(encoded("astronaut", mirrored=True))
    told = havre_without_home("match", tmp_path / "upload.png", *words, "--json").json
    (match,) = told["matches"]
    assert (match["list"], match["number"], match["orientation"]) == ("baseline", LISTED, "mirrored")
    assert (told["compared"], told["why_not"]) == (["md5", "sha1", "sha256", "pdq"], "")
    found = havre_without_home("match", made(20).signals[0].value, *words)
    assert re.search(r"self-reported +20 .*look first", found.stdout)
    assert havre_without_home("match", "0" * 32, *words).stdout == "In none of the lists.\n"
    wrong = havre_without_home("match", "xyz", *words)
    assert (wrong.exit, "no hash of 32, 40 or 64" in wrong.stderr) == (1, True)


def test_a_film_is_looked_up_by_its_parts(
    havre_without_home: Havre, words: list[str], publisher: Publisher, tmp_path: Path
) -> None:
    publisher.publish({"films": [filmed(FILM, decoded(film(1, 4.0)))]})
    (tmp_path / "cut.mp4").write_bytes(part(1, 1.0, 3.5, 4.0))
    (match,) = havre_without_home("match", tmp_path / "cut.mp4", *words, "--json").json["matches"]
    assert (match["list"], match["number"], match["method"], len(match["parts"])) == ("films", FILM, "film", 1)
    begin, end = match["parts"][0]["known"]
    assert _by(match) == f"film, {match['distance']} bits, {begin:.1f}-{end:.1f} s"
    assert (_by({"method": "md5", "distance": 0}), _by({"method": "pdq", "distance": 9})) == ("md5", "pdq, 9 bits")


def test_a_feed_that_is_away_is_said_and_its_lists_still_answer(
    havre_without_home: Havre, words: list[str], publisher: Publisher
) -> None:
    assert havre_without_home("match", "0" * 32, *words).exit == 0
    publisher.answers["metadata/timestamp.json"] = 503
    again = havre_without_home("match", listed().signals[0].value, *words, "--json")
    assert again.json["matches"][0]["number"] == LISTED
    assert "the lists are as they were before: the feed answered 503" in again.stderr


def test_a_new_folder_needs_a_root(havre_without_home: Havre, publisher: Publisher, tmp_path: Path) -> None:
    done = havre_without_home("match", "serve", "--feed", publisher.base, "--home", tmp_path / "new")
    assert (done.exit, "needs the feed's root" in done.stderr) == (1, True)


def test_a_key_is_made_with_its_lines(havre_without_home: Havre) -> None:
    key, lines = havre_without_home("match", "key", "uploads", "--per-minute", 600).stdout.split("\n\n")
    (client,) = tomllib.loads(lines)["client"]
    assert client == {
        "name": "uploads",
        "key_sha256": sha256(key.encode()).hexdigest(),
        "per_minute": 600,
        "scopes": ["match"],
    }
    assert havre_without_home("match", "key", "uploads", "--json").json["key"] != key


def test_a_hash_may_be_of_each_method_of_its_length() -> None:
    assert [signal.method for signal in hashes_of("A" * 64)] == ["pdq", "sha256"]
    for wrong in ("", "a" * 63, "g" * 32):
        with pytest.raises(Invalid):
            hashes_of(wrong)


@pytest.mark.parametrize(
    ("binding", "clients"),
    [
        (Binding("192.0.2.7", 1), ""),
        (Binding("192.0.2.7", 1), "clients.toml"),
        (Binding("192.0.2.7", 1, "cert", "key"), ""),
        (Binding("0.0.0.0", 1), ""),
        (Binding("127.0.0.1", 1, "cert"), ""),
        (Binding("127.0.0.1", 1, client_ca="ca"), "clients.toml"),
        (Binding("host.example", 1), ""),
    ],
)
def test_nobody_is_answered_who_is_not_known_and_no_key_travels_in_clear(binding: Binding, clients: str) -> None:
    with pytest.raises(Invalid):
        binding.check(clients)


def test_others_are_answered_in_tls_by_their_keys() -> None:
    binding = Binding("::", 8443, "cert", "key", "ca")
    binding.check("clients.toml")
    Binding("::1", 8100).check("")
    assert binding.shown == "https://[::]:8443/"
    tls = ["--certfile", "cert", "--keyfile", "key", "--ca-certs", "ca", "--cert-reqs", "2"]
    assert command(binding, 4)[-9:-1] == tls
    assert "[::]:8443" in command(binding, 4)


@contextmanager
def served(words: list[str], *more: str) -> Iterator[int]:
    """The service at a port, in a process of its own, which writes nothing down."""
    port = free_port()
    run = [str(Path(sys.executable).with_name("havre")), "match", "serve", *words, "--port", str(port), *more]
    process = subprocess.Popen(run, env=environment(None), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        said, written = process.communicate(timeout=30)
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+/ answers look-ups once its lists are loaded .*\n", said.decode())
    assert written.decode() in {"", "stopped; what was written is kept, and the same command goes on from there\n"}


def self_signed(folder: Path, name: str) -> tuple[str, str]:
    """The files of a certificate of 127.0.0.1 and of its key."""
    key, named = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, address = datetime.now(UTC), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(1))
    made = made.not_valid_after(now + timedelta(1)).add_extension(x509.SubjectAlternativeName([address]), False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    (folder / f"{name}.pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


def line_to(port: int, folder: Path, *shown: str) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=str(folder / "service.pem"))
    if shown:
        context.load_cert_chain(*shown)
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)


def asked(line: http.client.HTTPSConnection, path: str, body: object = None) -> tuple[int, bytes]:
    if body is None:
        line.request("GET", path)
    else:
        line.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = line.getresponse()
    return answer.status, answer.read()


def wait_until_alive(port: int, folder: Path, shown: tuple[str, str]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if asked(line_to(port, folder, *shown), "/status") == (200, b"I-AM-ALIVE"):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the service does not come up")


def test_over_mutual_tls_clients_are_known_by_key_or_certificate_and_nothing_is_written_down(
    words: list[str], tmp_path: Path
) -> None:
    service, uploads = self_signed(tmp_path, "service"), self_signed(tmp_path, "uploads")
    shown = sha256(ssl.PEM_cert_to_DER_cert(Path(uploads[0]).read_text())).hexdigest()
    (tmp_path / "clients.toml").write_text(
        f'[[client]]\nname = "uploads"\ncertificate_sha256 = "{shown}"\nscopes = ["match", "detail"]\n'
    )
    more = ["--clients", str(tmp_path / "clients.toml"), "--certificate", service[0], "--key", service[1]]
    pdq = listed().signals[0].value
    hashes = {"signals": [{"method": "pdq", "value": pdq}]}
    with served(words, *more, "--client-ca", uploads[0]) as port:
        wait_until_alive(port, tmp_path, uploads)
        line = line_to(port, tmp_path, *uploads)
        status, told = asked(line, "/v1/match", hashes)
        assert (status, json.loads(told)["matches"][0]["distance"]) == (200, 0)
        assert asked(line, f"/m/lookup?signal={pdq}&signal_type=pdq")[0] == 403
        with pytest.raises((ssl.SSLError, OSError)):
            asked(line_to(port, tmp_path), "/status")  # no certificate, no answer
        line.sock.send(f"GET /m/lookup?signal={pdq} HTTP/9.9\r\nbroken\r\n\r\n".encode())  # gunicorn's own refusal
        line.sock.recv(1_000)
