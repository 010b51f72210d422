"""python-tuf's client, which is not ours, refuses each attack on a feed; every one by its name."""

import http.server
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from tuf.api.exceptions import BadVersionNumberError
from tuf.ngclient import Updater

from havre.errors import Broken, HavreError, Invalid, Unavailable
from havre.feeds.lay import zstd
from havre.feeds.models import KeyRole
from havre.feeds.signed import Served, metadata
from havre.flows.feed_keys import signing_key
from havre.flows.mirror_feed import mirror
from havre.flows.verify_feed import Reading, verify
from tests.cast import NOON
from tests.flows.fed import Fed, nowadays

Tamper = Callable[[Path, Path], None]
"""What is done to a folder of version 2; the other is the same feed at version 1."""


def a_target(folder: Path, name: str) -> Path:
    """The file of this beginning."""
    return next(path for path in (folder / "targets" / "national-be").iterdir() if name in path.name)


def truncated(now: Path, _old: Path) -> None:
    """A part that was cut."""
    path = a_target(now, "whole")
    path.write_bytes(path.read_bytes()[:-9])


def endless(now: Path, _old: Path) -> None:
    """A part that never ends."""
    path = a_target(now, "whole")
    path.write_bytes(path.read_bytes() + bytes(1 << 20))


def tampered(now: Path, _old: Path) -> None:
    """A change of the same length and other content."""
    path = a_target(now, "delta-1-2")
    path.write_bytes(bytes(len(path.read_bytes())))


def mixed(now: Path, old: Path) -> None:
    """The snapshot of before under the name of today's."""
    stamp = json.loads((now / "metadata" / "timestamp.json").read_bytes())["signed"]["version"]
    before = next((old / "metadata").glob("*.snapshot.json"))
    shutil.copy(before, now / "metadata" / f"{stamp}.snapshot.json")


def unsigned(now: Path, _old: Path) -> None:
    """Another number in the timestamp."""
    path = now / "metadata" / "timestamp.json"
    path.write_bytes(
        path.read_bytes().replace(b'"version":2', b'"version":3', 1).replace(b'"version":3', b'"version":9')
    )


def withheld(now: Path, _old: Path) -> None:
    """A file that is not given."""
    a_target(now, "head").unlink()


ATTACKS: list[tuple[Tamper, type[HavreError]]] = [
    (truncated, Broken),
    (endless, Unavailable),
    (tampered, Broken),
    (mixed, Broken),
    (unsigned, Broken),
    (withheld, Unavailable),
]


def two_versions(here: Fed, folder: Path) -> tuple[Path, Path]:
    """A folder of version 2, and one of version 1."""
    here.reader()
    for name in ("one", "two"):
        here.propose_many(2)
        here.publish()
        mirror(here.node.home, here.node.anke, "Platform", folder / name)
    return folder / "two", folder / "one"


def test_each_attack_is_refused(having_feed: Fed, tmp_path: Path) -> None:
    now, old = two_versions(having_feed, tmp_path)
    (told,) = verify(str(now), having_feed.root)
    assert told.to_json() == {"list": "national-be", "version": 2, "entries": 7, "retracted": 0, "files": 4}
    for attack, kind in ATTACKS:
        copy = tmp_path / attack.__name__
        shutil.copytree(now, copy)
        attack(copy, old)
        with pytest.raises((Broken, Unavailable)) as error:
            verify(str(copy), having_feed.root)
        assert (attack.__name__, isinstance(error.value, kind | Broken)) == (attack.__name__, True)
    with pytest.raises(Broken):
        verify(str(now), b"{}")
    with pytest.raises(Invalid, match="name an https"):
        verify("http://lists.example/feed", having_feed.root)


def test_a_frozen_feed_is_noticed_after_a_day(having_feed: Fed, tmp_path: Path) -> None:
    here = having_feed.node
    having_feed.reader()
    having_feed.propose_many(1)
    from havre.flows.publish_feed import publish

    publish(here.home, here.anke)  # at a noon that is long gone
    mirror(here.home, here.anke, "Platform", tmp_path / "frozen")
    with pytest.raises(Broken, match=r"timestamp.json is expired"):
        verify(str(tmp_path / "frozen"), having_feed.root)


def test_rollback_is_refused_by_whoever_saw_the_newer(having_feed: Fed, tmp_path: Path) -> None:
    now, old = two_versions(having_feed, tmp_path)
    seen = tmp_path / "seen"
    seen.mkdir()

    def client(folder: Path) -> Updater:
        base = folder.resolve().as_uri()
        return Updater(str(seen), f"{base}/metadata/", fetcher=Reading(), bootstrap=having_feed.root)

    client(now).refresh()
    with pytest.raises(BadVersionNumberError):
        client(old).refresh()


def resigned(here: Fed, folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """What a publisher that is at fault would sign: a file changed, and everything signed anew over it."""
    path = a_target(folder, name)
    content = change(path.read_bytes())
    path.with_name(f"{sha256(content).hexdigest()}.{path.name.partition('.')[2]}").write_bytes(content)
    path.unlink()
    files = [
        Served(f"national-be/{each.name.partition('.')[2]}", each.name.partition(".")[0], each.stat().st_size)
        for each in path.parent.iterdir()
    ]
    keys = [signing_key(here.node.home, here.feed, role) for role in (KeyRole.TARGETS, KeyRole.ONLINE)]
    for made, told in metadata(9, files, nowadays(here.node.anke).now(), *keys).items():
        (folder / "metadata" / made).write_bytes(told)


def headed(**values: object) -> Callable[[bytes], bytes]:
    """A head that says something else."""
    return lambda content: json.dumps(json.loads(content) | values).encode()


FAULTS: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("head", headed(entries=8), "says otherwise"),
    ("head", headed(version=3), "do not end at its version"),
    ("head", headed(list="baseline"), "is of baseline"),
    ("head", headed(deltas=[]), "do not end at its version"),
    ("delta-1-2", lambda _content: zstd.compress(b"no line\n"), "this line is no JSON"),
    ("delta-1-2", lambda _content: zstd.compress(b""), "holds 0 entries"),
    ("delta-1-2", lambda _content: zstd.compress(bytes(1 << 26)), "beyond measure|no JSON|at most"),
    ("whole", lambda content: zstd.compress(b"".join(reversed(zstd.decompress(content).splitlines(True)))), "order"),
]


def test_what_is_signed_and_holds_not_together_is_noticed_too(having_feed: Fed, tmp_path: Path) -> None:
    now, _old = two_versions(having_feed, tmp_path)
    for number, (name, change, why) in enumerate(FAULTS):
        copy = tmp_path / str(number)
        shutil.copytree(now, copy)
        resigned(having_feed, copy, name, change)
        with pytest.raises(Broken, match=why):
            verify(str(copy), having_feed.root)


@contextmanager
def redirecting(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A server that sends whoever asks elsewhere, and the tokens that it was shown."""
    shown = list[str]()

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.append(self.headers.get("Authorization", ""))
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/feed/0/", shown
        server.shutdown()


def test_a_token_is_not_taken_along_to_where_a_server_sends_it(having_feed: Fed, tmp_path: Path) -> None:
    with redirecting(tmp_path) as (where, shown), pytest.raises(Unavailable, match="302"):
        verify(where, having_feed.root, "secret")
    assert set(shown) == {"Bearer secret"}
    assert len(shown) == 1
    assert NOON.year == 2026
