/* Makes hashes of pictures and files beside the page, so that the page stays awake. Nothing here can reach the network:
   the answer with which this script came allows no connection at all (connect-src 'none').
   What it is sent: {id, file} a file, {id, frame} one frame of a film. What it answers: {id, part} while it works, then
   {id, ...hashes} or {id, wrong: true}. At the start {ready: true}: all is loaded, and the network may be cut;
   or {old: true}: this browser runs no kernel. */
"use strict";
importScripts("/static/kernel.js");

let kernel, strip, found;
const ready = (async () => {
  for (const text of [KERNELS["kernel-simd.wasm"], KERNELS["kernel.wasm"]]) {
    const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
    try {
      if (!WebAssembly.validate(bytes)) continue;  /* a browser without SIMD takes the second */
      kernel = (await WebAssembly.instantiate(bytes)).instance.exports;
    } catch {
      continue;  /* an old browser does not know what the policy of this script allows, and refuses every kernel */
    }
    strip = new Uint8Array(kernel.memory.buffer, kernel.strip_at(), kernel.strip_bytes());
    found = new Uint8Array(kernel.memory.buffer, kernel.hash_at(), 64);
    return postMessage({ ready: true });
  }
  postMessage({ old: true });
})();

const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

/* The exact hashes, in pieces: a film may be larger than the memory of a phone. */
const digests = async (file, told) => {
  kernel.file_begin();
  for (let at = 0; at < file.size; at += strip.length) {
    const piece = new Uint8Array(await file.slice(at, at + strip.length).arrayBuffer());
    strip.set(piece);
    kernel.file_piece(piece.length);
    told((at + piece.length) / file.size);
  }
  kernel.file_end();
  return { md5: hex(found.subarray(0, 16)), sha256: hex(found.subarray(16, 48)) };
};

/* PDQ of what is shown: white under what is transparent, colours as the file has them. A canvas of this browser gives
   the pixels in strips, so that they lie in memory once. */
const pdq = (bitmap) => {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { alpha: false, colorSpace: "srgb", willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  if (!kernel.begin(width, height)) throw new RangeError("too large");
  const rows = Math.floor(strip.length / (64 * width)) * 16;  /* the kernel takes sixteen at a time */
  for (let y = 0; y < height; y += rows) {
    const count = Math.min(rows, height - y);
    strip.set(pen.getImageData(0, y, width, count).data);
    kernel.rows(count);
  }
  canvas.width = canvas.height = 1;
  const quality = kernel.finish();
  return { quality, pdq: hex(found.subarray(0, 32)) };
};

/* One thing after the other: the kernel has one picture and one file in its hands. */
let turn = ready;
self.onmessage = ({ data: { id, file, frame } }) => {
  turn = turn.then(async () => {
    try {
      if (frame) return postMessage({ id, ...pdq(frame) });
      const exact = await digests(file, (part) => postMessage({ id, part }));
      if (file.type.startsWith("video/")) return postMessage({ id, ...exact });
      let bitmap;
      try {
        bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
      } catch {
        /* Without a type it may be a film yet. */
        return postMessage(file.type.startsWith("image/") ? { id, wrong: true } : { id, ...exact });
      }
      postMessage({ id, ...exact, ...pdq(bitmap) });
    } catch {
      postMessage({ id, wrong: true });
    }
  });
};
