"""What comes to a browser and stays in it, byte by byte: no picture may be larger than a veil unless a key is held.

`Examined(page, sharp)` reads every answer as the browser got it, with its cache in use; `left()` says what is wrong
now: pictures and canvases in the page, decrypted bytes, keys and bitmaps that scripts made, storages, caches, blob:
addresses, Blobs that are still alive. `on_disk(profile)` looks through everything that a browser wrote.
"""

import io
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import CDPSession, Error, Page

VEIL = 56
"""The longer side of a veil."""

LONG = 48
"""Bytes in the middle of a preview, by which it is known anywhere."""

UNREAD = re.compile(r"/veil$|/static/vendor/fonts/[\w-]+\.woff2$")
"""What is sent while a page goes away, nobody being there to read the answer; fonts that stay from page to page."""

WATCH = """(() => {
  const kept = { bitmaps: [], canvases: [], plains: [], keys: [], blobs: new Set() };
  Object.defineProperty(window, "kept", { value: kept });
  const bitmap = window.createImageBitmap;
  window.createImageBitmap = async (...given) => {
    const made = await bitmap(...given); kept.bitmaps.push(made); return made;
  };
  const { decrypt, importKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.decrypt = async function (...given) {
    const plain = await decrypt.apply(this, given); kept.plains.push(plain); return plain;
  };
  SubtleCrypto.prototype.importKey = function (...given) {
    kept.keys.push(given[1]); return importKey.apply(this, given);
  };
  const create = Document.prototype.createElement;
  Document.prototype.createElement = function (name, ...more) {
    const made = create.call(this, name, ...more);
    if (String(name).toLowerCase() === "canvas") kept.canvases.push(made);
    return made;
  };
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (of) => { const url = createObjectURL.call(URL, of); kept.blobs.add(url); return url; };
  URL.revokeObjectURL = (url) => { kept.blobs.delete(url); return revokeObjectURL.call(URL, url); };
})()"""
"""Runs before the page's own scripts, and keeps hold of what they make, to see whether they let go of its content."""

LEFT = """async (veil) => {
  const found = [], side = (each) => Math.max(each.width, each.height);
  const texts = [...document.querySelectorAll("template")].map((each) => each.content);
  for (const within of [document, ...texts]) for (const image of within.querySelectorAll("img")) {
    if (!/^data:image[/]webp;base64,/.test(image.src)) found.push(`picture from ${image.src.slice(0, 60)}`);
    if (Math.max(image.naturalWidth, image.naturalHeight) > veil) found.push(`picture of ${image.naturalWidth} pixels`);
  }
  for (const each of document.querySelectorAll("canvas"))
    if (side(each) > veil) found.push(`canvas of ${side(each)} pixels`);
  for (const each of document.querySelectorAll("video, audio, object, embed, iframe, image, picture, source"))
    found.push(`element ${each.localName}`);
  for (const each of document.querySelectorAll("*")) {
    const behind = getComputedStyle(each).backgroundImage;
    const plain = /^url\\("(data:image[/]svg|http:[/][/][^"]*[/]static[/])/.test(behind);
    if (behind.includes("url(") && !plain) found.push(behind.slice(0, 60));
  }
  for (const each of kept.canvases) if (side(each) > veil) found.push(`a canvas of a script, ${side(each)} pixels`);
  for (const each of kept.bitmaps) if (each.width) found.push(`a bitmap that is not closed`);
  for (const each of kept.plains) if (new Uint8Array(each).some(Boolean)) found.push(`decrypted bytes`);
  for (const each of kept.keys) if (new Uint8Array(each).some(Boolean)) found.push(`a key`);
  for (const each of kept.blobs) found.push(`alive: ${each}`);
  for (const { name } of performance.getEntriesByType("resource"))
    if (name.startsWith("blob:")) found.push(`read: ${name}`);
  for (const name of await caches.keys()) found.push(`cache ${name}`);
  for (const base of await indexedDB.databases()) found.push(`database ${base.name}`);
  for (const [name, value] of [...Object.entries(localStorage), ...Object.entries(sessionStorage)])
    if (!/^(htmx-current-path-for-history|triage:)/.test(name) || value.length > 4000) found.push(`stored ${name}`);
  return found;
}"""

