"""One large file sent in pieces, cut at random moments and sent on: `python -m bench.uploading [BYTES [CUTS]]`.

`havre serve` on a home of its own; the connection is closed in the middle of CUTS pieces (50), after each of which the
server is asked how far it has come. What has arrived is read back and compared. Peers: `plain` is one write of the same
bytes into a file of the same disk with fsync, and their SHA-256 as the server must also make it.
"""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from bench.analysts import environment_of, serving
from bench.analysts_home import AGENT, _signed_in, clock

BYTES = 10 * (1 << 30)
CUTS = 50
SEED = 1
PORT = 8124
BLOCK = 1 << 20

Line = dict[str, object]


def content(size: int, piece: int) -> Iterator[bytes]:
    """The pieces of a file of this size, from a seed: no two alike, and made as fast as they are sent."""
    block = Random(SEED).randbytes(BLOCK)
    for begin in range(0, size, piece):
        length = min(piece, size - begin)
        blocks = (begin.to_bytes(8, "big") + at.to_bytes(8, "big") + block[16:] for at in range(-(-length // BLOCK)))
        yield b"".join(blocks)[:length]


def plain(folder: Path, size: int, piece: int) -> tuple[float, str]:
    """Seconds that writing and hashing takes without anything else; the digest."""
    began, digest, file = time.perf_counter(), hashlib.sha256(), folder / "plain"
    with file.open("wb") as out:
        for each in content(size, piece):
            digest.update(each)
            out.write(each)
        out.flush()
        os.fsync(out.fileno())
    file.unlink()
    return time.perf_counter() - began, digest.hexdigest()


class Sending:
    """One browser that sends one file."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self.me, self.order = plan["person"], plan["order"]
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
        self.cut = 0

    def headers(self, **more: str) -> dict[str, str]:
        """What every request of it carries."""
        cookie = f"havre={self.me['session']}; csrftoken={self.me['csrf']}"
        own = {"Host": f"localhost:{PORT}", "User-Agent": AGENT, "Cookie": cookie, "X-CSRFToken": self.me["csrf"]}
        return own | more

    def announce(self, size: int) -> int:
        """The number of the upload."""
        told = json.dumps({"order": self.order, "files": [{"name": "drive.bin", "size": size}]})
        self.connection.request("POST", "/uploads", told, self.headers(**{"Content-Type": "application/json"}))
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 201:
            raise RuntimeError(f"not announced: {answer.status} {said[:200]!r}")
        return int(json.loads(said)["files"][0]["id"])

    def send(self, upload: int, offset: int, piece: bytes, cut_at: int | None) -> int:
        """How far the upload is after this piece; where it is cut, what the server says when asked."""
        checksum = f"sha256 {b64encode(hashlib.sha256(piece).digest()).decode()}"
        headers = self.headers(**{"Upload-Offset": str(offset), "Upload-Checksum": checksum})
        headers |= {"Content-Type": "application/offset+octet-stream", "Content-Length": str(len(piece))}
        if cut_at is not None:
            self._cut(upload, headers, piece[:cut_at])
            return self.told(upload)
        self.connection.request("PATCH", f"/uploads/{upload}", piece, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"piece at {offset} was answered {answer.status}: {said[:200]!r}")
        return offset + len(piece)

    def _cut(self, upload: int, headers: Mapping[str, str], part: bytes) -> None:
        self.cut += 1
        self.connection.putrequest("PATCH", f"/uploads/{upload}", skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        self.connection.endheaders()
        self.connection.send(part)
        if self.connection.sock is not None:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def told(self, upload: int) -> int:
        """How far the server has come."""
        self.connection.request("HEAD", f"/uploads/{upload}", headers=self.headers())
        answer = self.connection.getresponse()
        answer.read()
        return int(answer.headers["Upload-Offset"])


def measure(size: int = BYTES, cuts: int = CUTS) -> Iterator[Line]:
    """One line for the upload."""
    with tempfile.TemporaryDirectory(prefix="havre-bench-", dir=os.environ.get("HAVRE_BENCH_DISK")) as scratch:
        home = Path(scratch, "home")
        environment = environment_of(home, "")
        plan = _elsewhere(environment, "begin")
        chunk = int(plan["chunk"])
        peer, digest = plain(Path(scratch), size, chunk)
        pieces = -(-size // chunk)
        chance = Random(SEED)
        cut = set(chance.sample(range(pieces), min(cuts, pieces)))
        with serving(environment, PORT) as process:
            sending, began, largest = Sending(plan), time.perf_counter(), 0
            upload = sending.announce(size)
            for number, piece in enumerate(content(size, chunk)):
                offset = number * chunk
                if number in cut and sending.send(upload, offset, piece, chance.randrange(len(piece))) != offset:
                    raise RuntimeError(f"a piece that was cut moved the upload from {offset}")
                if sending.send(upload, offset, piece, None) != offset + len(piece):
                    raise RuntimeError(f"the upload did not move on from {offset}")
                if number % 16 == 0:
                    largest = max(largest, resident(process))
            took = time.perf_counter() - began
        yield {
            "what": "an upload",
            "bytes": size,
            "pieces": pieces,
            "cuts": sending.cut,
            "identical": _arrived(environment, upload) == digest,
            "seconds": round(took, 1),
            "mib_a_second": round(size / took / (1 << 20), 1),
            "server_mib": largest >> 20,
            "of_plain": round(took / peer, 2),
        }


def resident(process: int) -> int:
    """Bytes of memory of a process and what it started."""
    found, waiting = 0, [process]
    while waiting:
        one = waiting.pop()
        try:
            found += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except FileNotFoundError:
            continue
    return found


def _arrived(environment: Mapping[str, str], upload: int) -> str:
    return str(_elsewhere(environment, "read", str(upload))["sha256"])


def _elsewhere(environment: Mapping[str, str], *what: str) -> dict[str, Any]:
    call = [sys.executable, "-m", "bench.uploading", *what]
    done = subprocess.run(call, check=True, env=dict(environment), stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def begin() -> dict[str, Any]:
    """Begin the home that the environment names."""
    from havre.settings import read_settings
    from havre.start import start

    settings = read_settings(os.environ)
    start(settings)
    from havre.cases.upload import CHUNK
    from havre.flows.begin import begin_node
    from havre.flows.dossier import open_dossier
    from havre.flows.home import Home
    from havre.flows.ordering import order_files
    from havre.units.acting import Acting

    acting = Acting(begin_node(settings, "BE", "Federal Police", "anke", clock, "a bench"), clock, "a bench")
    home = Home(settings)
    case = open_dossier(home, acting, "A", "a warrant", "a bench")
    order = order_files(home, acting, "A")
    return {"order": order.pk, "person": _signed_in(home, acting.person, [case.pk]), "chunk": CHUNK}


def read(upload: int) -> dict[str, Any]:
    """The digest of what lies sealed of an upload."""
    from havre.settings import read_settings
    from havre.start import start

    settings = read_settings(os.environ)
    start(settings)
    from havre.cases.models import Upload
    from havre.cases.upload import pieces_of
    from havre.flows.brought import opened
    from havre.flows.home import Home

    found, digest = Upload.objects.select_related("order__case").get(pk=upload), hashlib.sha256()
    with opened(Home(settings), found.order, pieces_of([upload])[upload]) as file:
        while part := file.read(BLOCK):
            digest.update(part)
    return {"sha256": digest.hexdigest()}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["begin"]:
            print(json.dumps(begin()))
        case ["read", upload]:
            print(json.dumps(read(int(upload))))
        case given:
            for line in measure(*map(int, given)):
                print(json.dumps(line), flush=True)
