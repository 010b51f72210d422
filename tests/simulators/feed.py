"""A publisher of feeds made with python-tuf, on a server of loopback, and everything that can be stolen from it."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from backports import zstd
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp

from havre.hashlists.changes import position_of
from havre.hashlists.digest import EMPTY, moved
from havre.hashlists.entry import Entry
from havre.hashlists.lines import line_of

ROLES = ("root", "targets", "snapshot", "timestamp")
IN_A_PART = 5
"""Entries of a part: few, so that lists have several."""
TOKEN = "token-of-a-platform"
Signed = Root | Targets | Snapshot | Timestamp


def packed(entries: Sequence[Entry]) -> bytes:
    """Entries as a file of a feed."""
    return zstd.compress(b"".join(line_of(entry) for entry in entries))


@dataclass
class Publisher:
    """The files of a feed, its keys, and what subscribers told it."""

    files: dict[str, bytes] = field(default_factory=dict)
    """By their path below the base."""
    receipts: list[Mapping[str, object]] = field(default_factory=list)
    votes: list[Mapping[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    """A status in place of 200 or 204, by path."""
    endless: set[str] = field(default_factory=set)
    """Paths whose files, or answers to what is posted, never end."""
    drips: set[str] = field(default_factory=set)
    """Paths whose answers begin with a header that comes byte by byte, thousands of them."""
    base: str = ""
    in_a_part: int = IN_A_PART
    expires: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(days=30))

    def __post_init__(self) -> None:
        self.keys = {role: CryptoSigner.generate_ed25519() for role in ROLES}
        self.lists: dict[str, dict[int, Entry]] = {}
        self.deltas: dict[str, list[dict[str, object]]] = {}
        self.targets: dict[str, bytes] = {}
        self.version, self.numbers = 0, dict.fromkeys(ROLES, 0)
        self.root = Root(expires=self.expires, consistent_snapshot=True)
        for role in ROLES:
            self.root.add_key(self.keys[role].public_key, role)
        self.sign_root()

    @property
    def pinned(self) -> bytes:
        """The first root."""
        return self.files["metadata/1.root.json"]

    # ---- lists ----

    def publish(self, changes: Mapping[str, Sequence[Entry]], **said: object) -> int:
        """The next version of the feed, with these entries of lists changed in it; `said` is put into each head."""
        self.version += 1
        for name, entries in changes.items():
            held = self.lists.setdefault(name, {})
            before = max((entry.version for entry in held.values()), default=0)
            held |= {entry.number: entry for entry in entries}
            if before:
                self.add_delta(name, before, entries)
            self._parts(name)
            self.say(name, **said)
        self.sign_all()
        return self.version

    def add_delta(self, name: str, before: int, entries: Sequence[Entry]) -> None:
        """What changed since a version, as a file of its own."""
        path = f"{name}/delta-{before}-{self.version}.jsonl.zst"
        self.targets[path] = packed(sorted(entries, key=position_of))
        told = {"path": path, "from": before, "to": self.version, "entries": len(entries)}
        self.deltas.setdefault(name, []).append(told)

    def _parts(self, name: str) -> None:
        for path in [path for path in self.targets if path.startswith(f"{name}/whole-")]:
            del self.targets[path]
        for path, entries in self._cut(name):
            self.targets[path] = packed(entries)

    def _cut(self, name: str) -> Iterator[tuple[str, list[Entry]]]:
        entries = sorted(self.lists[name].values(), key=position_of)
        for part, start in enumerate(range(0, len(entries), self.in_a_part), start=1):
            yield f"{name}/whole-{self.version}-{part:04}.jsonl.zst", entries[start : start + self.in_a_part]

    def say(self, name: str, **said: object) -> None:
        """Write the head of a list."""
        entries = self.lists[name].values()
        head = {
            "list": name,
            "version": self.version,
            "at": 1_790_000_000 + self.version,
            "entries": sum(not entry.retracted for entry in entries),
            "retracted": sum(entry.retracted for entry in entries),
            "parts": [{"path": path, "entries": len(some)} for path, some in self._cut(name)],
            "deltas": self.deltas.get(name, []),
            "digest": moved(EMPTY, map(line_of, entries)),
        }
        self.targets[f"{name}/head.json"] = json.dumps(head | said).encode()

    # ---- metadata ----

    def sign_all(self) -> None:
        """Sign what is there now, by every role but the root."""
        self.sign_targets()
        self.sign_snapshot()
        self.sign_timestamp()

    def sign_targets(self, key: CryptoSigner | None = None) -> None:
        """Sign the files."""
        signed = Targets(self._next("targets"), expires=self.expires)
        for path, data in self.targets.items():
            signed.targets[path] = TargetFile.from_data(path, data, ["sha256"])
            folder, _, name = path.rpartition("/")
            self.files[f"targets/{folder}/{sha256(data).hexdigest()}.{name}"] = data
        self._write(f"{self.numbers['targets']}.targets", signed, key or self.keys["targets"])

    def sign_snapshot(self, targets: int | None = None) -> None:
        """Sign which targets belong together."""
        signed = Snapshot(self._next("snapshot"), expires=self.expires)
        signed.meta["targets.json"] = MetaFile(targets or self.numbers["targets"])
        self._write(f"{self.numbers['snapshot']}.snapshot", signed, self.keys["snapshot"])

    def sign_timestamp(self, snapshot: int | None = None, expires: datetime | None = None) -> None:
        """Sign what is newest."""
        signed = Timestamp(self._next("timestamp"), expires=expires or self.expires)
        signed.snapshot_meta = MetaFile(snapshot or self.numbers["snapshot"])
        self._write("timestamp", signed, self.keys["timestamp"])

    def sign_root(self, *also: CryptoSigner) -> None:
        """Sign who signs, in the name of those before too."""
        self.root.version = self._next("root")
        self._write(f"{self.root.version}.root", self.root, self.keys["root"], *also)

    def rotate(self, role: str) -> CryptoSigner:
        """Give a role a new key, and say so in a new root; the old key is given back."""
        old, new = self.keys[role], CryptoSigner.generate_ed25519()
        self.root.revoke_key(old.public_key.keyid, role)
        self.root.add_key(new.public_key, role)
        self.keys[role] = new
        self.sign_root(*([old] if role == "root" else []))
        return old

    def _next(self, role: str) -> int:
        self.numbers[role] += 1
        return self.numbers[role]

    def _write(self, name: str, signed: Signed, *keys: CryptoSigner) -> None:
        metadata: Metadata[Any] = Metadata(signed)
        for key in keys:
            metadata.sign(key, append=True)
        self.files[f"metadata/{name}.json"] = metadata.to_bytes()

    def spoil(self, path: str, data: bytes) -> None:
        """Put other bytes where a file of a list is, and sign nothing."""
        folder, _, name = path.rpartition("/")
        self.files[f"targets/{folder}/{sha256(self.targets[path]).hexdigest()}.{name}"] = data

    def path_of(self, path: str) -> str:
        """Where a file of a list is asked for."""
        folder, _, name = path.rpartition("/")
        return f"targets/{folder}/{sha256(self.targets[path]).hexdigest()}.{name}"

    def root_file(self, folder: Path) -> Path:
        """The first root, as a file that was handed over."""
        path = folder / "publisher-root.json"
        path.write_bytes(self.pinned)
        return path


class _Feed(BaseHTTPRequestHandler):
    publisher: Publisher

    def do_GET(self) -> None:
        path = self.path.removeprefix("/platform/")
        self.publisher.asked.append(path)
        data = self.publisher.files.get(path)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._say(401)
        elif path in self.publisher.answers or data is None:
            self._say(self.publisher.answers.get(path, 404))
        elif path in self.publisher.drips:
            self._drip()
        elif path in self.publisher.endless:
            self._pour()
        else:
            self._say(200, data)

    def _drip(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nX-Slow: ")
            for _ in range(2_000):
                self.wfile.write(b"x")
                time.sleep(0.001)
            self.wfile.write(b"\r\n\r\n")
        except OSError:
            pass

    def _pour(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"\0" * 65_536)
        except OSError:
            pass

    def do_POST(self) -> None:
        path = self.path.removeprefix("/platform/")
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if path in self.publisher.drips:
            self._drip()
        elif path in self.publisher.endless:
            self._pour()
        else:
            self._take(path, said)

    def _take(self, path: str, said: Mapping[str, object]) -> None:
        status = self.publisher.answers.get(path, 204)
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            status = 401
        if status == 204:
            {"receipts": self.publisher.receipts, "votes": self.publisher.votes}[path].append(said)
        self._say(status, b"" if status == 204 else b'{"message": "not now"}')

    def _say(self, status: int, data: bytes = b"") -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://elsewhere.example/")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(publisher: Publisher | None = None) -> Iterator[Publisher]:
    """A publisher at work, at `base`."""
    publisher = publisher or Publisher()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Feed", (_Feed,), {"publisher": publisher}))
    publisher.base = f"http://127.0.0.1:{server.server_address[1]}/platform"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
