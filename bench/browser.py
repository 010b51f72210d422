"""A picture of 12 megapixels hashed in Chromium as the public's page does it: `python -m bench.browser [BROWSER]`.

The page's own scripts, served from this checkout to a page that may load nothing else: MD5, SHA-256, decoding, canvas
and PDQ, in the worker, from choosing to hashes. The peer is what no page can do without: decoding it and reading its
pixels. The bar is one second;
the steps follow one another, so that their processor time is what they take on a machine that does nothing else.
"""

import io
import json
import os
import sys
from base64 import b64encode
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import skimage.data
from PIL import Image
from playwright.sync_api import Route, sync_playwright

import havre.entrypoints.public

STATIC = Path(havre.entrypoints.public.__file__).parent / "static"
BROWSER = "/usr/bin/chromium"
ADDRESS = "http://localhost:1"
PHOTOGRAPH = "coffee"
SIDES = (4000, 3000)
ROUNDS = 7
BAR = 1_000.0
"""Milliseconds."""

OURS = """async () => {
  const begun = performance.now();
  const made = await new Promise((done) => {
    worker.onmessage = ({ data }) => { if (data.pdq) done(data); };
    worker.postMessage({ id: 1, file });
  });
  return [performance.now() - begun, made.quality];
}"""

PEER = """async () => {
  const begun = performance.now(), bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  pen.getImageData(0, 0, bitmap.width, bitmap.height);
  return performance.now() - begun;
}"""

START = """(text) => new Promise((done) => {
  self.file = new Blob([Uint8Array.from(atob(text), (each) => each.charCodeAt(0))], { type: "image/jpeg" });
  self.worker = new Worker("/static/hasher.js");
  worker.onmessage = ({ data }) => { if (data.ready) done(); };
})"""


def picture() -> bytes:
    """A photograph of 12 megapixels, as a phone saves one."""
    large = Image.fromarray(getattr(skimage.data, PHOTOGRAPH)()).resize(SIDES, Image.Resampling.BICUBIC)
    noisy = np.asarray(large).astype(int) + np.random.default_rng(1).integers(-9, 10, (SIDES[1], SIDES[0], 3))
    out = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=90)
    return out.getvalue()


def served(route: Route) -> None:
    """Our static files, and an empty page."""
    name = route.request.url.rpartition("/")[2]
    if not name:
        route.fulfill(content_type="text/html", body="<!doctype html>")
        return
    route.fulfill(content_type="text/javascript", body=(STATIC / name).read_text("utf-8"))


def processor_seconds() -> float:
    """What the browser, all of it, has used of the processor so far: other work on the machine does not change it."""
    stats = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        stats[int(each.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while fresh := {pid for pid, (parent, _used) in stats.items() if parent in ours} - ours:
        ours |= fresh
    return sum(stats[pid][1] for pid in ours - {os.getpid()}) / os.sysconf("SC_CLK_TCK")


def measured(browser_path: str) -> dict[str, Any]:
    """Milliseconds of each, in turn."""
    text = b64encode(picture()).decode()
    ours, peer, used = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", served)
        page.goto(ADDRESS + "/")
        page.evaluate(START, text)
        for _ in range(ROUNDS):
            before = processor_seconds()
            took, quality = page.evaluate(OURS)
            used.append((processor_seconds() - before) * 1000)
            assert quality > 0
            ours.append(took)
            peer.append(page.evaluate(PEER))
        browser.close()
    return {
        "megapixels": SIDES[0] * SIDES[1] / 1e6,
        "megabytes": round(len(text) * 3 / 4e6, 1),
        "ours_ms": round(median(ours)),
        "processor_ms": round(median(used)),
        "slowest_ms": round(max(ours)),
        "decode_ms": round(median(peer)),
        "ratio": round(median(ours) / median(peer), 2),
        "bar_ms": BAR,
        "met": median(used) <= BAR,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(sys.argv[1] if sys.argv[1:] else BROWSER)) + "\n")
