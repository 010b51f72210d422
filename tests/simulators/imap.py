"""A mailbox on this machine that speaks as much IMAP as reading mail needs, and remembers what was done to it."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from havre.settings import Imap

USER, PASSWORD = "answers@unit.example", 'p"w\\d'


class Speaks(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        box = self.server
        assert isinstance(box, Box)
        self._say("* OK here")
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            tag, _space, rest = line.partition(" ")
            verb = rest.partition(" ")[0].upper()
            if box.breaks_at and box.breaks_at in rest:
                return
            if verb == "LOGIN":
                known = rest == f'LOGIN {USER} "{PASSWORD}"'.replace("\\d", "\\\\d").replace('p"w', 'p\\"w')
                self._say(f"{tag} {'OK' if known else 'NO'} login")
            elif verb == "UID":
                self._uid(box, rest)
                self._say(f"{tag} OK done")
            elif verb == "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1")
                self._say(f"{tag} OK done")
            elif verb == "SELECT":
                box.selected = rest.partition(" ")[2]
                self._say(f"* {len(box.mails)} EXISTS")
                self._say(f"{tag} {'OK' if box.selected == box.folder else 'NO'} select")
            else:
                self._say(f"{tag} OK {verb}")

    def _uid(self, box: "Box", rest: str) -> None:
        if rest.upper().startswith("UID SEARCH"):
            unread = [str(uid) for uid in box.mails if uid not in box.seen]
            self._say(" ".join(["* SEARCH", *unread]))
        elif fetch := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest):
            raw = box.mails[int(fetch[1])][: int(fetch[2])]
            box.handed_out += len(raw)
            self.wfile.write(f"* 1 FETCH (UID {fetch[1]} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        elif store := re.match(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", rest):
            box.seen.add(int(store[1]))

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Box(socketserver.ThreadingTCPServer):
    """The mailbox."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mails: list[bytes], folder: str) -> None:
        super().__init__(("127.0.0.1", 0), Speaks)
        self.mails = dict(enumerate(mails, start=11))
        self.seen: set[int] = set()
        self.folder = f'"{folder}"'
        self.selected = ""
        self.handed_out = 0
        """Bytes of mails."""
        self.breaks_at = ""
        """The connection ends at a command that holds this."""

    @property
    def where(self) -> Imap:
        """How a node is told of it."""
        return Imap("127.0.0.1", self.server_address[1], False, self.folder.strip('"'), USER, PASSWORD)


@contextmanager
def mailbox(*mails: bytes, folder: str = "INBOX") -> Iterator[Box]:
    """A mailbox with these mails, none of them read."""
    with Box(list(mails), folder) as box:
        threading.Thread(target=box.serve_forever, daemon=True).start()
        try:
            yield box
        finally:
            box.shutdown()