SIZES = """function () {
  const size = (each) => { try { return [each.size]; } catch { return []; } };  /* the prototype of files has none */
  return this.flatMap(size).join(", ");
}"""


@dataclass
class Examined:
    """A page of a browser with its cache in use, and everything that came to it."""

    page: Page
    sharp: Sequence[bytes]
    """The previews as they are in clear."""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Answers of which the browser did not tell the body."""
    _came: dict[str, str] = field(default_factory=dict)
    _done: list[str] = field(default_factory=list)
    _session: CDPSession | None = None

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)
        size = 100 << 20
        self._session.on("Network.responseReceived", self._received)
        self._session.on("Network.loadingFinished", lambda told: self._done.append(told["requestId"]))
        self._session.send("Network.enable", {"maxTotalBufferSize": size, "maxResourceBufferSize": size})

    def _received(self, told: dict[str, Any]) -> None:
        self._came[told["requestId"]] = told["response"]["url"]

    def _send(self, what: str, **given: object) -> dict[str, Any]:
        assert self._session is not None
        return dict(self._session.send(what, given))

    def drain(self) -> None:
        """Read the bodies of what came; before a page is left."""
        done, self._done = self._done, []
        for each in done:
            address = self._came.get(each, "")
            try:
                got = self._send("Network.getResponseBody", requestId=each)
            except Error:
                self.unread.append(address)
                continue
            body = b64decode(got["body"]) if got["base64Encoded"] else got["body"].encode()
            self.bodies.append((address, body))

    def came(self) -> Iterator[str]:
        """What of the answers so far is sharp, coloured or unread."""
        self.drain()
        yield from (f"unread: {each}" for each in self.unread if not UNREAD.search(each))
        for address, body in self.bodies:
            if not address.startswith("data:"):
                yield from (f"{address}: {each}" for each in seen_in(body, self.sharp))

    def left(self) -> list[str]:
        """What is wrong now, while nothing is held."""
        found = [*self.came(), *self.page.evaluate(LEFT, VEIL)]
        found += seen_in(self.page.content().encode(), self.sharp)
        self._send("HeapProfiler.collectGarbage")
        if blobs := self._blobs():
            found.append(f"Blobs are alive, of {blobs} bytes")
        return found

    def _blobs(self) -> str:
        """The sizes of the Blobs that nothing has let go of."""
        prototype = self._send("Runtime.evaluate", expression="Blob.prototype")["result"]["objectId"]
        objects = self._send("Runtime.queryObjects", prototypeObjectId=prototype)["objects"]["objectId"]
        asked = {"objectId": objects, "functionDeclaration": SIZES}
        return str(self._send("Runtime.callFunctionOn", **asked)["result"]["value"])


def seen_in(body: bytes, sharp: Sequence[bytes]) -> list[str]:
    """What these bytes hold that no veil has: a picture larger than one, or with colours, or a preview's own bytes."""
    middles = [plain[len(plain) // 2 :][:LONG] for plain in sharp]
    inside = [b64decode(data) for data in re.findall(rb"data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)", body)]
    whole = (body, *inside)
    found = ["bytes of a preview" for middle in middles if any(middle in each for each in whole)]
    found += [f"a picture of {side} pixels" for side in map(largest, whole) if side > VEIL]
    found += ["a veil with colours" for each in inside if not grey(each)]
    return found


def grey(picture: bytes) -> bool:
    """Whether a picture has no colours at all."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    return bool((np.ptp(pixels, axis=2) <= 2).all())


def largest(body: bytes) -> int:
    """The longer side of the largest picture that begins anywhere in these bytes; 0 where none does."""
    sides = [0]
    for start in (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF"):
        for at in (found.start() for found in re.finditer(re.escape(start), body)):
            try:
                sides.append(max(Image.open(io.BytesIO(body[at:])).size))
            except OSError:
                continue
    return max(sides)


def on_disk(profile: Path, sharp: Sequence[bytes]) -> list[str]:
    """What is wrong with the files that a browser wrote: its cache, its databases, all of them."""
    files = [each for each in profile.rglob("*") if each.is_file()]
    assert files
    return [f"{each.relative_to(profile)}: {what}" for each in files for what in seen_in(each.read_bytes(), sharp)]
