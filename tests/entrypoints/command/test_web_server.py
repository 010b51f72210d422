"""What everybody was promised of the web server behind the analyst's pages, whichever it is: over real sockets.

The pages are an application of the tests that tells what it was handed; the server is started as `havre serve` does.
"""

import hashlib
import http.client
import json
import os
import random
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote_to_bytes

import psutil
import pytest

from havre.entrypoints.analyst.lines import AT_ONCE
from tests.entrypoints.command.web_serving import SECRET, Serving, by, heard, posted, request, served, told

pytestmark = pytest.mark.xdist_group("web server")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One process that answers, for tests that leave it as it was."""
    with served(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.mark.parametrize("name", ["X-CSRFToken", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Cookie"])
def test_a_name_with_an_underscore_stands_for_no_header_that_a_proxy_sets(server: Serving, name: str) -> None:
    key, mine = "HTTP_" + name.upper().replace("-", "_"), f"{name}: https"
    forged = {name.replace("-", "_"), name.replace("-", "_", 1), key.removeprefix("HTTP_")} - {name, name.upper()}
    for other in forged:
        assert server.told("/", f"{other}: forged").get(key) is None
        assert server.told("/", mine, f"{other}: forged")[key] == "https"
        assert server.told("/", f"{other}: forged", mine)[key] == "https"


def test_no_header_says_what_the_address_or_the_length_is(server: Serving) -> None:
    forged = ("Script_Name: /desk", "SCRIPT_NAME: /desk", "PATH_INFO: /other", "REMOTE_ADDR: 192.0.2.1")
    for header in (*forged, "REMOTE_USER: anke", "Content_Length: 5", "wsgi.url_scheme: https"):
        found = server.told("/desk", header)
        assert [found[name] for name in ("SCRIPT_NAME", "PATH_INFO", "REMOTE_ADDR")] == ["", "/desk", "127.0.0.1"]
        assert (found.get("REMOTE_USER"), found.get("CONTENT_LENGTH"), found["wsgi.url_scheme"]) == (None, None, "http")


def test_pages_are_handed_nothing_of_the_environment(server: Serving) -> None:
    found = server.told("/")
    assert SECRET not in found.values()
    assert [name for name in found if name in {"PATH", "HOME", "HAVRE_DATABASE", "HTTP_X_FORWARDED_FOR"}] == []


def test_the_path_is_what_its_bytes_are_and_all_else_is_as_it_was(server: Serving) -> None:
    seeded = random.Random(282)
    parts = [
        "a",
        "/",
        "//",
        "%2F",
        "%2f",
        "%00",
        "%ff",
        "%C3%A9",
        "%e2%82",
        "%25",
        "%3F",
        ";x",
        "..",
        ".",
        "+",
        "~",
        "%",
    ]
    for _ in range(300):
        path = "/told/" + "".join(seeded.choices(parts, k=seeded.randrange(12)))
        query = "".join(seeded.choices([*parts, "?", "=", "&"], k=seeded.randrange(8)))
        found = server.told(f"{path}?{query}")
        assert found["PATH_INFO"] == unquote_to_bytes(path).decode("latin-1")
        assert found["QUERY_STRING"] == query
    assert found["SCRIPT_NAME"] == ""
    assert (found["SERVER_NAME"], found["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert (found["SERVER_PROTOCOL"], found["wsgi.url_scheme"]) == ("HTTP/1.1", "http")


def test_headers_are_handed_over_whole(server: Serving) -> None:
    found = server.told("/", "X-A: caf\xe9", "X-B:  b\t ", "X-C: 1", "X-C: 2", "Content-Type: text/plain")
    assert (found["HTTP_X_A"], found["HTTP_X_B"], found["CONTENT_TYPE"]) == ("caf\xe9", "b", "text/plain")
    assert [each.strip() for each in found["HTTP_X_C"].split(",")] == ["1", "2"]
    assert server.told("/", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2")["HTTP_X_FORWARDED_FOR"] in {
        "192.0.2.1,192.0.2.2",
        "192.0.2.1, 192.0.2.2",
    }


SMUGGLED = "0\r\n\r\nGET /thread HTTP/1.1\r\nHost: localhost\r\n\r\n"
REFUSED = {
    "a length and chunks": posted("Content-Length: 5", "Transfer-Encoding: chunked", body=SMUGGLED),
    "chunks and a length": posted("Transfer-Encoding: chunked", "Content-Length: 5", body=SMUGGLED),
    "two lengths": posted("Content-Length: 5", "Content-Length: 6", body="hello!"),
    "a list of lengths": posted("Content-Length: 5, 5", body="hello"),
    "a signed length": posted("Content-Length: +5", body="hello"),
    "a length below nothing": posted("Content-Length: -1", body="hello"),
    "an unknown coding": posted("Transfer-Encoding: xchunked", body=SMUGGLED),
    "chunks, then another coding": posted("Transfer-Encoding: chunked, identity", body=SMUGGLED),
    "chunks before there were any": posted("Transfer-Encoding: chunked", body=SMUGGLED, version="HTTP/1.0"),
    "a chunk without a length": posted("Transfer-Encoding: chunked", body="Z\r\nhello\r\n0\r\n\r\n"),
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: havre.example\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A : b\r\n\r\n",
    "a line that goes on": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n",
    "lines of Unix": b"GET / HTTP/1.1\nHost: localhost\n\n",
    "NUL": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\0c\r\n\r\n",
    "CR": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\rX-Forwarded-For: c\r\n\r\n",
    "bytes in the address": b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no slash": b"GET told HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "HTTP/2, known before": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a header of 100 KiB": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 102_400 + b"\r\n\r\n",
    "a thousand headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    + b"".join(b"X-%d: a\r\n" % number for number in range(1000))
    + b"\r\n",
    "an address of 100 KiB": b"GET /" + b"a" * 102_400 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_http_is_refused_once_and_the_line_is_ended(server: Serving, what: str) -> None:
    answer = server.answers(REFUSED[what])
    assert re.match(rb"HTTP/1\.[01] (4\d\d|501) ", answer), answer
    assert len(re.findall(rb"HTTP/1\.[01] \d{3} ", answer)) == 1, answer
    assert b"Traceback" not in answer
    assert server.told("/thread")["process"] == server.workers()[0].pid


def test_an_address_with_a_host_changes_no_host(server: Serving) -> None:
    found = server.told("http://havre.example/told?x")
    assert [found[name] for name in ("HTTP_HOST", "PATH_INFO", "QUERY_STRING")] == ["localhost", "/told", "x"]


def test_nothing_that_was_refused_left_a_trace_of_code(server: Serving) -> None:
    for said in REFUSED.values():
        server.answers(said)
    assert "Traceback" not in server.written.read_text("utf-8")


def test_a_line_answers_one_request_after_the_other_also_where_a_body_was_not_read(server: Serving) -> None:
    asking = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for _ in range(3):
        asking.request("POST", "/thread", body=b"GET /fails HTTP/1.1\r\n\r\n")
        answer = asking.getresponse()
        assert (answer.status, json.loads(answer.read())["main"]) == (200, False)
    asking.close()


def test_a_body_is_read_as_a_file_is(server: Serving) -> None:
    text = "ab\ncd\nef\ngh"
    asked = {
        "read:2,readline,read:100,read,read:5,readline": ["ab", "\n", "cd\nef\ngh", "", "", ""],
        "readline,lines,read": ["ab\n", ["cd\n", "ef\n", "gh"], ""],
        "readline:2,readline,read": ["ab", "\n", "cd\nef\ngh"],
        "read": [text],
    }
    chunks = "".join(f"{len(each):x}\r\n{each}\r\n" for each in (text[:4], text[4:])) + "0\r\n\r\n"
    for how, expected in asked.items():
        target = f"/input?{how}"
        plain = posted("Connection: close", f"Content-Length: {len(text)}", body=text, target=target)
        assert told(server.answers(plain)) == expected
        chunked = posted("Connection: close", "Transfer-Encoding: chunked", body=chunks, target=target)
        assert told(server.answers(chunked)) == expected
    assert server.told("/input?read,read:5,readline,lines") == ["", "", "", []]


def test_a_body_of_unknown_length_says_no_length(server: Serving) -> None:
    said = posted("Connection: close", "Transfer-Encoding: chunked", body="5\r\nhello\r\n0\r\n\r\n")
    found = told(server.answers(said))
    assert (found["length"], found["said"]) == (5, None)


def test_who_asks_whether_to_send_is_told_to_go_on(server: Serving) -> None:
    with server.line(posted("Connection: close", "Content-Length: 5", "Expect: 100-continue")) as line:
        assert line.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"hello")
        assert told(heard(line))["length"] == 5


def test_a_body_is_handed_over_as_it_comes_and_never_gathered(server: Serving) -> None:
    before, piece, times = server.told("/body")["most KiB"], random.Random(1).randbytes(1 << 20), 192
    digest = hashlib.sha256()
    with server.line(posted("Connection: close", f"Content-Length: {times * len(piece)}")) as line:
        for _ in range(times):
            digest.update(piece)
            line.sendall(piece)
        found = told(heard(line))
    assert (found["length"], found["sha256"]) == (times * len(piece), digest.hexdigest())
    assert found["most KiB"] - before < 32 * 1024


def test_a_body_that_is_cut_off_ends_where_it_was_cut(server: Serving) -> None:
    with server.line(posted("Connection: close", "Content-Length: 1000", body="abc")) as line:
        line.shutdown(socket.SHUT_WR)
        assert told(heard(line))["length"] == 3


def test_an_answer_in_pieces_begins_before_its_end(server: Serving, tmp_path: Path) -> None:
    with server.line(request(f"/pieces?{tmp_path}/a")) as line:
        found = b""
        while b"first" not in found:
            found += line.recv(9999)
        (tmp_path / "a.go").touch()
        assert b"last" in heard(line)
    assert by((tmp_path / "a.closed").exists)


def test_who_goes_away_in_the_middle_holds_no_thread_and_no_transaction(server: Serving, tmp_path: Path) -> None:
    for number in range(3 * AT_ONCE):
        with server.line(request(f"/endless?{tmp_path}/{number}")) as line:
            assert line.recv(999)
        assert by((tmp_path / f"{number}.closed").exists)
    assert server.told("/thread")["asked"] >= 1


def test_an_answer_that_breaks_in_the_middle_never_looks_whole(server: Serving, tmp_path: Path) -> None:
    answer = server.answers(request(f"/breaks?{tmp_path}/a"))
    assert b"first" in answer
    assert not answer.endswith(b"0\r\n\r\n")
    assert b"nobody may read this" not in answer
    assert by((tmp_path / "a.closed").exists)


def test_what_fails_is_told_to_who_runs_it_and_to_nobody_else(server: Serving) -> None:
    answer = server.answers(request("/fails"))
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"nobody may read this" not in answer
    assert server.told("/says") == "said"
    written = server.written.read_text("utf-8")
    assert "RuntimeError: nobody may read this" in written
    assert "a page says this" in written


def test_requests_have_threads_that_stay_and_are_not_the_first_of_their_process(server: Serving) -> None:
    found = [server.told("/thread") for _ in range(10 * AT_ONCE)]
    assert {each["main"] for each in found} == {False}
    assert len({each["thread"] for each in found}) <= AT_ONCE
    assert max(each["asked"] for each in found) >= 10  # what a thread keeps, such as its connection, is kept


def test_so_many_requests_are_answered_at_once_and_no_more(server: Serving, tmp_path: Path) -> None:
    with ExitStack() as stack:
        said = [request(f"/waits?{tmp_path}/{number}") for number in range(AT_ONCE + 2)]
        lines = [stack.enter_context(server.line(each)) for each in said]
        assert by(lambda: len(list(tmp_path.glob("*.begun"))) == AT_ONCE)
        time.sleep(0.3)
        assert len(list(tmp_path.glob("*.begun"))) == AT_ONCE
        for number in range(len(lines)):
            (tmp_path / f"{number}.go").touch()
        assert [told(heard(line)) for line in lines] == ["waited"] * len(lines)


def test_no_answer_tells_a_version(server: Serving) -> None:
    for answer in (
        server.answers(request("/")),
        server.answers(REFUSED["two hosts"]),
        server.answers(request("/fails")),
    ):
        head = answer.partition(b"\r\n\r\n")[0]
        assert re.findall(rb"(?im)^(?:server|x-powered-by|via): (.*)$", head) in ([], [b"gunicorn\r"], [b"gunicorn"])


def test_who_is_answered_when_it_is_told_to_end_is_answered_to_the_end(tmp_path: Path) -> None:
    with served(tmp_path) as server, server.line(request(f"/waits?{tmp_path}/a")) as line:
        assert by((tmp_path / "a.begun").exists)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        (tmp_path / "a.go").touch()
        assert told(heard(line)) == "waited"
        assert server.process.wait(20) == 0
    assert server.written.read_text("utf-8") == ""


def test_processes_that_are_killed_are_replaced_however_often(tmp_path: Path) -> None:
    with served(tmp_path, workers=2) as server:
        killed: set[int] = set()
        for _ in range(3):
            assert by(lambda: len(server.pids() - killed) == 2)
            last = server.workers()[-1]
            last.kill()
            killed.add(last.pid)
        assert by(lambda: len(server.pids() - killed) == 2)
        assert server.told("/thread")["process"] in server.pids()


def test_nothing_is_left_where_the_first_process_is_killed(tmp_path: Path) -> None:
    with served(tmp_path, workers=2) as server:
        assert by(lambda: len(server.pids()) == 2)
        answering = server.workers()
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(20)
        assert psutil.wait_procs(answering, 20)[1] == []
